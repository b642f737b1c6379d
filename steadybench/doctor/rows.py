"""The rows that were asked for; without any, a short clip of the tiny backbone is made."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from generators import native
from generators.contract import FrameStream, GeneratorError, Job
from prompts.types import Prompt
from steadybench.doctor.finding import Asked, Finding, Status
from steadybench.doctor.packages import EXTRAS, faults_of
from steadybench.execute import Limits, run_all
from steadybench.outlook import fetch
from steadybench.outlook.engine import engine_row
from steadybench.outlook.native import findings
from steadybench.studio import Studio

TINY, SECONDS = "self-forcing", 0.5
WAIT_S = 300.0


@dataclass(frozen=True, slots=True)
class Tried:
    """How a short clip ended: frames that came, or what went wrong."""

    frames: int = 0
    fault: str = ""


def check(asked: Asked) -> Iterator[Finding]:
    """Every row by itself."""
    if not asked.methods:
        yield _tiny(asked.studio)
        yield _native_settings()
    for spec, options in asked.methods:
        yield from _row(spec, options, asked)


def _row(spec: str, options: Mapping[str, str], asked: Asked) -> Iterator[Finding]:
    found = findings(spec, options)
    for item in found:
        yield Finding(item.status, f"{spec}: {item.subject}", item.told, item.fix)
    if any(item.status == "fault" for item in found):
        return
    if lacking := fetch.lacking(spec, options):
        yield Finding("skipped", spec, "; ".join(lacking))
        return
    try:
        info = asked.studio.load(spec, options).info
    except GeneratorError as error:
        yield Finding("fault", spec, str(error), "put right what the message names")
        return
    if too_long := _too_long(spec, options, asked):
        yield Finding("fault", spec, too_long, "ask for a shorter --horizon, or for another configuration")
        return
    yield Finding("ok", spec, f"ready: {info.method}:{info.configuration}, adapter {info.adapter_version}")


def _too_long(spec: str, options: Mapping[str, str], asked: Asked) -> str:
    row = engine_row(spec, options)
    return "; ".join(row.too_long(asked.wish.shape.seconds)) if row and asked.wish else ""


def _tiny(studio: Studio) -> Finding:
    """A real clip, made in a process of its own."""
    subject = "tiny backbone"
    if missing := faults_of(EXTRAS["engine"]):
        return Finding("skipped", subject, "; ".join(missing), "pip install 'steadybench[engine]'")
    with closing(run_all(try_clip, [studio], Limits(1, WAIT_S))) as outcomes:
        (outcome,) = outcomes
    tried = outcome.result or Tried(fault=outcome.failure)
    if tried.fault:
        return Finding("fault", subject, tried.fault, "pip install --force-reinstall steadybench")
    return Finding("ok", subject, f"{TINY} made {tried.frames} frames")


def try_clip(studio: Studio) -> Tried:
    """Make a short clip in a worker process and count its frames."""
    prompt = Prompt("doctor", "A river.", "river", "channel_flow", "left", "rocks", "noon", ("rocks",))
    try:
        generator = studio.load(TINY, {})
        width, height = generator.info.size or (160, 96)
        job = Job(prompt, 0, SECONDS, generator.info.fps or 16.0, width, height)
        with tempfile.TemporaryDirectory(prefix="steadybench-doctor-") as folder:
            made = generator.generate(job, Path(folder))
            blocks = made.blocks if isinstance(made, FrameStream) else ()
            count = sum(len(block) for block in blocks)
    except GeneratorError as error:
        return Tried(fault=str(error))
    wrong = "" if count == job.frame_count else f"{count} frames came, expected {job.frame_count}"
    return Tried(count, wrong)


def _native_settings() -> Finding:
    """The file that tells where the authors' programs are; nobody needs it for anything else."""
    file, subject = native.default_file(), "authors' programs"
    if not file.is_file():
        told = f"no settings at {file}"
        return Finding("skipped", subject, told, "docs/native.md says what to write there")
    try:
        settings = native.read_settings()
    except GeneratorError as error:
        return Finding("warning", subject, str(error), "put right what the message names")
    names = [method for method in native.methods() if _is_set(settings, method)]
    status: Status = "ok" if names else "warning"
    return Finding(status, subject, f"{file} has places for: {', '.join(names) or 'no method'}")


def _is_set(settings: native.Settings, method: str) -> bool:
    try:
        settings.of(method)
    except GeneratorError:
        return False
    return True

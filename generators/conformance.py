"""Does an adapter keep the contract? A library: it runs short jobs and returns one finding for every promise.

The checks see what an adapter does on the jobs they run and nothing else; a write to a folder that is
neither the working folder, nor the home folder, nor the temporary folder goes unseen.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from generators.contract import Generator, GeneratorError, GeneratorInfo, Job, LabelMap
from generators.observe import Observed, observe
from generators.probe import frame_limits
from prompts.types import Prompt

Status = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Result of one check."""

    check: str
    status: Status
    message: str
    """What was expected and what came; for a passed check what was seen."""


def check(generator: Generator, job: Job) -> list[Finding]:
    """Run the suite.

    Args:
        generator: the adapter, ready to make clips.
        job: a job that it can make; a second or two of a small picture is enough. It is run up to five times.

    Returns:
        One finding a check, in a fixed order. Later checks are skipped if the job cannot be made at all.
    """
    before = generator.info
    findings = [_check_info(before)]
    try:
        first = observe(generator, job)
    except Exception as error:  # noqa: BLE001
        findings.append(
            Finding("delivers", "failed", f"the job raised {_describe(error)}; expected a delivery")
        )
        return findings
    findings.append(
        Finding("delivers", "passed", f"{type(first.delivery).__name__}, {first.facts.frames} frames")
    )
    findings += [
        test(first, job) for test in (_check_frames, _check_size, _check_count, _check_rate, _check_labels)
    ]
    findings.append(_check_strays(first))
    findings.append(_check_repeatable(generator, job, first))
    findings.append(_check_sensitive(generator, job, first, "seed"))
    findings.append(_check_sensitive(generator, job, first, "prompt"))
    findings.append(_check_refusal(generator, job))
    same = generator.info == before
    findings.append(_verdict("constant-info", same, "info did not change", "info changed while jobs ran"))
    return findings


def _verdict(name: str, good: bool, seen: str, wrong: str) -> Finding:
    return Finding(name, "passed" if good else "failed", seen if good else wrong)


def _describe(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def _check_info(info: GeneratorInfo) -> Finding:
    empty = [name for name in ("method", "configuration", "backbone") if not getattr(info, name)]
    return _verdict(
        "info", not empty, f"{info.method}:{info.configuration}", f"info has empty {', '.join(empty)}"
    )


def _check_frames(seen: Observed, _job: Job) -> Finding:
    if seen.faults:
        return Finding("frames", "failed", "; ".join(seen.faults))
    if seen.peak <= 1:
        return Finding(
            "frames",
            "failed",
            f"largest value is {seen.peak}; frames in 0..1 were cast to uint8; scale by 255",
        )
    return Finding("frames", "passed", "uint8 RGB, values 0 to 255")


def _check_size(seen: Observed, job: Job) -> Finding:
    came, wanted = (seen.facts.width, seen.facts.height), (job.width, job.height)
    return _verdict(
        "size", came == wanted, f"{came[0]}x{came[1]}", f"size is {came}, expected {wanted} (width, height)"
    )


def _check_count(seen: Observed, job: Job) -> Finding:
    low, high = frame_limits(job)
    n = seen.facts.frames
    return _verdict("frame-count", low <= n <= high, f"{n} frames", f"{n} frames, expected {low} to {high}")


def _check_rate(seen: Observed, job: Job) -> Finding:
    fps = seen.facts.fps
    good = math.isclose(fps, job.fps, abs_tol=0.01)
    return _verdict(
        "frame-rate", good, f"{fps:g} fps", f"the delivery states {fps:g} fps, expected {job.fps:g}"
    )


def _check_labels(seen: Observed, _job: Job) -> Finding:
    labels: LabelMap | None = seen.delivery.labels
    if labels is None:
        return Finding("labels", "skipped", "no ground truth given")
    shape = (seen.facts.height, seen.facts.width)
    good = labels.dtype == np.uint8 and labels.shape == shape and int(labels.max(initial=0)) <= 3
    came = f"{labels.dtype} {labels.shape}, largest {labels.max(initial=0)}"
    wrong = f"labels are {came}; expected uint8 {shape}, 0 to 3"
    return _verdict("labels", good, "uint8, the frame's size, 0 to 3", wrong)


def _check_strays(seen: Observed) -> Finding:
    wrong = f"wrote outside the workspace: {', '.join(seen.strays)}"
    return _verdict("workspace-only", not seen.strays, "nothing written elsewhere", wrong)


def _guarded(name: str, body: Callable[[], Finding]) -> Finding:
    try:
        return body()
    except Exception as error:  # noqa: BLE001
        return Finding(name, "failed", f"raised {_describe(error)}; expected a delivery")


def _check_repeatable(generator: Generator, job: Job, first: Observed) -> Finding:
    def body() -> Finding:
        same = observe(generator, job).digest == first.digest
        return _verdict(
            "repeatable",
            same,
            "same job, same frames",
            "the same job gave other frames; seed everything by it",
        )

    return _guarded("repeatable", body)


def _check_sensitive(
    generator: Generator, job: Job, first: Observed, what: Literal["seed", "prompt"]
) -> Finding:
    name = f"{what}-matters"
    if not generator.info.prompts_matter:
        return Finding(name, "skipped", "the clips exist already (prompts_matter is false)")
    other = replace(job, seed=job.seed + 1) if what == "seed" else replace(job, prompt=_other_prompt(job))

    def body() -> Finding:
        differs = observe(generator, other).digest != first.digest
        return _verdict(
            name, differs, f"another {what}, other frames", f"another {what} gave the same frames"
        )

    return _guarded(name, body)


def _other_prompt(job: Job) -> Prompt:
    text = "A wide waterfall drops over a dark cliff into a round pool, morning light, mist at its foot."
    return replace(
        job.prompt,
        id=f"{job.prompt.id}-other",
        text=text,
        medium="waterfall",
        regime="falling_water",
        direction="down",
    )


def _check_refusal(generator: Generator, job: Job) -> Finding:
    """An impossible request must end in a GeneratorError that says what to do."""
    if generator.info.prompts_matter:
        impossible, what = replace(job, width=0, height=-1), "a picture of 0x-1 pixels"
    else:
        impossible, what = (
            replace(job, prompt=replace(job.prompt, id="no-such-prompt")),
            "a prompt without a clip",
        )
    try:
        observe(generator, impossible)
    except GeneratorError as error:
        return _verdict("refuses", bool(str(error)), f"{what}: {error}", "GeneratorError without a message")
    except Exception as error:  # noqa: BLE001
        return Finding(
            "refuses", "failed", f"{what} raised {_describe(error)}; expected GeneratorError with what to do"
        )
    return Finding("refuses", "failed", f"{what} was delivered; expected GeneratorError")

"""What cannot be made must be refused, soon and in words: no crash, no endless run, no memory used up."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from generators.contract import FrameStream, Generator, GeneratorError, GeneratorInfo, Job
from generators.findings import Finding, describe, verdict
from generators.limits import SIDES
from generators.meter import MEBI, TooLong, at_most, deadline
from generators.watch import living_in

PATIENCE_S = 20.0
"""A refusal may take so long; loading a network first is allowed."""
_ROOM = 8192 * MEBI
"""Memory that a request may take before it is refused, so that an absurd one cannot fill the machine."""


def refusals(generator: Generator, job: Job) -> Iterator[Finding]:
    """Ask for what is impossible, then for what is absurd.

    Args:
        generator: the adapter.
        job: a job that it has made; each request differs from it in one thing.
    """
    for name, requests in (("refuses", _impossible), ("out-of-range", _absurd)):
        asked = requests(generator.info, job)
        yield (
            _all_refused(name, generator, asked)
            if asked
            else Finding(name, "skipped", "the clips exist already (prompts_matter is false)")
        )


def _impossible(info: GeneratorInfo, job: Job) -> dict[str, Job]:
    if not info.prompts_matter:
        return {"a prompt without a clip": replace(job, prompt=replace(job.prompt, id="no-such-prompt"))}
    asked = {"a picture of 0x-1 pixels": replace(job, width=0, height=-1)}
    if info.size:
        other = info.size[0] + 16, info.size[1] + 16
        asked[f"a picture of {other[0]}x{other[1]} pixels"] = replace(job, width=other[0], height=other[1])
    if info.fps:
        asked[f"{info.fps + 1:g} frames a second"] = replace(job, fps=info.fps + 1)
    return asked


def _absurd(info: GeneratorInfo, job: Job) -> dict[str, Job]:
    if not info.prompts_matter:
        return {}
    side = 100 * SIDES.stop
    return {
        f"a picture of {side}x{side} pixels": replace(job, width=side, height=side),
        "a clip of a billion seconds": replace(job, seconds=1e9),
        "a clip of -1 seconds": replace(job, seconds=-1.0),
        "a clip of nan seconds": replace(job, seconds=math.nan),
    }


def _all_refused(name: str, generator: Generator, asked: dict[str, Job]) -> Finding:
    answers = {what: _answer(generator, job) for what, job in asked.items()}
    wrong = [f"{what} {fault}" for what, (fault, _) in answers.items() if fault]
    seen = f"refused {', '.join(asked)}; the last one so: {list(answers.values())[-1][1]}"
    return verdict(name, not wrong, seen, f"{'; '.join(wrong)}; expected GeneratorError with what to do")


def _answer(generator: Generator, job: Job) -> tuple[str, str]:
    """What is wrong with the answer to a request, or the message with which it was refused."""
    try:
        with deadline(PATIENCE_S), at_most(_ROOM):
            came = _first_piece(generator, job)
    except GeneratorError as error:
        return ("", str(error)) if str(error) else ("was refused without a message", "")
    except TooLong:
        return f"was still being made after {PATIENCE_S:g} s", ""
    except Exception as error:  # noqa: BLE001
        return f"raised {describe(error)}", ""
    return f"was begun ({came})", ""


def _first_piece(generator: Generator, job: Job) -> str:
    """Ask for the clip and for the first block of its stream, no more."""
    with tempfile.TemporaryDirectory(prefix="conformance-") as name:
        root = Path(name)
        workspace, elsewhere = root / "workspace", root / "elsewhere"
        workspace.mkdir()
        elsewhere.mkdir()
        with living_in(elsewhere):
            delivery = generator.generate(job, workspace)
            if isinstance(delivery, FrameStream):
                next(iter(delivery.blocks), None)
                return "frames came"
            return type(delivery).__name__

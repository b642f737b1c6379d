"""Does an adapter keep the contract? A library: it runs short jobs and returns one finding for every promise.

The checks see what an adapter does on the jobs they run and nothing else. A write by a library in C to a
folder that is neither the working folder, nor the home folder, nor the temporary folder goes unseen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from generators.behaviour import behaviour
from generators.contract import Generator, GeneratorInfo, Job
from generators.findings import Finding, describe, verdict
from generators.observe import Observed, observe
from generators.probe import frame_limits
from prompts.types import Prompt

SHORT_S = 2.0
"""Length of a job for the suite, seconds of video."""
SMALL = (160, 96)
"""Picture of a job for the suite where the generator makes any, pixels."""

_PROMPT = Prompt(
    id="conformance",
    text="Clear river water slides over round stones, low morning sun, the camera stands still.",
    medium="river",
    regime="channel_flow",
    direction="left",
    support="stones",
    light="dawn",
    must_not_move=("stones",),
)


def short_job(info: GeneratorInfo, seconds: float = SHORT_S) -> Job:
    """A job that costs little, in the format that the generator makes."""
    width, height = info.size or SMALL
    return Job(_PROMPT, 0, seconds, info.fps or 16.0, width, height)


def check(generator: Generator, job: Job) -> list[Finding]:
    """Run the suite.

    Args:
        generator: the adapter, ready to make clips.
        job: a job that it can make, see :func:`short_job`. It is run up to seven times, once at double
            length.

    Returns:
        One finding a check, in a fixed order. Later checks are left out if the job cannot be made at all.
    """
    before = generator.info
    findings = [_check_info(before)]
    try:
        first = observe(generator, job)
    except Exception as error:  # noqa: BLE001
        message = f"the job raised {describe(error)}; expected a delivery"
        return [*findings, Finding("delivers", "failed", message)]
    message = f"{first.kind}, {first.facts.frames} frames"
    findings.append(Finding("delivers", "passed", message))
    findings += [
        test(first, job) for test in (_check_frames, _check_size, _check_count, _check_rate, _check_labels)
    ]
    findings += behaviour(generator, job, first)
    same = generator.info == before
    findings.append(verdict("constant-info", same, "info did not change", "info changed while jobs ran"))
    return findings


def failures(findings: Sequence[Finding]) -> str:
    """One line for each failed check, for the message of a test; empty if all is well."""
    return "\n".join(f"{item.check}: {item.message}" for item in findings if item.status == "failed")


def _check_info(info: GeneratorInfo) -> Finding:
    empty = [name for name in ("method", "configuration", "backbone") if not getattr(info, name)]
    seen = f"{info.method}:{info.configuration} on backbone {info.backbone}"
    return verdict("info", not empty, seen, f"info has empty {', '.join(empty)}")


def _check_frames(seen: Observed, _job: Job) -> Finding:
    if seen.faults:
        return Finding("frames", "failed", "; ".join(seen.faults))
    if seen.peak <= 1:
        message = f"largest value is {seen.peak}; frames in 0..1 were cast to uint8; scale by 255"
        return Finding("frames", "failed", message)
    return Finding("frames", "passed", "uint8 RGB, values 0 to 255")


def _check_size(seen: Observed, job: Job) -> Finding:
    came, wanted = (seen.facts.width, seen.facts.height), (job.width, job.height)
    wrong = f"size is {came}, expected {wanted} (width, height)"
    return verdict("size", came == wanted, f"{came[0]}x{came[1]}", wrong)


def _check_count(seen: Observed, job: Job) -> Finding:
    low, high = frame_limits(job)
    n = seen.facts.frames
    return verdict("frame-count", low <= n <= high, f"{n} frames", f"{n} frames, expected {low} to {high}")


def _check_rate(seen: Observed, job: Job) -> Finding:
    fps = seen.facts.fps
    good = math.isclose(fps, job.fps, abs_tol=0.01)
    wrong = f"the delivery states {fps:g} fps, expected {job.fps:g}"
    return verdict("frame-rate", good, f"{fps:g} fps", wrong)


def _check_labels(seen: Observed, _job: Job) -> Finding:
    labels = seen.labels
    if labels is None:
        return Finding("labels", "skipped", "no ground truth given")
    shape = (seen.facts.height, seen.facts.width)
    good = labels.dtype == np.uint8 and labels.shape == shape and int(labels.max(initial=0)) <= 3
    came = f"{labels.dtype} {labels.shape}, largest {labels.max(initial=0)}"
    wrong = f"labels are {came}; expected uint8 {shape}, 0 to 3"
    return verdict("labels", good, "uint8, the frame's size, 0 to 3", wrong)

"""What may be asked of a generator. Beyond lies a slip of the keyboard: an endless run or no memory left."""

from __future__ import annotations

import math

from generators.contract import GeneratorError, GeneratorInfo, Job

MAX_SECONDS = 3600.0
MAX_FPS = 120.0
SIDES = range(16, 8193)
"""Width and height, pixels."""


def check_job(job: Job, info: GeneratorInfo) -> None:
    """Refuse a job that no generator makes, and one in another format than this generator's only one.

    Args:
        job: what is asked for.
        info: who is asked; its ``size`` and ``fps`` are held against the job.

    Raises:
        GeneratorError: names every fault, what was expected and what came.
    """
    faults = [*range_faults(job), *format_faults(info, (job.width, job.height), job.fps)]
    if faults:
        raise GeneratorError(f"{info.method}: {'; '.join(faults)}")


def range_faults(job: Job) -> list[str]:
    """What no generator makes; empty for a sensible job."""
    faults = []
    if not 0 < job.seconds <= MAX_SECONDS:  # so that NaN is refused too
        faults.append(f"expected a length above 0 and up to {MAX_SECONDS:g} seconds, got {job.seconds:g}")
    if not 1 <= job.fps <= MAX_FPS:
        faults.append(f"expected 1 to {MAX_FPS:g} frames a second, got {job.fps:g}")
    if job.width not in SIDES or job.height not in SIDES:
        wanted = f"{SIDES.start} to {SIDES.stop - 1} pixels a side"
        faults.append(f"expected a picture of {wanted}, got {job.width}x{job.height}")
    return faults


def format_faults(info: GeneratorInfo, size: tuple[int, int] | None, fps: float | None) -> list[str]:
    """How a format differs from the only one that a generator makes; None stands for no wish."""
    faults = []
    if info.size and size and size != info.size:
        faults.append(f"it makes {_text(info.size)} pictures only, got {_text(size)}")
    if info.fps and fps is not None and not math.isclose(fps, info.fps, abs_tol=1e-3):
        faults.append(f"it makes {info.fps:g} frames a second only, got {fps:g}")
    return faults


def _text(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"

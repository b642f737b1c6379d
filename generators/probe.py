"""What a finished video file really holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from generators.contract import FRAME_TOLERANCE_S, GeneratorError, Job


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Counted by reading the file, not taken from its header."""

    width: int
    height: int
    fps: float
    """Average frame rate, frames a second; 0 where the container does not tell."""
    frames: int


def probe(path: Path) -> FileFacts:
    """Open a file and decode its video stream.

    Raises:
        GeneratorError: missing, empty or not a video that can be decoded.
    """
    import av

    if not path.is_file() or path.stat().st_size == 0:
        raise GeneratorError(
            f"{path.name} is {'empty' if path.is_file() else 'missing'}; expected a video file"
        )
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise GeneratorError(f"{path.name} has no video stream")
            stream = container.streams.video[0]
            frames = sum(1 for _ in container.decode(stream))
            rate = float(stream.average_rate or 0)
            return FileFacts(stream.codec_context.width, stream.codec_context.height, rate, frames)
    except av.FFmpegError as error:
        raise GeneratorError(f"{path.name} is not a readable video: {error.strerror}") from error


def frame_limits(job: Job) -> tuple[int, int]:
    """Fewest and most frames that a delivery for the job may have."""
    slack = round(FRAME_TOLERANCE_S * job.fps)
    return max(1, job.frame_count - slack), job.frame_count + slack


def mismatches(facts: FileFacts, job: Job) -> list[str]:
    """How a file differs from what a job asked for; empty if it fits."""
    low, high = frame_limits(job)
    faults = []
    if (facts.width, facts.height) != (job.width, job.height):
        faults.append(f"size is {facts.width}x{facts.height}, expected {job.width}x{job.height}")
    if abs(facts.fps - job.fps) > 0.01:
        faults.append(f"frame rate is {facts.fps:g}, expected {job.fps:g}")
    if not low <= facts.frames <= high:
        faults.append(f"{facts.frames} frames, expected {low} to {high}")
    return faults

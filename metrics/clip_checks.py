"""What makes a clip unreadable, and how it is told."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import av

from metrics.errors import ClipError

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

    from metrics.clip import ClipHeader
    from metrics.clip_time import Clock

_AGAIN = "copy, download or encode it again"
_CONVERT = "convert it to mp4, for example: ffmpeg -i INPUT -c:v libx264 -crf 12 OUTPUT.mp4"


def check_path(path: Path) -> None:
    """Refuse what is not a file with bytes in it before any decoder sees it."""
    if path.is_dir():
        raise ClipError(path, "expected a video file, got a folder", "name the clips inside it")
    if not path.exists():
        raise ClipError(path, "no such file", "check the path")
    if not path.is_file():
        raise ClipError(path, "expected a video file, got a device or pipe", "write the clip to a file first")
    if not os.access(path, os.R_OK):
        raise ClipError(path, "not allowed to read it", "change its permissions, for example: chmod u+r FILE")
    if path.stat().st_size == 0:
        raise ClipError(path, "expected a video, got an empty file (0 bytes)", _AGAIN)


def pick_stream(path: Path, container: InputContainer) -> VideoStream:
    """Choose the first video stream that is not a cover picture."""
    moving = [s for s in container.streams.video if not s.disposition & av.stream.Disposition.attached_pic]
    if moving:
        return moving[0]
    found = ", ".join(sorted({str(s.type) for s in container.streams})) or "nothing"
    raise ClipError(path, f"expected a video stream, found only: {found}", "name a clip with moving pictures")


def explained(fault: BaseException, path: Path, frames: int) -> BaseException:
    """Put a decoder's or the system's fault into a ClipError; anything else comes back as it is."""
    if isinstance(fault, ClipError) or not isinstance(fault, Exception):
        return fault
    if isinstance(fault, StopIteration):
        return ClipError(path, "no frame could be decoded", _AGAIN)
    if isinstance(fault, (av.FFmpegError, OSError)):
        words = fault.strerror or type(fault).__name__
        if frames:
            return ClipError(path, f"corrupt: {frames} frames could be decoded, then: {words}", _AGAIN)
        return ClipError(path, f"expected a video, but the decoder says: {words}", f"{_AGAIN}, or {_CONVERT}")
    if isinstance(fault, ValueError):
        return ClipError(path, f"the decoder refused it: {fault}", _CONVERT)
    return fault


def check_complete(header: ClipHeader, clock: Clock) -> None:
    """Refuse a clip that ends well before its header says: by 2 % or half a second, and a frame.

    Both promises must be broken where both exist: edit lists hide frames that the count still includes, and a
    last frame can be held longer than a mean interval.
    """
    frames, duration = header.promised_frames, header.promised_duration_s
    interval = clock.mean_interval_s
    broken = []
    if frames is not None:
        broken.append(_ends_early(frames * interval, clock.frames * interval, clock))
    if duration is not None:
        broken.append(_ends_early(duration, clock.end_s, clock))
    if not broken or not all(broken):
        return
    said = f"{duration:.2f} s" if frames is None else f"{frames} frames"
    got = f"{clock.frames} ({clock.duration_s:.2f} s)"
    raise ClipError(header.path, f"truncated: header says {said}, {got} could be decoded", _AGAIN)


def _ends_early(promised_s: float, end_s: float, clock: Clock) -> bool:
    lacking_s = promised_s - end_s
    return lacking_s > 1.5 * clock.mean_interval_s and lacking_s > min(0.02 * promised_s, 0.5)

"""What makes a clip unreadable, and how it is told."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

import av

from metrics.errors import ClipError

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

    from metrics.clip_facts import ClipHeader
    from metrics.clip_time import Clock

# StopIteration: a stream without frames. ValueError: names and settings that PyAV cannot pass on.
DECODER_FAULTS = (av.FFmpegError, OSError, ValueError, StopIteration)

_AGAIN = "copy, download or encode it again"
_CONVERT = "if it plays elsewhere, convert it: ffmpeg -i INPUT -c:v libx264 -crf 12 OUTPUT.mp4"


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
    kinds = {"cover picture" if s.type == "video" else str(s.type) for s in container.streams}
    found = ", ".join(sorted(kinds)) or "nothing"
    raise ClipError(path, f"expected a video stream, found only: {found}", "name a clip with moving pictures")


def unopened(fault: BaseException, path: Path) -> ClipError:
    """Say why no first frame came."""
    if isinstance(fault, StopIteration):
        return ClipError(path, "expected a video, but it holds no frame that can be decoded", _AGAIN)
    if isinstance(fault, av.FFmpegError) and fault.errno == errno.EINVAL:
        return ClipError(path, "expected a video container, got a playlist or still picture", _CONVERT)
    if isinstance(fault, av.error.InvalidDataError) and path.is_file() and _has_mp4_start(path):
        return ClipError(path, "truncated: this mp4 lacks its index, so it was cut off while written", _AGAIN)
    return ClipError(path, f"expected a video, but the decoder says: {_words(fault)}", _CONVERT)


def damaged(header: ClipHeader, frames: int, fault: BaseException | None, *, more: bool) -> ClipError:
    """Say where decoding broke off; ``more`` tells whether packets follow, so it was not cut off there."""
    words = _words(fault) if fault else "a damaged frame"
    kind = "corrupt" if more else "truncated"
    said = f"header says {header.promised_frames} frames, " if header.promised_frames else ""
    return ClipError(header.path, f"{kind}: {said}{frames} could be decoded, then: {words}", _AGAIN)


def _words(fault: BaseException) -> str:
    return getattr(fault, "strerror", None) or str(fault) or type(fault).__name__


def _has_mp4_start(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(8)[4:] == b"ftyp"


def check_complete(header: ClipHeader, clock: Clock) -> None:
    """Refuse a clip that ends well before its header says: by 2 % or half a second, and a frame.

    Both promises must be broken where both exist: edit lists hide frames that the count still includes, and a
    last frame can be held longer than a mean interval.
    """
    if header.container == "gif":
        check_gif_end(header.path)
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


def check_gif_end(path: Path) -> None:
    """Refuse a GIF without its end mark: GIFs promise no length, so a cut one reads like a short one."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - 4096))
        tail = stream.read().rstrip(b"\0")
    if not tail.endswith(b";"):
        raise ClipError(path, "truncated: the GIF's end mark is missing", _AGAIN)


def _ends_early(promised_s: float, end_s: float, clock: Clock) -> bool:
    lacking_s = promised_s - end_s
    return lacking_s > 1.5 * clock.mean_interval_s and lacking_s > min(0.02 * promised_s, 0.5)

"""The standing part of a clip's picture, from its key frames."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from steadybench.study.exporting.settings import GREY_YUV

if TYPE_CHECKING:
    from av import VideoFrame

_MOST = 8
"""Key frames that are looked at, spread over the clip."""
_NEAR = 3
"""Code values by which a bar may miss its grey."""


@dataclass(frozen=True, slots=True)
class Still:
    """What stands in a clip."""

    luma: NDArray[np.float32]
    """(H, W), median over the key frames, code values."""
    bars: tuple[int, int, int, int]
    """Rows and columns of neutral grey at top, bottom, left and right."""


def still(path: Path) -> Still:
    """Decode the key frames of a clip.

    Raises:
        ValueError: it cannot be decoded; says why.
    """
    frames = _key_frames(path)
    grey = np.all(np.abs(frames.astype(np.int16) - GREY_YUV[0]) <= _NEAR, axis=0)
    rows, columns = np.all(grey, axis=1), np.all(grey, axis=0)
    bars = (_leading(rows), _leading(rows[::-1]), _leading(columns), _leading(columns[::-1]))
    return Still(np.median(frames, axis=0).astype(np.float32), bars)


def _key_frames(path: Path) -> NDArray[np.uint8]:
    """(T, H, W) luma."""
    import av

    try:
        with av.open(str(path)) as container:
            video = container.streams.video[0]
            video.codec_context.skip_frame = "NONKEY"
            found = [_luma(frame) for frame in container.decode(video)]
    except (av.error.FFmpegError, IndexError) as error:
        raise ValueError(f"it cannot be decoded ({error})") from None
    if not found:
        raise ValueError("it has no picture that can be decoded")
    picked = np.linspace(0, len(found) - 1, min(_MOST, len(found))).round().astype(int)
    return np.stack([found[i] for i in picked])


def _luma(frame: VideoFrame) -> NDArray[np.uint8]:
    plane = frame.planes[0]
    held = np.frombuffer(bytes(plane), np.uint8).reshape(-1, plane.line_size)
    return held[: frame.height, : frame.width]


def _leading(full: NDArray[np.bool_]) -> int:
    """How many stand at the beginning; none where all do, for that is a grey picture and no bar."""
    return 0 if full.all() else int(np.argmin(full))

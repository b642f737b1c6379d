"""Brings every decoded picture into one size, one layout and one set of colours.

A picture that has them already goes through untouched; every other goes through one scaler, and neutral bars
fill what it leaves free.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from steadybench.study.exporting.settings import BT709, GREY_YUV, LIMITED, PIXEL_FORMAT

if TYPE_CHECKING:
    from av import VideoFrame
    from av.video.reformatter import VideoReformatter

Planes: TypeAlias = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]
"""Y (h, w), Cb and Cr (h / 2, w / 2) of one picture, BT.709 limited range."""

# swscale's numbers of matrices by those of ITU-T H.273; all others are read as BT.601, as they are measured.
_MATRICES = {1: 1, 4: 4, 7: 7, 9: 9, 10: 9}
_BT601, _FULL = 5, 2


def fitted(size: tuple[int, int], room: tuple[int, int]) -> tuple[int, int]:
    """Largest even (width, height) of a picture's shape that has room.

    Args:
        size: width and height as displayed, pixels.
        room: even width and height, pixels.
    """
    scale = min(room[0] / size[0], room[1] / size[1])
    width, height = (max(2, 2 * round(side * scale / 2)) for side in size)
    return min(width, room[0]), min(height, room[1])


@dataclass(frozen=True, slots=True)
class Canvas:
    """How the pictures of one clip are placed.

    Args:
        size: width and height of the canvas, even pixels.
        turn: degrees counter-clockwise by which pictures are turned: 0, 90, 180 or 270.
        pixel_aspect: width over height of a pixel of the clip.
    """

    size: tuple[int, int]
    turn: int = 0
    pixel_aspect: float = 1.0

    def fit(self, picture: VideoFrame) -> VideoFrame:
        """Return the picture upright, as large as the canvas takes, in the colours of all clips; no bars."""
        width, height = picture.width * self.pixel_aspect, float(picture.height)
        across = self.turn in (90, 270)
        shown = fitted((round(height), round(width)) if across else (round(width), round(height)), self.size)
        if self._is_ready(picture, shown):
            return picture
        coded = (shown[1], shown[0]) if across else shown
        made = _scaled(picture, coded)
        return as_picture(_turned(planes(made), self.turn)) if self.turn else made

    def place(self, picture: VideoFrame) -> VideoFrame:
        """Add bars to what :meth:`fit` returned; the same picture where there are none."""
        if (picture.width, picture.height) == self.size:
            return picture
        left, top = ((room - own) // 4 * 2
                     for room, own in zip(self.size, (picture.width, picture.height), strict=True))
        width, height = self.size
        made = []
        for plane, value, share in zip(planes(picture), GREY_YUV, (1, 2, 2), strict=True):
            whole = np.full((height // share, width // share), value, np.uint8)
            rows, columns = plane.shape
            whole[top // share:top // share + rows, left // share:left // share + columns] = plane
            made.append(whole)
        return as_picture((made[0], made[1], made[2]))

    def _is_ready(self, picture: VideoFrame, shown: tuple[int, int]) -> bool:
        return (
            not self.turn and (picture.width, picture.height) == shown
            and picture.format.name == PIXEL_FORMAT
            and int(picture.colorspace) == BT709 and int(picture.color_range) != _FULL
        )  # fmt: skip


def planes(picture: VideoFrame) -> Planes:
    """Views of an 8-bit 4:2:0 picture's planes, valid as long as it lives."""
    y, u, v = (
        np.frombuffer(plane, np.uint8)[: plane.height * plane.line_size]  # type: ignore[call-overload]
        .reshape(plane.height, plane.line_size)[:, : plane.width]
        for plane in picture.planes
    )
    return y, u, v


def as_picture(own: Planes) -> VideoFrame:
    """Return a picture that holds a copy of the planes."""
    from av import VideoFrame

    height, width = own[0].shape
    picture = VideoFrame(width, height, PIXEL_FORMAT)
    for target, source in zip(planes(picture), own, strict=True):
        target[:] = source
    picture.colorspace, picture.color_range = BT709, LIMITED
    return picture


def _scaled(picture: VideoFrame, size: tuple[int, int]) -> VideoFrame:
    from av.video.reformatter import Interpolation

    from metrics import clip_pixels

    is_rgb = clip_pixels.is_rgb(picture)
    return _scaler().reformat(
        picture, width=size[0], height=size[1], format=PIXEL_FORMAT,
        src_colorspace=BT709 if is_rgb else _MATRICES.get(int(picture.colorspace), _BT601),
        dst_colorspace=BT709,
        src_color_range=_FULL if clip_pixels.is_full_range(picture) else LIMITED, dst_color_range=LIMITED,
        interpolation=Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
        | Interpolation.FULL_CHR_H_INP | Interpolation.BITEXACT,
        threads=1,
    )  # fmt: skip


@lru_cache(maxsize=1)
def _scaler() -> VideoReformatter:
    from av.video.reformatter import VideoReformatter

    return VideoReformatter()


def _turned(own: Planes, turn: int) -> Planes:
    y, u, v = (np.rot90(plane, turn // 90) for plane in own)
    return y, u, v

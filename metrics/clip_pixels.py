"""From a decoded frame to arrays: luma for geometry and texture, RGB for colour."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import av

Plane: TypeAlias = NDArray[Any]
"""One picture component, (h, w) or (h, w, 2) where chroma is interleaved; uint8, or uint16 above 8 bits."""

# Layouts whose planes can be read where the decoder left them; everything else goes through swscale.
_PLAIN = re.compile(r"(yuv[aj]?4\d\dp(\d+le)?|nv(12|16|24)|gray(8|\d+le)?)")
_JPEG_RANGE, _MPEG_RANGE = 2, 1
# Luma weights (red, blue) by the code points of ITU-T H.273; unspecified (2) is read as BT.601, which is
# what FFmpeg writes and reads by default at any size.
_BT601 = (0.299, 0.114)
_KR_KB = {1: (0.2126, 0.0722), 4: (0.30, 0.11), 7: (0.212, 0.087), 9: (0.2627, 0.0593), 10: (0.2627, 0.0593)}
_MATRIX_NAMES = {1: "bt709", 4: "fcc", 7: "smpte240m", 9: "bt2020", 10: "bt2020"}
_TURNS = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_CLOCKWISE}


def is_rgb(frame: av.VideoFrame) -> bool:
    """Tell red-green-blue and palette formats, which carry no luma plane, from the rest."""
    return frame.format.is_rgb or frame.format.has_palette


def is_full_range(frame: av.VideoFrame) -> bool:
    """Tell whether code values span 0 to the maximum; grey and RGB do unless they say otherwise."""
    name = frame.format.name
    if name.startswith("yuvj") or int(frame.color_range) == _JPEG_RANGE:
        return True
    return (name.startswith("gray") or is_rgb(frame)) and int(frame.color_range) != _MPEG_RANGE


def matrix_name(frame: av.VideoFrame) -> str:
    """Name of the luma-chroma matrix that is applied to this frame."""
    return "rgb" if is_rgb(frame) else _MATRIX_NAMES.get(int(frame.colorspace), "bt601")


def shrunk_size(height: int, width: int, short_side: int) -> tuple[int, int]:
    """(height, width) with the shorter side brought down to ``short_side``; never enlarged, never empty."""
    scale = min(1.0, short_side / min(height, width))
    return max(1, round(height * scale)), max(1, round(width * scale))


def luma(frame: av.VideoFrame, size: tuple[int, int], turn: int) -> NDArray[np.uint8]:
    """Gamma-encoded luma Y', full range 0-255, uint8.

    Args:
        frame: a decoded frame in any pixel format.
        size: (height, width) before rotation, not larger than the frame; area-averaged.
        turn: degrees counter-clockwise by which the result is turned: 0, 90, 180 or 270.

    RGB sources (GIF among them) get BT.601 luma.

    """
    if is_rgb(frame):
        grey = cv2.cvtColor(frame.to_ndarray(format="rgb24"), cv2.COLOR_RGB2GRAY)
        return _turned(_resized(grey, size), turn)
    frame = _plain(frame)
    y = _expanded(_plane(frame, 0), frame.format.components[0].bits, full=is_full_range(frame))
    return _turned(_resized(y, size), turn)


def rgb(frame: av.VideoFrame, size: tuple[int, int], turn: int) -> NDArray[np.uint8]:
    """Gamma-encoded RGB, full range 0-255, uint8 (height, width, 3); arguments as for :func:`luma`.

    The frame's own matrix and range are honoured; its primaries and transfer function are taken as sRGB's.
    """
    if is_rgb(frame):
        return _turned(_resized(frame.to_ndarray(format="rgb24"), size), turn)
    frame = _plain(frame)
    planes = [_resized(p, size).astype(np.float32) for p in _components(frame)]
    bits, full = frame.format.components[0].bits, is_full_range(frame)
    if len(planes) == 1:
        planes += [np.full(size, 1 << (bits - 1), np.float32)] * 2
    matrix = _to_rgb(int(frame.colorspace), bits, full=full)
    mixed = cv2.transform(cv2.merge(planes), matrix)
    return _turned(np.rint(mixed).clip(0, 255).astype(np.uint8), turn)


def _plain(frame: av.VideoFrame) -> av.VideoFrame:
    """Bring the picture into a layout that can be read plane by plane, at 16 bits lest it be rounded."""
    name = frame.format.name
    if _PLAIN.fullmatch(name) and frame.planes[0].line_size > 0:
        return frame
    return frame.reformat(format="gray16le" if name.startswith(("gray", "ya", "mono")) else "yuv444p16le")


def _components(frame: av.VideoFrame) -> list[Plane]:
    """Y alone (grey), or Y, Cb, Cr at their own resolutions."""
    name = frame.format.name
    if name.startswith("gray"):
        return [_plane(frame, 0)]
    if name.startswith("nv"):
        chroma = _plane(frame, 1, interleaved=2)
        return [_plane(frame, 0), np.ascontiguousarray(chroma[..., 0]), np.ascontiguousarray(chroma[..., 1])]
    return [_plane(frame, i) for i in range(3)]


def _plane(frame: av.VideoFrame, index: int, interleaved: int = 1) -> Plane:
    """View of one plane without its line padding; valid only as long as the frame lives."""
    plane = frame.planes[index]
    dtype = np.uint8 if frame.format.components[0].bits <= 8 else np.uint16
    # PyAV's stubs do not declare that planes are buffers.
    flat = np.frombuffer(plane, np.uint8)  # type: ignore[call-overload]
    lines = flat[: plane.height * plane.line_size].reshape(plane.height, plane.line_size).view(dtype)
    view: Plane = lines[:, : plane.width * interleaved]
    return view.reshape(plane.height, plane.width, interleaved) if interleaved > 1 else view


def _expanded(y: Plane, bits: int, *, full: bool) -> NDArray[np.uint8]:
    """Code values to full-range 8 bits; always a copy."""
    if bits == 8:
        return y.copy() if full else _as_u8(cv2.LUT(y, _table(8, full=False)))
    return _table(bits, full=full)[np.minimum(y, (1 << bits) - 1)]


@lru_cache(maxsize=16)
def _table(bits: int, *, full: bool) -> NDArray[np.uint8]:
    codes = np.arange(1 << bits, dtype=np.float64)
    low, span = (0.0, (1 << bits) - 1.0) if full else (16.0 * 2 ** (bits - 8), 219.0 * 2 ** (bits - 8))
    return np.rint((codes - low) * 255.0 / span).clip(0, 255).astype(np.uint8)


@lru_cache(maxsize=32)
def _to_rgb(colorspace: int, bits: int, *, full: bool) -> NDArray[np.float32]:
    """3 x 4 matrix from code values (Y, Cb, Cr, 1) to RGB 0-255, from the definition in ITU-T H.273."""
    kr, kb = _KR_KB.get(colorspace, _BT601)
    kg = 1.0 - kr - kb
    unit, top = 2.0 ** (bits - 8), (1 << bits) - 1.0
    low, y_span, c_span = (0.0, top, top) if full else (16.0 * unit, 219.0 * unit, 224.0 * unit)
    mix = np.array([
        [1.0, 0.0, 2 * (1 - kr)],
        [1.0, -2 * kb * (1 - kb) / kg, -2 * kr * (1 - kr) / kg],
        [1.0, 2 * (1 - kb), 0.0],
    ]) * (255.0 / np.array([y_span, c_span, c_span]))
    offset = -mix @ np.array([low, 128.0 * unit, 128.0 * unit])
    return np.column_stack([mix, offset]).astype(np.float32)


def _resized(picture: Plane, size: tuple[int, int]) -> Plane:
    """Area average on the way down; subsampled chroma is interpolated on the way up."""
    height, width = size
    if picture.shape[:2] == size:
        return picture
    down = height <= picture.shape[0] and width <= picture.shape[1]
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA if down else cv2.INTER_LINEAR)


def _turned(picture: Plane, turn: int) -> NDArray[np.uint8]:
    return _as_u8(cv2.rotate(picture, _TURNS[turn]) if turn else picture)


def _as_u8(picture: Any) -> NDArray[np.uint8]:
    return np.asarray(picture, np.uint8)

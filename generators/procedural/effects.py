"""What the dials do to pictures. All pictures are float32 (H, W, 3), sRGB in 0..1."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from generators.procedural.hashing import stable_hash
from generators.procedural.noise import MovingNoise, Octave, fractal
from generators.procedural.raster import F32, affine, blur, clip, displace, f32, lincomb, smoothstep
from generators.procedural.view import View

_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)


def luma(picture: F32) -> F32:
    """Rec. 709 luma, (H, W, 1)."""
    return f32(picture @ _LUMA)[..., None]


def harden(picture: F32, amount: float, height: int) -> F32:
    """Unsharp mask, local contrast and chroma growth together."""
    fine, local = blur(picture, max(1.0, 0.0025 * height)), blur(picture, 0.02 * height)
    out = (
        picture + (picture - fine) * np.float32(1.5 * amount) + (picture - local) * np.float32(0.35 * amount)
    )
    grey = luma(out)
    return clip(grey + (out - grey) * np.float32(1 + 0.5 * amount))


def fade_tone(picture: F32, amount: float) -> F32:
    """Grey out: less chroma, less contrast, darker."""
    grey = luma(picture)
    less = grey + (picture - grey) * np.float32(max(0.0, 1 - 0.6 * amount))
    flat = np.float32(0.5) + (less - np.float32(0.5)) * np.float32(max(0.0, 1 - 0.25 * amount))
    return clip(flat * np.float32(max(0.0, 1 - 0.15 * amount)))


def soften(picture: F32, amount: float, height: int) -> F32:
    """Gaussian blur of 0.6 % of the frame height at amount 1."""
    return blur(picture, 0.006 * height * amount)


def fine_sigma(height: int) -> float:
    """Scale below which detail counts as fine, pixels."""
    return max(1.2, 0.0042 * height)


def pin(picture: F32, pinned: F32, amount: float, sigma: float) -> F32:
    """Replace the fine detail of a picture by pinned fine detail, keeping its power."""
    angle = 0.5 * math.pi * min(amount, 1.0)
    coarse = blur(picture, sigma)
    fine = lincomb(lincomb(picture, 1.0, coarse, -1.0), math.cos(angle), pinned, math.sin(angle))
    return clip(coarse + fine)


class Boiling:
    """A smooth random warp that never settles."""

    def __init__(self, view: View, tile: F32, seed: int) -> None:
        self._view = view
        rows, columns = view.shape
        self._grid = np.meshgrid(np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32))
        octaves = (Octave(0.22, 0.5), Octave(0.11, 0.3, 0.6))
        self._fields = [
            MovingNoise(tile, stable_hash("boiling", seed, axis), octaves, (view.x, view.y), (0.0, 0.0))
            for axis in (0, 1)
        ]

    def apply(self, picture: F32, amount: float, t: float) -> F32:
        """Warp by 0.8 % of the frame height RMS per axis at amount 1."""
        pixels = 0.008 * amount * self._view.height / math.sqrt(2)
        x, y = (lincomb(g, 1.0, n.at(t), pixels) for g, n in zip(self._grid, self._fields, strict=True))
        return displace(picture, x, y)


class Redraw:
    """Dissolve, patch by patch, into another picture."""

    def __init__(self, view: View, tile: F32, seed: int) -> None:
        self._order = fractal(tile, stable_hash("redraw", seed), view.x, view.y, 0.35, 3)

    def apply(self, picture: F32, other: F32, amount: float) -> F32:
        """Amount 0 is the picture, 1 the other one."""
        edge = np.float32(4.2 - 8.4 * min(amount, 1.0))
        weight = smoothstep(-0.5, 0.5, self._order - edge)[..., None]
        return picture + (other - picture) * weight


def place(
    wide: F32,
    view: View,
    margin: int,
    *,
    shift: tuple[float, float] = (0, 0),
    degrees: float = 0.0,
    zoom: float = 1.0,
) -> F32:
    """Cut a frame out of a picture with a margin after a similarity about the frame's middle.

    Args:
        wide: picture with ``margin`` more pixels on each side.
        view: the frame, without margin.
        margin: pixels.
        shift: how far the camera's aim moves right and down, frame heights.
        degrees: rotation, clockwise in the picture.
        zoom: magnification.
    """
    angle = math.radians(degrees)
    c, s = math.cos(angle) / zoom, math.sin(angle) / zoom
    cx, cy = (view.width - 1) / 2, (view.height - 1) / 2
    ox, oy = margin + cx + shift[0] * view.height, margin + cy + shift[1] * view.height
    matrix: NDArray[np.float64] = np.array([[c, s, ox - c * cx - s * cy], [-s, c, oy + s * cx - c * cy]])
    return affine(wide, matrix, view.width, view.height)


def tremble(seed: int, t: float) -> tuple[float, float]:
    """Camera shake with components between 1.5 and 5 Hz, RMS 1 in the plane; a pure function of time."""
    shifts = []
    for axis in (0, 1):
        phase = stable_hash("shake", seed, axis) % 1000 / 1000
        rates = (1.57, 2.31, 3.47, 4.93)
        total = sum(
            math.sin(2 * math.pi * (rate * (1 + 0.03 * axis) * t + phase * (i + 1)))
            for i, rate in enumerate(rates)
        )
        shifts.append(total / 2.0)
    return shifts[0], shifts[1]

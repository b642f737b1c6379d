"""Things that stand in a landscape: grass, timber, a cabin."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from generators.procedural.painter import Painter, rock_texture
from generators.procedural.raster import F32, Colour, f32


def grass(p: Painter, tufts: Iterable[tuple[float, float, float]], colour: Colour) -> None:
    """Tufts (x, y of the foot, height) of a few blades each."""
    for x, y, height in tufts:
        for _ in range(5):
            lean, length = p.rng.uniform(-0.45, 0.45), height * p.rng.uniform(0.6, 1.1)
            foot, width = x + p.rng.uniform(-0.3, 0.3) * height, max(0.035 * height, 0.0009)
            tip = [foot + lean * length, y - length]
            blade = np.array(
                [
                    [foot - width, y],
                    [foot + 0.4 * lean * length - width, y - 0.6 * length],
                    tip,
                    [foot + 0.4 * lean * length + width, y - 0.6 * length],
                    [foot + width, y],
                ]
            )
            p.stamp(blade, p.jitter(colour, 0.35))


def timber(p: Painter, x0: float, y0: float, x1: float, y1: float, colour: Colour) -> F32:
    """An upright or lying beam with grain; returns its coverage."""
    upright = (y1 - y0) > (x1 - x0)
    grain = p.noise(0.03, 5, 0.7, stretch=(0.5, 9.0) if upright else (9.0, 0.5))
    across = (p.view.x - x0) / (x1 - x0) if upright else (p.view.y - y0) / (y1 - y0)
    round_ = np.clip(0.55 + 0.75 * np.maximum(np.sin(np.clip(across, 0, 1) * math.pi), 0) ** 0.7, 0, 1.3)
    picture = np.clip(f32(f32(colour) * ((1 + 0.22 * grain) * round_)[..., None]), 0, 1)
    box = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
    p.stamp(box, picture)
    coverage: F32 = np.zeros(p.view.shape, np.float32)
    placed = p.polygon(box)
    if placed is not None:
        coverage[placed[0], placed[1]] = placed[2]
    return coverage


def cabin(p: Painter, x: float, foot: float, size: float) -> None:
    """A log cabin seen from the front; its chimney's top is at (x + 0.38 size, foot - 1.06 size)."""
    wall = (
        rock_texture(p, (0.40, 0.28, 0.19), 0.05)
        * f32(0.75 + 0.35 * np.abs(np.sin(p.view.y * (math.pi * 9 / size))))[..., None]
    )
    roof = np.clip(
        f32(f32((0.34, 0.20, 0.17)) * (1 + 0.25 * p.noise(0.02, 4, 0.7, stretch=(1.5, 0.8)))[..., None]), 0, 1
    )
    brick = rock_texture(p, (0.45, 0.33, 0.29), 0.03)
    left, right, eave, top = x - 0.55 * size, x + 0.55 * size, foot - 0.42 * size, foot - 0.88 * size
    _rectangle(p, x + 0.28 * size, foot - 1.06 * size, x + 0.48 * size, eave, brick)
    _rectangle(p, left, eave, right, foot, f32(wall))
    p.stamp(
        np.array(
            [
                [left - 0.1 * size, eave + 0.02],
                [x - 0.35 * size, top],
                [x + 0.35 * size, top],
                [right + 0.1 * size, eave + 0.02],
            ]
        ),
        roof,
    )
    _rectangle(p, x - 0.1 * size, foot - 0.32 * size, x + 0.1 * size, foot, (0.16, 0.11, 0.08))
    for side in (-0.34, 0.34):
        cx, cy, w = x + side * size, foot - 0.24 * size, 0.085 * size
        _rectangle(p, cx - w, cy - w, cx + w, cy + w, (0.93, 0.76, 0.42))
        _rectangle(p, cx - 0.1 * w, cy - w, cx + 0.1 * w, cy + w, (0.2, 0.14, 0.1))
        _rectangle(p, cx - w, cy - 0.1 * w, cx + w, cy + 0.1 * w, (0.2, 0.14, 0.1))


def _rectangle(p: Painter, x0: float, y0: float, x1: float, y1: float, colour: Colour | F32) -> None:
    p.stamp(np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]), colour)

"""Brushes for static backgrounds: sky, ridges, rock, trees, stones, grass, timber.

Everything is placed in scene units with a seeded generator, in an order that does not depend on the picture
size.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from generators.procedural.hashing import generator, stable_hash
from generators.procedural.noise import fractal
from generators.procedural.raster import F32, Colour, clip, f32, over, smoothstep
from generators.procedural.view import View

Points = NDArray[np.float64]
"""Polygon in scene coordinates, float64 (N, 2): x, y."""

_SHIFT = 4
LIGHT = (-0.55, -0.75)
"""Direction toward the light in the picture: upper left."""


class Painter:
    """A canvas of one scene with its noise and its random numbers."""

    def __init__(self, view: View, tile: F32, seed: int) -> None:
        self.view, self.tile, self.seed = view, tile, seed
        self.rng = generator("painter", seed)
        self.canvas: F32 = np.zeros((*view.shape, 3), np.float32)
        self._fields = 0

    @property
    def pixel(self) -> float:
        """Size of a pixel in scene units."""
        return 1.0 / self.view.height

    def noise(
        self,
        wavelength: float,
        octaves: int = 5,
        gain: float = 0.55,
        *,
        stretch: tuple[float, float] = (1.0, 1.0),
        plane: tuple[F32, F32] | None = None,
    ) -> F32:
        """A fresh static noise field over the canvas (or over plane coordinates), deviation about 1."""
        u, v = plane or (self.view.x, self.view.y)
        return fractal(
            self.tile, self.next_key(), f32(u / stretch[0]), f32(v / stretch[1]), wavelength, octaves, gain
        )

    def next_key(self) -> int:
        """Seed of the next noise field."""
        self._fields += 1
        return stable_hash("field", self.seed, self._fields)

    def edge(self, line: F32) -> F32:
        """Coverage of the pixels below a height line: 1 below, 0 above, antialiased."""
        return clip((self.view.y - line) / np.float32(self.pixel) + np.float32(0.5))

    def fill(self, colour: Colour | F32, mask: F32 | float = 1.0) -> None:
        """Blend a colour into the canvas where the mask says so."""
        over(self.canvas, f32(colour), f32(np.broadcast_to(np.asarray(mask, np.float32), self.view.shape)))

    def shade(self, factor: F32, mask: F32 | float = 1.0) -> None:
        """Multiply the canvas's brightness."""
        self.canvas *= (1.0 + (factor - 1.0) * np.asarray(mask, np.float32))[..., None]

    def jitter(self, colour: Colour, amount: float = 0.06) -> Colour:
        """A colour near the given one."""
        r, g, b = (float(np.clip(c * (1 + amount * self.rng.uniform(-1, 1)), 0, 1)) for c in colour)
        return r, g, b

    def polygon(self, points: Points) -> tuple[slice, slice, F32] | None:
        """Antialiased coverage of a polygon and where it lies; None where it is outside the canvas."""
        x, y = self.view.to_pixels(points[:, 0], points[:, 1])  # type: ignore[arg-type]
        rows, columns = self.view.shape
        x0, y0 = max(0, math.floor(np.min(x)) - 1), max(0, math.floor(np.min(y)) - 1)
        x1, y1 = min(columns, math.ceil(np.max(x)) + 2), min(rows, math.ceil(np.max(y)) + 2)
        if x0 >= x1 or y0 >= y1:
            return None
        mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
        fixed = np.round((np.stack([x - x0, y - y0], axis=1)) * 2**_SHIFT).astype(np.int32)
        cv2.fillPoly(mask, [fixed], 255, lineType=cv2.LINE_AA, shift=_SHIFT)
        return slice(y0, y1), slice(x0, x1), f32(mask / 255.0)

    def stamp(self, points: Points, colour: Colour | F32, opacity: float = 1.0) -> None:
        """Fill a polygon with a colour, or with the matching part of a full-size picture."""
        placed = self.polygon(points)
        if placed is None:
            return
        rows, columns, mask = placed
        paint = f32(colour)
        over(
            self.canvas[rows, columns],
            paint[rows, columns] if paint.ndim == 3 else paint,
            mask * np.float32(opacity),
        )


def sky(p: Painter, top: Colour, bottom: Colour, end: float = 0.6, cloudiness: float = 0.25) -> None:
    """Vertical gradient with soft still haze; ``end`` is where the bottom colour is reached."""
    w = smoothstep(0.0, end, p.view.y)[..., None]
    p.canvas[:] = f32(top) * (1 - w) + f32(bottom) * w
    haze = smoothstep(0.2, 2.2, p.noise(0.5, 5, stretch=(2.5, 0.8)))
    p.fill((0.94, 0.94, 0.95), haze * np.float32(cloudiness))


def height_line(p: Painter, base: float, relief: float, wavelength: float, octaves: int = 7) -> F32:
    """Fractal skyline: y of the line in every column, float32 (1, W)."""
    x = p.view.x[:2]
    return f32(base - relief * fractal(p.tile, p.next_key(), x, np.zeros_like(x), wavelength, octaves, 0.5))[
        :1
    ]


def ridge(p: Painter, line: F32, colour: Colour, haze: Colour, distance: float) -> None:
    """A mountain or hill side below a skyline, lit from the upper left, hazier with distance (0..1)."""
    mask = p.edge(line)
    relief = p.noise(0.2, 6, 0.5, stretch=(1.0, 0.8))
    slope = f32(np.gradient(relief, axis=1)) * p.view.height / 60.0
    lit = np.clip(1.0 + 0.35 * slope + 0.12 * relief, 0.35, 1.7)
    body = f32(colour) * lit[..., None] * (1 - distance) + f32(haze) * distance
    p.fill(f32(body), mask)


def conifers(
    p: Painter, line: Callable[[float], float], count: int, size: tuple[float, float], colour: Colour
) -> None:
    """Firs with ragged edges; ``line`` gives the foot's y at an x; smaller (farther) ones are drawn first."""
    heights = np.sort(p.rng.uniform(size[0], size[1], count))
    places = p.rng.uniform(-1.9, 1.9, count)
    for height, x in zip(heights, places, strict=True):
        foot = line(float(x)) + 0.01
        shape = _fir(p.rng, float(x), foot, float(height))
        p.stamp(shape, p.jitter(colour, 0.25))
        lit = shape[shape[:, 0] <= x]
        if len(lit) > 2:
            p.stamp(lit, p.jitter((colour[0] * 1.5, colour[1] * 1.5, colour[2] * 1.35), 0.1), 0.6)


def _fir(rng: np.random.Generator, x: float, foot: float, height: float) -> Points:
    tiers = 7
    level = np.repeat(np.linspace(0.0, 1.0, tiers), 2)[1:]
    reach = height * 0.22 * (0.08 + level)
    reach[1::2] *= 0.55
    reach = reach * rng.uniform(0.8, 1.2, len(reach))
    y = foot - height * (1 - level * 0.97)
    left = np.stack([x - reach, y], 1)
    right = np.stack([x + reach * rng.uniform(0.8, 1.2, len(reach)), y], 1)
    return np.concatenate([[[x, foot - height]], left, right[::-1]])


def rock_texture(p: Painter, colour: Colour, scale: float = 0.12, strata: float = 0.0) -> F32:
    """A picture of bare rock: lit relief, cracks, stains; ``strata`` adds bedding planes."""
    relief = p.noise(scale, 6, 0.52)
    warp = p.noise(0.4, 3)
    bedding = np.sin((p.view.y + 0.035 * warp + 0.12 * p.view.x) * (2 * math.pi / 0.075)) + 0.5 * p.noise(
        0.05, 4, stretch=(6, 0.5)
    )
    cracks = smoothstep(0.10, 0.0, np.abs(p.noise(scale * 1.7, 4, 0.5, stretch=(0.7, 1.5))))
    gy, gx = np.gradient(relief + strata * bedding)
    lit = 1.0 + (LIGHT[0] * gx + LIGHT[1] * gy) * (-p.view.height / 75.0)
    tone = np.clip(lit, 0.35, 1.8) * (1 + 0.10 * warp) * (1 - 0.5 * cracks)
    stain = smoothstep(0.3, 1.6, p.noise(0.3, 4))[..., None]
    body = f32(colour) * (1 - 0.35 * stain) + f32((0.30, 0.29, 0.20)) * (0.35 * stain)
    return np.clip(f32(body * tone[..., None]), 0.0, 1.0)


def ground_texture(
    p: Painter, colour: Colour, plane: tuple[F32, F32], grain: float = 0.05, relief: float = 1.0
) -> F32:
    """A picture of soil, sand or turf lying on the ground plane."""
    coarse, fine = p.noise(0.45, 4, plane=plane), p.noise(grain, 4, 0.75, plane=plane)
    gy, gx = np.gradient(fine)
    lit = 1.0 + relief * (0.16 * coarse + 0.10 * fine + np.clip(-(gx + gy), -1, 1) * 0.28)
    return np.clip(f32(f32(colour) * np.clip(lit, 0.3, 1.8)[..., None]), 0.0, 1.0)


def stones(p: Painter, places: Iterable[tuple[float, float, float]], texture: F32) -> None:
    """Boulders (x, y, radius) with facets of light and a shadow at their foot, drawn in order."""
    for x, y, radius in places:
        outline = _boulder(p.rng, x, y, radius)
        p.stamp(outline * [1.0, 0.45] + [radius * 0.12, 0.55 * y + radius * 0.42], (0.05, 0.05, 0.05), 0.45)
        placed = p.polygon(outline)
        tint = p.rng.uniform(0.7, 1.25)
        if placed is None:
            continue
        rows, columns, mask = placed
        dx, dy = (p.view.x[rows, columns] - x) / radius, (p.view.y[rows, columns] - y) / (radius * 0.75)
        lit = np.clip(0.85 + 0.5 * (LIGHT[0] * dx + LIGHT[1] * dy), 0.25, 1.5) * tint
        over(p.canvas[rows, columns], np.clip(f32(texture[rows, columns] * lit[..., None]), 0, 1), mask)


def _boulder(rng: np.random.Generator, x: float, y: float, radius: float) -> Points:
    angle = np.sort(rng.uniform(0, 2 * math.pi, 13))
    reach = radius * rng.uniform(0.82, 1.08, 13)
    return np.stack([x + reach * np.cos(angle), y + 0.75 * reach * np.sin(angle)], 1)

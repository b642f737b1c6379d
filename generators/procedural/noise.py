"""Noise for backgrounds and moving media.

One periodic tile of band-limited Gaussian noise per scene is enough: an octave is that tile sampled at its
own scale and a random offset. A *moving* octave cross-fades between slices, each with a fresh random
offset, while the flow carries them. The state is a function of time alone (any frame can be drawn first),
the variance is constant, and the pattern never comes back.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from generators.procedural.hashing import generator, stable_hash, uniform
from generators.procedural.raster import F32, f32, lincomb, remap, resize, smoothstep

TILE = 512
TEXELS_PER_WAVE = 16.0


def band_tile(seed: int) -> F32:
    """Periodic Gaussian noise, shape (TILE, TILE), mean 0, deviation 1, one octave around TEXELS_PER_WAVE."""
    white = generator("tile", seed).standard_normal((TILE, TILE))
    fy, fx = np.meshgrid(np.fft.fftfreq(TILE), np.fft.rfftfreq(TILE), indexing="ij")
    octaves_off = np.log2(np.maximum(np.hypot(fx, fy), 1e-6) * TEXELS_PER_WAVE)
    tile = np.fft.irfft2(np.fft.rfft2(white) * np.exp(-0.5 * (octaves_off / 0.45) ** 2), s=(TILE, TILE))
    return f32((tile - tile.mean()) / tile.std())


def _resolvable(u: F32, v: F32) -> F32:
    """Share of an octave that the pixel grid can carry: 1 where well sampled, 0 where it would alias."""
    step = np.maximum.reduce([np.abs(d) for c in (u, v) for d in np.gradient(c)])
    return smoothstep(8.0, 4.0, f32(step))


def fractal(tile: F32, seed: int, u: F32, v: F32, wavelength: float, octaves: int, gain: float = 0.5) -> F32:
    """Static multi-octave noise at plane coordinates (frame heights), same shape, deviation about 1.

    Args:
        tile: from :func:`band_tile`.
        seed: picks the offsets.
        u: horizontal plane coordinate.
        v: vertical plane coordinate; scale it to stretch the pattern.
        wavelength: of the first octave, frame heights; each next octave is half as long.
        octaves: how many.
        gain: amplitude of an octave over that of the one before.
    """
    offsets = uniform(stable_hash("fractal", seed), np.arange(2 * octaves)) * TILE
    total = np.zeros_like(u)
    power = 0.0
    for i in range(octaves):
        k = np.float32(TEXELS_PER_WAVE * 2.0**i / wavelength)
        mu, mv = u * k + np.float32(offsets[2 * i]), v * k + np.float32(offsets[2 * i + 1])
        total += np.float32(gain**i) * remap(tile, mu, mv) * _resolvable(mu, mv)
        power += gain ** (2 * i)
    return f32(total / math.sqrt(power))


@dataclass(frozen=True, slots=True)
class Octave:
    """One scale of a moving medium."""

    wavelength: float
    """Frame heights of the plane."""
    lifetime: float
    """Seconds in which the pattern renews itself; short for fine octaves, long for coarse ones."""
    gain: float = 1.0
    stretch: tuple[float, float] = (1.0, 1.0)
    """Elongation along u and v."""


class _MovingOctave:
    """An octave bound to a pixel grid and a steady velocity field."""

    def __init__(
        self, tile: F32, key: int, octave: Octave, grid: tuple[F32, F32, F32, F32], reduce: int
    ) -> None:
        self._tile, self._key, self._octave = tile, key, octave
        self._shape = grid[0].shape
        u, v, du, dv = (
            resize(c, -(-c.shape[1] // reduce), -(-c.shape[0] // reduce)) if reduce > 1 else c for c in grid
        )
        k = TEXELS_PER_WAVE / octave.wavelength
        ku, kv = k / octave.stretch[0], k / octave.stretch[1]
        self._u, self._v = u * np.float32(ku), v * np.float32(kv)
        self._du, self._dv = du * np.float32(ku * octave.lifetime), dv * np.float32(kv * octave.lifetime)
        self._gain = _resolvable(self._u, self._v) * np.float32(octave.gain)

    def _slice(self, number: int, age: float) -> F32:
        """The pattern of one slice, carried by the flow; age in lifetimes since its heyday, -1..1."""
        a, b, flip_u, flip_v = uniform(self._key, 4 * np.int64(number) + np.arange(4))
        su, sv = (1.0 if flip_u < 0.5 else -1.0), (1.0 if flip_v < 0.5 else -1.0)
        mu = lincomb(self._u, su, self._du, -su * age, a * TILE)
        mv = lincomb(self._v, sv, self._dv, -sv * age, b * TILE)
        return remap(self._tile, mu, mv)

    def at(self, t: float) -> F32:
        phase = t / self._octave.lifetime
        number = math.floor(phase)
        age = phase - number
        old, new = self._slice(number, age), self._slice(number + 1, age - 1.0)
        mixed = lincomb(old, math.cos(0.5 * math.pi * age), new, math.sin(0.5 * math.pi * age))
        mixed *= self._gain
        return mixed if mixed.shape == self._shape else resize(mixed, self._shape[1], self._shape[0])


class MovingNoise:
    """Sum of moving octaves over one pixel grid; a pure function of time."""

    def __init__(
        self,
        tile: F32,
        seed: int,
        octaves: Sequence[Octave],
        plane: tuple[F32, F32],
        velocity: tuple[F32 | float, F32 | float],
    ) -> None:
        """Bind octaves to a grid.

        Args:
            tile: from :func:`band_tile`.
            seed: picks the random offsets.
            octaves: scales, each with its own lifetime.
            plane: coordinates (u, v) of every pixel, frame heights, float32 (H, W).
            velocity: (du/dt, dv/dt) of every pixel, frame heights a second; steady.
        """
        full = tuple(f32(np.broadcast_to(np.asarray(c, np.float32), plane[0].shape)) for c in velocity)
        grid = (*plane, *full)
        self._octaves = [
            _MovingOctave(
                tile,
                stable_hash("octave", seed, i),
                o,
                cast("tuple[F32, F32, F32, F32]", grid),
                self._reduction(o, plane),
            )
            for i, o in enumerate(octaves)
        ]
        self._norm = np.float32(1.0 / math.sqrt(sum(o.gain**2 for o in octaves)))

    @staticmethod
    def _reduction(octave: Octave, plane: tuple[F32, F32]) -> int:
        """How much coarser than the picture to compute an octave: ten samples a wavelength stay."""
        shortest = math.inf
        for coordinate, stretch in zip(plane, octave.stretch, strict=True):
            steps = np.hypot(*np.gradient(coordinate))
            shortest = min(shortest, octave.wavelength * stretch / max(float(np.percentile(steps, 80)), 1e-9))
        smallest: int = min(plane[0].shape)
        return max(1, min(8, int(shortest / 10.0), smallest // 4))

    def at(self, t: float) -> F32:
        """Field at time t (seconds, any real number): float32 (H, W), mean 0, deviation about 1."""
        total = self._octaves[0].at(t)
        for octave in self._octaves[1:]:
            total += octave.at(t)
        total *= self._norm
        return total

"""Falling or rising particles as a pure function of time.

Particle i lives in cycles; in each cycle it starts somewhere else (a counter-based random number of the
particle and the cycle), so the fall never repeats and any instant can be drawn first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from generators.procedural.hashing import stable_hash, uniform
from generators.procedural.raster import F32, f32
from generators.procedural.view import View

F64 = NDArray[np.float64]
_SHIFT = 4
_SCALE = 2**_SHIFT


@dataclass(frozen=True, slots=True)
class State:
    """Where all particles of a layer are at one instant; every field has shape (N,)."""

    number: NDArray[np.int64]
    """Identity of this life of the particle; use it to draw its properties."""
    progress: F64
    """Share of the life that has passed, 0..1."""
    random: tuple[F64, F64, F64]
    """Three random numbers in 0..1 that stay the same for this life."""


class Population:
    """``count`` particles that each live ``lifetime`` seconds, again and again."""

    def __init__(self, seed: int, purpose: str, count: int, lifetime: float) -> None:
        self._key = stable_hash("particles", seed, purpose)
        self._ids = np.arange(count, dtype=np.int64)
        spread = uniform(self._key, -1 - self._ids)
        self._phase = uniform(self._key ^ 1, -1 - self._ids)
        self._lifetime = lifetime * (0.8 + 0.4 * spread)

    def at(self, t: float) -> State:
        """State at time t, any real number of seconds."""
        turns = t / self._lifetime + self._phase
        cycle = np.floor(turns).astype(np.int64)
        number = cycle * np.int64(len(self._ids)) + self._ids
        a, b, c = (uniform(self._key ^ salt, number) for salt in (2, 3, 5))
        return State(number, turns - cycle, (a, b, c))


def _fixed(view: View, x: F64, y: F64) -> NDArray[np.int32]:
    px, py = view.to_pixels(x, y)  # type: ignore[arg-type]
    fixed: NDArray[np.int32] = np.round(np.stack([px, py], axis=-1) * _SCALE).astype(np.int32)
    return fixed


def draw_streaks(
    view: View, tail: tuple[F64, F64], head: tuple[F64, F64], strength: int, width: int = 1
) -> F32:
    """Antialiased line segments between scene points; opacity 0..1, shape (H, W); overlaps do not add up."""
    canvas = np.zeros(view.shape, np.uint8)
    segments = np.stack([_fixed(view, *tail), _fixed(view, *head)], axis=1)
    cv2.polylines(canvas, list(segments), False, strength, width, cv2.LINE_AA, _SHIFT)
    return f32(canvas) * np.float32(1 / 255)


def draw_discs(canvas: NDArray[np.uint8], view: View, x: F64, y: F64, radius: F64, opacity: F64) -> None:
    """Antialiased discs, radius in scene units; discs thinner than a pixel become fainter, not larger."""
    pixels = radius * view.height
    shown = np.maximum(pixels, 0.55)
    strength = np.clip(255 * opacity * np.minimum(1.0, (pixels / 0.55) ** 2), 0, 255).astype(int)
    centres, radii = _fixed(view, x, y), np.round(shown * _SCALE).astype(int)
    for (cx, cy), r, s in _inside(canvas.shape, centres, radii, strength):
        cv2.circle(canvas, (cx, cy), r, s, -1, cv2.LINE_AA, _SHIFT)


def _inside(
    shape: tuple[int, ...], centres: NDArray[np.int32], radii: NDArray[np.int_], strength: NDArray[np.int_]
) -> Iterable[tuple[tuple[int, int], int, int]]:
    limit = np.array([shape[1], shape[0]]) * _SCALE
    keep = ((centres > -radii[:, None]) & (centres < limit + radii[:, None])).all(axis=1) & (strength > 3)
    return zip(map(tuple, centres[keep].tolist()), radii[keep].tolist(), strength[keep].tolist(), strict=True)

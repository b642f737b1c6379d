"""Small clips made of integers alone: no renderer, encoder or library version changes a pixel of them.

Planes are written as they are (FFV1, 4:2:0). A stone texture above stands still, a fresh texture flows below;
from second 5 on something goes wrong, by a clip's name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from tests.odd_clips import write_clip

WIDTH, HEIGHT, FPS, SECONDS = 208, 128, 8, 12
WATERLINE = 72
ONSET_S, RAMP_S = 5.0, 4.0
Plane = NDArray[np.int64]


def texture(seed: int, height: int, width: int, cells: tuple[int, ...] = (2, 4, 8, 16)) -> Plane:
    """Noise of several octaves, int64 (height, width), about 0 with a spread of some 40."""
    total = np.zeros((height, width), np.int64)
    for octave, cell in enumerate(cells):
        rows, columns = height // cell + 3, width // cell + 3
        # Raw bits, since distributions may change between versions of NumPy.
        raw = np.random.PCG64(1000 * seed + octave).random_raw(rows * columns)
        coarse = (np.asarray(raw) >> np.uint64(56)).astype(np.int64).reshape(rows, columns) - 128
        blocks = np.repeat(np.repeat(coarse, cell, axis=0), cell, axis=1)
        total += _box(blocks, cell)[:height, :width] // 2
    return total


def _box(picture: Plane, size: int) -> Plane:
    """Sliding mean over ``size`` pixels both ways; the result is ``size`` pixels smaller."""
    sums = np.pad(picture.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    corner = sums[size:, size:] - sums[:-size, size:] - sums[size:, :-size] + sums[:-size, :-size]
    return np.asarray(corner // (size * size), np.int64)


STONE = texture(1, HEIGHT + 32, WIDTH + 64)
WATER = texture(2, HEIGHT, WIDTH + 4 * FPS * SECONDS)
TINT = texture(3, HEIGHT // 2, WIDTH // 2, (8, 16))
FRAMES = FPS * SECONDS
Picture = tuple[Plane, Plane, Plane]
"""Luma and both chroma planes, about 0; chroma at half the size."""


def _scene(stone_x: int = 0, water_x: int = 0, water_y: int = 0) -> Picture:
    luma = STONE[16 : 16 + HEIGHT, 32 + stone_x : 32 + stone_x + WIDTH].copy()
    flowing = np.roll(WATER[:, water_x : water_x + WIDTH], water_y, axis=0)
    luma[WATERLINE:] = flowing[WATERLINE:]
    return luma, TINT // 2, -TINT // 3


def _ramp(k: int) -> float:
    """0 before the onset, 1 from the end of the ramp on."""
    return min(1.0, max(0.0, (k / FPS - ONSET_S) / RAMP_S))


def clean(k: int) -> Picture:
    return _scene(water_x=3 * k)


def carried(k: int) -> Picture:
    """The stones creep to the side."""
    return _scene(stone_x=round(14 * _ramp(k)), water_x=3 * k)


def faded(k: int) -> Picture:
    """Colours take a cast, and detail goes."""
    luma, blue, red = clean(k)
    softer = luma + (_soft(luma) - luma) * round(60 * _ramp(k)) // 100
    return softer, blue + round(12 * _ramp(k)), red - round(12 * _ramp(k))


def redrawn(k: int) -> Picture:
    """Other stones fade in, and the old ones shiver."""
    luma, blue, red = _scene(stone_x=(k % 3 - 1) * (_ramp(k) > 0.5), water_x=3 * k)
    other = texture(9, HEIGHT, WIDTH)
    luma[:WATERLINE] += ((other - luma)[:WATERLINE] * round(50 * _ramp(k))) // 100
    return luma, blue, red


def slowed(k: int) -> Picture:
    """The water slows down to a fifth."""
    done = sum(3 * (1 - 0.8 * _ramp(i)) for i in range(k))
    return _scene(water_x=round(done))


def looped(k: int) -> Picture:
    """From the onset on, the water repeats its last second and a half."""
    first, period = round(ONSET_S * FPS), 12
    return _scene(water_x=3 * (k if k < first else first - period + (k - first) % period))


def hardened(k: int) -> Picture:
    """Detail gains contrast and colours come up."""
    luma, blue, red = clean(k)
    gain = round(100 * _ramp(k))
    crisper = luma + (luma - _soft(luma)) * gain // 100
    return crisper, blue * (100 + gain) // 100, red * (100 + gain) // 100


def _soft(luma: Plane) -> Plane:
    return _box(np.pad(luma, ((1, 2), (1, 2)), mode="edge"), 3)[:HEIGHT, :WIDTH]


CLIPS: Mapping[str, Callable[[int], Picture]] = {
    f.__name__: f for f in (clean, carried, faded, redrawn, slowed, looped, hardened)
}


def labels() -> NDArray[np.uint8]:
    """Exact role map: stones are support, water is medium."""
    found = np.ones((HEIGHT, WIDTH), np.uint8)
    found[WATERLINE:] = 2
    return found


def write(name: str, folder: Path) -> Path:
    """Write a clip; equal names give equal pictures anywhere."""
    return write_clip(folder / f"{name}.mkv", _frames(CLIPS[name]), fps=FPS, codec="ffv1")


def _frames(made: Callable[[int], Picture]) -> Iterator[av.VideoFrame]:
    for k in range(FRAMES):
        planes = [np.clip(plane + 128, 16, 235).astype(np.uint8).ravel() for plane in made(k)]
        flat = np.concatenate(planes).reshape(HEIGHT * 3 // 2, WIDTH)
        yield av.VideoFrame.from_ndarray(flat, format="yuv420p")

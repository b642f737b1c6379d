"""Band-passed pixels of a region over time: the raw material of stagnation and of sticking texture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.picture import Mask

Vectors = NDArray[np.float32]
"""float32 (frames, pixels): one band of one region, each frame mean-free."""

FLAT_POWER = 0.01
"""Power below which a band shows nothing, squared code values: a tenth of a code value."""
_GAUSSIAN_CHI2_MEDIAN = 0.4549
"""Median of a squared standard normal variable: turns a median of squares into a variance."""


@dataclass(frozen=True, slots=True)
class PixelSet:
    """A thinned-out set of a region's pixels."""

    y: NDArray[np.intp]
    x: NDArray[np.intp]

    @classmethod
    def of(cls, mask: Mask, stride: int) -> PixelSet:
        """Every ``stride``-th pixel of a mask in both directions."""
        y, x = np.nonzero(mask)
        keep = (y % stride == 0) & (x % stride == 0)
        return cls(y[keep], x[keep])

    def __len__(self) -> int:
        return len(self.y)

    def read(self, band: NDArray[np.float32]) -> NDArray[np.float32]:
        """The band's values at these pixels, float32 (n,)."""
        return np.asarray(band[self.y, self.x])

    def inside(self, mask: Mask) -> NDArray[np.bool_]:
        """Which of these pixels lie in another mask."""
        return np.asarray(mask[self.y, self.x])


def noise_variance(support: Vectors) -> float:
    """Sensor and codec noise of a band: variance of frame differences in the calmest part of the support.

    Args:
        support: values over the first seconds, float32 (frames, pixels).

    Returns:
        Variance in squared code values; 0 with fewer than two frames or 30 pixels.

    """
    if support.shape[0] < 2 or support.shape[1] < 30:
        return 0.0
    squared = np.median(np.diff(support, axis=0) ** 2, axis=0)
    return float(np.percentile(squared, 30)) / 2 / _GAUSSIAN_CHI2_MEDIAN


def correlations(vectors: Vectors, noise: float) -> NDArray[np.float32]:
    """Correlation of every frame with every other, noise taken out of the power, float32 (frames, frames).

    Frames that show nothing (:data:`FLAT_POWER`) are alike, 1, and unlike all others, 0: a medium that is or
    becomes flat does not move.
    """
    centred = vectors - vectors.mean(axis=1, keepdims=True)
    power = np.mean(centred * centred, axis=1)
    # At least a tenth of the power counts as signal: a region of pure noise must not blow up.
    signal = np.maximum(np.maximum(power - noise, 0.1 * power), 1e-6)
    unit = centred / np.sqrt(signal * vectors.shape[1])[:, None]
    found = np.asarray(unit @ unit.T, dtype=np.float32)
    flat = power < FLAT_POWER
    found[flat] = flat
    found[:, flat] = flat[:, None]
    return found


def pinned_fraction(vectors: Vectors, noise: float) -> float:
    """Share of a band's energy that stays on the pixel grid through a two-second window.

    The window's halves, with a guard of an eighth of the window between them, are averaged over time and
    multiplied: what moved averages out, what is pinned to the grid remains. 0 flowing, 1 glued.
    """
    frames = vectors.shape[0]
    guard = max(1, frames // 8)
    half = (frames - guard) // 2
    first = vectors[:half].mean(axis=0)
    second = vectors[frames - half :].mean(axis=0)
    power = float(np.mean(vectors * vectors)) - noise
    if power <= 1e-6:
        return 0.0
    return float(np.clip(np.mean(first * second) / power, 0, 1))

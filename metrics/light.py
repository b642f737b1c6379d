"""What a change of light or of the camera's settings explains of a region's colours."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Lab = NDArray[np.float32]
_FLOOR = 0.004
"""Added to linear light before its logarithm: shadows are noise."""
_ROUNDS = 4
_MOST_GAIN = np.log(2.2)
_MOST_CAST = 0.3
"""Largest logarithmic gain of one channel over the mean gain: a white balance that is off by a quarter."""
_MOST_POWER = np.log(1.45)


def relit(before: Lab, after: Lab) -> Lab:
    """The region as it was, under the light of later: exposure, white balance and gamma taken along.

    The model is a gain for each linear channel and one common power, fitted to logarithms by iteratively
    reweighted least squares (Cauchy weights) and kept within what light and cameras do to a shot: gains up
    to 2.2, a cast up to 0.3 in the logarithm of one channel, powers up to 1.45. Fading, a cast beyond that
    and whatever mixes channels is left over.

    Args:
        before: CIELAB (D65) of the region's pixels in the reference, float32 (n, 3).
        after: the same pixels later.

    Returns:
        ``before`` under the fitted light, CIELAB, float32 (n, 3).

    """
    old, new = _log_light(before), _log_light(after)
    centre = old.mean()
    power, gain = 0.0, np.zeros(3)
    weight = np.ones(len(old))
    for _ in range(_ROUNDS):
        power = float(np.clip(_power(old, new, weight), -_MOST_POWER, _MOST_POWER))
        residual = new - (centre + np.exp(power) * (old - centre))
        gain = _kept(np.average(residual, axis=0, weights=weight))
        distance = np.linalg.norm(residual - gain, axis=1)
        weight = 1 / (1 + (distance / (1.5 * np.median(distance) + 1e-3)) ** 2)
    light = np.exp(centre + np.exp(power) * (old - centre) + gain) - _FLOOR
    return _lab(np.clip(light, 0, 1).astype(np.float32))


def _power(old: NDArray[np.float64], new: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
    """Logarithm of the common power: weighted regression of each channel about its own mean."""
    w = weight[:, None]
    a = old - np.average(old, axis=0, weights=weight)
    b = new - np.average(new, axis=0, weights=weight)
    spread = float(np.sum(w * a * a))
    # A region of one tone says nothing about the power; the ridge then keeps it at one.
    ridge = 0.01 * float(weight.sum())
    return float(np.log(max(0.2, (float(np.sum(w * a * b)) + ridge) / (spread + ridge))))


def _kept(gain: NDArray[np.float64]) -> NDArray[np.float64]:
    level = float(np.clip(gain.mean(), -_MOST_GAIN, _MOST_GAIN))
    return np.asarray(level + np.clip(gain - gain.mean(), -_MOST_CAST, _MOST_CAST))


def _log_light(lab: Lab) -> NDArray[np.float64]:
    light = cv2.cvtColor(lab.astype(np.float32).reshape(-1, 1, 3), cv2.COLOR_LAB2LRGB).reshape(-1, 3)
    return np.log(np.clip(light, 0, None).astype(np.float64) + _FLOOR)


def _lab(light: NDArray[np.float32]) -> Lab:
    lab = cv2.cvtColor(light.reshape(-1, 1, 3), cv2.COLOR_LRGB2LAB).reshape(-1, 3)
    return np.asarray(lab, dtype=np.float32)

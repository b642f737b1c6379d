"""Small scenes for the task metrics: a still bank, moving water, a camera that may move."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

Array = np.ndarray[Any, Any]


def texture(height: int, width: int, seed: int) -> Array:
    """Structure at four scales, float32 (h, w), around 128."""
    rng = np.random.default_rng(seed)
    total = np.zeros((height, width), np.float32)
    for sigma in (1.5, 3.0, 6.0, 12.0):
        layer = cv2.GaussianBlur(rng.normal(0, 1, total.shape).astype(np.float32), (0, 0), sigma)
        total += layer / layer.std()
    return 128 + 22 * total


def cut(picture: Array, dx: float, height: int, width: int, turn: float = 0.0) -> Array:
    """A window of a larger picture after the camera moved, float32."""
    centre = picture.shape[1] / 2, picture.shape[0] / 2
    matrix = cv2.getRotationMatrix2D(centre, turn, 1.0)
    matrix[:, 2] += (width - picture.shape[1]) / 2 - dx, (height - picture.shape[0]) / 2
    return cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_CUBIC)


def river(count: int, *, speed: float = 3.0, pan: float = 0.0, turn: float = 0.0, slowing: float = 0.0,
          height: int = 112, width: int = 144, noise: float = 1.0) -> list[Array]:
    """Frames RGB, uint8: the left half stands, the right half flows; camera and slowing in px per frame."""
    bank, water = texture(height + 60, width + 60, 1), texture(height + 60, width + 60, 2)
    rng = np.random.default_rng(3)
    frames, at = [], 0.0
    for i in range(count):
        grey = cut(bank, pan * i, height, width, turn * i)
        flowing = np.roll(water, round(at), axis=0)[30:30 + height, 30:30 + width]
        grey[:, width // 2:] = flowing[:, width // 2:]
        at += max(0.0, speed - slowing * i)
        grey += rng.normal(0, noise, grey.shape) if noise else 0
        tint = np.array([1.0, 0.95, 0.85 + 0.1 * i / count])
        frames.append(np.clip(np.rint(grey[..., None] * tint), 0, 255).astype(np.uint8))
    return frames


def grey(frame: Array) -> Array:
    return cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)

"""Array types and the few OpenCV calls that the renderer needs, with their types stated once."""

from __future__ import annotations

from typing import TypeAlias, cast

import cv2
import numpy as np
from numpy.typing import NDArray

F32: TypeAlias = NDArray[np.float32]
"""Picture or map, float32: (H, W) or (H, W, 3); colours are sRGB code values divided by 255."""

Colour: TypeAlias = tuple[float, float, float]
"""sRGB colour, red, green, blue in 0..1."""


def f32(values: object) -> F32:
    """Anything array-like as float32."""
    return np.asarray(values, dtype=np.float32)


def remap(tile: F32, x: F32, y: F32) -> F32:
    """Sample a periodic tile at texel coordinates (bilinear, wrapped)."""
    return cast("F32", cv2.remap(tile, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP))


def displace(picture: F32, x: F32, y: F32) -> F32:
    """Sample a picture at pixel coordinates (bicubic, mirrored at the border)."""
    return cast("F32", cv2.remap(picture, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101))


def affine(picture: F32, matrix: NDArray[np.float64], width: int, height: int) -> F32:
    """Resample with a 2x3 matrix from output to input pixels (bicubic, mirrored at the border)."""
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    size = (width, height)
    return cast("F32", cv2.warpAffine(picture, matrix, size, flags=flags, borderMode=cv2.BORDER_REFLECT_101))


def lincomb(a: F32, alpha: float, b: F32, beta: float, gamma: float = 0.0) -> F32:
    """Return ``alpha a + beta b + gamma``."""
    return cast("F32", cv2.addWeighted(a, alpha, b, beta, gamma))


def blur(picture: F32, sigma: float) -> F32:
    """Gaussian blur, standard deviation in pixels."""
    if sigma <= 0.05:
        return picture
    return cast("F32", cv2.GaussianBlur(picture, (0, 0), sigma, borderType=cv2.BORDER_REFLECT_101))


def resize(picture: F32, width: int, height: int) -> F32:
    """Resize with bilinear interpolation."""
    return cast("F32", cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR))


def clip(x: F32, low: float = 0.0, high: float = 1.0) -> F32:
    """Limit values to a range, as float32."""
    return f32(np.clip(x, np.float32(low), np.float32(high)))


def smoothstep(low: float, high: float, x: F32) -> F32:
    """0 below ``low``, 1 above ``high``, a cubic in between; ``low`` may lie above ``high``."""
    u = np.clip((x - np.float32(low)) * np.float32(1.0 / (high - low)), 0.0, 1.0)
    return cast("F32", u * u * (np.float32(3.0) - np.float32(2.0) * u))


def emboss(field: F32, step: int) -> F32:
    """Upper left neighbour minus lower right neighbour, ``step`` pixels away each."""
    wide = np.pad(field, step, mode="edge")
    return wide[: -2 * step, : -2 * step] - wide[2 * step :, 2 * step :]


def over(canvas: F32, colour: F32, alpha: F32) -> None:
    """Blend a colour, (3,) or (H, W, 3), into the canvas in place; alpha is (H, W) in 0..1."""
    canvas += (colour - canvas) * alpha[..., None]


def to_bytes(picture: F32) -> NDArray[np.uint8]:
    """Quantise 0..1 to 0..255, rounded and clipped."""
    return cast("NDArray[np.uint8]", cv2.convertScaleAbs(np.maximum(picture, np.float32(0)), alpha=255.0))

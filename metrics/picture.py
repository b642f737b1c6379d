"""Small picture operations shared by the measurements: octave bands, local normalisation, morphology."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
Mask = NDArray[np.bool_]

_NORMALISE_SIGMA = 8.0
_NORMALISE_FLOOR = 4.0


def blur(picture: Plane, sigma: float) -> Plane:
    """Gaussian blur with standard deviation ``sigma`` px, cut off at three deviations."""
    side = 2 * int(np.ceil(3 * sigma)) + 1
    return cv2.GaussianBlur(picture, (side, side), sigma).astype(np.float32, copy=False)


def octaves(picture: Plane, *sigmas: float) -> list[Plane]:
    """Differences of Gaussians between neighbouring scales, finest first; each scale is blurred once."""
    levels = [blur(picture, sigma) for sigma in sigmas]
    return [fine - coarse for fine, coarse in pairwise(levels)]


def band(picture: Plane, fine: float, coarse: float) -> Plane:
    """Difference of Gaussians: what lies between the scales ``fine`` and ``coarse`` (px)."""
    return blur(picture, fine) - blur(picture, coarse)


def local_normalise(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Subtract the local mean and divide by the local deviation (sigma 8 px), as uint8 around 128.

    Takes out exposure, gamma and most of what a codec does to flat areas, so that flow follows structure.
    """
    values = picture.astype(np.float32)
    centred = values - _wide_blur(values)
    deviation = np.sqrt(_wide_blur(centred * centred)) + _NORMALISE_FLOOR
    return np.clip(centred / deviation * 40 + 128, 0, 255).astype(np.uint8)


def _wide_blur(values: Plane) -> Plane:
    """Blur by sigma 8 px, done at half size: nothing that fine is left to lose."""
    height, width = values.shape
    half = cv2.resize(values, ((width + 1) // 2, (height + 1) // 2), interpolation=cv2.INTER_AREA)
    smooth = blur(half.astype(np.float32, copy=False), _NORMALISE_SIGMA / 2)
    return np.asarray(cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def erode(mask: Mask, radius: int) -> Mask:
    """Shrink a mask by a disc of ``radius`` px (grow it where the radius is negative)."""
    if radius == 0:
        return mask
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * abs(radius) + 1,) * 2)
    change = cv2.erode if radius > 0 else cv2.dilate
    return np.asarray(change(mask.astype(np.uint8), kernel)) > 0


def tidy(mask: Mask, radius: int = 2) -> Mask:
    """Remove specks and fill pinholes up to ``radius`` px."""
    return erode(erode(erode(erode(mask, radius), -radius), -radius), radius)


def resize_mask(mask: Mask, shape: tuple[int, int]) -> Mask:
    """Bring a mask to another size; a pixel stays inside only where all of it was inside."""
    size = (shape[1], shape[0])
    smaller = shape[0] < mask.shape[0]
    how = cv2.INTER_AREA if smaller else cv2.INTER_NEAREST
    return np.asarray(cv2.resize(mask.astype(np.float32), size, interpolation=how)) > 0.999


def correlation(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Pearson correlation of two equally long vectors; 0 where either is constant."""
    a = a - a.mean()
    b = b - b.mean()
    norm = float(np.sqrt(np.dot(a, a) * np.dot(b, b)))
    return float(np.dot(a, b)) / norm if norm > 1e-6 else 0.0

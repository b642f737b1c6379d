"""Still and moving regions as the published programs find them: in the scored video itself."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from metrics.picture import Mask

TINY = 1e-6
"""What the published programs add to denominators."""
_LEAST_MOVING, _FALLBACK_PERCENTILE = 0.03, 80
_BORDER = 0.04
_KERNEL = np.ones((5, 5), np.uint8)


@dataclass(frozen=True, slots=True)
class Regions:
    """Two masks of the scored picture, bool (h, w). Neither covers the border of the other."""

    moving: Mask
    still: Mask


def regions(activity: NDArray[np.float32]) -> Regions:
    """Split a picture by Otsu's threshold on its early activity (SNF-Bench, ``build_masks``).

    Args:
        activity: mean flow magnitude or mean grey difference of the early window, float32 (h, w).

    Returns:
        Moving: above the threshold, or from the 80th percentile where that is under 3 % of the picture;
        opened and closed by 5 x 5. Still: the rest without a border of 4 %, eroded by 5 x 5.

    """
    levels = np.clip(activity / (activity.max() + TINY) * 255, 0, 255).astype(np.uint8)
    moving = cv2.threshold(levels, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1] > 0
    if moving.mean() < _LEAST_MOVING:
        moving = activity >= max(float(np.percentile(activity, _FALLBACK_PERCENTILE)), TINY)
    opened = cv2.morphologyEx(moving.astype(np.uint8), cv2.MORPH_OPEN, _KERNEL)
    moving = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, _KERNEL) > 0
    height, width = activity.shape
    top, left = int(height * _BORDER), int(width * _BORDER)
    still = np.zeros((height, width), np.uint8)
    still[top : height - top, left : width - left] = ~moving[top : height - top, left : width - left]
    return Regions(np.asarray(moving), np.asarray(cv2.erode(still, _KERNEL)) > 0)

"""Finding a scene again by its features, where it moved too far at once to be followed."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from metrics.picture import Mask, local_normalise
from metrics.similarity import Similarity, fit

MIN_MATCHES = 12
MIN_SHARE = 0.3
"""Share of the matches that must agree with one similarity."""
_FEATURES = 600
_RATIO = 0.8
"""Nearest over second nearest descriptor distance (Lowe 2004)."""
_TOLERANCE_PX = 3.0


class Search:
    """SIFT features of the support, looked for in other pictures."""

    def __init__(self, reference: NDArray[np.uint8], support: Mask) -> None:
        """Prepare the reference.

        Args:
            reference: locally normalised picture of the settled scene, uint8 (h, w).
            support: where features may come from.

        """
        self._reference, self._support = reference, support
        self._features: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None

    def find(self, picture: NDArray[np.uint8]) -> Similarity | None:
        """Similarity from the reference to a picture, or None where too few features agree on one."""
        if self._features is None:
            self._features = _described(self._reference, self._support)
        points, described = self._features
        seen, seen_described = _described(local_normalise(picture), None)
        if min(len(points), len(seen)) < MIN_MATCHES:
            return None
        pairs = [
            (best.queryIdx, best.trainIdx)
            for best, second in cv2.BFMatcher(cv2.NORM_L2).knnMatch(described, seen_described, k=2)
            if best.distance < _RATIO * second.distance
        ]
        if len(pairs) < MIN_MATCHES:
            return None
        here, there = np.array(pairs).T
        found = fit(points[here], seen[there], _TOLERANCE_PX)
        if found is None or found.inliers.sum() < MIN_MATCHES or found.inliers.mean() < MIN_SHARE:
            return None
        return found.similarity


def _described(
    picture: NDArray[np.uint8], region: Mask | None
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    where = None if region is None else region.astype(np.uint8)
    keypoints, described = cv2.SIFT.create(nfeatures=_FEATURES).detectAndCompute(picture, where)
    if described is None:
        return np.zeros((0, 2), np.float32), np.zeros((0, 128), np.float32)
    return np.array([k.pt for k in keypoints], np.float32), np.asarray(described, np.float32)

"""The camera between two kept frames, fitted to the flow of the still region."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from metrics.flow import FlowField
from metrics.picture import Mask

SEED = 0
"""Seed of the draw of still pixels; one generator serves all pairs of a clip, in order."""
MOST_POINTS = 4000
"""Still pixels drawn for one fit."""
MIN_POINTS = 50
"""Still pixels below which no similarity is fitted."""
TOLERANCE_PX = 1.5
"""RANSAC's inlier distance."""
_ITERATIONS, _CONFIDENCE = 2000, 0.995

Pixels = NDArray[np.intp]
"""Pixels of a picture, intp (n,): row times width plus column."""


def pixels(mask: Mask) -> Pixels:
    """Pixels of a mask, row by row."""
    return np.flatnonzero(mask)


def flow_at(flow: FlowField, at: Pixels) -> NDArray[np.float32]:
    """Flow of some pixels, float32 (n, 2)."""
    return flow.reshape(-1, 2).take(at, axis=0)


class Draw:
    """Still pixels for one fit after another; every pair must draw, fitted or not, to keep the sequence."""

    def __init__(self, still: Pixels) -> None:
        self._still = still
        self._rng = np.random.default_rng(SEED)

    def next(self) -> Pixels:
        """Return the pixels of the next pair's fit."""
        if len(self._still) <= MOST_POINTS:
            return self._still
        return self._still[self._rng.choice(len(self._still), size=MOST_POINTS, replace=False)]


@dataclass(frozen=True, slots=True)
class Camera:
    """Displacement of the picture between two kept frames: linear (2, 2) and shift (2,), px."""

    linear: NDArray[np.float64]
    shift: NDArray[np.float64]
    fitted: bool
    """False where the median translation stands in for a fit that was not to be had."""

    def at(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Displacement of points x, y, float64 (n, 2)."""
        return points @ (self.linear - np.eye(2)).T + self.shift


def points(at: Pixels, width: int) -> NDArray[np.float32]:
    """Positions x, y of some pixels, float32 (n, 2)."""
    return np.stack([at % width, at // width], axis=1).astype(np.float32)


def translation(flow: FlowField, still: Pixels) -> Camera:
    """Median flow of the still pixels, each component for itself: the camera of version 1.0."""
    shift = np.zeros(2)
    if len(still):
        shift = np.median(np.ascontiguousarray(flow_at(flow, still).T), axis=1).astype(np.float64)
    return Camera(np.eye(2), shift, fitted=False)


def similarity(flow: FlowField, still: Pixels, drawn: Pixels) -> Camera:
    """Similarity by RANSAC: the camera of version 1.1; the median translation where there is no fit.

    OpenCV seeds its RANSAC anew for every call, so the same pixels always give the same fit.
    """
    if len(still) >= MIN_POINTS:
        start = points(drawn, flow.shape[1])
        found, _ = cv2.estimateAffinePartial2D(
            start, start + flow_at(flow, drawn), method=cv2.RANSAC, ransacReprojThreshold=TOLERANCE_PX,
            maxIters=_ITERATIONS, confidence=_CONFIDENCE,
        )
        if found is not None:
            matrix = np.asarray(found, np.float64)
            return Camera(matrix[:, :2], matrix[:, 2], fitted=True)
    return translation(flow, still)

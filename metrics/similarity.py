"""Four-parameter similarity transforms: the camera of a fixed shot can pan, roll and zoom, no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, cast

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.floating]
"""Floating (n, 2): x, y in pixels."""

Picture = TypeVar("Picture", NDArray[np.uint8], NDArray[np.float32])


@dataclass(frozen=True, slots=True)
class Similarity:
    """x' = scale * R(angle) * x + shift, pixel coordinates."""

    matrix: NDArray[np.float64]
    """float64 (2, 3)."""

    @classmethod
    def identity(cls) -> Similarity:
        """The camera that has not moved."""
        return cls(np.eye(2, 3))

    @property
    def scale(self) -> float:
        """Magnification; 1 is none."""
        return float(np.hypot(self.matrix[0, 0], self.matrix[1, 0]))

    @property
    def angle_deg(self) -> float:
        """Roll in degrees, positive clockwise in the picture."""
        return float(np.degrees(np.arctan2(self.matrix[1, 0], self.matrix[0, 0])))

    def apply(self, points: NDArray[np.floating | np.integer]) -> NDArray[np.float32]:
        """Move points, float (n, 2)."""
        return np.asarray(points @ self.matrix[:, :2].T + self.matrix[:, 2], dtype=np.float32)

    def shift_at(self, x: float, y: float) -> tuple[float, float]:
        """Displacement of one point, px."""
        moved = self.apply(np.array([[x, y]], dtype=np.float64))[0]
        return float(moved[0] - x), float(moved[1] - y)

    def after(self, first: Similarity) -> Similarity:
        """The transform that does ``first`` and then this one."""
        linear = self.matrix[:, :2] @ first.matrix[:, :2]
        shift = self.matrix[:, :2] @ first.matrix[:, 2] + self.matrix[:, 2]
        return Similarity(np.column_stack([linear, shift]))

    def inverse(self) -> Similarity:
        """The transform that undoes this one."""
        return Similarity(np.asarray(cv2.invertAffineTransform(self.matrix), dtype=np.float64))

    def scaled(self, factor: float) -> Similarity:
        """The same camera motion on a picture ``factor`` times as large."""
        matrix = self.matrix.copy()
        matrix[:, 2] *= factor
        return Similarity(matrix)


@dataclass(frozen=True, slots=True)
class Fit:
    """A similarity fitted to point pairs and the pairs that agree with it."""

    similarity: Similarity
    inliers: NDArray[np.bool_]


def fit(src: Points, dst: Points, tolerance_px: float, iterations: int = 1000) -> Fit | None:
    """Fit a similarity by RANSAC; None with fewer than 12 pairs or where no consensus exists.

    OpenCV seeds its generator per call, so the same pairs always give the same fit.
    """
    if len(src) < 12:
        return None
    matrix, inliers = cv2.estimateAffinePartial2D(
        src, dst, method=cv2.RANSAC, ransacReprojThreshold=tolerance_px, maxIters=iterations, confidence=0.995
    )
    if matrix is None or not np.isfinite(matrix).all():
        return None
    return Fit(Similarity(np.asarray(matrix, dtype=np.float64)), inliers[:, 0] > 0)


def bring_back(picture: Picture, camera: Similarity) -> Picture:
    """Warp a picture so that what moved with ``camera`` lies where it lay in the reference."""
    height, width = picture.shape[:2]
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    back = cv2.warpAffine(picture, camera.matrix, (width, height), flags=how, borderMode=cv2.BORDER_REFLECT)
    return cast("Picture", back)


def grid(mask: NDArray[np.bool_], step: int, margin: int) -> NDArray[np.intp]:
    """Pixel positions inside a mask on a regular grid, intp (n, 2): x, y."""
    height, width = mask.shape
    y, x = np.mgrid[margin : height - margin : step, margin : width - margin : step]
    inside = mask[y, x]
    return np.stack([x[inside], y[inside]], axis=1)


def sample_field(field: NDArray[np.float32], points: Points) -> NDArray[np.float32]:
    """Read a flow field, float32 (h, w, 2), at sub-pixel points, with linear interpolation."""
    if len(points) == 0:
        return np.zeros((0, 2), np.float32)
    x = np.ascontiguousarray(points[:, 0:1], dtype=np.float32)
    y = np.ascontiguousarray(points[:, 1:2], dtype=np.float32)
    values = cv2.remap(field, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(values[:, 0, :], dtype=np.float32)

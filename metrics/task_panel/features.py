"""fBD: how far ORB features of the still region lie from where they were in the first frame."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from metrics.picture import Mask

MOST_FEATURES = 1500
"""ORB features asked for in a picture."""
MIN_FEATURES = 12
"""Features, and matches, below which a frame is skipped."""
MIN_INLIERS = 8
"""Inliers of the homography below which all raw matches are taken instead."""
TOLERANCE_PX = 3.0
"""RANSAC's inlier distance."""
_SCALE = 2048.0
"""More than there are features."""


@dataclass(frozen=True, slots=True)
class Features:
    """Features of one picture: positions, float32 (n, 2), and ORB descriptors, uint8 (n, 32)."""

    at: NDArray[np.float32]
    descriptors: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Moved:
    """Median displacement of one frame's matches."""

    px: float
    registered: bool
    """False where fewer than eight matches agreed on a homography and all of them were taken."""


def features(grey: NDArray[np.uint8], still: Mask) -> Features | None:
    """ORB features inside a mask; None with fewer than twelve."""
    mask = still.astype(np.uint8) * 255
    found, descriptors = cv2.ORB.create(nfeatures=MOST_FEATURES).detectAndCompute(grey, mask)
    if descriptors is None or len(found) < MIN_FEATURES:
        return None
    return Features(np.array([point.pt for point in found], np.float32), np.asarray(descriptors, np.uint8))


def displacement(first: Features, later: Features) -> Moved | None:
    """Median displacement of the matches that agree on one homography; None with fewer than 12 matches."""
    here, there = mutual_matches(first.descriptors, later.descriptors)
    if len(here) < MIN_FEATURES:
        return None
    start, end = first.at[here], later.at[there]
    _, agree = cv2.findHomography(start, end, cv2.RANSAC, TOLERANCE_PX)
    registered = agree is not None and int(agree.sum()) >= MIN_INLIERS
    use = agree.ravel() > 0 if registered else slice(None)
    return Moved(float(np.median(np.linalg.norm(end[use] - start[use], axis=1))), registered)


def mutual_matches(
    a: NDArray[np.uint8], b: NDArray[np.uint8]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs that are each other's nearest by Hamming distance, in the order of ``a``; of equals the first.

    The same pairs as OpenCV's brute-force matcher with cross-check, by one product of bit vectors: a third
    of its time. An entry is 2048 times the likeness of a pair minus its row, so that the largest of a column
    also tells the first row that has it; whole numbers below 2^24 are exact in float32.
    """
    rows = np.arange(len(a), dtype=np.float32)
    left = np.column_stack([_signs(a) * _SCALE, -rows])
    alike = left @ np.column_stack([_signs(b), np.ones(len(b), np.float32)]).T
    nearest, back = alike.argmax(axis=1), -alike.max(axis=0) % _SCALE
    here = np.flatnonzero(back[nearest] == rows)
    return here, nearest[here]


def _signs(descriptors: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.unpackbits(descriptors, axis=1).astype(np.float32) * 2 - 1

"""Where the picture should stand still and where it should move."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from metrics.picture import Mask, erode

Labels = NDArray[np.uint8]
"""Role of every pixel, uint8 (h, w): 0 ignore, 1 support, 2 medium, 3 overlay (rain or snow over support)."""
MaskSource = Literal["truth", "annotated", "early"]

SUPPORT, MEDIUM, OVERLAY = 1, 2, 3
VARIANTS = ("", "eroded4", "dilated4")
"""The masks as given, and both regions 4 px smaller and larger (px of a 480-line picture)."""

# The reach of the fine filters, px at 240 lines. Broad bands still see across the boundary: a margin as wide
# as theirs would leave nothing of a narrow fall or flame.
_MARGIN = 3
_STEP = 2
MIN_SHARE = 0.005
"""A region below this share of the frame is not measured."""


@dataclass(frozen=True, slots=True)
class Region:
    """Support and medium of one mask variant at working size, safety margin taken off."""

    support: Mask
    medium: Mask


@dataclass(frozen=True, slots=True)
class Masks:
    """A label map at working size and where it came from."""

    labels: Labels
    source: MaskSource

    @property
    def has_overlay(self) -> bool:
        """True where precipitation falls over the support."""
        return bool(np.mean(self.labels == OVERLAY) > MIN_SHARE)

    @property
    def support(self) -> Mask:
        """Static scene, also where precipitation falls over it."""
        return np.isin(self.labels, (SUPPORT, OVERLAY))

    @property
    def medium(self) -> Mask:
        """What should move: the medium itself and falling precipitation."""
        return np.isin(self.labels, (MEDIUM, OVERLAY))

    def regions(self) -> dict[str, Region]:
        """Regions of all :data:`VARIANTS`."""
        margins = {"": _MARGIN, "eroded4": _MARGIN + _STEP, "dilated4": _MARGIN - _STEP}
        return {
            name: Region(self._inner(self.support, m), self._inner(self.medium, m))
            for name, m in margins.items()
        }

    def _inner(self, mask: Mask, margin: int) -> Mask:
        # The border of the picture is no boundary between regions, so nothing is taken off there.
        padded = np.pad(mask, margin, mode="edge")
        return erode(padded, margin)[margin:-margin, margin:-margin]


def masks_from_labels(labels: Labels, source: MaskSource, work_shape: tuple[int, int]) -> Masks:
    """Bring a label map of the displayed clip to working size, nearest neighbour."""
    size = (work_shape[1], work_shape[0])
    return Masks(
        np.asarray(cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST), dtype=np.uint8), source
    )


def check_roles(labels: Labels) -> None:
    """Refuse a label map that would be read as something else than what was meant.

    Raises:
        ValueError: not uint8 (h, w), or values beyond 0 to 3, such as the 255 of a black-and-white mask.

    """
    wanted = "labels are uint8 (h, w): 0 ignore, 1 support, 2 medium, 3 overlay"
    if labels.ndim != 2 or labels.dtype != np.uint8:
        raise ValueError(f"{wanted}; got {labels.dtype} of shape {labels.shape}")
    others = np.unique(labels[labels > OVERLAY])
    if len(others):
        raise ValueError(f"{wanted}; got the values {others[:8].tolist()}")


def digest(labels: Labels | None) -> str:
    """What of the mask enters a record's key: SHA-256 over shape and bytes.

    An ``early`` mask has no bytes yet; it follows from the clip and the identity, so the word stands for it.
    """
    if labels is None:
        return "early"
    shape = "x".join(str(side) for side in labels.shape)
    return hashlib.sha256(
        shape.encode() + b":" + np.ascontiguousarray(labels, dtype=np.uint8).tobytes()
    ).hexdigest()

"""A clean clip, its regions, and the course of time over which a corruption sets in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from metrics.curves import early_end_s
from metrics.masks import MEDIUM, OVERLAY, SUPPORT, Labels
from metrics.validation.footage import Footage, Frames

Plane = NDArray[np.float32]
_EDGE_PX = 1.5
_LATEST_START_S = 5.0


@dataclass(frozen=True)
class Clean:
    """Footage without faults, with the roles of its pixels."""

    footage: Footage
    labels: Labels
    """uint8 (h, w): 0 ignore, 1 support, 2 medium, 3 overlay."""
    seed: int = 0
    """Of whatever a corruption draws at random."""

    @cached_property
    def sampled(self) -> Clean:
        """The same with only the frames that measuring looks at; nine in ten corruptions need no more."""
        return Clean(self.footage.sampled(), self.labels, self.seed)

    @property
    def start_s(self) -> float:
        """When corruptions begin: a quarter into the clip, but not before the reference is settled."""
        duration_s = self.footage.duration_s
        return max(early_end_s(duration_s), min(_LATEST_START_S, 0.25 * duration_s))

    @property
    def full_s(self) -> float:
        """When they have reached their strength: before the late window begins."""
        duration_s = self.footage.duration_s
        late_s = duration_s - min(5.0, duration_s / 3)
        return max(self.start_s, min(self.start_s + 0.5 * (duration_s - self.start_s), late_s))

    @cached_property
    def ramp(self) -> NDArray[np.float64]:
        """Share of the full strength at each frame, float64 (n,), 0 to 1."""
        span = max(self.full_s - self.start_s, 1e-6)
        return np.clip((self.footage.t_s - self.start_s) / span, 0, 1)

    @cached_property
    def medium(self) -> Plane:
        """Weight of the medium, float32 (h, w, 1), 0 to 1 with soft edges."""
        return _soft(np.isin(self.labels, (MEDIUM, OVERLAY)))

    @cached_property
    def support(self) -> Plane:
        """Weight of the support, float32 (h, w, 1), 0 to 1 with soft edges."""
        return _soft(np.isin(self.labels, (SUPPORT, OVERLAY)))

    def with_frames(self, frames: Frames) -> Footage:
        """The clip's clock with other frames."""
        return Footage(frames, self.footage.t_s, self.footage.duration_s)

    def at(self, t_s: float) -> int:
        """Index of the frame on screen at a moment."""
        return max(0, int(np.searchsorted(self.footage.t_s, t_s + 1e-6, side="right")) - 1)


def blend(frame: NDArray[np.uint8], other: NDArray[np.generic], weight: Plane | float) -> NDArray[np.uint8]:
    """``other`` over ``frame`` with a weight from 0 to 1, rounded to code values."""
    a = frame.astype(np.float32)
    mixed = a + (np.asarray(other, dtype=np.float32) - a) * np.float32(weight)
    return np.asarray(np.clip(np.rint(mixed), 0, 255), dtype=np.uint8)


def noisy(frame: NDArray[np.uint8], deviation: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    """A frame under Gaussian noise of ``deviation`` code values in every channel."""
    noise = rng.standard_normal(frame.shape, dtype=np.float32) * np.float32(deviation)
    return np.asarray(np.clip(np.rint(frame + noise), 0, 255), dtype=np.uint8)


def _soft(mask: NDArray[np.bool_]) -> Plane:
    smooth = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), _EDGE_PX)
    return np.asarray(smooth, dtype=np.float32)[..., None]

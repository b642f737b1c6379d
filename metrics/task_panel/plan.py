"""Which frames the published task metrics look at, known before the first frame is decoded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SAMPLE_HZ = 8
"""Frames a second that the flow metrics aim at: every k-th frame, k = round(fps / 8), at least 1."""
WINDOW_SHARE = 0.12
"""Early and late windows of the flow metrics, as a share of the kept frames; at least 3."""
MIN_KEPT = 4
"""With fewer kept frames the published program returns nothing."""
MOST_SAMPLES = 160
"""The pixel metrics look at all frames, or at this many spread evenly over a longer clip."""
MIN_SAMPLES = 6
"""With fewer frames the published program returns nothing."""
SAMPLE_WINDOW_SHARE = 0.15
"""Early and late windows of the pixel metrics, as a share of the samples; at least 2."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Frames, pairs and windows of the flow metrics (fBD to DAR).

    Args:
        frames: frames of the clip.
        fps: the container's frame rate.

    """

    frames: int
    fps: float

    @property
    def step(self) -> int:
        """Every ``step``-th frame is kept, the first included."""
        return max(1, round(self.fps / SAMPLE_HZ))

    @property
    def rate_hz(self) -> float:
        """Kept frames a second."""
        return self.fps / self.step

    @property
    def count(self) -> int:
        """Kept frames; there is a flow field between each and the next."""
        return -(-self.frames // self.step)

    @property
    def pairs(self) -> int:
        """Flow fields."""
        return self.count - 1

    @property
    def window(self) -> int:
        """Length of the early and late windows, in kept frames or pairs."""
        return max(3, int(self.count * WINDOW_SHARE))

    @property
    def early_pairs(self) -> range:
        """Pairs of the early motion: the second window, or the first where the clip holds no two."""
        first = self.window if self.pairs >= 2 * self.window else 0
        return range(first, min(first + self.window, self.pairs))

    @property
    def late_pairs(self) -> range:
        """Pairs of the late motion."""
        return range(max(0, self.pairs - self.window), self.pairs)

    @property
    def late_frames(self) -> range:
        """Kept frames that are matched with the first one."""
        return range(self.count - self.window, self.count)


def sampled(frames: int) -> tuple[int, ...]:
    """Frame numbers that the pixel metrics look at, ascending."""
    if frames <= MOST_SAMPLES:
        return tuple(range(frames))
    return tuple(int(i) for i in np.linspace(0, frames - 1, MOST_SAMPLES).round())


def sample_window(samples: int) -> int:
    """Length of the early and late windows of the pixel metrics, in samples."""
    return max(2, int(samples * SAMPLE_WINDOW_SHARE))

"""From what networks say of frames and pairs to VBench's numbers of one clip. Streams; holds no frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Feature = NDArray[np.float32]
"""Image feature of one frame, (d,), any length but 0."""

SAMPLED_HZ = 8
"""Dynamic degree looks at about so many frames a second."""
SPEED_AT_256 = 6.0
"""A pair moves if its fastest twentieth moves more than this, px, in a picture with short side 256."""


@dataclass(slots=True)
class Mean:
    """Running mean."""

    total: float = 0.0
    count: int = 0

    def add(self, value: float) -> None:
        """Take one more value."""
        self.total += value
        self.count += 1

    def value(self) -> float | None:
        """The mean, None of nothing."""
        return self.total / self.count if self.count else None


@dataclass(slots=True)
class Consistency:
    """Mean over frames i >= 1 of half the cosine to frame i - 1 plus half the cosine to frame 0.

    Negative cosines count as 0. ``vbench/background_consistency.py`` and ``subject_consistency.py``.
    """

    mean: Mean = field(default_factory=Mean)
    _first: NDArray[np.float64] | None = None
    _former: NDArray[np.float64] | None = None

    def add(self, feature: Feature) -> None:
        """Take the feature of the next frame."""
        own = np.asarray(feature, np.float64)
        unit = own / max(float(np.linalg.norm(own)), 1e-12)
        if self._first is None or self._former is None:
            self._first = unit
        else:
            near, far = float(self._former @ unit), float(self._first @ unit)
            self.mean.add((max(0.0, near) + max(0.0, far)) / 2)
        self._former = unit


@dataclass(slots=True)
class Degree:
    """Dynamic degree: stock VBench's vote, and the continuous form that published tables show.

    Args:
        short_side: of the clip, px; the threshold grows with it.

    """

    short_side: int
    pairs: int = 0
    _over: int = 0
    _clipped: float = 0.0

    @property
    def threshold(self) -> float:
        """Px per sampled pair above which a pair counts as moving."""
        return SPEED_AT_256 * self.short_side / 256.0

    def add(self, speed: float) -> None:
        """Take the top speed of the next sampled pair, px."""
        self.pairs += 1
        self._over += speed > self.threshold
        self._clipped += min(speed / self.threshold, 1.0)

    def vote(self) -> bool | None:
        """Whether enough pairs move; None where there is no pair."""
        return self._over >= needed(self.pairs + 1) if self.pairs else None

    def continuous(self) -> float | None:
        """Mean of speed over threshold, each at most 1; None where there is no pair."""
        return self._clipped / self.pairs if self.pairs else None


def needed(sampled: int) -> int:
    """Pairs that must move for a clip of so many sampled frames; halves go to the even number."""
    return round(4 * sampled / 16)


def interval(fps: float) -> int:
    """Every so many-th frame is sampled for dynamic degree; halves go to the even number."""
    return max(1, round(fps / SAMPLED_HZ))


@dataclass(frozen=True, slots=True)
class Look:
    """What the networks said of one frame; None where a network is not here."""

    index: int
    background: Feature | None = None
    """CLIP ViT-B/32, (512,)."""
    subject: Feature | None = None
    """DINO ViT-B/16, (768,)."""
    aesthetic: float | None = None
    """LAION's score, about 0 to 10."""
    imaging: float | None = None
    """MUSIQ-SPAQ, 0 to 100."""
    change: float | None = None
    """Mean absolute difference to the frame before, 0 to 255; None for the first."""


@dataclass(slots=True)
class ClipScores:
    """All dimensions of one clip, or of one piece of a clip.

    Args:
        short_side: of the picture, px.
        step: frames between two samples of dynamic degree, see :func:`interval`.
        start: index of its first frame.
        end: index after its last frame; None for "until the last that comes".

    """

    short_side: int
    step: int
    start: int = 0
    end: int | None = None
    frames: int = 0
    background: Consistency = field(default_factory=Consistency)
    subject: Consistency = field(default_factory=Consistency)
    _change: Mean = field(default_factory=Mean)
    _middle: Mean = field(default_factory=Mean)
    _imaging: Mean = field(default_factory=Mean)
    _aesthetic: Mean = field(default_factory=Mean)
    _degree: Degree = field(init=False)

    def __post_init__(self) -> None:
        self._degree = Degree(self.short_side)

    def holds(self, first: int, last: int) -> bool:
        """Whether all frames from ``first`` to ``last`` are its own."""
        return self.start <= first and (self.end is None or last < self.end)

    def pair_ending_at(self, index: int) -> int | None:
        """First frame of the sampled pair whose second is ``index``; None where there is none."""
        return self._ending_at(index, self.step)

    def triple_ending_at(self, index: int) -> int | None:
        """First of three successive frames, the third ``index``, whose middle one is interpolated."""
        return self._ending_at(index, 2)

    def _ending_at(self, index: int, step: int) -> int | None:
        first = index - step
        return first if self.holds(first, index) and (index - self.start) % step == 0 else None

    def look(self, seen: Look) -> None:
        """Take what was seen of a frame; frames of other pieces are passed over."""
        if not self.holds(seen.index, seen.index):
            return
        self.frames += 1
        if seen.background is not None:
            self.background.add(seen.background)
        if seen.subject is not None:
            self.subject.add(seen.subject)
        if seen.aesthetic is not None:
            self._aesthetic.add(seen.aesthetic)
        if seen.imaging is not None:
            self._imaging.add(seen.imaging)
        if seen.change is not None and seen.index > self.start:
            self._change.add(seen.change)

    def speed(self, first: int, last: int, speed: float) -> None:
        """Take the top speed of a pair, px; pairs of other pieces are passed over."""
        if self.pair_ending_at(last) == first:
            self._degree.add(speed)

    def middle(self, first: int, error: float) -> None:
        """Take the error of the frame interpolated between ``first`` and ``first + 2``, 0 to 255."""
        if self.triple_ending_at(first + 2) == first:
            self._middle.add(error)

    def values(self) -> Mapping[str, float | None]:
        """Every dimension by its name in VBench, on the scale of its overall score; None where unknown."""
        vote = self._degree.vote()
        return {
            "background_consistency": self.background.mean.value(),
            "subject_consistency": self.subject.mean.value(),
            "temporal_flickering": _closeness(self._change.value()),
            "motion_smoothness": _closeness(self._middle.value()),
            "dynamic_degree": None if vote is None else float(vote),
            "dynamic_degree_cont": self._degree.continuous(),
            "imaging_quality": _share(self._imaging.value(), 100.0),
            "aesthetic_quality": _share(self._aesthetic.value(), 10.0),
        }


def _closeness(difference: float | None) -> float | None:
    return None if difference is None else (255.0 - difference) / 255.0


def _share(score: float | None, whole: float) -> float | None:
    return None if score is None else score / whole

"""The flow metrics of a clip, taken frame by frame: still region, moving region, features of the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from metrics.flow import FlowField
from metrics.task_panel.camera import Draw, Pixels, flow_at, pixels, points, similarity, translation
from metrics.task_panel.features import Features, displacement, features
from metrics.task_panel.plan import Kept
from metrics.task_panel.regions import TINY, Regions, regions

if TYPE_CHECKING:
    from metrics.clip import Frame

HEIGHT = 288
"""Lines of the picture that is measured; its width follows the clip's, 499 px for 832x480."""
MOST_PERSISTENCE = 2.0
"""FP is cut off here."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One kept frame at :data:`HEIGHT` lines."""

    grey: NDArray[np.uint8]
    """uint8 (h, w)."""
    rgb: NDArray[np.uint8] | None = None
    """uint8 (h, w, 3) where the flow reads colour."""


class PairFlow(Protocol):
    """Dense flow between two kept frames, px at :data:`HEIGHT` lines."""

    min_side: int
    """Smallest width it takes, px."""

    def picture(self, frame: Frame, size: tuple[int, int]) -> Picture:
        """Draw from a decoded frame what the flow reads, at ``size`` = width, height."""

    def between(self, a: Picture, b: Picture) -> FlowField:
        """Flow from ``a`` to ``b``, float32 (h, w, 2)."""


@dataclass(frozen=True, slots=True)
class Residual:
    """Mean speed of the moving region in one pair, px per pair."""

    raw: float
    similarity: float
    """After the camera of version 1.1."""
    translation: float
    """After the camera of version 1.0."""


@dataclass(slots=True)
class Found:
    """What a clip showed; one entry per pair or frame of a window, nothing per pixel."""

    still_sum: float = 0.0
    """Sum over all pairs of the still region's mean flow, px."""
    still_late: list[float] = field(default_factory=list)
    early: list[Residual] = field(default_factory=list)
    late: list[Residual] = field(default_factory=list)
    moved_px: list[float] = field(default_factory=list)
    """Median displacement of each usable late frame."""
    unregistered: int = 0
    """Late frames whose raw matches were taken."""
    unfitted: int = 0
    """Pairs of the windows without a similarity."""
    still_share: float = 0.0
    moving_share: float = 0.0
    has_features: bool = False
    """The first frame has features enough."""


class MotionMeter:
    """Takes the kept frames one after another; holds two pictures and two sums, whatever the clip's length.

    The regions are known only after the first window, but the published numbers need no single flow field of
    it: still flow enters as a mean over all pairs, so the sum of the magnitudes does. Only in a clip of fewer
    than seven kept frames do the windows overlap; then the few fields and pictures are held.
    """

    def __init__(self, plan: Kept, flow: PairFlow) -> None:
        self.found = Found()
        self._plan = plan
        self._flow = flow
        self._index = -1
        self._first: Picture | None = None
        self._last: Picture | None = None
        self._activity: NDArray[np.float32] | None = None
        self._scene: _Scene | None = None
        self._waiting: list[Callable[[_Scene], None]] = []

    def add(self, picture: Picture) -> None:
        """Take the next kept frame."""
        self._index += 1
        last, self._last = self._last, picture
        if last is None:
            self._first = picture
        else:
            self._pair(self._index - 1, self._flow.between(last, picture))
        if self._index in self._plan.late_frames:
            self._with_scene(lambda scene: scene.compare(picture.grey))

    def _pair(self, index: int, flow: FlowField) -> None:
        early = index < self._plan.window
        if early:
            speed = _speed(flow)
            self._activity = speed if self._activity is None else self._activity + speed
        if not early or index in self._plan.early_pairs or index in self._plan.late_pairs:
            self._with_scene(lambda scene: scene.measure(index, flow, summed=early))
        if index == self._plan.window - 1:
            self._know()

    def _know(self) -> None:
        """The first window is over: find the regions and do what waited for them."""
        if self._activity is None or self._first is None:
            return
        count = np.float32(self._plan.window)
        found = regions(self._activity / count)
        self._scene = _Scene(found, self._first.grey, self._plan, self.found)
        self.found.still_sum += self._scene.still_mean(self._activity)
        self._activity = None
        for work in self._waiting:
            work(self._scene)
        self._waiting = []

    def _with_scene(self, work: Callable[[_Scene], None]) -> None:
        if self._scene is None:
            self._waiting.append(work)
        else:
            work(self._scene)


class _Scene:
    """The regions of a clip and what is measured in them."""

    def __init__(self, found: Regions, first: NDArray[np.uint8], plan: Kept, into: Found) -> None:
        self._mask = found.still
        self._still, self._moving = pixels(found.still), pixels(found.moving)
        self._moving_at = points(self._moving, first.shape[1]).astype(np.float64)
        self._plan = plan
        self._found = into
        self._draw = Draw(self._still)
        self._drawn = 0
        self._features = features(first, found.still)
        into.has_features = self._features is not None
        into.still_share, into.moving_share = float(found.still.mean()), float(found.moving.mean())

    def still_mean(self, speed: NDArray[np.float32]) -> float:
        """Mean over the still region, summed in float64; 0 where it is empty."""
        return _mean(speed, self._still)

    def measure(self, index: int, flow: FlowField, *, summed: bool) -> None:
        """Measure one pair; ``summed`` where its still flow is counted already."""
        speed = _speed(flow)
        still = self.still_mean(speed)
        if not summed:
            self._found.still_sum += still
        drawn = self._points_of(index)
        early, late = index in self._plan.early_pairs, index in self._plan.late_pairs
        if late:
            self._found.still_late.append(still)
        if early or late:
            residual = self._residual(flow, speed, drawn)
            self._found.early += [residual] if early else []
            self._found.late += [residual] if late else []

    def _points_of(self, index: int) -> Pixels:
        """Draw for every pair up to this one: the published program fits all of them."""
        drawn = self._still
        while self._drawn <= index:
            drawn = self._draw.next()
            self._drawn += 1
        return drawn

    def _residual(self, flow: FlowField, speed: NDArray[np.float32], drawn: Pixels) -> Residual:
        camera = similarity(flow, self._still, drawn)
        self._found.unfitted += not camera.fitted
        moved = flow_at(flow, self._moving)
        shift = moved - translation(flow, self._still).shift
        return Residual(
            _mean(speed, self._moving), _mean_length(moved - camera.at(self._moving_at)), _mean_length(shift)
        )

    def compare(self, grey: NDArray[np.uint8]) -> None:
        """Match one late frame's features with the first frame's."""
        first: Features | None = self._features
        later = features(grey, self._mask) if first is not None else None
        if first is None or later is None:
            return
        moved = displacement(first, later)
        if moved is not None:
            self._found.moved_px.append(moved.px)
            self._found.unregistered += not moved.registered


def _speed(flow: FlowField) -> NDArray[np.float32]:
    return np.asarray(cv2.magnitude(flow[..., 0], flow[..., 1]), np.float32)


def _mean(speed: NDArray[np.float32], at: Pixels) -> float:
    return float(speed.reshape(-1).take(at).mean(dtype=np.float64)) if len(at) else 0.0


def _mean_length(vectors: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.einsum("ij,ij->i", vectors, vectors)).mean()) if len(vectors) else 0.0


def numbers(found: Found, plan: Kept, width: int, height: int = HEIGHT) -> dict[str, float | None]:
    """Draw the published numbers from what a clip showed.

    Args:
        found: a whole clip's, of at least four kept frames.
        plan: its frames and windows.
        width: width of the measured pictures, px.
        height: their height, px.

    Returns:
        By name; fBD is None where the published program gives none.

    """
    diagonal = float(np.hypot(height, width))
    still_late = float(np.mean(found.still_late))
    raw_late = float(np.mean([pair.raw for pair in found.late]))
    early, late = (float(np.mean([p.similarity for p in pairs])) for pairs in (found.early, found.late))
    early0, late0 = (float(np.mean([p.translation for p in pairs])) for pairs in (found.early, found.late))
    per_pair = found.still_sum / plan.pairs / width * 1000
    signed = 1.0 - late / (raw_late + TINY)
    return {
        "fbd": 100 * float(np.mean(found.moved_px)) / diagonal if found.moved_px else None,
        "bfr": per_pair,
        "nbf": per_pair * plan.rate_hz,
        "mcff_e": early,
        "mcff_l": late,
        "fp": min(late / (early + TINY), MOST_PERSISTENCE),
        "dlr": still_late / (raw_late + TINY),
        "dar": min(max(signed, 0.0), 1.0),
        "dar_signed": signed,
        "mcff_e_v10": early0,
        "mcff_l_v10": late0,
        "fp_v10": min(late0 / (early0 + TINY), MOST_PERSISTENCE),
    }

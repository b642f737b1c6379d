"""Stagnation: the medium slows down, freezes, fades into a still or repeats what it has shown before.

Declared on coarse bands of the registered picture: texture that sticks to the pixel grid is hardening, and
must not be read as water that stops.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from metrics.curves import Bins, axis_quantities, early_end_s, late, onset_s, summary, value_or_abstain
from metrics.declaration import Change, Declaration, Needs
from metrics.direction import wrong_way
from metrics.head import MIN_DURATION_S
from metrics.masks import MIN_SHARE, Masks
from metrics.picture import resize_mask
from metrics.texture import PixelSet, Vectors, correlations, noise_variance
from metrics.thresholds import thresholds
from metrics.track import Pair, Texture
from metrics.types import Curve, Quantity, Value

VERSION = 2
FLOOR_SPEED = 0.7
"""mfw/s that flow reports on a still picture with a codec's noise; speeds below are no motion."""
_FAILED_ACTIVITY = 1 - thresholds()["stagnation.lost_activity"].failed
_BANDS = 2
_STRIDE = 2
_EARLY_S = (0.5, 3.0)
_NOVELTY_START_S = 1.5
_RECENT_S = 0.5
MAX_DURATION_S = 600.0
"""Memory for comparing all pairs of frames grows with the square of the length."""
_MAX_LAG_S = 2.0
_ACTIVE_RATIO = 3.0
_FROZEN_ACTIVE = 0.05
_MIN_PIXELS = 60

QUANTITIES = (
    *axis_quantities(
        "stagnation",
        onset="Second from which the medium has stopped for good or only repeats itself.",
        level="From the smaller of motion and novelty.",
    ),
    Quantity(
        "stagnation.motion",
        "ratio",
        "higher",
        "How fast the medium's coarse pattern changes, over the start.",
        curve=True,
    ),
    Quantity(
        "stagnation.novelty",
        "ratio",
        "higher",
        "How unlike anything shown before, over the start; 0 in a loop.",
        curve=True,
    ),
    Quantity(
        "stagnation.speed", "mfw/s", "none", "Median flow speed of the medium, camera taken out.", curve=True
    ),
    Quantity(
        "stagnation.speed_p90",
        "mfw/s",
        "none",
        "90th percentile of the same: thin falls and flames.",
        curve=True,
    ),
    Quantity(
        "stagnation.floor",
        "mfw/s",
        "none",
        "The same flow on the still support: what counts as no motion.",
        curve=True,
    ),
    Quantity(
        "stagnation.persistence",
        "ratio",
        "higher",
        "Speed above the floor, over the start, at most 2.",
        curve=True,
    ),
    Quantity(
        "stagnation.active_share",
        "share",
        "higher",
        "Share of the medium that changes more than the support.",
        curve=True,
    ),
    Quantity(
        "stagnation.frozen_share", "share", "lower", "Share of seconds without speed and without activity."
    ),
    Quantity(
        "stagnation.wrong_way",
        "share",
        "lower",
        "Share of time in which the medium flows against its direction at the start.",
        curve=True,
    ),
    Quantity(
        "stagnation.replay_onset",
        "s",
        "higher",
        "Second from which the medium moves but shows only what it showed.",
    ),
    Quantity("stagnation.replay_lag", "s", "none", "How long ago the repeated pictures were shown first."),
)

DECLARED = Declaration(
    name="stagnation",
    module=__name__,
    version=VERSION,
    question="Does the medium slow down, freeze, fade into a still, or replay?",
    definition=(
        "The medium of every sample, brought back by the registered camera, is band-passed at 120 lines in "
        "two octaves, and all pairs of frames are correlated with the support's noise taken out. Motion: how "
        "much changes at the lag at which the first seconds have half decorrelated. Novelty: how unlike any "
        "earlier frame. Both over their values at the start; the level follows from the smaller, 0.5 at "
        f"{_FAILED_ACTIVITY:.2f} of it. Flow speeds stand beside them and do not enter."
    ),
    quantities=QUANTITIES,
    valid_when=f"At least {_MIN_PIXELS} thinned-out pixels of medium; at most {MAX_DURATION_S:g} s.",
    needs=Needs(
        "medium; support for the noise floor",
        "registration: DIS medium; speed: DIS fast or RAFT",
        MIN_DURATION_S,
        "any; 8 samples a second",
    ),
    responds_to=("slow-down", "freeze", "fading into a mean picture", "loops of any period, ping-pong too"),
    ignores=("gain and contrast", "fine texture that sticks", "camera motion that registration finds"),
    known_failures=(
        "Real lulls below a third of the start.",
        "Change is not transport: a scene that dissolves keeps its motion; after drift it gets no credit.",
        "A calm medium in seconds 0.5 to 3 sets a low bar.",
    ),
    history=(
        Change(1, "2026-11-22", "First version."),
        Change(
            2,
            "2026-11-22",
            (
                "Ordinary lulls are forgiven; direction of flow beside it; clips under 8 s "
                "compare with their first 3 s; a medium that shows nothing counts as still."
            ),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Activity:
    """How much happens in the medium, frame by frame, relative to the clip's start."""

    motion: list[float | None]
    novelty: list[float | None]
    origin_lag_s: list[float | None]
    """How long before a frame its nearest predecessor was shown."""


@dataclass(slots=True)
class StagnationMeter:
    """Keeps the medium's coarse bands of every sample: a few kilobytes each."""

    masks: Masks
    coarse_shape: tuple[int, int]
    _times: list[float] = field(default_factory=list)
    _rows: list[list[NDArray[np.float32]]] = field(default_factory=list)
    _still: list[list[NDArray[np.float32]]] = field(default_factory=list)
    _pairs: list[Pair] = field(default_factory=list)
    _pixels: PixelSet = field(init=False)
    _support: PixelSet = field(init=False)
    _members: dict[str, NDArray[np.bool_]] = field(init=False)

    def __post_init__(self) -> None:
        regions = self.masks.regions()
        media = {name: resize_mask(r.medium, self.coarse_shape) for name, r in regions.items()}
        union = np.logical_or.reduce(list(media.values()))
        self._pixels = PixelSet.of(union, _STRIDE)
        self._support = PixelSet.of(resize_mask(regions[""].support, self.coarse_shape), 2 * _STRIDE)
        self._members = {name: self._pixels.inside(mask) for name, mask in media.items()}

    def add_texture(self, texture: Texture) -> None:
        """Take the coarse bands of one sample."""
        if texture.t_s > MAX_DURATION_S:
            return
        self._times.append(texture.t_s)
        self._rows.append([self._pixels.read(b) for b in texture.coarse])
        self._still.append([self._support.read(b) for b in texture.coarse])

    def add_pair(self, pair: Pair) -> None:
        """Take the flow speeds between two samples."""
        self._pairs.append(pair)

    def finish(self, bins: Bins) -> tuple[list[Value], list[Curve], list[str]]:
        """All stagnation values, curves and notes."""
        if self.masks.medium.mean() < MIN_SHARE:
            return self._nothing_moves(bins)
        if bins.duration_s > MAX_DURATION_S:
            longest = f"{MAX_DURATION_S:g} s"
            return (
                _abstain(f"the clip is longer than {longest}; every frame is compared with every other"),
                [],
                [],
            )
        if int(self._members[""].sum()) < _MIN_PIXELS:
            return _abstain(f"the medium covers only {self.masks.medium.mean():.1%} of the picture"), [], []
        activity = self._activity("")
        motion = bins.curve("stagnation.motion", self._times, activity.motion)
        novelty = bins.curve("stagnation.novelty", self._times, activity.novelty)
        level = _level_curve(motion, novelty)
        speeds = self._speed_curves(bins)
        turned, undirected = wrong_way("stagnation.wrong_way", self._pairs, bins)
        curves = [level, motion, novelty, *speeds, turned]
        values = summary("stagnation", level, bins.duration_s)
        values += [
            value_or_abstain(c.metric, late(c), "the clip's last seconds could not be measured")
            for c in curves[1:-1]
        ]
        why = undirected or "the clip's last seconds could not be measured"
        values.append(value_or_abstain(turned.metric, late(turned), why))
        values += self._replay(motion, novelty, activity, bins)
        values.append(_frozen_share(speeds))
        values += [self._variant(name, bins) for name in ("eroded4", "dilated4")]
        return values, curves, []

    def _nothing_moves(self, bins: Bins) -> tuple[list[Value], list[Curve], list[str]]:
        """A clip in which nothing moves from the start has failed at second 0; that is no abstention."""
        if self.masks.source != "early":
            return _abstain("the mask names no moving medium"), [], []
        level = Curve("stagnation.level", bins.centres(), (1.0,) * bins.count)
        values = summary("stagnation", level, bins.duration_s)
        done = {v.metric for v in values}
        values += [v for v in _abstain("nothing moves in the first seconds") if v.metric not in done]
        return (
            values,
            [level],
            ["Nothing moves in the first seconds: the clip counts as stagnant from the start."],
        )

    def _activity(self, variant: str) -> Activity:
        member = self._members[variant]
        matrix = np.zeros((len(self._times),) * 2, np.float32)
        early = sum(t < _EARLY_S[1] for t in self._times)
        for i in range(_BANDS):
            vectors: Vectors = np.stack([row[i] for row in self._rows])[:, member]
            still: Vectors = np.stack([row[i] for row in self._still[:early]])
            matrix += correlations(vectors, noise_variance(still)) / _BANDS
        return activity(np.array(self._times), matrix)

    def _variant(self, name: str, bins: Bins) -> Value:
        metric = f"stagnation.late_{name}"
        if int(self._members[name].sum()) < _MIN_PIXELS:
            return Value(metric, None, "abstained", "too little of the medium is left")
        found = self._activity(name)
        motion = bins.curve("stagnation.motion", self._times, found.motion)
        novelty = bins.curve("stagnation.novelty", self._times, found.novelty)
        return value_or_abstain(
            metric, late(_level_curve(motion, novelty)), "the last seconds could not be measured"
        )

    def _speed_curves(self, bins: Bins) -> list[Curve]:
        width = self.masks.labels.shape[1]
        pairs = [p for p in self._pairs if p.camera is not None and len(p.medium_speed)]
        times = [p.t_s for p in pairs]

        def statistic(percentile: float, *, support: bool) -> list[float | None]:
            source = [p.support_speed if support else p.medium_speed for p in pairs]
            return [float(np.percentile(s, percentile)) / width * 1000 if len(s) else None for s in source]

        speed = bins.curve("stagnation.speed", times, statistic(50, support=False))
        fast = bins.curve("stagnation.speed_p90", times, statistic(90, support=False))
        floor = bins.curve("stagnation.floor", times, statistic(50, support=True))
        return [speed, fast, floor, _persistence(speed, floor), self._active_share(bins)]

    def _active_share(self, bins: Bins) -> Curve:
        member = self._members[""]
        shares: list[float | None] = []
        index = np.array([bins.index(t) for t in self._times])
        for second in range(bins.count):
            rows = np.flatnonzero(index == second)
            if len(rows) < 3 or len(self._support) < 30:
                shares.append(None)
                continue
            moving = np.std([self._rows[i][0][member] for i in rows], axis=0)
            still = float(np.median(np.std([self._still[i][0] for i in rows], axis=0)))
            # Decoded still pictures differ by rounding alone; a floor of a tenth of a code value covers that.
            shares.append(float(np.mean(moving > _ACTIVE_RATIO * max(still, 0.1))))
        return Curve("stagnation.active_share", bins.centres(), tuple(shares))

    def _replay(self, motion: Curve, novelty: Curve, found: Activity, bins: Bins) -> list[Value]:
        """Replay: the medium moves as before, yet every picture has been shown already."""
        failed = thresholds()["stagnation.lost_activity"].failed
        replayed = [
            None if m is None or n is None else float(m >= 0.5 and 1 - n > failed)
            for m, n in zip(motion.values, novelty.values, strict=True)
        ]
        start = onset_s(replayed)
        if start is None:
            held = Value("stagnation.replay_onset", bins.duration_s, "censored", "no replay within the clip")
            return [held, Value("stagnation.replay_lag", None, "abstained", "no replay was found")]
        lags = [
            g for t, g in zip(self._times, found.origin_lag_s, strict=True) if t >= start and g is not None
        ]
        lag = float(np.median(lags)) if lags else None
        return [
            Value("stagnation.replay_onset", start),
            value_or_abstain("stagnation.replay_lag", lag, "no earlier picture was found"),
        ]


def activity(times: NDArray[np.float64], matrix: NDArray[np.float32]) -> Activity:
    """Motion and novelty from the correlation of every frame with every other.

    Motion at t is the decorrelation over the lag at which the medium's early pattern has half decorrelated;
    novelty is one minus the largest correlation with any frame at least half a second older. Both are divided
    by their early values, so gain, contrast and the medium's own nature cancel.

    Args:
        times: seconds, float64 (n,), increasing.
        matrix: correlations, float32 (n, n).

    Returns:
        Ratios to the clip's start, None where undefined.

    """
    lag_s = _half_life(times, matrix)
    motion = _decorrelation(times, matrix, lag_s)
    novelty, lags = _novelty(times, matrix)
    return Activity(
        _relative(times, motion, _EARLY_S),
        _relative(times, novelty, (_NOVELTY_START_S, early_end_s(float(times[-1])))),
        lags,
    )


def _partner(times: NDArray[np.float64], index: int, lag_s: float) -> int | None:
    """First frame at least ``lag_s`` later, None where the clip ends or frames are missing there."""
    target = times[index] + lag_s
    nearest = int(np.searchsorted(times, target - 1e-6))
    if nearest >= len(times) or nearest <= index or abs(times[nearest] - target) > 0.15:
        return None
    return nearest


def _decorrelation(
    times: NDArray[np.float64], matrix: NDArray[np.float32], lag_s: float
) -> list[float | None]:
    partners = [_partner(times, i, lag_s) for i in range(len(times))]
    return [None if j is None else max(0.0, 1 - float(matrix[i, j])) for i, j in enumerate(partners)]


def _half_life(times: NDArray[np.float64], matrix: NDArray[np.float32]) -> float:
    step = float(np.median(np.diff(times)))
    early = [i for i, t in enumerate(times) if _EARLY_S[0] <= t < _EARLY_S[1]]
    for count in range(1, int(_MAX_LAG_S / step) + 1):
        lag_s = count * step
        partners = [(i, _partner(times, i, lag_s)) for i in early]
        values = [float(matrix[i, j]) for i, j in partners if j is not None]
        if values and float(np.mean(values)) < 0.5:
            return lag_s
    return _MAX_LAG_S


def _novelty(
    times: NDArray[np.float64], matrix: NDArray[np.float32]
) -> tuple[list[float | None], list[float | None]]:
    novelty: list[float | None] = []
    lags: list[float | None] = []
    for i, t_s in enumerate(times):
        past = int(np.searchsorted(times, t_s - _RECENT_S + 1e-6))
        if t_s < _NOVELTY_START_S or past == 0:
            novelty.append(None)
            lags.append(None)
            continue
        best = int(np.argmax(matrix[i, :past]))
        novelty.append(max(0.0, 1 - float(matrix[i, best])))
        lags.append(float(t_s - times[best]))
    return novelty, lags


def _relative(
    times: NDArray[np.float64], values: list[float | None], early_s: tuple[float, float]
) -> list[float | None]:
    early = [v for t, v in zip(times, values, strict=True) if v is not None and early_s[0] <= t < early_s[1]]
    if not early:
        return [None] * len(values)
    reference = max(float(np.median(early)), 1e-3)
    return [None if v is None else v / reference for v in values]


def _level_curve(motion: Curve, novelty: Curve) -> Curve:
    values: list[float | None] = []
    for m, n in zip(motion.values, novelty.values, strict=True):
        known = [v for v in (m, n) if v is not None]
        values.append(_level(min(known)) if known else None)
    return Curve("stagnation.level", motion.t_s, tuple(values))


def _level(active: float) -> float:
    """Level of a share of the early activity; ordinary lulls are forgiven."""
    return thresholds()["stagnation.lost_activity"].level(1 - active)


def _persistence(speed: Curve, floor: Curve) -> Curve:
    excess = [
        None if v is None else max(v - max(f or 0.0, FLOOR_SPEED), 0.0)
        for v, f in zip(speed.values, floor.values, strict=True)
    ]
    early = [e for t, e in zip(speed.t_s, excess, strict=True) if e is not None and 0.5 <= t < 5]
    reference = float(np.median(early)) if early else 0.0
    if reference < 3 * FLOOR_SPEED:
        # Too slow at the start for a ratio of speeds to mean anything; motion and novelty still do.
        return Curve("stagnation.persistence", speed.t_s, (None,) * len(speed.t_s))
    return Curve(
        "stagnation.persistence",
        speed.t_s,
        tuple(None if e is None else min(e / reference, 2.0) for e in excess),
    )


def _frozen_share(speeds: list[Curve]) -> Value:
    by_name = {c.metric: c.values for c in speeds}
    rows = zip(
        by_name["stagnation.speed"],
        by_name["stagnation.floor"],
        by_name["stagnation.active_share"],
        strict=True,
    )
    frozen = [
        a < _FROZEN_ACTIVE and v <= max(f or 0.0, FLOOR_SPEED)
        for v, f, a in rows
        if v is not None and a is not None
    ]
    share = float(np.mean(frozen)) if frozen else None
    return value_or_abstain("stagnation.frozen_share", share, "no second had both a speed and an activity")


def _abstain(reason: str) -> list[Value]:
    return [Value(q.id, None, "abstained", reason) for q in QUANTITIES if q.id != "stagnation.level"]

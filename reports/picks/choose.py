"""The rule by which clips are picked: no eye chooses, and no method can be favoured."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports.gather import Shot
from reports.model import QuantityCard
from reports.pages import Shown
from reports.verdict import not_credited, steady_time, verdict

SHOWN = 3
"""Clips of each kind."""
Value = tuple[float, bool]
"""A number, and whether it is only a bound: the failure had not come by then."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A number by which clips are picked."""

    id: str
    """``steady`` or the id of a quantity."""
    identity: str
    higher: bool
    """Whether more is better."""
    timed: bool
    """Whether it is the time of a failure, which may not have come."""
    value: Callable[[Shot], Value | None]
    """A clip's number, None where it has none."""
    why_not: Callable[[Shot], str]
    """Why a clip's number earns nothing, empty if it does."""


@dataclass(frozen=True, slots=True)
class Pick:
    """One clip with its number."""

    clip: Shown
    value: float
    bound: bool
    why: str = ""
    """Why the number earns nothing, empty if it does."""

    @property
    def key(self) -> str:
        """The clip's key."""
        return self.clip.shot.key


@dataclass(frozen=True, slots=True)
class Picks:
    """The clips picked by one metric."""

    best: tuple[Pick, ...]
    worst: tuple[Pick, ...]
    random: tuple[Pick, ...]
    passed_over: tuple[Pick, ...]
    """Clips whose number would be among the best but earns nothing."""
    clips: int
    """Clips with a number."""
    failed: int
    """Clips whose number is no bound: of a failure's time, those that failed."""
    tied: int
    """Clips that share the last place among the best, shown or not; 1 where there is no tie."""
    alike: bool
    """Whether all clips have the same number; then none is best or worst."""


def steady_metric() -> Metric:
    """Time to the first failure of any axis."""
    return Metric("steady", "", True, True, _steady, lambda _: "")


def quantity_metric(metric: str, identity: str, *, higher: bool) -> Metric:
    """Make a metric of a quantity; an onset is a time that may not have come."""
    return Metric(metric, identity, higher, metric.endswith(".onset"), _reader(metric, identity),
                  _judge(metric, identity))


def _steady(shot: Shot) -> Value | None:
    time = steady_time(shot)
    return None if time is None else (time.seconds, not time.happened)


def _reader(metric: str, identity: str) -> Callable[[Shot], Value | None]:
    def value(shot: Shot) -> Value | None:
        reading = shot.get(metric, identity)
        return None if reading is None or reading.value is None else (
            reading.value, reading.status == "censored")
    return value


def _judge(metric: str, identity: str) -> Callable[[Shot], str]:
    def why_not(shot: Shot) -> str:
        reading = shot.get(metric, identity)
        return "" if reading is None else not_credited(shot, reading)
    return why_not


def choose(metric: Metric, clips: Sequence[Shown], seed: str, shown: int = SHOWN) -> Picks:
    """Pick the best, the worst and random clips among those that count.

    The best are the first by the number, and the worst the last; of a failure's time only clips that failed
    are among the worst. What is drawn, and which of equal numbers comes first, follows from ``seed`` and the
    clips' content alone. No clip is among both, so that half of the clips at most are called best.
    """
    found = [Pick(clip, *value, metric.why_not(clip.shot)) for clip in clips if verdict(clip.shot).ranked
             and (value := metric.value(clip.shot)) is not None]
    drawn = sorted(found, key=lambda pick: _turn(seed, "draw", metric.id, pick.key))
    ordered = sorted(found, key=lambda pick: (
        _goodness(metric, pick), _turn(seed, "ties", metric.id, pick.key)))
    alike = len({_goodness(metric, pick) for pick in found}) < 2
    most = 0 if alike else min(shown, len(found) // 2)
    credited = [pick for pick in ordered if not pick.why]
    best = credited[:most]
    taken = {pick.key for pick in best}
    fails = [pick for pick in reversed(ordered)
             if not (metric.timed and pick.bound) and pick.key not in taken]
    worst = sorted(fails, key=lambda pick: (
        _badness(metric, pick), _turn(seed, "ties", metric.id, pick.key)))[:most]
    last = _goodness(metric, best[-1]) if best else None
    over = [pick for pick in ordered if pick.why and last is not None and _goodness(metric, pick) <= last]
    tied = sum(_goodness(metric, pick) == last for pick in credited) if best else 1
    failed = sum(not pick.bound for pick in found)
    return Picks(tuple(best), tuple(worst), tuple(drawn[:shown]), tuple(over[:shown]), len(found), failed,
                 tied, alike)


def _goodness(metric: Metric, pick: Pick) -> tuple[float, bool]:
    """Sorts the better clip first; of equal times, the one that had not failed."""
    return (-pick.value if metric.higher else pick.value), not pick.bound


def _badness(metric: Metric, pick: Pick) -> float:
    return pick.value if metric.higher else -pick.value


def _turn(seed: str, purpose: str, metric: str, key: str) -> bytes:
    return hashlib.sha256(f"{seed} {purpose} {metric} {key}".encode()).digest()


def seed_of(shots: Sequence[Shot]) -> str:
    """Digest of the clips' keys, 64 hex digits: other clips, other draw."""
    return hashlib.sha256("\n".join(sorted(shot.key for shot in shots)).encode()).hexdigest()


def metrics_of(quantities: Sequence[QuantityCard], shots: Sequence[Shot]) -> list[Metric]:
    """Steady time first, then every headline number with a direction, once for each identity."""
    seen: dict[str, set[str]] = defaultdict(set)
    for shot in shots:
        for reading in shot.readings:
            seen[reading.metric].add(reading.identity)
    directed = [one for one in quantities if one.headline and one.direction in ("higher", "lower")]
    return [steady_metric(), *(quantity_metric(one.id, identity, higher=one.direction == "higher")
                               for one in directed for identity in sorted(seen[one.id] - {""}))]

"""How often an axis calls a clip failed that has not: share of clean clip-minutes, by medium."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from metrics.curves import FAIL_LEVEL, RUN_S
from metrics.types import Curve

MOST = 0.05
"""At most this share of clean clip-minutes may be flagged on any axis."""
ALL = "all"
_MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class Watched:
    """The level curve of one axis on one clip without a failure."""

    axis: str
    medium: str
    kind: str
    """``clean``, or ``nuisance`` for a clip with a change that is no failure."""
    level: Curve


@dataclass(frozen=True, slots=True)
class Alarms:
    """False alarms of one axis. A column of ``alarms.csv`` each."""

    axis: str
    medium: str
    """A medium, ``files`` for clips from files, or ``all``."""
    kind: str
    clips: int
    minutes: float
    """Length of the seconds that could be measured."""
    flagged_minutes: float
    """Length of the minutes, or pieces of one, with a run of failed seconds."""
    share: float | None
    highest: float | None
    """Highest level of any second."""


def alarms(watched: Iterable[Watched]) -> list[Alarms]:
    """Count false alarms by axis, kind and medium, and over all media together."""
    groups: dict[tuple[str, str, str], list[Curve]] = defaultdict(list)
    for item in watched:
        for medium in (item.medium, ALL):
            groups[item.axis, item.kind, medium].append(item.level)
    return [_counted(axis, medium, kind, curves) for (axis, kind, medium), curves in sorted(groups.items())]


def _counted(axis: str, medium: str, kind: str, curves: list[Curve]) -> Alarms:
    measured = flagged = 0.0
    highest: float | None = None
    for curve in curves:
        pieces: dict[int, list[float]] = defaultdict(list)
        for t_s, value in zip(curve.t_s, curve.values, strict=True):
            if value is not None:
                pieces[int(t_s // _MINUTE_S)].append(value)
        for values in pieces.values():
            measured += len(values)
            flagged += len(values) * is_flagged(values)
            highest = max(values) if highest is None else max(highest, *values)
    share = flagged / measured if measured else None
    return Alarms(axis, medium, kind, len(curves), measured / 60, flagged / 60, share, highest)


def is_flagged(levels: list[float]) -> bool:
    """Whether a run of failed seconds, as long as an onset needs, lies in a piece of at most a minute."""
    run = 0
    for level in levels:
        run = run + 1 if level >= FAIL_LEVEL else 0
        if run >= RUN_S:
            return True
    return False

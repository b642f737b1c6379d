"""What a clip's onsets amount to: does it hold, which failure came first, which numbers earn nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reports.axes import PREMISE, TASK_AXES, axis_of
from reports.gather import Column, Reading, Shot
from reports.survival import Time

Outcome = Literal["holds", "fails", "premise", "undecided", "unmeasured"]

_BIN_S = 1.0
"""Levels are read off in bins of a second, so the last one may be missing."""
_RIVAL = {"drift": "stagnation", "stagnation": "drift"}
_WHY = {
    "drift": "not credited: stagnated at {}, and what stands still cannot drift",
    "stagnation": "not credited: drifted from {}, and change is not motion",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A clip's outcome in one word, with its first failure where there is one."""

    outcome: Outcome
    """``holds``: no failure on any task axis until the end. ``fails``: at least one came. ``premise``: the
    camera moves. ``undecided``: no failure seen, but an axis abstained or ends before the clip does.
    ``unmeasured``: a measurement broke or is missing."""
    at_s: float | None = None
    """The second of the first failure, or until which the clip held."""
    axes: tuple[str, ...] = ()
    """The axes that failed first, or that could not be read."""

    @property
    def ranked(self) -> bool:
        """Whether the clip counts in the leaderboard's numbers."""
        return self.outcome in ("holds", "fails", "undecided")


def verdict(shot: Shot) -> Verdict:
    """Read a clip's onsets. The worst reading of an axis counts where it was measured more than once."""
    broken = [axis for axis in (PREMISE, *TASK_AXES) if not shot.all(f"{axis}.onset")
              or any(r.status == "failed" for r in shot.all(f"{axis}.onset"))]
    if moved := [r.value for r in shot.all(f"{PREMISE}.onset") if r.status == "ok" and r.value is not None]:
        return Verdict("premise", min(moved), (PREMISE,))
    if broken:
        return Verdict("unmeasured", None, tuple(broken))
    onsets = {axis: shot.all(f"{axis}.onset") for axis in TASK_AXES}
    came = {axis: min(seen) for axis, readings in onsets.items()
            if (seen := [r.value for r in readings if r.status == "ok" and r.value is not None])}
    if came:
        first = min(came.values())
        return Verdict("fails", first, tuple(axis for axis in came if came[axis] == first))
    if short := tuple(axis for axis, rows in onsets.items() if not all(to_the_end(shot, r) for r in rows)):
        return Verdict("undecided", None, short)
    return Verdict("holds", min(r.value for rows in onsets.values() for r in rows if r.value is not None))


def to_the_end(shot: Shot, onset: Reading) -> bool:
    """Tell whether an axis was read to the clip's end, give or take one bin, without a failure."""
    return onset.status == "censored" and onset.value is not None and onset.value >= shot.end_s - _BIN_S


def steady_time(shot: Shot) -> Time | None:
    """Time to the first failure of any task axis; None where an axis has no number or more than one identity.

    With one axis unread, a clip that shows no failure may have had one, so it says nothing about steadiness;
    counting only its failures would be unfair the other way.
    """
    onsets = [shot.all(f"{axis}.onset") for axis in TASK_AXES]
    if any(len(rows) != 1 or rows[0].value is None for rows in onsets):
        return None
    times = [(row.value, row.status == "ok") for (row,) in onsets if row.value is not None]
    failures = [at for at, happened in times if happened]
    return Time(min(failures), True) if failures else Time(min(at for at, _ in times), False)


def not_credited(shot: Shot, reading: Reading) -> str:
    """Why a number of the drift or stagnation axis earns nothing, empty if it does.

    A frozen picture cannot drift and a drifting one seems to move, so whatever the second of these two
    failures left untouched after the first one came is no merit. The first failure itself stands.
    """
    if not _merit(reading) or (cut := _cut(shot, axis_of(reading.metric))) is None:
        return ""
    return _WHY[axis_of(reading.metric)].format(f"{cut:.1f} s")


def onset_time(shot: Shot, column: Column) -> Time | None:
    """Return a clip's onset as a leaderboard counts it: cut where the rival failure came first."""
    reading = shot.get(f"{column.axis}.onset", column.identity)
    if reading is None or reading.value is None:
        return None
    cut = _cut(shot, column.axis)
    return Time(reading.value, reading.status == "ok") if cut is None else Time(cut, False)


def _merit(reading: Reading) -> bool:
    return reading.value is not None and reading.direction in ("higher", "lower")


def _cut(shot: Shot, axis: str) -> float | None:
    """Find the second from which an axis earns nothing, None if it is credited to the end."""
    if axis not in _RIVAL:
        return None
    rival = [r.value for r in shot.all(f"{_RIVAL[axis]}.onset") if r.status == "ok" and r.value is not None]
    own = [r.value for r in shot.all(f"{axis}.onset") if r.value is not None]
    if not rival or not own or min(own) <= min(rival):
        return None
    return min(rival)

"""What a clip's onsets amount to: does it hold, what ended it first, which numbers earn nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from reports.axes import ONSET_AXES, PREMISE, axis_of
from reports.gather import Column, Reading, Shot
from reports.survival import Time, censored

Outcome = Literal["holds", "short", "fails", "moves", "undecided", "unmeasured", "excepted"]

BIN_S = 1.0
"""Levels are read off in bins of a second, so the last one may be missing."""
_RIVALS = {
    "drift": ("stagnation", PREMISE),
    "stagnation": ("drift", PREMISE),
    "hardening": (PREMISE,),
}
"""What takes the credit from an axis, where it comes first."""
_WHY = {
    ("drift", "stagnation"): "stagnated at {}, and what stands still cannot drift",
    ("stagnation", "drift"): "drifted from {}, and change is not motion",
}
_WHY_MOVED = "the camera moves from {}, and what follows is another view"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A clip's outcome in one word, with what ended it first where something did."""

    outcome: Outcome
    """``holds``: camera fixed and no failure on any task axis until the end. ``short``: the same, but the
    clip is shorter than asked. ``fails``: a task axis failed first. ``moves``: the camera moved first.
    ``undecided``: no end seen, but an axis abstained or stops before the clip does. ``unmeasured``: a
    measurement broke or is missing. ``excepted``: the manifest says that this camera is not fixed."""
    at_s: float | None = None
    """The second at which the steady time ends, or until which the clip held."""
    axes: tuple[str, ...] = ()
    """The axes that came first, or that could not be read."""
    later: tuple[tuple[str, float], ...] = ()
    """Axes that failed after that, and when."""
    asked_s: float | None = None
    """The length asked for, where a clip without failure is shorter than that."""

    @property
    def ranked(self) -> bool:
        """Whether the clip counts in the leaderboard's numbers."""
        return self.outcome not in ("unmeasured", "excepted")


def verdict(shot: Shot) -> Verdict:
    """Read a clip's onsets. The worst reading of an axis counts where it was measured more than once."""
    if not shot.meant_fixed:
        return Verdict("excepted")
    onsets = {axis: shot.all(f"{axis}.onset") for axis in ONSET_AXES}
    broken = [axis for axis, rows in onsets.items() if not rows or any(r.status == "failed" for r in rows)]
    if broken:
        return Verdict("unmeasured", None, tuple(broken))
    came = {axis: at for axis, rows in onsets.items() if (at := _first(rows)) is not None}
    if came:
        return _ended(came)
    if short := tuple(axis for axis, rows in onsets.items() if not all(to_the_end(shot, r) for r in rows)):
        return Verdict("undecided", None, short, asked_s=shot.asked_s)
    until = min(r.value for rows in onsets.values() for r in rows if r.value is not None)
    return Verdict("holds" if shot.asked_s is None else "short", until, asked_s=shot.asked_s)


def _ended(came: dict[str, float]) -> Verdict:
    """Name what came first; a camera that moves explains all that fails at the same second."""
    first = min(came.values())
    axes = (PREMISE,) if came.get(PREMISE) == first else tuple(a for a in came if came[a] == first)
    later = sorted((found for found in came.items() if found[0] not in axes), key=lambda found: found[::-1])
    return Verdict("moves" if axes == (PREMISE,) else "fails", first, axes, tuple(later))


def _first(onsets: Sequence[Reading]) -> float | None:
    """Find the second of the earliest onset that came."""
    return min((r.value for r in onsets if r.status == "ok" and r.value is not None), default=None)


def to_the_end(shot: Shot, onset: Reading) -> bool:
    """Tell whether an axis was read to the clip's end, give or take one bin, without a failure."""
    return onset.status == "censored" and onset.value is not None and onset.value >= shot.end_s - BIN_S


def steady_time(shot: Shot) -> Time | None:
    """Time to the first failure of any task axis or the first motion of the camera, right-censored.

    None where an axis has no number or more than one identity. With one axis unread, a clip that shows no
    failure may have had one, so it says nothing about steadiness; counting only its failures would be unfair
    the other way.
    """
    onsets = [shot.all(f"{axis}.onset") for axis in ONSET_AXES]
    if any(len(rows) != 1 or rows[0].value is None for rows in onsets):
        return None
    times = [(row.value, row.status == "ok") for (row,) in onsets if row.value is not None]
    ends = [at for at, happened in times if happened]
    return Time(min(ends), True) if ends else Time(min(at for at, _ in times), False)


def not_credited(shot: Shot, reading: Reading) -> str:
    """Why a number of a task axis earns nothing, empty if it does.

    A frozen picture cannot drift and a drifting one seems to move, so whatever the second of these two
    failures left untouched after the first one came is no merit. After the camera has moved, nothing is.
    What came first stands, and so does every failure that came later: a fault is never struck out.
    """
    cut = uncredited(shot, reading)
    if cut is None:
        return ""
    at, rival = cut
    why = _WHY.get((axis_of(reading.metric), rival), _WHY_MOVED)
    return "not credited: " + why.format(f"{at:.1f} s")


def uncredited(shot: Shot, reading: Reading) -> tuple[float, str] | None:
    """Return the second from which a number earns nothing and the axis that takes its credit, if one does."""
    axis = axis_of(reading.metric)
    return None if not _merit(reading) or _failed(shot, axis) else _cut(shot, axis)


def onset_time(shot: Shot, column: Column) -> Time | None:
    """Return a clip's onset as a leaderboard counts it: holding ends where something else ended it before."""
    reading = shot.get(f"{column.axis}.onset", column.identity)
    if reading is None or reading.value is None:
        return None
    cut = None if reading.status == "ok" else _cut(shot, column.axis)
    return Time(reading.value, reading.status == "ok") if cut is None else Time(cut[0], False)


def times_by_prompt(shots: Iterable[Shot], time_of: Callable[[Shot], Time | None], horizon: float
                    ) -> dict[str, list[Time]]:
    """Gather a method's times by named prompt, cut at the horizon; clips without one are left out."""
    found: dict[str, list[Time]] = defaultdict(list)
    for shot in shots:
        if shot.entry.prompt_id and (time := time_of(shot)) is not None:
            found[shot.entry.prompt_id].append(censored(time, horizon))
    return found


def _failed(shot: Shot, axis: str) -> bool:
    return _first(shot.all(f"{axis}.onset")) is not None


def _merit(reading: Reading) -> bool:
    return reading.value is not None and reading.direction in ("higher", "lower")


def _cut(shot: Shot, axis: str) -> tuple[float, str] | None:
    """Find the second from which an axis earns nothing and what ended it, None if it is credited in full."""
    own = [r.value for r in shot.all(f"{axis}.onset") if r.value is not None]
    rivals = [(at, rival) for rival in _RIVALS.get(axis, ())
              if (at := _first(shot.all(f"{rival}.onset"))) is not None]
    if not own or not rivals:
        return None
    first = min(rivals, key=lambda found: found[0])
    return first if first[0] < min(own) else None

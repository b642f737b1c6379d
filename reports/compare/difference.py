"""Two runs held against each other: all that the page, the text and the check say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reports.axes import ONSET_AXES, TASK_AXES
from reports.checks import check
from reports.compare.change import Change, levels, times
from reports.compare.made import Field, differences
from reports.compare.match import Matched, Twins, match
from reports.compare.numbers import Numbers, numbers
from reports.gather import Column, Reading, Shot, columns, shots
from reports.model import ReportInput
from reports.survival import Time
from reports.verdict import Verdict, onset_time, steady_time, uncredited, verdict

STEADY = "steady"


@dataclass(frozen=True, slots=True)
class Flip:
    """A clip whose outcome is another one now."""

    pair: Twins
    before: Verdict
    after: Verdict


@dataclass(frozen=True, slots=True)
class Uncredited:
    """Late levels of one method that earn nothing in one of the runs only; they are left out."""

    row: str
    axis: str
    before: int
    """Clips whose level is not credited in the first run."""
    after: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed from the first run to the second."""

    before: ReportInput
    after: ReportInput
    matched: Matched
    made: tuple[Field, ...]
    """How the runs were made, where it differs."""
    changes: tuple[Change, ...]
    """By method in the order of names, then quantity."""
    uncredited: tuple[Uncredited, ...]
    flips: tuple[Flip, ...]
    numbers: Numbers

    @property
    def same(self) -> bool:
        """Whether both runs have the same clips with the same numbers."""
        found = self.numbers
        return (not self.matched.only_before and not self.matched.only_after and not found.barred
                and not found.only_before and not found.only_after and found.same == found.compared)

    @property
    def intervals(self) -> int:
        """Changes that have limits; of these, one in twenty excludes zero by chance."""
        return sum(change.difference.low is not None and change.state != "same" for change in self.changes)


def compare_runs(before: ReportInput, after: ReportInput, given: Mapping[str, str]) -> Difference:
    """Compare two runs; ``given`` pairs names of methods that are called differently.

    Raises:
        ValueError: an input is faulty, or a given name is not in its run.
    """
    check(before)
    check(after)
    ours, theirs = shots(before), shots(after)
    matched = match(ours, theirs, given)
    shared = sorted({*columns(ours)} & {*columns(theirs)}, key=_order)
    tasks = [column for column in shared if column.axis in TASK_AXES]
    rows = _by_row(matched.twins)
    return Difference(
        before, after, matched, differences(before, after, matched), tuple(_changes(rows, tasks)),
        tuple(_uncredited(rows, tasks)), tuple(_flips(matched.twins)), numbers(matched.twins),
    )


def _by_row(twins: Sequence[Twins]) -> dict[str, list[Twins]]:
    """Sort the pairs of which both clips count by method."""
    found: dict[str, list[Twins]] = defaultdict(list)
    for pair in twins:
        if verdict(pair.before).ranked and verdict(pair.after).ranked:
            found[pair.row].append(pair)
    return dict(sorted(found.items()))


def _order(column: Column) -> tuple[int, str]:
    known = column.axis in ONSET_AXES
    return (ONSET_AXES.index(column.axis) if known else len(ONSET_AXES)), column.identity


def _changes(rows: Mapping[str, Sequence[Twins]], tasks: Sequence[Column]) -> Iterator[Change]:
    for row, own in rows.items():
        horizon = _horizon(own)
        steady = [(pair.prompt, one, other) for pair in own if _alike(pair)
                  and (one := steady_time(pair.before)) and (other := steady_time(pair.after))]
        if steady:
            yield times(row, STEADY, "", steady, horizon)
        for column in tasks:
            yield from _of_axis(row, column, own, horizon)


def _of_axis(row: str, column: Column, own: Sequence[Twins], horizon: float) -> Iterator[Change]:
    timed = [(pair.prompt, one, other) for pair in own
             if (one := _onset(pair.before, column)) and (other := _onset(pair.after, column))]
    if timed:
        yield times(row, f"{column.axis}.onset", column.identity, timed, horizon)
    late = [(pair.prompt, _credited(pair.before, column), _credited(pair.after, column)) for pair in own]
    known = [(prompt, one, other) for prompt, one, other in late if one is not None and other is not None]
    if known:
        yield levels(row, f"{column.axis}.late", column.identity, known)


def _late(shot: Shot, column: Column) -> Reading | None:
    """Return the late level under the very identity of the column."""
    found = shot.get(f"{column.axis}.late", column.identity)
    return found if found is not None and found.identity == column.identity else None


def _credited(shot: Shot, column: Column) -> float | None:
    found = _late(shot, column)
    return None if found is None or uncredited(shot, found) else found.value


def _earns_nothing(shot: Shot, column: Column) -> bool:
    found = _late(shot, column)
    return found is not None and uncredited(shot, found) is not None


def _uncredited(rows: Mapping[str, Sequence[Twins]], tasks: Sequence[Column]) -> Iterator[Uncredited]:
    for row, own in rows.items():
        for column in tasks:
            lost = [(_earns_nothing(pair.before, column), _earns_nothing(pair.after, column)) for pair in own]
            if any(one != other for one, other in lost):
                before, after = (sum(side) for side in zip(*lost, strict=True))
                yield Uncredited(row, column.axis, before, after)


def _onset(shot: Shot, column: Column) -> Time | None:
    found = shot.get(f"{column.axis}.onset", column.identity)
    return onset_time(shot, column) if found is not None and found.identity == column.identity else None


def _alike(pair: Twins) -> bool:
    """Tell whether both clips were measured under the same identities on every axis."""
    return all(
        {r.identity for r in pair.before.all(f"{axis}.onset")}
        == {r.identity for r in pair.after.all(f"{axis}.onset")} for axis in ONSET_AXES)


def _horizon(own: Sequence[Twins]) -> float:
    """Return the shortest length asked for, or else the longest one that both runs have of some clip."""
    asked = {pair.before.entry.horizon_s for pair in own}
    known = [seconds for seconds in asked if seconds is not None]
    if len(known) == len(asked):
        return min(known)
    return max(min(pair.before.length_s, pair.after.length_s) for pair in own)


def _flips(twins: Sequence[Twins]) -> Iterator[Flip]:
    for pair in twins:
        one, other = verdict(pair.before), verdict(pair.after)
        if (one.outcome, one.axes) != (other.outcome, other.axes):
            yield Flip(pair, one, other)

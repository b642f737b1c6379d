"""What every export holds: the methods of a report, and one column of estimates a quantity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reports.costs import Cost, costs
from reports.exports.measure import Measure
from reports.exports.times import onsets, steady
from reports.exports.values import late, panels
from reports.gather import Setup, Shot, by_setup, columns, shots
from reports.labels import caveats
from reports.leaderboard import MethodRow, method_rows, ranked_shots, task_columns
from reports.model import ReportInput
from reports.ranks import rank_limits
from reports.standings import Standings


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that the exports show."""

    title: str
    rows: tuple[MethodRow, ...]
    """The leaderboard in its order; empty where no method is named."""
    measures: tuple[Measure, ...]
    """Steady seconds, then the axes, then what panels measured."""
    rank_limits: Mapping[Setup, tuple[int, int]]
    """Best and worst rank that each ranked method can have."""
    costs: Mapping[Setup, tuple[Cost, ...]]
    """By method, one for each device."""
    refusals: tuple[str, ...]
    """Why methods are not ranked together, or clips not pooled."""
    caveats: tuple[str, ...]
    """What must be known about backbones and configurations."""
    nameless: int
    """Clips that name no method and are in no table."""

    def of(self, metric: str, statistic: str) -> tuple[Measure, ...]:
        """Return the measures of a quantity, one for each identity."""
        return tuple(m for m in self.measures if m.id == metric and m.statistic == statistic)


def sheet(data: ReportInput, standings: Standings) -> Sheet:
    """Work out every number of the exports."""
    found = shots(data)
    rows = method_rows(found, task_columns(columns(found)), standings)
    groups = by_setup(found)
    own = {row.setup: ranked_shots(groups[row.setup]) for row in rows}
    return Sheet(
        data.title, rows, tuple(_measures(data, standings, rows, found, own)),
        rank_limits([row.setup for row in rows if row.standing.rank is not None], standings.comparisons),
        {row.setup: costs(groups[row.setup]) for row in rows},
        standings.refusals,
        caveats(found),
        sum(not shot.entry.method for shot in found),
    )


def _measures(data: ReportInput, standings: Standings, rows: tuple[MethodRow, ...], found: tuple[Shot, ...],
              own: Mapping[Setup, tuple[Shot, ...]]) -> Iterator[Measure]:
    fit = [row.setup for row in rows if row.standing.rank is not None]
    yield from steady(rows)
    for i, column in enumerate(task_columns(columns(found))):
        yield from onsets(rows, i, column, own, fit, standings.horizon)
        yield late(rows, i, column, fit)
    yield from panels(rows, own, fit, data.quantities)

"""Which methods one number tells apart: letters of tie groups, and how many pairs it separates."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from reports.gather import Column, Setup, Shot, by_setup
from reports.leaderboard import MethodRow, ranked_shots
from reports.ranks import Pair, compare, compare_levels, ranks, tie_groups
from reports.standings import Standings
from reports.verdict import onset_time, times_by_prompt


@dataclass(frozen=True, slots=True)
class Contest:
    """All ranked methods held against each other by one number."""

    letters: Mapping[Setup, str]
    """Tie groups, ``a`` the best; empty where all methods tie."""
    apart: int
    """Pairs told apart at 95 %, corrected for all pairs of this number."""
    pairs: int

    @property
    def told(self) -> str:
        """The separation figure."""
        return f"{self.apart} of {self.pairs}" if self.pairs else ""


NONE = Contest({}, 0, 0)


def ranked(rows: Sequence[MethodRow]) -> list[MethodRow]:
    """Methods that have a rank; only these are compared."""
    return [row for row in rows if row.standing.rank is not None]


def steady(rows: Sequence[MethodRow], standings: Standings) -> Contest:
    """Compare by steady seconds: the standings have done so."""
    return _contest([row.setup for row in ranked(rows)], standings.comparisons)


def onsets(rows: Sequence[MethodRow], shots: Sequence[Shot], place: int, column: Column, horizon: float
           ) -> Contest:
    """Compare by the time to one failure; ``place`` is that of the column in the rows' cells."""
    fit = [row for row in ranked(rows) if row.cells[place].onset is not None]
    time_of = functools.partial(onset_time, column=column)
    own = by_setup(ranked_shots(shots))
    times = {row.setup: times_by_prompt(own[row.setup], time_of, horizon) for row in fit}
    means = {row.setup: one.mean or 0.0 for row in fit if (one := row.cells[place].onset) is not None}
    order = sorted(times, key=lambda setup: -means[setup])
    return _contest(order, compare({setup: times[setup] for setup in order}))


def levels(rows: Sequence[MethodRow], place: int) -> Contest:
    """Compare by the late level, lower is better; a clip that earns no credit counts as failed."""
    found = {row.setup: counted for row in ranked(rows)
             if (level := row.cells[place].level) is not None and (counted := level.by_prompt_or_failed)}
    order = sorted(found, key=lambda setup: fmean(found[setup].values()))
    return _contest(order, compare_levels({setup: found[setup] for setup in order}))


def _contest(order: Sequence[Setup], pairs: Sequence[Pair[Setup]]) -> Contest:
    letters = tie_groups(ranks(order, pairs))
    told = letters if len(set(letters.values())) > 1 else {}
    return Contest(told, sum(pair.apart for pair in pairs), len(pairs))

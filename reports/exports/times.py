"""Columns of times: steady seconds, and the onset of every axis."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence

from reports.exports.best import best, not_all
from reports.exports.measure import STEADY, Estimate, Measure
from reports.gather import Column, Setup, Shot
from reports.leaderboard import MethodRow
from reports.ranks import compare
from reports.survival import Survival
from reports.verdict import onset_time, times_by_prompt


def steady(rows: Sequence[MethodRow]) -> Iterator[Measure]:
    """Median and mean time to the first failure; the leaderboard's own ranks say who is best."""
    found = {row.setup: row.steady for row in rows}
    silent = {row.setup: row.untold for row in rows}
    places = {row.setup: row.standing.rank for row in rows if row.standing.rank is not None}
    yield from _times(STEADY, "seconds", "", found, silent, not_all(places))


def onsets(rows: Sequence[MethodRow], i: int, column: Column, own: Mapping[Setup, Sequence[Shot]],
           fit: Sequence[Setup], horizon: float) -> Iterator[Measure]:
    """Median and mean time to the failure of the ``i``-th axis.

    ``own`` are each method's clips, ``fit`` the methods that may be compared.
    """
    found = {row.setup: row.cells[i].onset for row in rows}
    silent = {row.setup: row.cells[i].silent for row in rows}
    means = {setup: one.mean or 0.0 for setup in fit if (one := found[setup])}
    order = sorted(means, key=lambda setup: (-means[setup], setup))
    time_of = functools.partial(onset_time, column=column)
    compared = compare({setup: times_by_prompt(own[setup], time_of, horizon) for setup in order})
    yield from _times(column.axis, "onset", column.identity, found, silent, best(order, compared))


def _times(axis: str, quantity: str, identity: str, found: Mapping[Setup, Survival | None],
           silent: Mapping[Setup, int], first: frozenset[Setup]) -> Iterator[Measure]:
    """Tell times by their median and by their restricted mean; one test stands for both."""
    for statistic, estimate in (("median", _median), ("mean", _mean)):
        cells = {setup: estimate(one, silent[setup]) if one else None for setup, one in found.items()}
        yield Measure(axis, quantity, identity, statistic, "s", "higher", cells, first)


def _median(one: Survival, silent: int) -> Estimate:
    return Estimate(one.seconds, one.low, one.high, one.clips, one.prompts, one.until, one.events,
                    silent=silent, why=one.why)


def _mean(one: Survival, silent: int) -> Estimate:
    return Estimate(one.mean, one.mean_low, one.mean_high, one.clips, one.prompts, one.horizon, one.events,
                    silent=silent, why=one.why)

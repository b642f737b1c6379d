"""Columns of means: the late level of every axis, and what published panels measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from reports.axes import ONSET_AXES, axis_of, quantity_of
from reports.exports.best import lowest
from reports.exports.measure import Estimate, Measure
from reports.gather import Column, Setup, Shot
from reports.leaderboard import MethodRow
from reports.means import by_prompt, mean
from reports.mixtures import HORIZON
from reports.model import QuantityCard

_SIGNS = {"lower": 1.0, "higher": -1.0}
_MASK = "mask"
"""Areas of the mask: they describe a clip and are no panel."""


def late(rows: Sequence[MethodRow], i: int, column: Column, fit: Sequence[Setup]) -> Measure:
    """Mean late level of the ``i``-th axis, over the clips that are credited."""
    levels = {row.setup: row.cells[i].level for row in rows}
    counted = {setup: level.by_prompt_or_failed for setup in fit if (level := levels[setup])}
    cells = {row.setup: _level(row, i) for row in rows}
    return Measure(column.axis, "late", column.identity, "mean", "", "lower", cells, lowest(counted))


def _level(row: MethodRow, i: int) -> Estimate | None:
    level = row.cells[i].level
    if level is None or not (level.clips or level.struck):
        return None
    struck = sum(one.clips for one in level.struck)
    silent = row.ranked - level.clips - struck
    if level.mean is None:
        return Estimate(None, None, None, 0, 0, struck=struck, silent=silent, why="no clip is credited")
    return Estimate(level.mean.value, level.mean.low, level.mean.high, level.clips, len(level.by_prompt),
                    struck=struck, silent=silent, why=level.mean.why)


def panels(rows: Sequence[MethodRow], own: Mapping[Setup, Sequence[Shot]], fit: Sequence[Setup],
           cards: Sequence[QuantityCard]) -> Iterator[Measure]:
    """Mean of every number that belongs to no axis, each once per identity."""
    units = {card.id: card.unit for card in cards}
    for (metric, identity), direction in sorted(_panel_metrics(own).items()):
        cells = {row.setup: _panel(row, own[row.setup], metric, identity) for row in rows}
        sign = _SIGNS.get(direction)
        first = lowest({setup: _signed(own[setup], metric, identity, sign) for setup in fit}
                       ) if sign else frozenset[Setup]()
        yield Measure(axis_of(metric), quantity_of(metric), identity, "mean", units.get(metric, ""),
                      direction, cells, first)


def _panel_metrics(own: Mapping[Setup, Sequence[Shot]]) -> dict[tuple[str, str], str]:
    """Find the direction of every number beside the axes, by its id and identity."""
    readings = [reading for shots in own.values() for shot in shots for reading in shot.readings]
    axes = {axis_of(r.metric) for r in readings if r.metric.endswith(".onset")} | {*ONSET_AXES, _MASK}
    return {(r.metric, r.identity): r.direction for r in readings
            if r.value is not None and axis_of(r.metric) not in axes}


def _numbers(own: Iterable[Shot], metric: str, identity: str) -> list[tuple[str, float]]:
    found = [(shot.entry.prompt_id, shot.get(metric, identity)) for shot in own]
    return [(prompt, r.value) for prompt, r in found if r is not None and r.value is not None]


def _signed(own: Iterable[Shot], metric: str, identity: str, sign: float) -> dict[str, float]:
    return by_prompt((prompt, sign * value) for prompt, value in _numbers(own, metric, identity))


def _panel(row: MethodRow, own: Sequence[Shot], metric: str, identity: str) -> Estimate | None:
    known = _numbers(own, metric, identity)
    if not known or any(mixture.field == HORIZON for mixture in row.standing.mixed):
        return None
    found = mean([value for _, value in known], [prompt for prompt, _ in known])
    return Estimate(found.value, found.low, found.high, found.clips, found.prompts,
                    silent=len(own) - found.clips, why=found.why)

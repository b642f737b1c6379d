"""Level curves over time: the median over prompts of each method on each axis, with its quartiles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.axes import title_of
from reports.bootstrap import MIN_PROMPTS
from reports.figures.cast import Cast
from reports.figures.style import FAILED_FROM, SOFT, TEXT, figure, line, mark, seconds_axis
from reports.gather import Column, Shot
from reports.leaderboard import MethodRow
from reports.looks import LIGHT

PER_FIGURE = 8
"""Methods in one figure; more make further figures."""


@dataclass(frozen=True, slots=True)
class Band:
    """Quartiles over prompts at each second; the outer ones are those of three prompts or more."""

    t_s: tuple[float, ...]
    low: tuple[float, ...]
    middle: tuple[float, ...]
    high: tuple[float, ...]


def draw(cast: Cast) -> Iterator[Figure]:
    """Draw every method in a row of its own over the page's width."""
    columns = [column for column in cast.site.tasks
               if any(_band(cast.own[row.setup], column) for row in cast.rows)]
    for start in range(0, len(cast.rows), PER_FIGURE):
        rows = cast.rows[start:start + PER_FIGURE]
        if columns:
            yield _figure(cast, rows, columns)


def _figure(cast: Cast, rows: Sequence[MethodRow], columns: Sequence[Column]) -> Figure:
    drawn = figure(TEXT, 0.55 + 0.78 * len(rows))
    grid = drawn.subplots(len(rows), len(columns), squeeze=False, sharex=True, sharey=True)
    for i, (row, panels) in enumerate(zip(rows, grid, strict=True)):
        for j, (column, axes) in enumerate(zip(columns, panels, strict=True)):
            _panel(cast, axes, row, column)
            if i == 0:
                axes.set_title(title_of(column.axis), pad=16)
            if j == 0:
                _head(cast, axes, row)
            if i + 1 == len(rows):
                seconds_axis(axes, cast.horizon)
    drawn.supylabel("Level, 0 (best) to 1", fontsize=8)
    return drawn


def _head(cast: Cast, axes: Axes, row: MethodRow) -> None:
    """Write a method's marker and name above its row."""
    look = cast.look(row.setup)
    axes.plot([0.015], [1.17], transform=axes.transAxes, clip_on=False, linestyle="none", **mark(look, 4.5))
    axes.text(0.05, 1.17, cast.names[row.setup], transform=axes.transAxes, fontsize=8, va="center",
              in_layout=False)  # a long name may reach over the next panel


def _panel(cast: Cast, axes: Axes, row: MethodRow, column: Column) -> None:
    look = cast.look(row.setup)
    band = _band(cast.own[row.setup], column)
    if band is None or any(mixture.field == "horizon_s" for mixture in row.standing.mixed):
        axes.text(0.5, 0.5, "no curve", transform=axes.transAxes, ha="center", va="center", color=SOFT)
    else:
        axes.fill_between(band.t_s, band.low, band.high, color=LIGHT[look.index], alpha=0.22, linewidth=0)
        axes.plot(band.t_s, band.middle, **line(look))
    axes.axhline(FAILED_FROM, color=SOFT, linewidth=0.6, linestyle=(0, (1, 2)))
    axes.set(ylim=(-0.04, 1), xlim=(0, cast.horizon or 1.0))
    axes.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])


def _band(shots: Sequence[Shot], column: Column) -> Band | None:
    """Average a prompt's clips in each bin, then take the quartiles over prompts.

    Bins that fewer than half of the prompts reach are left out, for they would speak of others.
    """
    bins: dict[float, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for shot in shots:
        for series in shot.series:
            if (series.metric, series.identity) == (f"{column.axis}.level", column.identity):
                for t_s, value in zip(series.t_s, series.values, strict=True):
                    if value is not None:
                        bins[t_s][shot.entry.prompt_id or shot.key].append(value)
    most = max((len(found) for found in bins.values()), default=0)
    kept = {t_s: [fmean(values) for values in found.values()] for t_s, found in sorted(bins.items())
            if 2 * len(found) >= most}
    if not kept:
        return None
    quartiles = [_quartiles(values) for values in kept.values()]
    low, middle, high = zip(*quartiles, strict=True)
    return Band(tuple(kept), low, middle, high)


def _quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    low, middle, high = (float(q) for q in np.quantile(values, [0.25, 0.5, 0.75]))
    return (low, middle, high) if len(values) >= MIN_PROMPTS else (middle, middle, middle)

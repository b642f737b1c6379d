"""Feeds the survival curves: the share of clips still steady, who is at risk, and the same for each axis."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.axes import TASK_AXES, style_of, title_of
from reports.charts import Tick, steps, time_ticks
from reports.gather import Column, Setup
from reports.index.cells import Book
from reports.index.names import Named
from reports.index.spread import spread
from reports.survival import Survival, Time, censored
from reports.verdict import onset_time, steady_time

HEIGHT = 260
"""Of the large plot, pixels."""
_GAP = 19


@dataclass(frozen=True, slots=True)
class Line:
    """One method's curve with its row of the table behind the chart."""

    named: Named
    path: str
    end: float
    """Where the curve ends, percent from the top."""
    place: float
    """Where its name stands, percent from the top."""
    cells: tuple[tuple[int, str], ...]
    """At each mark of the time axis: clips at risk, and the share still left, percent or a dash."""


@dataclass(frozen=True, slots=True)
class Chart:
    """The curves of all methods for one kind of failure."""

    title: str
    style: str
    lines: tuple[Line, ...]
    height: int


def curves(book: Book) -> dict[str, Any]:
    """Gather everything that ``survival.html`` says, of methods with two clips or more."""
    site = book.site
    longest = max([row.steady.until for row in book.rows if row.steady], default=0.0)
    ticks = time_ticks(longest)
    main = _chart("any", "any", {row.setup: row.steady for row in book.rows},
                  {s: [t for shot in own if (t := steady_time(shot))] for s, own in book.shots.items()},
                  book.names, ticks, longest)
    small = []
    for axis in TASK_AXES:
        own = [column for column in site.tasks if column.axis == axis]
        if len(own) == 1:
            small.append(_axis(book, own[0], ticks, longest))
    return {
        "survival": main if main.lines else None, "survival_unlike": bool(site.standings.mixtures),
        "survival_names": [{"named": line.named, "from": line.end, "to": line.place} for line in main.lines],
        "survival_axes": [chart for chart in small if chart.lines] if main.lines else [],
        "survival_ticks": ticks, "survival_small_ticks": time_ticks(longest, 4),
    }


def _axis(book: Book, column: Column, ticks: Sequence[Tick], longest: float) -> Chart:
    time_of = functools.partial(onset_time, column=column)
    times = {setup: [t for shot in own if (t := time_of(shot))] for setup, own in book.shots.items()}
    found = {row.setup: row.standing.axes.get(column) for row in book.rows if row.steady}
    return _chart(title_of(column.axis), style_of(column.axis), found, times, book.names, ticks, longest)


def _chart(title: str, style: str, found: Mapping[Setup, Survival | None],
           times: Mapping[Setup, Sequence[Time]], names: Mapping[Setup, Named], ticks: Sequence[Tick],
           longest: float) -> Chart:
    shown = [(setup, one) for setup, one in found.items() if one is not None and one.clips > 1]
    shown.sort(key=lambda item: (-item[1].surviving, names[item[0]].key))
    ends = [HEIGHT * (1 - one.surviving) for _, one in shown]
    places = spread(ends, _GAP, HEIGHT)
    lines = []
    for (setup, one), end, place in zip(shown, ends, places, strict=True):
        cut = [censored(time, one.horizon) for time in times[setup]]
        lines.append(Line(
            names[setup], steps(one.curve, longest), round(100 * end / HEIGHT, 2),
            round(100 * place / HEIGHT, 2), tuple(_at(one, cut, float(tick.label)) for tick in ticks)))
    return Chart(title, style, tuple(lines), HEIGHT)


def _at(one: Survival, times: Sequence[Time], at: float) -> tuple[int, str]:
    """Count the clips at risk just before a second, and read the share left from then on.

    Where some had not failed when the last clip ended, nothing is known of what came after.
    """
    left = 1.0
    for when, share in zip(one.curve.times, one.curve.shares, strict=True):
        if when <= at:
            left = share
    risk = sum(time.seconds >= at for time in times)
    return risk, f"{100 * left:.0f}\N{NO-BREAK SPACE}%" if risk or not left else "–"

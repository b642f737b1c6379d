"""The tables of papers in plain words: heads, cells and notes, before any markup."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.axes import TASK_AXES, in_order, title_of
from reports.exports.best import RULE
from reports.exports.measure import STEADY, Estimate, Measure
from reports.exports.sheet import Sheet
from reports.exports.tidy import identities, notes
from reports.gather import Setup
from reports.index.names import common_backbone, short_names
from reports.labels import Label
from reports.leaderboard import MethodRow
from reports.text import ARROWS, DASH, count, number

_LONGEST = 60
"""Signs of a name that a table shows; the tables for calculating have it in full."""
_PANEL_COLUMNS = 5
"""Columns of a panel's table, so that it fits a page; the next table goes on."""


@dataclass(frozen=True, slots=True)
class Text:
    """A cell: what stands in it, a smaller line for its limits, and whether it is bold."""

    text: str
    small: str = ""
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head, of one line or two; ``arrow`` says which way is better."""

    text: str
    below: str = ""
    arrow: str = ""


_CLIPS = Head("Clips", "(prompts)")


@dataclass(frozen=True, slots=True)
class Page:
    """A table for people; the first column names the method."""

    name: str
    caption: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[Text, ...], ...]
    notes: tuple[str, ...]


def pages(found: Sheet) -> tuple[Page, ...]:
    """Lay out the leaderboard, the axes, and the panels that were measured."""
    return (_leaderboard(found), _axes(found), *_panels(found))


def shown(name: str) -> str:
    """Make a name safe to read: signs that steer or hide text are spelled out, what is too long is cut."""
    plain = "".join(f"<U+{ord(sign):04X}>" if _unseen(sign) else sign for sign in " ".join(name.split()))
    return plain if len(plain) <= _LONGEST else plain[:_LONGEST - 1] + "…"


def _unseen(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _leaderboard(found: Sheet) -> Page:
    steady = found.of(f"{STEADY}.seconds", "median") + found.of(f"{STEADY}.seconds", "mean")
    levels = [m for axis in TASK_AXES for m in found.of(f"{axis}.late", "mean")]
    measures = (*steady, *levels)
    heads = (Head("Method"), Head("Rank"), _CLIPS, *_heads(measures), Head("Cost", "(s per s)"))
    rows = tuple(
        (_name(found, row), Text(_rank(found, row)), Text(_clips(row)),
         *(_cell(measure, row) for measure in measures), _cost(found, row))
        for row in found.rows
    )
    return Page("leaderboard", _caption(found, "leaderboard"), heads, rows, (*_notes(found), *_costs(found)))


def _axes(found: Sheet) -> Page:
    kinds = (("onset", "median"), ("late", "mean"))
    measures = [m for axis in _axis_names(found) for quantity, statistic in kinds
                for m in found.of(f"{axis}.{quantity}", statistic)]
    return _page("axes", _caption(found, "time to each failure, and late levels"), found, measures)


def _panels(found: Sheet) -> Iterator[Page]:
    known = {STEADY, *_axis_names(found)}
    for panel in in_order(m.axis for m in found.measures if m.axis not in known):
        own = [m for m in found.measures if m.axis == panel]
        parts = [own[i:i + _PANEL_COLUMNS] for i in range(0, len(own), _PANEL_COLUMNS)]
        for i, part in enumerate(parts, 1):
            name = f"panel-{panel}" + (f"-{i}" if len(parts) > 1 else "")
            yield _page(name, _caption(found, f"{title_of(panel)}, means over clips"), found, part)


def _axis_names(found: Sheet) -> tuple[str, ...]:
    return in_order(m.axis for m in found.measures if m.quantity == "onset")


def _page(name: str, caption: str, found: Sheet, measures: Sequence[Measure]) -> Page:
    rows = tuple((_name(found, row), Text(_clips(row)), *(_cell(m, row) for m in measures))
                 for row in found.rows)
    return Page(name, caption, (Head("Method"), _CLIPS, *_heads(measures)), rows, tuple(_notes(found)))


def _heads(measures: Sequence[Measure]) -> tuple[Head, ...]:
    """Head each column; the identity is told where two share a quantity."""
    same = [(m.id, m.statistic) for m in measures]
    return tuple(_head(m, twins=same.count((m.id, m.statistic)) > 1) for m in measures)


def _head(measure: Measure, *, twins: bool) -> Head:
    first, quantity = measure.title, measure.quantity_words
    if measure.statistic == "median" and quantity:
        first, quantity = f"{first} {quantity}", ""
    statistic = measure.statistic if measure.statistic == "median" or measure.axis == STEADY else ""
    unit = f"({measure.unit})" if measure.unit else ""
    below = " ".join(filter(None, (quantity, statistic, unit, measure.identity[:6] if twins else "")))
    return Head(first, below, ARROWS.get(measure.direction, ""))


def _name(found: Sheet, row: MethodRow) -> Text:
    return Text(shown(short_names(_labels(found))[row.setup]))


def _labels(found: Sheet) -> dict[Setup, Label]:
    return {row.setup: row.label for row in found.rows}


def _caption(found: Sheet, what: str) -> str:
    backbone = common_backbone(_labels(found))
    where = f"; all on the {shown(backbone)} backbone" if backbone else ""
    return f"{shown(found.title)}: {what}{where}."


def _rank(found: Sheet, row: MethodRow) -> str:
    if row.standing.rank is None:
        return DASH
    low, high = found.rank_limits[row.setup]
    limits = f" ({low}\N{EN DASH}{high})" if low != high else ""
    return f"{row.standing.rank}{row.standing.group}{limits}"


def _clips(row: MethodRow) -> str:
    clips = str(row.clips) if row.ranked == row.clips else f"{row.ranked} of {row.clips}"
    return f"{clips} ({row.prompts})" if row.prompts else clips


def _cost(found: Sheet, row: MethodRow) -> Text:
    """Tell a cost; its device stands with it where not all are the same, for such costs do not compare."""
    own = found.costs[row.setup]
    if len(own) != 1:
        return Text(DASH, f"{len(own)} devices" if own else "")
    return Text(number(own[0].seconds), shown(own[0].device) if len(_devices(found)) > 1 else "")


def _devices(found: Sheet) -> list[str]:
    return sorted({cost.device for own in found.costs.values() for cost in own})


def _cell(measure: Measure, row: MethodRow) -> Text:
    one = measure.cells.get(row.setup)
    if one is None:
        return Text(DASH)
    struck = f"{one.struck} not credited" if one.struck else ""
    if one.value is None:
        return Text(DASH, struck)
    limits = _limits(measure, one)
    return Text(_figure(measure, one.value, one), ", ".join(filter(None, (limits, struck))),
                row.setup in measure.best)


def _limits(measure: Measure, one: Estimate) -> str:
    if one.low is None or one.high is None:
        return ""
    return f"[{_figure(measure, one.low, one)}, {_figure(measure, one.high, one)}]"


def _figure(measure: Measure, value: float, one: Estimate) -> str:
    if measure.unit == "s":
        return f"{value:.1f}" if math.isfinite(value) else f"> {one.until:.1f}"
    return f"{value:.2f}" if measure.quantity == "late" else number(value)


def _notes(found: Sheet) -> Iterator[str]:
    yield from found.caveats
    yield RULE
    yield ("Brackets: limits at 95 %, prompts resampled. Steady seconds: time to the first failure of any "
           "axis or motion of the camera. Where more than half of the clips had not failed when the last one "
           "ended, the median is written > with that time. Late level: 0 (best) to 1.")
    yield from found.refusals
    for row in found.rows:
        if told := notes(row):
            yield f"{shown(row.label.text)}: {'; '.join(told)}."
    if found.nameless:
        verb = "names" if found.nameless == 1 else "name"
        yield f"Not in this table: {count(found.nameless, 'clip')} that {verb} no method."
    if pairs := identities(found):
        yield "Measurement identities: " + "; ".join(f"{axis} {digest}" for axis, digest in pairs) + "."


def _costs(found: Sheet) -> Iterator[str]:
    if devices := _devices(found):
        where = f", on {shown(devices[0])}" if len(devices) == 1 and devices[0] else ""
        yield f"Cost: seconds of making for a second of video{where}."

"""Columns beside the axes: the incumbent's panel, and what the clips cost. Neither enters a rank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reports.axes import axis_of, style_of, title_of
from reports.costs import Cost, costs
from reports.index.cells import Book, Cell, Family, Head, limits, share_range
from reports.index.panel import Panel
from reports.leaderboard import MethodRow
from reports.share import Share
from reports.text import DASH, number


def panels(book: Book, found: Panel) -> Iterator[Family]:
    """Give the panel's quantities a column each, where any was measured."""
    if not found.metrics:
        return
    site = book.site
    heads = tuple(Head(m.metric, m.name, f"mean over clips; {m.hint}", m.arrow, site.metric_url(m.metric))
                  for m in found.metrics)
    cells = tuple(tuple(_panel_cell(book, row, m.metric, m.of.get(row.setup)) for m in found.metrics)
                  for row in site.rows)
    axis = axis_of(found.metrics[0].metric)
    yield Family(title_of(axis), style_of(axis), heads, cells, url=site.metric_url(axis))


def _panel_cell(book: Book, row: MethodRow, metric: str, found: Share | None) -> Cell:
    url = book.url(row.setup, axis_of(metric))
    if found is None:
        return Cell(DASH, more=("not measured",), url=url)
    told = limits(found)
    return Cell(f"{found.value:.2f}", round(found.value, 6), (told,) if told else (),
                range=share_range(found), url=url)


def cost(book: Book) -> Iterator[Family]:
    """One column; it sorts only where all clips were made on one device."""
    found = {row.setup: costs(book.shots[row.setup]) for row in book.rows}
    if not any(found.values()):
        return
    single = len({cost.device for own in found.values() for cost in own}) == 1
    hint = "seconds of making for a second of video, median over clips; lower is cheaper"
    head = Head("cost", "s per s", hint, "↓" if single else "", sortable=single)
    cells = tuple((_cost_cell(book, row, found[row.setup], single=single),) for row in book.rows)
    yield Family("Cost", "other", (head,), cells)


def _cost_cell(book: Book, row: MethodRow, own: Sequence[Cost], *, single: bool) -> Cell:
    url = book.url(row.setup, "cost")
    if not own:
        return Cell(DASH, more=("not told",), url=url)
    if single:
        return Cell(number(own[0].seconds), own[0].seconds, url=url)
    told = tuple(f"{number(cost.seconds)} on {cost.device or 'a device not named'}" for cost in own)
    return Cell(told[0], more=told[1:], url=url)


def cost_told(book: Book) -> str:
    """Say what the cost is, or why there is none."""
    found = [cost.device for own in book.shots.values() for cost in costs(own)]
    devices = sorted(set(found))
    if not devices:
        return "Cost is not shown: no clip says how long its making took."
    if len(devices) == 1:
        return f"Cost is seconds of making for a second of video, on {devices[0] or 'a device not named'}."
    return (f"Cost is seconds of making for a second of video. The clips were made on {len(devices)} "
            "devices, and costs on different devices are not compared.")

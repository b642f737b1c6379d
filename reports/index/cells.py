"""The cells of the rank table: a number with its limits, its letter, and what earned nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports.gather import Setup, Shot, by_setup
from reports.index.names import Named
from reports.leaderboard import MethodRow, ranked_shots
from reports.share import Share
from reports.site.site import Site
from reports.survival import Survival
from reports.text import seconds

BEYOND = 1e6
"""Sorts what was not reached after everything that was."""
@dataclass(frozen=True, slots=True)
class Range:
    """An estimate with its limits on a small scale, all in percent of its width."""

    low: float
    at: float
    high: float
    open: bool = False
    """Whether the estimate lies beyond the scale's end."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of one method."""

    text: str
    sort: float | str = ""
    """What it is sorted by; empty sorts last whatever the direction."""
    more: tuple[str, ...] = ()
    letter: str = ""
    range: Range | None = None
    struck: tuple[tuple[str, str], ...] = ()
    """Numbers that earn nothing, each with the reason and the number of clips."""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """One column of numbers."""

    key: str
    """Its name in the page's address."""
    text: str
    hint: str
    arrow: str = ""
    url: str = ""
    """The card of what is measured, empty without one."""
    sortable: bool = True
    apart: str = ""
    """Pairs of methods that it tells apart, ``3 of 28``."""


@dataclass(frozen=True, slots=True)
class Family:
    """Columns that belong together, shown and hidden as one."""

    title: str
    style: str
    heads: tuple[Head, ...]
    cells: tuple[tuple[Cell, ...], ...]
    """One tuple a method, one cell a head."""
    tag: str = ""
    """Start of the identity where an axis was measured under several."""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """What every column of the table is made from."""

    site: Site
    names: Mapping[Setup, Named]
    shots: Mapping[Setup, tuple[Shot, ...]]
    """The clips of each method that count."""

    @property
    def rows(self) -> Sequence[MethodRow]:
        """The methods in their order."""
        return self.site.rows

    def url(self, setup: Setup, anchor: str) -> str:
        """Place on a method's page."""
        return f"{self.names[setup].url}#{anchor}"


def book_of(site: Site, names: Mapping[Setup, Named]) -> Book:
    """Sort the clips that count by their method."""
    own = by_setup(ranked_shots(site.shots))
    return Book(site, names, {row.setup: tuple(own[row.setup]) for row in site.rows})


def time_cell(found: Survival, more: Sequence[str], letter: str, url: str) -> Cell:
    """Write a median time with its interval."""
    limits = interval(found.low, found.high, found.until)
    text = seconds(found.seconds) if found.reached else f"> {seconds(found.until)}"
    sort = found.seconds if found.reached else BEYOND + found.until
    return Cell(text, sort, tuple(filter(None, (limits, *more))), letter, _time_range(found), url=url)


def _time_range(found: Survival) -> Range | None:
    if found.low is None or found.high is None or found.horizon <= 0:
        return None
    low, at, high = (_percent(t / found.horizon) for t in (found.low, found.seconds, found.high))
    return Range(low, at, high, open=not found.reached)


def _percent(share: float) -> float:
    return round(100 * min(1.0, max(0.0, share)), 1) if math.isfinite(share) else 100.0


def interval(low: float | None, high: float | None, until: float) -> str:
    """Write the limits of an interval, ``> until`` for one beyond what was seen; empty where it is None."""
    if low is None or high is None:
        return ""
    told = [f"{at:.1f}" if math.isfinite(at) else f"> {until:.1f}" for at in (low, high)]
    return f"{told[0]} s" if told[0] == told[1] else f"{told[0]} to {told[1]} s"


def limits(found: Share) -> str:
    """Write the limits of a mean between 0 and 1, empty where there are none."""
    return "" if found.low is None or found.high is None else f"{found.low:.2f} to {found.high:.2f}"


def share_range(found: Share) -> Range | None:
    """Place a mean between 0 and 1 with its limits on a scale of its own; None without limits."""
    if found.low is None or found.high is None:
        return None
    return Range(_percent(found.low), _percent(found.value), _percent(found.high))



"""What the rows of all tables are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reports.study.estimate import Estimate
from reports.study.page.words import Names
from reports.study.results import Part, Results
from reports.study.summary import Findings

Cell = str | int | float | bool | None
Row = Mapping[str, Cell]


def fits(found: Results) -> Iterator[tuple[Part, str, Findings]]:
    """Every question without those who are left out, and where somebody is, with them."""
    for part in found.parts:
        yield part, "counted", part.counted
        if part.everyone is not None:
            yield part, "everyone", part.everyone


def estimate(name: str, found: Estimate | None) -> dict[str, Cell]:
    """Spread a figure and its limits over three columns."""
    low, high = (found.low, found.high) if found else (None, None)
    return {name: found.value if found else None, f"{name}_low": low, f"{name}_high": high}


def limits(name: str) -> tuple[str, str, str]:
    """Name those columns."""
    return name, f"{name}_low", f"{name}_high"


def named(sentence: str, found: Results) -> str:
    """Put names into a sentence that speaks in tokens."""
    return Names(found.names, {}).text(sentence)


def raters(found: Results) -> dict[str, str]:
    """Names of raters by digest."""
    return {one.digest: one.name for one in found.raters}

"""A table of words, ready for the template."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """Heads and rows; the first cell of a row names it."""

    name: str
    """For those who cannot see it."""
    heads: tuple[str, ...]
    numeric: frozenset[int]
    """Columns of numbers, from 0."""
    rows: tuple[tuple[str, ...], ...]
    plots: tuple[object, ...] = ()
    """One a row, drawn in a column of its own after the first; empty for none."""
    axis: object = None
    """What stands below the plots."""


def table(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]], plots: Sequence[object] = (),
          axis: object = None) -> Table | None:
    """Make a table; heads that begin with ``#`` are of numbers. None without rows."""
    told = tuple(tuple(str(cell) for cell in row) for row in rows)
    numeric = frozenset(i for i, head in enumerate(heads) if head.startswith("#"))
    plain = tuple(head.removeprefix("#") for head in heads)
    return Table(name, plain, numeric, told, tuple(plots), axis) if told else None

"""Curves in few bytes: a character for each bin, read back by ``assets/curves.js``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from reports.gather import Series

Grid: TypeAlias = tuple[float, float]
"""First second and step of a curve's bins."""

_FIRST, _BACKSLASH, _STEPS = 35, 92, 90


def encode(values: Sequence[float | None], low: float, high: float) -> str:
    """Write each value as one printable character, in 91 even steps from ``low`` to ``high``.

    The characters run from ``#`` to ``~`` without the backslash; a blank stands for None. The error, at most
    1/180 of the range, is about that of the drawn curve. The tables hold the exact values.
    """
    span = (high - low) or 1.0
    return "".join(
        " " if value is None else _character(round(min(1.0, max(0.0, (value - low) / span)) * _STEPS))
        for value in values
    )


def _character(step: int) -> str:
    code = _FIRST + step
    return chr(code + (code >= _BACKSLASH))


def shared_grid(all_series: Iterable[Series]) -> Grid:
    """Find the first second and the step that most curves share."""
    grids = [grid for grid in map(_even, all_series) if grid is not None]
    return max(sorted(set(grids)), key=grids.count, default=(0.5, 1.0))


def _even(series: Series) -> Grid | None:
    """Return first second and step where a curve's bins are even, else None."""
    t_s = series.t_s
    step = (t_s[-1] - t_s[0]) / (len(t_s) - 1) if len(t_s) > 1 else 1.0
    even = all(abs(t - t_s[0] - i * step) < 1e-3 for i, t in enumerate(t_s))
    return (round(t_s[0], 4), round(step, 5)) if even else None


def pack(series: Series, grid: Grid, ends: tuple[float, float] | None = None) -> list[Any]:
    """Return low end, high end and encoded values, and the bins' seconds where they differ from ``grid``.

    Without ``ends`` the range is that of the values, zero included.
    """
    seen = [0.0, *(value for value in series.values if value is not None)]
    low, high = (float(f"{end:.4g}") for end in ends or (min(seen), max(seen)))
    where = [] if _even(series) == grid else [[round(t, 3) for t in series.t_s]]
    return [short(low), short(high), encode(series.values, low, high), *where]


def short(value: float) -> float | int:
    """Drop the point of a whole number."""
    return int(value) if value == int(value) else value

"""Geometry of the page's small plots, in pixels of boxes that the page may scale."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.study.page.words import signed

WIDTH = 300
_PAD = 8


@dataclass(frozen=True, slots=True)
class Reach:
    """An estimate on the axis: its place, its limits, and wider ones; None where there are no limits."""

    at: float
    low: float | None
    high: float | None
    wide_low: float | None
    wide_high: float | None


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the axis."""

    x: float
    label: str


class Axis:
    """From values to pixels; ``zero`` is where the value that parts two halves lies."""

    def __init__(self, values: Sequence[float], zero: float = 0.0) -> None:
        self.low, self.high = min([*values, zero]), max([*values, zero])
        if self.high - self.low < 1e-9:
            self.low, self.high = zero - 1, zero + 1
        self.zero = self.x(zero)

    def x(self, value: float) -> float:
        """Place a value."""
        return round(_PAD + (WIDTH - 2 * _PAD) * (value - self.low) / (self.high - self.low), 1)

    def or_none(self, value: float | None) -> float | None:
        """Place a value that may be missing."""
        return None if value is None else self.x(value)

    def ticks(self) -> Iterator[Tick]:
        """Round marks, four to eight of them."""
        span = self.high - self.low
        step = next(s for e in range(-3, 6) for m in (1, 2, 5) if span / (s := m * 10.0**e) <= 6)
        digits = max(0, -math.floor(math.log10(step) + 1e-9))
        for i in range(math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9) + 1):
            yield Tick(self.x(i * step), signed(i * step, digits))

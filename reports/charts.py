"""Geometry of survival curves: paths in a 1000 by 100 box that a page stretches to its own width."""

from __future__ import annotations

from dataclasses import dataclass

from reports.axes import TASK_AXES
from reports.survival import Curve

WIDTH, HEIGHT = 1000, 100
FAILED_FROM = 0.5
"""An ``<axis>.level`` at or above this counts as failed."""
LEVELS = frozenset(f"{axis}.level" for axis in TASK_AXES)


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on a time axis; ``x`` in percent of its width."""

    x: float
    label: str


def _percent(at: float, end_s: float) -> float:
    return round(100 * min(1.0, max(0.0, at / end_s)), 1) if end_s > 0 else 0.0


def time_ticks(end_s: float, wanted: int = 6) -> tuple[Tick, ...]:
    """Round marks on a time axis: steps of 1, 2 or 5 times a power of ten, at most ``wanted`` of them."""
    if end_s <= 0:
        return ()
    step = next(s for e in range(-2, 6) for m in (1, 2, 5) if end_s / (s := m * 10.0**e) <= wanted)
    marks = [i * step for i in range(int(end_s / step + 1e-9) + 1)]
    return tuple(Tick(_percent(at, end_s), f"{at:g}") for at in marks)


def steps(curve: Curve, end_s: float) -> str:
    """Draw a Kaplan-Meier estimate as a step path."""
    path_data = "M0 0"
    for when, left in zip(curve.times, curve.shares, strict=True):
        path_data += f"H{round(when / (end_s or 1.0) * WIDTH)}V{round(HEIGHT * (1 - left))}"
    return path_data

"""From a curve over time to the numbers that a table holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from metrics.types import Curve, Quantity, Value

BIN_S = 1.0
"""Curves have one point a second."""
FAIL_LEVEL = 0.5
"""An axis has failed where its level reaches this."""
RUN_S = 2.0
"""A failure shorter than this is a stumble, not an onset."""
STAY_SHARE = 2 / 3
"""A failure is for good when at least this share of the rest of the clip fails too."""

_LONG_S = 8.0


def early_end_s(duration_s: float) -> float:
    """End of the seconds that medium and texture are compared with: 4 s, in clips under 8 s only 3."""
    return 4.0 if duration_s >= _LONG_S else 3.0


@dataclass(frozen=True, slots=True)
class Bins:
    """Averages irregular observations into one-second bins that tile the clip."""

    duration_s: float

    @property
    def count(self) -> int:
        """Bins; a last piece shorter than half a second belongs to the bin before."""
        return max(1, round(self.duration_s / BIN_S))

    def index(self, t_s: float) -> int:
        """Bin that a moment falls into."""
        return min(int(t_s / BIN_S), self.count - 1)

    def centres(self) -> tuple[float, ...]:
        """Middle of each bin, seconds."""
        return tuple((i + 0.5) * BIN_S for i in range(self.count))

    def curve(self, metric: str, times: Sequence[float], values: Sequence[float | None]) -> Curve:
        """Median of the observations in each bin; None where there is none."""
        filled: list[list[float]] = [[] for _ in range(self.count)]
        for t_s, value in zip(times, values, strict=True):
            if value is not None:
                filled[self.index(t_s)].append(value)
        medians = tuple(float(np.median(v)) if v else None for v in filled)
        return Curve(metric, self.centres(), medians)


def axis_quantities(axis: str, *, onset: str, level: str) -> tuple[Quantity, ...]:
    """What every axis has: its level over time and the numbers drawn from it.

    Args:
        axis: ``drift``, ``stagnation`` or ``hardening``.
        onset: what its onset means, for people.
        level: what its level is made of, for people.

    """
    unit = "level 0-1"
    late = f"Mean {axis} level of the last 5 s; 0 as at the start, 0.5 failed."
    return (
        Quantity(f"{axis}.onset", "s", "higher", onset, headline=True),
        Quantity(f"{axis}.late", unit, "lower", late, headline=True),
        Quantity(f"{axis}.slope", "level/min", "lower", f"Robust (Theil-Sen) slope of the {axis} level."),
        Quantity(f"{axis}.worst", unit, "lower", f"Highest mean {axis} level over 5 s."),
        # Two windows that are nearly as bad may change places.
        Quantity(f"{axis}.worst_start", "s", "none", "Start of that window.", tolerance=1.0),
        Quantity(f"{axis}.level", unit, "lower", level, curve=True),
        Quantity(f"{axis}.late_eroded4", unit, "lower", f"{axis}.late with regions 4 px smaller."),
        Quantity(f"{axis}.late_dilated4", unit, "lower", f"{axis}.late with regions 4 px larger."),
    )


def onset_s(levels: Sequence[float | None]) -> float | None:
    """Start of the first failure for good, seconds; None where there is none.

    A failure starts a run of at least :data:`RUN_S` of measured bins at or above :data:`FAIL_LEVEL`, and at
    least :data:`STAY_SHARE` of all measured bins from there to the end fail too.
    """
    failing = [None if level is None else level >= FAIL_LEVEL for level in levels]
    for start, fails in enumerate(failing):
        rest = [f for f in failing[start:] if f is not None]
        run = rest[: int(RUN_S / BIN_S)]
        if fails and len(run) == int(RUN_S / BIN_S) and all(run) and sum(rest) >= STAY_SHARE * len(rest):
            return start * BIN_S
    return None


def onset(metric: str, curve: Curve, until_s: float) -> Value:
    """Onset of a level curve, right-censored at ``until_s``, where measuring ended."""
    if all(v is None for v in curve.values):
        return Value(metric, None, "abstained", "no second of the clip could be measured")
    when = onset_s(curve.values)
    if when is None:
        return Value(metric, until_s, "censored", f"did not happen in the {until_s:.1f} s measured")
    return Value(metric, when)


def late(curve: Curve) -> float | None:
    """Mean of the last 5 s, or of the last third where the clip is shorter than 15 s."""
    span = min(5.0, len(curve.values) * BIN_S / 3)
    return _mean(curve.values[-max(1, round(span / BIN_S)) :])


def worst(curve: Curve) -> tuple[float, float] | None:
    """Highest mean over a 5 s window (2 s in clips shorter than 10 s), and where it starts."""
    width = 5 if len(curve.values) >= 10 else min(2, len(curve.values))
    windows = [(_mean(curve.values[i : i + width]), i * BIN_S) for i in range(len(curve.values) - width + 1)]
    measured = [(value, start) for value, start in windows if value is not None]
    return max(measured, key=lambda pair: (pair[0], -pair[1])) if measured else None


def slope_per_min(curve: Curve) -> float | None:
    """Theil-Sen slope per minute over the measured bins; None with fewer than four."""
    from scipy.stats import theilslopes

    points = [(t, v) for t, v in zip(curve.t_s, curve.values, strict=True) if v is not None]
    if len(points) < 4:
        return None
    t, v = np.array(points).T
    return float(theilslopes(v, t).slope) * 60


def summary(axis: str, curve: Curve, until_s: float) -> list[Value]:
    """Onset, late level, robust slope and worst window of an axis's level curve."""
    worst_window = worst(curve)
    why = "too few seconds could be measured"
    return [
        onset(f"{axis}.onset", curve, until_s),
        value_or_abstain(f"{axis}.late", late(curve), "the clip's last seconds could not be measured"),
        value_or_abstain(f"{axis}.slope", slope_per_min(curve), why),
        value_or_abstain(f"{axis}.worst", worst_window[0] if worst_window else None, why),
        value_or_abstain(f"{axis}.worst_start", worst_window[1] if worst_window else None, why),
    ]


def neighbours(values: Sequence[float | None]) -> list[list[float]]:
    """Measured values within two bins of each: five seconds, in clips under 16 s three, under 8 s one."""
    reach = min(2, len(values) // 8)
    return [
        [v for v in values[max(0, i - reach) : i + reach + 1] if v is not None] for i in range(len(values))
    ]


def value_or_abstain(metric: str, value: float | None, reason: str) -> Value:
    """A value, or an abstention with the reason."""
    return Value(metric, None, "abstained", reason) if value is None else Value(metric, float(value))


def _mean(values: Sequence[float | None]) -> float | None:
    measured = [v for v in values if v is not None]
    return float(np.mean(measured)) if measured else None

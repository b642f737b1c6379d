"""Geometry of the curves: paths in a 0 to 1000 by 0 to 100 box that a page stretches to its own width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.axes import TASK_AXES, axis_of, style_of, title_of
from reports.gather import Series, Shot
from reports.survival import Curve
from reports.text import seconds

WIDTH, HEIGHT = 1000, 100
FAILED_FROM = 0.5
"""An ``<axis>.level`` at or above this counts as failed."""
LEVELS = frozenset(f"{axis}.level" for axis in TASK_AXES)


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on a time axis; ``x`` in percent of its width."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Band:
    """One curve over a clip's length."""

    metric: str
    identity: str
    style: str
    title: str
    describe: str
    path: str
    gaps: tuple[tuple[float, float], ...]
    """Stretches that could not be measured: start and width in percent."""
    onset: Tick | None
    limit: bool
    """True for a level, which has a line at ``FAILED_FROM``."""
    absent: str = ""
    """Why there is no curve, empty where there is one."""


def levels(shot: Shot, end_s: float) -> tuple[Band, ...]:
    """Draw the level curves of the three task axes, one per identity; an empty band where there is none."""
    found = {axis: [s for s in shot.series if s.metric == f"{axis}.level"] for axis in TASK_AXES}
    return tuple(
        band for axis in TASK_AXES
        for band in ([_level(shot, series, end_s) for series in found[axis]] or [_absent(shot, axis)])
    )


def _absent(shot: Shot, axis: str) -> Band:
    onset = shot.get(f"{axis}.onset")
    reason = (onset.reason if onset is not None else "no record") or "no curve was kept"
    return Band(
        f"{axis}.level", "", style_of(axis), title_of(axis), f"No curve: {reason}", "", ((0.0, 100.0),), None,
        limit=False, absent=reason,
    )


def _level(shot: Shot, series: Series, end_s: float) -> Band:
    axis = axis_of(series.metric)
    onset = shot.get(f"{axis}.onset", series.identity)
    came = onset.value if onset is not None and onset.status == "ok" else None
    tick = None if came is None else Tick(_percent(came, end_s), seconds(came))
    told = f" Fails from {seconds(came)}." if came is not None else ""
    return Band(
        series.metric, series.identity, style_of(axis), title_of(axis),
        _told(series) + told, path(series, end_s, 0.0, 1.0), gaps(series, end_s), tick, limit=True,
    )


def _told(series: Series) -> str:
    """Tell the curve in a sentence, for those who do not see it."""
    seen = [(value, at) for at, value in zip(series.t_s, series.values, strict=True) if value is not None]
    if not seen:
        return "No bin could be measured."
    top, at = max(seen, key=lambda point: point[0])
    return f"From {seen[0][0]:.2f} to {seen[-1][0]:.2f}, highest {top:.2f} at {seconds(at)}."


def path(series: Series, end_s: float, low: float, high: float) -> str:
    """SVG path in whole units: one stroke per unbroken run of bins, a dot for a lone bin."""
    span = (high - low) or 1.0
    strokes = []
    for run in _runs(series):
        points = [
            (round(series.t_s[i] / (end_s or 1.0) * WIDTH),
             round(HEIGHT * (1 - min(1.0, max(0.0, (_known(series, i) - low) / span))))) for i in run
        ]
        strokes.append(_stroke(points))
    return "".join(strokes)


def _stroke(points: Sequence[tuple[int, int]]) -> str:
    """Absolute start, then relative steps: about half the bytes of absolute ones."""
    x, y = points[0]
    steps = []
    for nx, ny in points[1:]:
        dy = ny - y
        steps.append(f"{nx - x}{dy}" if dy < 0 else f"{nx - x} {dy}")
        x, y = nx, ny
    return f"M{points[0][0]} {points[0][1]}" + ("l" + " ".join(steps) if steps else "h6")


def gaps(series: Series, end_s: float) -> tuple[tuple[float, float], ...]:
    """Find the unmeasured stretches: start and width in percent of the time axis."""
    if not series.t_s or end_s <= 0:
        return ()
    half = _bin(series) / 2
    found = []
    for run in _runs(series, measured_bins=False):
        left = _percent(series.t_s[run[0]] - half, end_s)
        found.append((left, round(_percent(series.t_s[run[-1]] + half, end_s) - left, 1)))
    return tuple(found)


def _runs(series: Series, *, measured_bins: bool = True) -> list[list[int]]:
    runs: list[list[int]] = []
    for i, value in enumerate(series.values):
        if (value is not None) != measured_bins:
            continue
        if runs and runs[-1][-1] == i - 1:
            runs[-1].append(i)
        else:
            runs.append([i])
    return runs


def _known(series: Series, i: int) -> float:
    value = series.values[i]
    return 0.0 if value is None else value


def _bin(series: Series) -> float:
    steps = sorted(b - a for a, b in zip(series.t_s, series.t_s[1:], strict=False))
    return steps[len(steps) // 2] if steps else 2 * series.t_s[0]


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

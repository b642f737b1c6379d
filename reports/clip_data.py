"""The script beside a clip's page: curves and components in few bytes, for reading off and for drawing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, TypeAlias

from reports.axes import ONSET_AXES, PANELS, WORDS
from reports.charts import LEVELS
from reports.gather import Series, Shot
from reports.model import ReportInput
from reports.pages import Shown
from reports.text import ARROWS
from reports.values import components

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


def clip_data(clip: Shown) -> str:
    """Write what the page's script adds: further curves, components, the seconds to jump to."""
    shot = clip.shot
    further = [series for series in shot.series if series.metric not in LEVELS]
    grid = _grid(further)
    body = {
        "seconds": round(clip.end_s, 3), "fps": clip.media.fps or 25, "jumps": jumps(shot), "grid": grid,
        "curves": [[series.metric, *_curve(series, grid)] for series in further],
        "parts": components(shot),
    }
    return "window.steadybench=" + json.dumps(body, separators=(",", ":"), allow_nan=False) + ";\n"


def jumps(shot: Shot) -> list[tuple[float, str]]:
    """List the onsets that came, in the order of their seconds, with their axes."""
    came = [(round(r.value, 3), axis) for axis in ONSET_AXES for r in shot.all(f"{axis}.onset")
            if r.status == "ok" and r.value is not None]
    return sorted(came)


def _grid(all_series: Sequence[Series]) -> Grid:
    """Find the first second and the step that most curves of a clip share."""
    grids = [grid for grid in map(_even, all_series) if grid is not None]
    return max(sorted(set(grids)), key=grids.count, default=(0.5, 1.0))


def _even(series: Series) -> Grid | None:
    """Return first second and step where a curve's bins are even, else None."""
    t_s = series.t_s
    step = (t_s[-1] - t_s[0]) / (len(t_s) - 1) if len(t_s) > 1 else 1.0
    even = all(abs(t - t_s[0] - i * step) < 1e-3 for i, t in enumerate(t_s))
    return (round(t_s[0], 4), round(step, 5)) if even else None


def _curve(series: Series, grid: Grid) -> list[Any]:
    """Write range and encoded values of a curve, and its seconds where they differ from the grid."""
    seen = [0.0, *(value for value in series.values if value is not None)]
    low, high = (float(f"{end:.4g}") for end in (min(seen), max(seen)))
    where = [] if _even(series) == grid else [[round(t, 3) for t in series.t_s]]
    return [_short(low), _short(high), encode(series.values, low, high), *where]


def _short(value: float) -> float | int:
    return int(value) if value == int(value) else value


def legend(data: ReportInput) -> str:
    """Write what all clip pages share as a script: titles of axes; meaning, unit and arrow of each number."""
    told = {
        "axes": {axis: words.title for axis, words in WORDS.items()} | PANELS,
        "quantities": {card.id: [card.meaning, "" if card.unit == "1" else card.unit,
                                 ARROWS.get(card.direction, "")]
                       for card in sorted(data.quantities, key=lambda card: card.id)},
    }
    return "window.steadybenchLegend=" + json.dumps(told, separators=(",", ":")) + ";\n"

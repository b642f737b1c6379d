"""The stability-motion plane: a point a method, with its limits both ways."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from reports.figures.cast import Cast
from reports.figures.style import COLUMN, FAINT, SOFT, figure, legend, mark
from reports.index.spread import spread
from reports.looks import LIGHT
from reports.plane import Point, plane
from reports.share import Share

_TICKS = [0, 0.25, 0.5, 0.75, 1]
_BESIDE, _NEAR = 1.12, 0.066
"""Where the markers beside the plane stand, and the size of a marker, in its widths."""
_FINE = 1000
"""Steps of the plane in which the markers beside it are spread."""


def draw(cast: Cast) -> Figure | None:
    """Draw the plane, one column wide; None where no method has both numbers."""
    points = plane(cast.shots, cast.site.tasks, cast.site.standings).points
    if not points:
        return None
    drawn = figure(COLUMN, 2.95 + 0.14 * len(points))
    axes = drawn.add_subplot()
    for point in points:
        look = cast.look(point.setup)
        x, y = point.persistence, point.steadiness
        for low, high, across in ((*_ends(x), True), (*_ends(y), False)):
            ends = ([low, high], [y.value] * 2) if across else ([x.value] * 2, [low, high])
            axes.plot(*ends, color=LIGHT[look.index], linewidth=0.8, alpha=0.75, zorder=2, clip_on=False,
                      solid_capstyle="butt")
        axes.plot([x.value], [y.value], linestyle="none", zorder=3, clip_on=False,
                  **mark(look, 6, "none"))
    _beside(cast, axes, points)
    axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal", xlabel="Persistence of motion",
             ylabel="Steadiness of the background")
    axes.set_xticks(_TICKS, ["0\nfrozen", "0.25", "0.5", "0.75", "1\nmoves on"])
    axes.set_yticks(_TICKS, ["drifts 0", "0.25", "0.5", "0.75", "steady 1"])
    axes.grid(color=FAINT, linewidth=0.5, zorder=0)
    legend(drawn, [Line2D([], [], linestyle="none", label=cast.names[point.setup],
                          **mark(cast.look(point.setup), 5)) for point in points], COLUMN)
    return drawn


def _beside(cast: Cast, axes: Axes, points: Sequence[Point]) -> None:
    """Repeat beside the plane the markers of points that lie on top of each other, joined to them."""
    crowded = [point for point in points if sum(_near(point, other) for other in points) > 1]
    ordered = sorted(crowded, key=lambda point: (-point.steadiness.value, point.persistence.value))
    places = spread([_FINE * (1 - point.steadiness.value) for point in ordered], _FINE * _NEAR, _FINE)
    for point, place in zip(ordered, places, strict=True):
        look, y = cast.look(point.setup), 1 - place / _FINE
        axes.plot([point.persistence.value, _BESIDE], [point.steadiness.value, y], color=SOFT, linewidth=0.4,
                  clip_on=False, zorder=1)
        axes.plot([_BESIDE], [y], linestyle="none", clip_on=False, zorder=3, **mark(look, 5))


def _near(one: Point, other: Point) -> bool:
    return (abs(one.persistence.value - other.persistence.value) < _NEAR
            and abs(one.steadiness.value - other.steadiness.value) < _NEAR)


def _ends(found: Share) -> tuple[float, float]:
    """Return the limits; the value twice, which draws nothing, where there are none."""
    if found.low is None or found.high is None:
        return found.value, found.value
    return found.low, found.high

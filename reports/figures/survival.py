"""Survival curves: the share of each method's clips that have not failed yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from reports.axes import title_of
from reports.figures.cast import Cast
from reports.figures.style import COLUMN, SOFT, TEXT, figure, legend, line, mark, seconds_axis
from reports.gather import Setup
from reports.survival import Survival


def all_axes(cast: Cast) -> Figure | None:
    """Draw the time to the first failure of any axis, one column wide; None where no method has two clips."""
    found = _curves({row.setup: row.steady for row in cast.rows})
    if not found:
        return None
    drawn = figure(COLUMN, 2.2 + 0.15 * len(found))
    axes = drawn.add_subplot()
    _draw(cast, axes, found)
    axes.set_ylabel("Share of clips still steady")
    legend(drawn, list(_handles(cast, found)), COLUMN)
    return drawn


def per_axis(cast: Cast) -> Figure | None:
    """Draw the time to each failure, side by side over the page; None where no method has two clips."""
    panels = [(title_of(column.axis) + _tag(cast, i), found) for i, column in enumerate(cast.site.tasks)
              if (found := _curves({row.setup: row.cells[i].onset for row in cast.rows}))]
    if not panels:
        return None
    everyone = {setup: one for _, found in panels for setup, one in found.items()}
    drawn = figure(TEXT, 2.3 + 0.05 * len(everyone))
    for i, ((title, found), axes) in enumerate(zip(panels, drawn.subplots(1, len(panels), squeeze=False)[0],
                                                   strict=True)):
        _draw(cast, axes, found)
        axes.set_title(title, loc="left")
        axes.tick_params(labelleft=i == 0)
        if i == 0:
            axes.set_ylabel("Share of clips without it")
    legend(drawn, list(_handles(cast, {row.setup: everyone[row.setup] for row in cast.rows
                                       if row.setup in everyone})), TEXT)
    return drawn


def _tag(cast: Cast, i: int) -> str:
    """Tell the identity where an axis has several."""
    column = cast.site.tasks[i]
    twins = sum(other.axis == column.axis for other in cast.site.tasks)
    return f" {column.identity[:6]}" if twins > 1 else ""


def _curves(found: Mapping[Setup, Survival | None]) -> dict[Setup, Survival]:
    """Keep the methods of two clips or more: one clip has no share."""
    return {setup: one for setup, one in found.items() if one is not None and one.clips > 1}


def _draw(cast: Cast, axes: Axes, found: Mapping[Setup, Survival]) -> None:
    """Draw the steps; markers stand apart along the time, so that they show where curves coincide."""
    for i, (setup, one) in enumerate(found.items()):
        look = cast.look(setup)
        axes.step([0.0, *one.curve.times], [1.0, *one.curve.shares], where="post", zorder=2, **line(look))
        x, y = _place(one, cast.horizon * (i + 0.5) / len(found))
        axes.plot([x], [y], linestyle="none", zorder=3, clip_on=False, **mark(look, 4.5))
    axes.axhline(0.5, color=SOFT, linewidth=0.6, linestyle=(0, (1, 2)), zorder=1)
    axes.set_ylim(0, 1.02)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "0.25", "0.5", "0.75", "1"])
    seconds_axis(axes, cast.horizon)


def _place(one: Survival, wanted: float) -> tuple[float, float]:
    """Find where a curve has its marker: at this second, or on the last step of one that ends before."""
    before = [share for time, share in zip(one.curve.times, one.curve.shares, strict=True) if time <= wanted]
    level = before[-1] if before else 1.0
    if wanted < one.until and level > 0:
        return wanted, level
    shares = (1.0, *one.curve.shares)
    return one.curve.times[-1], (shares[-2] + shares[-1]) / 2


def _handles(cast: Cast, found: Mapping[Setup, Survival]) -> Iterator[Line2D]:
    for setup in found:
        look = cast.look(setup)
        yield Line2D([], [], label=cast.names[setup], **{**mark(look, 4.5), **line(look)})

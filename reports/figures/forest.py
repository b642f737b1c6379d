"""Forest plot: steady seconds of every method with their limits, ranks and tie groups."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from reports.figures.cast import Cast
from reports.figures.style import COLUMN, FAINT, SOFT, figure, legend, mark, seconds_axis
from reports.leaderboard import MethodRow
from reports.looks import LIGHT
from reports.survival import Survival

_NAME, _LINE = 0.24, -0.14
"""Where a method's name and its interval stand within its row, up from the middle."""
_MEDIAN, _RANK = 1.19, 1.33
"""Where median and rank stand, in widths of the plot from its left."""


def draw(cast: Cast) -> Figure | None:
    """Draw mean and median of every method that has a time, one column wide; None where none has one."""
    rows = [row for row in cast.rows if row.steady]
    if not rows:
        return None
    drawn = figure(COLUMN, 0.85 + 0.36 * len(rows))
    axes = drawn.add_subplot()
    for place, row in enumerate(reversed(rows)):
        if row.steady:
            _row(cast, axes, row, row.steady, place)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    seconds_axis(axes, cast.horizon, "Steady seconds")
    for x, head in ((_MEDIAN, "median"), (_RANK, "rank")):
        axes.text(x, len(rows) - 0.45, head, ha="right", va="bottom", fontsize=7, color=SOFT,
                  transform=axes.get_yaxis_transform())
    legend(drawn, [
        Line2D([], [], color=SOFT, marker="o", markersize=5, markerfacecolor="white", linewidth=1.3,
               label="mean, limits at 95 %"),
        Line2D([], [], color=SOFT, linestyle="none", marker="|", markersize=9, markeredgewidth=1.6,
               label="median"),
    ], COLUMN)
    return drawn


def _row(cast: Cast, axes: Axes, row: MethodRow, steady: Survival, place: int) -> None:
    look = cast.look(row.setup)
    colour, y = LIGHT[look.index], place + _LINE
    axes.axhline(place - 0.5, color=FAINT, linewidth=0.5, zorder=0)
    axes.text(0, place + _NAME, cast.names[row.setup], va="center", fontsize=7)
    for x, told in ((_MEDIAN, _median(steady)), (_RANK, _rank(row))):
        axes.text(x, y, told, ha="right", va="center", fontsize=7, transform=axes.get_yaxis_transform())
    if steady.mean is not None:
        if steady.mean_low is not None and steady.mean_high is not None:
            axes.plot([steady.mean_low, steady.mean_high], [y, y], color=colour, clip_on=False,
                      solid_capstyle="butt")
        axes.plot([steady.mean], [y], linestyle="none", clip_on=False, zorder=3, **mark(look, 5))
    if steady.reached:
        axes.plot([steady.seconds], [y], linestyle="none", color=colour, clip_on=False, marker="|",
                  markersize=9, markeredgewidth=1.6, zorder=2)


def _median(steady: Survival) -> str:
    return f"{steady.seconds:.1f}" if steady.reached else f"> {steady.until:.1f}"


def _rank(row: MethodRow) -> str:
    return "–" if row.standing.rank is None else f"{row.standing.rank}{row.standing.group}"

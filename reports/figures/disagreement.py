"""How VBench's dynamic degree orders the methods, and how our axes do."""

from __future__ import annotations

from matplotlib.figure import Figure

from reports.figures.cast import Cast
from reports.figures.style import TEXT, figure, line, mark
from reports.index.bump import disagreement


def draw(cast: Cast) -> Figure | None:
    """Draw every method's place under each measure over the page's width; None without two orders."""
    found = disagreement(cast.book)
    lines = found["bump"]
    if not lines:
        return None
    setups = {named.key: setup for setup, named in cast.book.names.items()}
    drawn = figure(TEXT, 0.6 + 0.26 * len(lines))
    axes = drawn.add_subplot()
    for one in lines:
        setup = setups[one["named"].key]
        look = cast.look(setup)
        x, y = [m["x"] for m in one["marks"]], [m["y"] for m in one["marks"]]
        axes.plot(x, y, clip_on=False, **line(look))
        axes.plot(x, y, linestyle="none", clip_on=False, zorder=3, **mark(look, 5.5))
        first, last = (one["marks"][i]["rank"] for i in (0, -1))
        axes.text(-3, y[0], f"{cast.names[setup]}  {first}", ha="right", va="center", fontsize=7)
        axes.text(103, y[-1], last, va="center", fontsize=7)
    heads = ["\n".join(title.rsplit(" ", 1)) for title, _ in found["bump_heads"]]
    axes.set(xlim=(0, 100), ylim=(100, 0))
    axes.set_xticks([100 * i / (len(heads) - 1) for i in range(len(heads))], heads)
    axes.set_yticks([])
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return drawn

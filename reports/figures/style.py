"""How figures look and how they are written: sizes, fonts, colours, and bytes that repeat."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.exports.human import shown
from reports.looks import LIGHT, Look

COLUMN, TEXT = 3.35, 7.0
"""Width of one column and of a page's text, inches."""
INK, SOFT, FAINT = "#1c1d1f", "#5c5f66", "#dcdcd4"
FAILED_FROM = 0.5
_FONT = "DejaVu Sans"
_LONGEST = 40
_MARKERS = ("o", "s", "^", "D", "v", "*", "P", "p")
"""Matplotlib's names of the markers of ``looks.py``, in their order."""
_DASHES: tuple[tuple[float, ...], ...] = (
    (), (4.5, 2), (1.2, 1.2), (6, 2, 1.2, 2), (9, 2), (2.6, 1.4), (0.8, 2), (4, 1.4, 1, 1.4, 1, 1.4),
)
"""Its dashes, in points."""
_SETTINGS: Any = {
    "font.family": _FONT, "font.size": 8, "axes.titlesize": 8, "axes.labelsize": 8, "legend.fontsize": 7,
    "xtick.labelsize": 7, "ytick.labelsize": 7, "axes.titleweight": "bold",
    "pdf.fonttype": 42, "ps.fonttype": 42, "svg.hashsalt": "steadybench", "text.parse_math": False,
    "axes.spines.top": False, "axes.spines.right": False, "axes.linewidth": 0.6, "axes.edgecolor": SOFT,
    "xtick.major.width": 0.6, "ytick.major.width": 0.6, "xtick.color": SOFT, "ytick.color": SOFT,
    "xtick.labelcolor": INK, "ytick.labelcolor": INK, "axes.labelcolor": INK, "text.color": INK,
    "lines.linewidth": 1.3, "lines.scale_dashes": False, "lines.dash_capstyle": "butt",
    "legend.frameon": False, "savefig.dpi": 300, "figure.dpi": 100,
}


@contextmanager
def styled() -> Iterator[None]:
    """Draw with our settings alone, whatever the user's own are."""
    with mpl.rc_context():
        mpl.rcdefaults()
        for name, value in _SETTINGS.items():
            mpl.rcParams[name] = value
        yield


def figure(width: float, height: float) -> Figure:
    """Begin a figure of this size in inches; its parts find their places by themselves."""
    return Figure(figsize=(width, height), layout="constrained")


def rendered(drawn: Figure) -> dict[str, bytes]:
    """Write a figure as PDF and PNG, without dates; call within :func:`styled`."""
    found = {}
    for kind, metadata in (("pdf", {"CreationDate": None}), ("png", {"Software": None})):
        stream = io.BytesIO()
        drawn.savefig(stream, format=kind, metadata=metadata)
        found[kind] = stream.getvalue()
    return found


def line(look: Look) -> dict[str, Any]:
    """Colour and dashes of a method's line."""
    dashes = _DASHES[look.index]
    return {"color": LIGHT[look.index], "linestyle": (0, dashes) if dashes else "-"}


def mark(look: Look, size: float = 5.0, face: str = "white") -> dict[str, Any]:
    """Colour and marker of a method's point, ``size`` in points; ``face`` ``none`` shows what lies behind.

    Markers that come again beyond eight methods are filled.
    """
    colour = LIGHT[look.index]
    wider = 1.45 if _MARKERS[look.index] in "*P" else 1.0
    return {"color": colour, "marker": _MARKERS[look.index], "markersize": size * wider,
            "markerfacecolor": colour if look.turn % 2 else face, "markeredgewidth": 1.1}


def written(name: str) -> str:
    """Make a name fit to be set: short, and of signs that the font has; others are told by their number."""
    known = _signs()
    told = "".join(sign if ord(sign) in known else f"<U+{ord(sign):04X}>" for sign in shown(name))
    return told if len(told) <= _LONGEST else told[:_LONGEST - 1] + "…"


@cache
def _signs() -> frozenset[int]:
    return frozenset(font_manager.get_font(font_manager.findfont(_FONT)).get_charmap())


def seconds_axis(axes: Axes, end_s: float, label: str = "Seconds") -> None:
    """Let an axis of time begin at 0 and end at the horizon."""
    axes.set_xlim(0, end_s or 1.0)
    axes.set_xlabel(label)
    axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(6, steps=[1, 2, 5, 10]))


def legend(drawn: Figure, handles: list[Any], width: float) -> None:
    """Name the methods below the plots, in as many columns as the longest name leaves room for."""
    longest = max((len(handle.get_label()) for handle in handles), default=0)
    columns = max(1, int(width / (0.5 + 0.062 * longest)))
    rows = -(-len(handles) // columns)
    drawn.legend(handles=handles, loc="outside lower center", ncols=-(-len(handles) // max(rows, 1)),
                 handlelength=3.4, columnspacing=1.2)

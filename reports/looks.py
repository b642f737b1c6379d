"""One identity per method on every chart: a colour, a dash and a marker, the same on every page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reports.gather import Setup

KNOWN = (
    "steady-forcing", "self-forcing", "causvid", "rolling-forcing", "longlive", "infinite-forcing",
    "reward-forcing", "causal-forcing",
)
"""Methods with a place of their own, so that they look alike in every report."""
LIGHT = ("#1c1d1f", "#0068a8", "#b85000", "#00795a", "#a0487e", "#7a5c00", "#5b52c4", "#b3261e")
DARK = ("#e8e8e4", "#56b4e9", "#f09a4a", "#35c49a", "#dd93bf", "#e2c04f", "#a9a3f5", "#ff8a80")
"""After Okabe and Ito, each with 4.5 : 1 or more against the paper; ``base.css`` repeats them as ``--m``."""
DASHES = ("", "7 3", "2 2", "9 3 2 3", "12 3", "4 2", "1 3", "6 2 1 2 1 2")
"""Stroke dashes in pixels, in the order of the colours."""
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
MARKERS = ("●", "■", "▲", "◆", "▼", "★", "✚", "⬟")


@dataclass(frozen=True, slots=True)
class Look:
    """How one row of the leaderboard is drawn everywhere.

    ``index`` picks colour, dash and marker together, as class ``m<index>`` in pages. Beyond eight rows
    colours and dashes come again and ``turn`` counts how often; the marker then bears a number.
    """

    index: int
    turn: int = 0

    @property
    def marker(self) -> str:
        """The sign that stands before the name; from the second turn on with its number, as in ``■₂``."""
        return MARKERS[self.index] + (str(self.turn + 1).translate(_LOWERED) if self.turn else "")

    @property
    def dash(self) -> str:
        """Stroke dashes of its lines, empty for a full line."""
        return DASHES[self.index]


def looks(setups: Iterable[Setup]) -> Mapping[Setup, Look]:
    """Give each row a look: known methods their own where it is free, all others the next free one."""
    ordered = sorted(setups, key=lambda setup: (setup.method not in KNOWN, setup))
    found: dict[Setup, Look] = {}
    used = [0] * len(LIGHT)
    waiting = []
    for setup in ordered:
        place = KNOWN.index(setup.method) if setup.method in KNOWN else -1
        if place >= 0 and not used[place]:
            found[setup] = Look(place)
            used[place] = 1
        else:
            waiting.append(setup)
    for setup in waiting:
        place = min(range(len(used)), key=lambda i: (used[i], i))
        found[setup] = Look(place, used[place])
        used[place] += 1
    return found

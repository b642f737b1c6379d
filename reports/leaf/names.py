"""How methods, clips and numbers are named and linked on the pages that numbers lead to."""

from __future__ import annotations

import math
from dataclasses import dataclass

from reports.gather import Setup, setup_of
from reports.index.names import short_names
from reports.leaf.spread import End, Spread
from reports.looks import Look
from reports.pages import Shown
from reports.site.site import Site
from reports.text import figure
from reports.urls import method_page

NAMELESS = "no method named"


@dataclass(frozen=True, slots=True)
class Who:
    """A method as its rows name it."""

    name: str
    look: Look
    url: str
    """Its page from the report's folder, empty where no method is named."""


class Names:
    """How the methods and clips of a report are called where there is little room."""

    def __init__(self, site: Site) -> None:
        named = {setup: label for setup, label in site.labels.items() if setup.method}
        short = short_names(named)
        self._who = {setup: Who(short.get(setup) or label.text or NAMELESS, site.looks[setup],
                                method_page(setup) if setup.method else "")
                     for setup, label in site.labels.items()}
        self._seeded = len({clip.shot.entry.seed for clip in site.clips}) > 1

    def who(self, setup: Setup) -> Who:
        """Name a row of the leaderboard."""
        return self._who[setup]

    def clip(self, clip: Shown) -> str:
        """Tell prompt and seed of a clip, or its own name where no prompt is named."""
        entry = clip.shot.entry
        return self.place(entry.prompt_id, entry.seed) if entry.prompt_id else entry.clip

    def place(self, prompt_id: str, seed: int | None) -> str:
        """Tell prompt and seed, the seed only where clips of the report differ in it."""
        return f"{prompt_id} seed {seed}" if self._seeded and seed is not None else prompt_id


@dataclass(frozen=True, slots=True)
class Linked:
    """A text that leads to its clip."""

    text: str
    url: str
    """From the report's folder."""


def end_text(end: End, unit: str) -> str:
    """Write the lowest or highest value, with ``≥`` where it is only a bound."""
    return f"≥ {figure(end.value, unit)}" if end.held else figure(end.value, unit)


def value_text(value: float, spread: Spread, unit: str) -> str:
    """Write a quartile; one beyond what was seen is said to be above the longest time."""
    if math.isfinite(value):
        return figure(value, unit)
    return f"> {figure(spread.high.value, unit)}" if spread.high else "not reached"


def setups(site: Site) -> tuple[Setup, ...]:
    """All rows in the order of the leaderboard; clips without a method last."""
    ranked = [row.setup for row in site.rows]
    others = sorted({setup_of(clip.shot.entry) for clip in site.clips} - set(ranked))
    return (*ranked, *others)

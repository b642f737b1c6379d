"""What methods are called where there is little room, and how each is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reports.gather import Setup
from reports.labels import Label
from reports.looks import Look
from reports.site.site import Site
from reports.urls import method_page

SHAPES = (
    "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z", "M-4.5-4.5h9v9h-9z", "M0-6L5.8 4.5h-11.6z",
    "M0-6.4L6.4 0 0 6.4-6.4 0z", "M0 6L5.8-4.5h-11.6z",
    "M0-6.6l1.6 4.5 4.7.1-3.8 2.9 1.4 4.6L0 2.8l-3.9 2.7 1.4-4.6-3.8-2.9 4.7-.1z",
    "M-1.9-6h3.8v4.1h4.1v3.8h-4.1v4.1h-3.8v-4.1h-4.1v-3.8h4.1z", "M0-6.2L5.9-1.9 3.6 5h-7.2L-5.9-1.9z",
)
"""Outlines of the markers of ``looks.py``, in their order, about 12 px wide around the origin."""
_ROOM = 30
"""Characters of a name that stand beside a chart."""


@dataclass(frozen=True, slots=True)
class Named:
    """One method as the first page shows it."""

    key: int
    """Its place in the leaderboard: ties marks, curves and rows together."""
    name: str
    about: str
    look: Look
    url: str
    """Its page, from the report's folder."""

    @property
    def short(self) -> str:
        """Its name beside a chart, where a line cannot be broken."""
        return self.name if len(self.name) <= _ROOM else f"{self.name[:_ROOM - 1]}…"

    @property
    def shape(self) -> str:
        """Path of its marker."""
        return SHAPES[self.look.index]


def named(site: Site) -> dict[Setup, Named]:
    """Name every method of the leaderboard, in its order."""
    names = short_names({row.setup: row.label for row in site.rows})
    return {
        row.setup: Named(i, names[row.setup], " · ".join(row.label.more), site.looks[row.setup],
                         method_page(row.setup))
        for i, row in enumerate(site.rows)
    }


def short_names(labels: Mapping[Setup, Label]) -> dict[Setup, str]:
    """Leave out the backbone where all methods have the same and their names stay distinct."""
    backbone = common_backbone(labels)
    short = {setup: label.text.replace(f" ({backbone} backbone)", "", 1) for setup, label in labels.items()}
    if backbone and len(set(short.values())) == len(short):
        return short
    return {setup: label.text for setup, label in labels.items()}


def common_backbone(labels: Mapping[Setup, Label]) -> str:
    """The backbone that all methods share, empty where there are several or none is told."""
    found = {setup.backbone for setup in labels}
    return found.pop() if len(found) == 1 else ""

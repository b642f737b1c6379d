"""What figures are drawn from: the methods with their names and looks, their clips and their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reports.figures.style import written
from reports.gather import Setup, Shot, by_setup, columns, setup_of, shots
from reports.index.cells import Book
from reports.index.names import common_backbone, named, short_names
from reports.labels import labels
from reports.leaderboard import MethodRow, method_rows, ranked_shots, task_columns
from reports.looks import Look, looks
from reports.model import ReportInput
from reports.site.site import Site
from reports.standings import Standings


@dataclass(frozen=True, slots=True)
class Cast:
    """Everything about the methods of a report."""

    site: Site
    """Without clips: figures show no pictures."""
    shots: tuple[Shot, ...]
    own: Mapping[Setup, tuple[Shot, ...]]
    """The clips of each method that count."""
    names: Mapping[Setup, str]
    """Short, and fit to be set."""

    @property
    def rows(self) -> tuple[MethodRow, ...]:
        """The leaderboard in its order."""
        return self.site.rows

    def look(self, setup: Setup) -> Look:
        """How a method is drawn."""
        return self.site.looks[setup]

    @property
    def backbone(self) -> str:
        """The backbone that names leave out since all methods share it, empty without one."""
        return common_backbone({row.setup: row.label for row in self.rows})

    @property
    def horizon(self) -> float:
        """Where axes of time end, seconds: the longest that a method was seen."""
        return max((row.steady.horizon for row in self.rows if row.steady), default=0.0)

    @property
    def book(self) -> Book:
        """What the first page's charts are made from."""
        return Book(self.site, named(self.site), self.own)


def cast_of(data: ReportInput, standings: Standings) -> Cast:
    """Gather what figures are drawn from."""
    found = shots(data)
    own = by_setup(ranked_shots(found))
    all_columns = columns(found)
    rows = method_rows(found, task_columns(all_columns), standings)
    site = Site(data, (), (), all_columns, standings, rows, looks({setup_of(shot.entry) for shot in found}),
                labels(found), {}, {})
    short = short_names({row.setup: row.label for row in rows})
    return Cast(site, found, {row.setup: tuple(own[row.setup]) for row in rows},
                {setup: written(name) for setup, name in short.items()})

"""One column of the exports: a quantity under one identity with an estimate for every method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reports.axes import title_of
from reports.gather import Setup


@dataclass(frozen=True, slots=True)
class Estimate:
    """One number of one method. Infinity stands for a time beyond ``until``."""

    value: float | None
    """None where no clip has a number that is credited."""
    low: float | None
    """Limits at 95 %; None where ``why`` says the reason."""
    high: float | None
    clips: int
    """Clips behind the number."""
    prompts: int
    until: float | None = None
    """Of a time: the longest that was seen, seconds."""
    events: int | None = None
    """Of a time: clips in which it happened."""
    struck: int = 0
    """Clips whose number is not credited; they are left out."""
    silent: int = 0
    """Clips that count in the leaderboard but have no number here."""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """One quantity under one identity, in one statistic."""

    axis: str
    quantity: str
    identity: str
    """Empty for steady seconds, which take one identity an axis."""
    statistic: str
    """``median`` or ``mean``."""
    unit: str
    direction: str
    """``higher`` or ``lower`` is better, or ``none``."""
    cells: Mapping[Setup, Estimate | None]
    best: frozenset[Setup]
    """The best group where it is told apart from all others compared, else empty."""

    @property
    def id(self) -> str:
        """``drift.late`` and so on."""
        return f"{self.axis}.{self.quantity}"

    @property
    def title(self) -> str:
        """Name its axis for people."""
        return "Steady seconds" if self.axis == STEADY else title_of(self.axis)

    @property
    def quantity_words(self) -> str:
        """Name its quantity for people, empty for steady seconds."""
        told = {"onset": "onset", "late": "late level"}.get(self.quantity, self.quantity.replace("_", " "))
        return "" if self.axis == STEADY else told


STEADY = "steady"
"""The axis of a clip's first failure, whatever it is."""

"""How one clip was read on one axis, at a glance."""

from __future__ import annotations

from dataclasses import dataclass

from reports.gather import Column, Reading, Shot
from reports.text import seconds
from reports.verdict import to_the_end

GLYPHS = {"held": "●", "part": "◐", "came": "✕", "abstained": "○", "failed": "!", "missing": "·"}


@dataclass(frozen=True, slots=True)
class State:
    """What came of one clip on one axis."""

    kind: str
    """A key of ``GLYPHS``."""
    told: str


def state(shot: Shot, column: Column) -> State:
    """Read the state of one clip on one axis."""
    reading = shot.get(f"{column.axis}.onset", column.identity)
    kind = kind_of(shot, reading)
    if reading is None:
        return State(kind, "no record")
    if reading.value is None:
        return State(kind, f"{reading.status}: {reading.reason}")
    verb = "held" if kind in ("held", "part") else "moves from" if column.axis == "premise" else "fails at"
    return State(kind, f"{verb} {seconds(reading.value)}")


def kind_of(shot: Shot, onset: Reading | None) -> str:
    """Choose the key of ``GLYPHS`` for an onset."""
    if onset is None:
        return "missing"
    if onset.status == "censored":
        return "held" if to_the_end(shot, onset) and shot.asked_s is None else "part"
    return "came" if onset.status == "ok" else onset.status

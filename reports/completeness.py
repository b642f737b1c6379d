"""Which clip was read on which axis, at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.gather import Column, Reading, Shot, setup_of
from reports.labels import labels
from reports.text import seconds
from reports.verdict import to_the_end

GLYPHS = {"held": "●", "part": "◐", "came": "✕", "abstained": "○", "failed": "!", "missing": "·"}
MEANINGS = {
    "held": "held to the end",
    "part": "held, but cut off or read only in part",
    "came": "failed (or, for the camera, moved)",
    "abstained": "no number, with a reason",
    "failed": "the measurement itself failed",
    "missing": "no record",
}
_CHUNK = 12


@dataclass(frozen=True, slots=True)
class State:
    """One square of the matrix."""

    kind: str
    """A key of ``GLYPHS``."""
    told: str


@dataclass(frozen=True, slots=True)
class Group:
    """A part of the matrix small enough to be set beside others."""

    title: str
    rows: tuple[tuple[Shot, tuple[State, ...]], ...]


def matrix(shots: Sequence[Shot], columns: Sequence[Column]) -> tuple[Group, ...]:
    """Lay out the clips by method; where none is named, runs of a dozen by name."""
    groups: list[Group] = []
    for setup, label in sorted(labels(shots).items()):
        of_setup = [shot for shot in shots if setup_of(shot.entry) == setup]
        for start in range(0, len(of_setup), _CHUNK):
            part = of_setup[start:start + _CHUNK]
            rows = tuple((shot, tuple(state(shot, column) for column in columns)) for shot in part)
            groups.append(Group(label.text or f"Clips {start + 1} to {start + len(part)}", rows))
    return tuple(groups)


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

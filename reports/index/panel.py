"""The incumbent's numbers beside ours: VBench as measured on these very clips. They enter no rank."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports.gather import Setup, Shot, setup_of
from reports.leaderboard import ranked_shots
from reports.share import Share, share
from reports.text import ARROW_WORDS, ARROWS

PANEL = "vbench"
DEGREE = f"{PANEL}.dynamic_degree"
SHOWN = ("dynamic_degree", "imaging_quality", "aesthetic_quality", "subject_consistency")
"""What the table shows of it; the method's page has the rest."""
MISSING = "VBench was not measured on these clips: the same command with --panels vbench adds it."


@dataclass(frozen=True, slots=True)
class Metric:
    """One quantity of the panel."""

    metric: str
    name: str
    hint: str
    arrow: str
    of: Mapping[Setup, Share]
    """Mean of each method that has it."""


@dataclass(frozen=True, slots=True)
class Panel:
    """What was measured of the panel, or what is missing."""

    metrics: tuple[Metric, ...]
    why: str = ""
    """What is missing, in a sentence; empty where all is there."""


def panel(shots: Sequence[Shot]) -> Panel:
    """Average the panel's quantities for each method; numbers of several identities are not averaged."""
    seen = [r for shot in shots for r in shot.readings if r.metric.startswith(f"{PANEL}.")]
    if not seen:
        return Panel((), MISSING)
    if len({reading.identity for reading in seen if reading.value is not None}) > 1:
        return Panel((), "VBench was measured under more than one identity here and is not averaged.")
    found = tuple(one for name in SHOWN if (one := _metric(shots, name)) is not None)
    told = {one.name for one in found}
    silent = [name for name in (n.replace("_", " ") for n in SHOWN) if name not in told]
    return Panel(found, f"Of VBench, no clip has a number of: {', '.join(silent)}." if silent else "")


def _metric(shots: Sequence[Shot], name: str) -> Metric | None:
    metric = f"{PANEL}.{name}"
    values: dict[Setup, list[tuple[float, str]]] = defaultdict(list)
    direction = ""
    for shot in ranked_shots(shots):
        reading = shot.get(metric)
        if reading is not None and reading.value is not None:
            values[setup_of(shot.entry)].append((reading.value, shot.entry.prompt_id))
            direction = reading.direction
    if not values:
        return None
    means = {setup: share([v for v, _ in own], [p for _, p in own]) for setup, own in values.items()}
    return Metric(metric, name.replace("_", " "), ARROW_WORDS.get(direction, "no direction is better"),
                  ARROWS.get(direction, ""), means)

"""The incumbent's numbers beside ours: VBench as measured on these very clips. They enter no rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports.gather import Setup, Shot
from reports.share import Share, share
from reports.text import ARROW_WORDS, ARROWS

PANEL = "vbench"
DEGREE = f"{PANEL}.dynamic_degree"
SHOWN = ("dynamic_degree", "imaging_quality", "aesthetic_quality", "subject_consistency")
"""What the table shows of it; the method's page has the rest."""
MISSING = "VBench was not measured on these clips: score or run with --panels vbench adds it."


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


def panel(shots: Mapping[Setup, Sequence[Shot]]) -> Panel:
    """Average the panel's quantities over each method's clips, unless they are of several identities."""
    seen = [reading for own in shots.values() for shot in own for reading in shot.readings
            if reading.metric.startswith(f"{PANEL}.")]
    if not seen:
        return Panel((), MISSING)
    if len({reading.identity for reading in seen if reading.value is not None}) > 1:
        return Panel((), "VBench was measured under more than one identity here and is not averaged.")
    found = tuple(one for name in SHOWN if (one := _metric(shots, name)) is not None)
    told = {one.name for one in found}
    silent = [name for name in (n.replace("_", " ") for n in SHOWN) if name not in told]
    return Panel(found, f"Of VBench, no clip has a number of: {', '.join(silent)}." if silent else "")


def _metric(shots: Mapping[Setup, Sequence[Shot]], name: str) -> Metric | None:
    metric = f"{PANEL}.{name}"
    means: dict[Setup, Share] = {}
    direction = ""
    for setup, own in shots.items():
        found = [(reading, shot.entry.prompt_id) for shot in own
                 if (reading := shot.get(metric)) is not None and reading.value is not None]
        if found:
            direction = found[0][0].direction
            values = [reading.value for reading, _ in found if reading.value is not None]
            means[setup] = share(values, [prompt for _, prompt in found])
    if not means:
        return None
    return Metric(metric, name.replace("_", " "), ARROW_WORDS.get(direction, "no direction is better"),
                  ARROWS.get(direction, ""), means)

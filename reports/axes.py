"""The axes in words: what each one looks for, and what it does not say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

PREMISE = "premise"
TASK_AXES = ("drift", "stagnation", "hardening")
"""The failures that end a clip's steady time."""
ONSET_AXES = (PREMISE, *TASK_AXES)


@dataclass(frozen=True, slots=True)
class AxisWords:
    """How an axis is introduced to a reader."""

    title: str
    short: str
    looks_for: str
    does_not_say: str
    verb: str
    """What a clip does that fails on this axis: "3 clips drift"."""


WORDS = {
    "premise": AxisWords(
        "Fixed camera",
        "Camera",
        "The premise, checked first: the camera neither pans, zooms nor shakes.",
        "A moving camera need not spoil the picture, but it is not the shot that was asked for: steady "
        "seconds end there and nothing that follows is credited. Only a clip that is given as one whose "
        "camera is not fixed is left out.",
        "move the camera",
    ),
    "drift": AxisWords(
        "Drift",
        "Drift",
        "The still part of the scene moves, changes colour, boils or is redrawn.",
        "Nothing about the moving water or fire. A frozen picture cannot drift: read it with stagnation.",
        "drift",
    ),
    "stagnation": AxisWords(
        "Stagnation",
        "Stagn.",
        "The moving medium slows down, freezes or plays the same motion again.",
        "Not whether the motion obeys physics, nor whether it suits the prompt. A scene that drifts "
        "changes for the wrong reason: read it with drift.",
        "stagnate",
    ),
    "hardening": AxisWords(
        "Hardening",
        "Hard.",
        "Texture turns crisp, glassy or over-coloured, or fine detail sticks to the screen while the medium "
        "moves on.",
        "Not sharpness or taste as such: only how far the clip has moved from its own first seconds.",
        "harden",
    ),
}


PANELS = {
    "vbench": "VBench", "vbench_long": "VBench-Long", "task_panel": "Task metrics as published",
    "lpips": "LPIPS",
}
"""Titles of published panels: numbers beside the axes, which end no clip's steady time."""


def axis_of(metric: str) -> str:
    """Return the axis of a metric id: the part before the first dot."""
    return metric.partition(".")[0]


def quantity_of(metric: str) -> str:
    """Return the quantity of a metric id: the part after the first dot."""
    return metric.partition(".")[2] or metric


def in_order(axes: Iterable[str]) -> tuple[str, ...]:
    """Sort distinct axes: the known ones in their fixed order, then all others by name."""
    found = set(axes)
    known = [axis for axis in ONSET_AXES if axis in found]
    return (*known, *sorted(found - set(known)))


def title_of(axis: str) -> str:
    """Head an axis; one without words is headed by its own name."""
    if axis in WORDS:
        return WORDS[axis].title
    return PANELS.get(axis) or axis.replace("_", " ").capitalize()


def short_of(axis: str) -> str:
    """Head a narrow column of an axis."""
    return WORDS[axis].short if axis in WORDS else title_of(axis)[:7]


def style_of(axis: str) -> str:
    """Name the look of an axis: its own, or the one that all unknown axes share."""
    return axis if axis in WORDS else "other"

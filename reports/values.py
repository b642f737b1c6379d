"""A clip's headline numbers as tables show them, why one is missing, and what hangs on the mask."""

from __future__ import annotations

from dataclasses import dataclass

from reports.axes import PREMISE, TASK_AXES, axis_of, quantity_of, title_of
from reports.charts import FAILED_FROM
from reports.gather import Reading, Shot
from reports.text import DASH, figure, listing, number
from reports.verdict import not_credited

SMALLER, LARGER = "late_eroded4", "late_dilated4"
HEADLINES = ("onset", "late", SMALLER, LARGER, "worst", "slope")
"""Quantities of an axis that stand first; the second and third are under a mask 4 px smaller and larger."""
TOLERATED = 0.15
"""A late level that changes by more than this with 8 px of mask is said to hang on the mask."""
_AREAS = {
    "mask.support_area": "still support", "mask.medium_area": "moving medium", "mask.overlay_area": "overlay",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A number as shown; struck out where it is not credited."""

    text: str
    struck: bool = False


def _is_headline(reading: Reading) -> bool:
    return quantity_of(reading.metric) in HEADLINES


def cell(shot: Shot, reading: Reading | None) -> Cell:
    """Write a clip's number for a table, empty without a record."""
    if reading is None:
        return Cell("")
    if reading.value is None:
        return Cell(DASH)
    text = figure(reading.value, reading.unit)
    struck = bool(not_credited(shot, reading))
    return Cell(f"≥ {text}" if reading.status == "censored" else text, struck)


def reasons(shot: Shot) -> tuple[str, ...]:
    """Say why headline numbers are absent or struck through, each reason once with its axes."""
    found: dict[str, list[str]] = {}
    for reading in filter(_is_headline, shot.readings):
        absent = f"{reading.status}: {reading.reason}" if reading.value is None else ""
        if why := absent or not_credited(shot, reading):
            found.setdefault(why, []).append(title_of(axis_of(reading.metric)))
    return tuple(f"{listing(list(dict.fromkeys(axes)))}: {why}" for why, axes in found.items())


def mask_areas(shot: Shot) -> str:
    """Tell how much of the frame is still support, moving medium and overlay; empty where it is unknown."""
    seen = [(name, reading.value) for metric, name in _AREAS.items()
            if (reading := shot.get(metric)) is not None and reading.value is not None]
    return ", ".join(f"{100 * value:.0f} % {name}" for name, value in seen)


def mask_warnings(shot: Shot) -> tuple[str, ...]:
    """Name the axes whose result changes when the regions shrink or grow by 4 px."""
    found = [(axis, late.identity) for axis in TASK_AXES for late in shot.all(f"{axis}.{SMALLER}")]
    return tuple(filter(None, (_warning(shot, axis, identity) for axis, identity in found)))


def _warning(shot: Shot, axis: str, identity: str) -> str:
    late = shot.get(f"{axis}.late", identity)
    if late is not None and late.value is None:
        return ""
    sides = [shot.get(f"{axis}.{name}", identity) for name in (SMALLER, LARGER)]
    values = [side.value for side in sides if side is not None and side.value is not None]
    if len(values) != len(sides):
        return f"{title_of(axis)} hangs on the mask: 4 px smaller or larger, it has no late level."
    flips = (values[0] >= FAILED_FROM) != (values[1] >= FAILED_FROM) or _onset_flips(shot, axis, identity)
    if not flips and abs(values[0] - values[1]) <= TOLERATED:
        return ""
    verdict = ", which changes whether it counts as failed" if flips else ""
    return (f"{title_of(axis)} hangs on the mask: the late level is {number(values[0])} with regions 4 px "
            f"smaller and {number(values[1])} with regions 4 px larger{verdict}.")


def _onset_flips(shot: Shot, axis: str, identity: str) -> bool:
    names = ("onset", "onset_eroded4", "onset_dilated4")
    onsets = [found for name in names if (found := shot.get(f"{axis}.{name}", identity)) is not None]
    return len({onset.status for onset in onsets}) > 1


def premise_note(shot: Shot) -> str:
    """Return the finding about the camera that came with the clip, empty where there is none."""
    said = [note for note in shot.entry.notes if note.startswith("The camera moves")]
    moved = any(onset.status == "ok" for onset in shot.all(f"{PREMISE}.onset"))
    return said[0] if said and moved else ""

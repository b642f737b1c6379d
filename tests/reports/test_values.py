"""Headline numbers first; a result that hangs on the mask says so."""

from __future__ import annotations

from typing import Any

import pytest

from reports.gather import Shot, shots
from reports.values import mask_areas, mask_warnings, premise_note, reasons
from tests.reports import made


def shot(*extra: dict[str, Any], notes: tuple[str, ...] = (), **came: Any) -> Shot:
    clip = made.entry("a", notes=notes)
    table = made.results(made.rows(clip, made.all_held(30.0, **came), extra))
    return shots(made.report_input([clip], table))[0]


def late(smaller: float | None, larger: float | None, axis: str = "drift") -> list[dict[str, Any]]:
    found = []
    for name, value in (("late_eroded4", smaller), ("late_dilated4", larger)):
        status = "ok" if value is not None else "abstained"
        found.append({"metric": f"{axis}.{name}", "value": value, "status": status, "reason": "no ground"})
    return found


@pytest.mark.parametrize(("smaller", "larger", "said"), [
    (0.10, 0.20, ""),
    (0.10, 0.25, ""),
    (0.10, 0.30, "0.100 with regions 4 px smaller and 0.300 with regions 4 px larger."),
    (0.45, 0.55, "which changes whether it counts as failed"),
    (0.50, 0.60, ""),
    (0.60, None, "it has no late level"),
])
def test_a_level_that_hangs_on_the_mask(smaller: float, larger: float | None, said: str) -> None:
    found = mask_warnings(shot(*late(smaller, larger)))
    assert bool(found) == bool(said)
    assert said in "".join(found)


def test_an_onset_that_hangs_on_the_mask() -> None:
    onset = {"metric": "drift.onset_eroded4", "value": 12.0, "unit": "s", "direction": "higher"}
    (found,) = mask_warnings(shot(*late(0.1, 0.1), onset))
    assert found.startswith("Drift hangs on the mask") and "counts as failed" in found
    assert mask_warnings(shot(*late(0.1, 0.1), onset, drift=12.0)) == ()


def test_no_warning_where_there_is_no_late_level_to_doubt() -> None:
    absent = {"metric": "drift.late", "value": None, "status": "abstained", "reason": "no ground"}
    assert mask_warnings(shot(absent, *late(0.1, None))) == ()


def test_reasons_are_said_once_with_their_axes() -> None:
    found = reasons(shot(premise=2.0, hardening="too dark"))
    assert found == (
        "Drift and Stagnation: not credited: the camera moves from 2.0 s, and what follows is another view",
        "Hardening: abstained: too dark",
    )


def test_areas_and_premise_note() -> None:
    area = {"metric": "mask.support_area", "value": 0.256, "direction": "none"}
    assert mask_areas(shot(area)) == "26 % still support"
    assert mask_areas(shot()) == ""
    notes = ("Another note.", "The camera moves from 2.2 s: pan.")
    assert premise_note(shot(premise=2.25, notes=notes)) == "The camera moves from 2.2 s: pan."
    assert premise_note(shot(notes=notes)) == ""

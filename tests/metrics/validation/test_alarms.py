"""False alarms and null distributions, by hand."""

from __future__ import annotations

import pytest

from metrics.thresholds import thresholds
from metrics.types import Curve
from metrics.validation.alarms import Watched, alarms, is_flagged
from metrics.validation.natural import natural, part_values


def level(*values: float | None) -> Curve:
    return Curve("drift.level", tuple(i + 0.5 for i in range(len(values))), values)


def test_one_failed_second_is_no_alarm_two_are() -> None:
    assert not is_flagged([0.0, 0.6, 0.0, 0.9, 0.0])
    assert is_flagged([0.0, 0.5, 0.5])


def test_shares_are_of_minutes_that_could_be_measured() -> None:
    quiet = Watched("drift", "river", "clean", level(*[0.1] * 30))
    loud = Watched("drift", "fire", "clean", level(*[0.1] * 60, *[0.7] * 20, *[None] * 10))
    rows = {row.medium: row for row in alarms([quiet, loud])}
    assert rows["river"].share == 0 and rows["river"].minutes == pytest.approx(0.5)
    assert rows["fire"].minutes == pytest.approx(80 / 60)
    assert rows["fire"].flagged_minutes == pytest.approx(20 / 60)
    assert rows["all"].share == pytest.approx(20 / 110) and rows["all"].clips == 2
    assert rows["all"].highest == 0.7


def test_parts_are_read_on_their_own_scale() -> None:
    values = {"stagnation.motion": 0.9, "stagnation.novelty": 0.7, "hardening.support_rh": -2.0,
              "hardening.medium_rh": 1.0, "drift.boiling": 3.0, "mask.overlay_area": 0.4}  # fmt: skip
    assert part_values("stagnation.lost_activity", values) == [pytest.approx(0.3)]
    assert part_values("hardening.blur", values) == [2.0]
    assert part_values("drift.boiling", values) == []
    assert part_values("drift.boiling_under_precipitation", values) == [3.0]
    assert part_values("drift.tone", values) == []


def test_what_lies_beyond_a_threshold_is_counted() -> None:
    limit = thresholds()["drift.tone"].natural
    rows = natural([("river", {"drift.tone": limit - 1}), ("fire", {"drift.tone": limit + 1})])
    found = {row.medium: row for row in rows if row.part == "drift.tone"}
    assert (found["all"].beyond, found["river"].beyond, found["fire"].beyond) == (0.5, 0.0, 1.0)
    assert found["all"].highest == limit + 1

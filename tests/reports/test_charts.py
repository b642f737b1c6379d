"""Time marks are round; survival curves become steps."""

from __future__ import annotations

import pytest

from reports.charts import steps, time_ticks
from reports.survival import Time, curve


@pytest.mark.parametrize(("end", "labels"), [
    (5.06, ["0", "1", "2", "3", "4", "5"]),
    (30.1, ["0", "5", "10", "15", "20", "25", "30"]),
    (0.5, ["0", "0.1", "0.2", "0.3", "0.4", "0.5"]),
    (0.0, []),
])
def test_time_marks_are_round(end: float, labels: list[str]) -> None:
    assert [tick.label for tick in time_ticks(end, 7)] == labels


def test_the_share_left_falls_in_steps() -> None:
    found = steps(curve([Time(10.0, happened=True), Time(20.0, happened=False)]), 20.0)
    assert found == "M0 0H500V50H1000V50"

"""Curves become paths, gaps and ticks at the right places."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.charts import gaps, path, steps, time_ticks
from reports.gather import Series
from reports.survival import Time, curve


def series(*values: float | None) -> Series:
    return Series("drift.level", "", tuple(i + 0.5 for i in range(len(values))), values)


def points(data: str) -> list[tuple[float, float]]:
    """Absolute vertices of a path made of M and relative l."""
    found: list[tuple[float, float]] = []
    for stroke in re.findall(r"M[^M]*", data):
        head, _, tail = stroke[1:].replace("h6", "").partition("l")
        x, y = map(float, head.split())
        found.append((x, y))
        steps = [float(n) for n in re.findall(r"-?\d+", tail)]
        for dx, dy in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + dx, y + dy
            found.append((x, y))
    return found


def test_a_level_is_drawn_from_bottom_to_top() -> None:
    assert points(path(series(0.0, 0.5, 1.0, 0.25), 4.0, 0.0, 1.0)) == [
        (125, 100), (375, 50), (625, 0), (875, 75)]


def test_bins_without_a_number_break_the_line() -> None:
    found = path(series(0.1, None, 0.2, 0.3), 4.0, 0.0, 1.0)
    assert found.count("M") == 2
    assert "h6" in found  # the lone first bin is a dot
    assert gaps(series(0.1, None, 0.2, 0.3), 4.0) == ((25.0, 25.0),)


def test_nothing_measured_draws_nothing() -> None:
    assert path(series(None, None), 2.0, 0.0, 1.0) == ""
    assert gaps(series(None, None), 2.0) == ((0.0, 100.0),)


@settings(deadline=None, derandomize=True)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_rounding_does_not_add_up(values: list[float]) -> None:
    drawn = points(path(series(*values), float(len(values)), 0.0, 1.0))
    assert len(drawn) == len(values)
    assert all(abs(y - 100 * (1 - value)) <= 0.5 for (_, y), value in zip(drawn, values, strict=True))


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

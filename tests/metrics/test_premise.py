"""Runs of broken seconds, by hand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.premise import first_run

TIMES = [0.25 + 0.5 * i for i in range(12)]


def flags(text: str) -> list[bool]:
    return [ch == "x" for ch in text]


@pytest.mark.parametrize(
    ("shown", "start"),
    [
        ("............", None),
        ("....xxxxxxxx", 2.25),
        ("xxxxxxxxxxxx", 0.25),
        ("....x.......", None),
        ("x.x.x.x.x.x.", None),
        ("..x...xxx...", 3.25),
        ("..xxxx......", 1.25),
        ("..x.........", None),
        ("...........x", None),
    ],
)
def test_the_first_run_that_lasts(shown: str, start: float | None) -> None:
    assert first_run(TIMES, flags(shown), 1.0, 0.5) == start


def test_a_longer_run_can_be_asked_for() -> None:
    assert first_run(TIMES, flags("..xx..xxxxxx"), 3.0, 0.5) == 3.25


@given(st.lists(st.booleans(), max_size=30))
@settings(deadline=None, derandomize=True)
def test_a_run_starts_where_a_flag_rises(shown: list[bool]) -> None:
    times = [0.5 * i for i in range(len(shown))]
    start = first_run(times, shown, 1.0, 0.5)
    if start is not None:
        index = times.index(start)
        assert shown[index] and (index == 0 or not shown[index - 1])
    else:
        assert not any(a and b and c for a, b, c in zip(shown, shown[1:], shown[2:], strict=False))

"""Kaplan-Meier medians: worked by hand, against SciPy, and what no resampling may change."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from reports.survival import MIN_PROMPTS, Time, median, medians, survival


def came(*at: float) -> list[Time]:
    return [Time(t, happened=True) for t in at]


def held(*at: float) -> list[Time]:
    return [Time(t, happened=False) for t in at]


@pytest.mark.parametrize(("times", "expected"), [
    (came(4.0), 4.0),
    (came(1, 2, 3), 2.0),
    (came(1, 2, 3, 4), 2.0),                  # S falls to exactly 1/2 at the second
    (held(30, 30, 30), math.inf),
    (came(5) + held(30, 30), math.inf),       # S = 2/3 at the end
    (came(5, 8) + held(30), 8.0),             # 1, 2/3, 1/3
    (held(2) + came(5, 8), 5.0),              # at risk from 5 s on: two, so S = 1/2 there
    (came(6) + held(6, 6), math.inf),         # those who leave at 6 s are still at risk there: S = 2/3
    (came(1, 1, 1) + held(9, 9, 9), 1.0),     # ties
])
def test_medians_worked_by_hand(times: list[Time], expected: float) -> None:
    found = median(times, [""] * len(times))
    assert found is not None
    assert found.seconds == expected
    assert found.reached == math.isfinite(expected)


def test_what_stands_beside_a_median_that_is_not_reached() -> None:
    found = median(came(5) + held(30, 20), ["a", "b", "c"])
    assert found is not None
    assert (found.clips, found.held, found.until) == (3, 2, 30)
    assert found.surviving == pytest.approx(2 / 3)


def test_nothing_measured_has_no_median() -> None:
    assert median([], []) is None


times = st.lists(st.tuples(st.integers(0, 20).map(float), st.booleans()), min_size=1, max_size=25)


@settings(deadline=None, derandomize=True)
@given(times)
def test_agrees_with_scipy(data: list[tuple[float, bool]]) -> None:
    ours = [Time(at, happened) for at, happened in data]
    theirs = ecdf(CensoredData(uncensored=[t for t, e in data if e], right=[t for t, e in data if not e])).sf
    at, shares = survival(ours)
    assert shares[0] == pytest.approx(theirs.evaluate(at))


@settings(deadline=None, derandomize=True)
@given(times, st.integers(1, 4))
def test_weights_count_like_copies(data: list[tuple[float, bool]], copies: int) -> None:
    ours = [Time(at, happened) for at, happened in data]
    weights = np.arange(1.0, len(ours) + 1) * copies
    copied = [time for time, n in zip(ours, weights, strict=True) for _ in range(int(n))]
    assert medians(ours, weights[None])[0] == medians(copied)[0]


def test_interval_needs_prompts_and_repeats_itself() -> None:
    times = came(2, 3, 5, 8, 9, 12) + held(30, 30)
    few = median(times, ["a", "b", "c", "d"] * 2)
    enough = median(times, list("abcdefgh"))
    assert few is not None and few.low is None and few.high is None
    assert enough is not None and enough.low is not None and enough.high is not None
    assert enough.low <= enough.seconds <= enough.high
    assert enough == median(times, list("abcdefgh"))
    assert MIN_PROMPTS == 5


def test_interval_is_over_prompts_not_clips() -> None:
    """Many clips of one prompt bring no more certainty than one."""
    at = [2.0, 4.0, 6.0, 8.0, 10.0]
    single = median(came(*at), list("abcde"))
    repeated = median(came(*at * 6), list("abcde") * 6)
    assert single is not None and repeated is not None
    assert (repeated.low, repeated.high) == (single.low, single.high)


def test_unnamed_prompts_give_no_interval() -> None:
    found = median(came(*range(1, 9)), ["", *"abcdefg"])
    assert found is not None and found.low is None

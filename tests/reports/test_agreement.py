"""Rank agreement: against SciPy's tau-b, and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau

from reports.agreement import Agreement, agreement, kendall

LEVELS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=3, max_size=9)


@settings(deadline=None, derandomize=True, max_examples=200)
@given(LEVELS)
def test_tau_b_is_that_of_scipy(pairs: list[tuple[int, int]]) -> None:
    x, y = (np.array(side, float)[None] for side in zip(*pairs, strict=True))
    expected = kendalltau(x[0], y[0]).statistic
    assert kendall(x, y)[0] == pytest.approx(expected, nan_ok=True)


def by_prompt(*numbers: float) -> dict[str, float]:
    return {f"p{i}": number for i, number in enumerate(numbers)}


def test_by_hand() -> None:
    """Means 1, 2, 3 against 3, 1, 2: one pair of three agrees, two do not."""
    found = agreement([by_prompt(0, 2), by_prompt(2, 2), by_prompt(3, 3)],
                      [by_prompt(3, 3), by_prompt(1, 1), by_prompt(2, 2)])
    assert found == Agreement(pytest.approx(-1 / 3), None, None, 3, 2)


def test_a_resample_that_ties_all_methods_is_left_out() -> None:
    """On the last prompt all are alike, and 1 of 27 resamples holds nothing else; the others all agree."""
    methods = [by_prompt(i, i, 0) for i in range(3)]
    found = agreement(methods, methods)
    assert (found.tau, found.low, found.high) == (1.0, 1.0, 1.0)


def test_the_same_order_on_every_prompt_leaves_no_doubt() -> None:
    first = [by_prompt(*(i + p for p in range(4))) for i in range(4)]
    found = agreement(first, [by_prompt(*(2 * i + p * p for p in range(4))) for i in range(4)])
    assert (found.tau, found.low, found.high, found.methods, found.prompts) == (1.0, 1.0, 1.0, 4, 4)


def test_limits_hold_the_estimate_and_follow_the_prompts() -> None:
    generator = np.random.default_rng(1)
    first = [by_prompt(*(i + generator.normal(0, 3, 12))) for i in range(5)]
    second = [by_prompt(*(i + generator.normal(0, 3, 12))) for i in range(5)]
    found = agreement(first, second)
    assert found.tau is not None and found.low is not None and found.high is not None
    assert -1 <= found.low <= found.tau <= found.high <= 1
    assert found.high - found.low > 0.2


def test_only_prompts_that_all_have_count() -> None:
    odd = {**by_prompt(1, 2, 3), "alone": 99.0}
    same = [by_prompt(1, 2, 3), by_prompt(2, 3, 4), by_prompt(3, 4, 5)]
    assert agreement([odd, *same[1:]], same) == agreement(same, same)


@pytest.mark.parametrize(("first", "second"), [
    ([], []),
    ([by_prompt(1), by_prompt(2)], [by_prompt(1), by_prompt(2)]),
    ([by_prompt(1), by_prompt(1), by_prompt(1)], [by_prompt(1), by_prompt(2), by_prompt(3)]),
    ([{"a": 1.0}, {"b": 1.0}, {"c": 1.0}], [{"a": 1.0}, {"b": 1.0}, {"c": 1.0}]),
])
def test_where_nothing_can_be_said_there_is_no_number(first: list[dict[str, float]],
                                                      second: list[dict[str, float]]) -> None:
    assert agreement(first, second).tau is None

"""Kaplan-Meier estimates: worked by hand, and against the library and SciPy on censored data."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf
from statsmodels.duration.survfunc import SurvfuncRight

from reports.bootstrap import MIN_PROMPTS, falls_to, restricted_mean, tallies, weighted_shares
from reports.survival import Survival, Time, curve, survival


def came(*at: float) -> list[Time]:
    return [Time(t, happened=True) for t in at]


def held(*at: float) -> list[Time]:
    return [Time(t, happened=False) for t in at]


def of(times: list[Time], prompts: str = "", horizon: float | None = None) -> Survival:
    found = survival(times, list(prompts) or [""] * len(times), horizon)
    assert found is not None
    return found


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
    found = of(times)
    assert found.seconds == expected
    assert found.reached == math.isfinite(expected)


@pytest.mark.parametrize(("times", "horizon", "expected"), [
    (came(10, 20), 30.0, 15.0),                   # (10 + 20) / 2
    (held(30, 30), 30.0, 30.0),
    (came(10) + held(30), 30.0, 20.0),            # 10 * 1 + 20 * 1/2
    (came(10, 40), 30.0, 20.0),                   # what fails after the horizon has held up to it
    (came(6) + held(29.5, 29.5), 30.0, 22.0),     # level over the last half second: 6 + 24 * 2/3
    (held(2) + came(5, 8), 8.0, 6.5),             # 5 + 3 * 1/2
    (came(0, 0), 30.0, 0.0),
    (came(3, 4), 30.0, 3.5),                      # nothing is left to be seen
])
def test_restricted_means_worked_by_hand(times: list[Time], horizon: float, expected: float) -> None:
    assert of(times, horizon=horizon).mean == pytest.approx(expected)


def test_no_mean_up_to_seconds_that_no_clip_was_seen_for() -> None:
    found = of(held(5, 5, 5) + came(4), "abcd", 30.0)
    assert found.mean is None and found.mean_low is None
    assert found.why == "no mean: no clip was seen up to 30 s"
    assert found.until == 5.0 and not found.reached
    assert of(held(5, 29.5, 30, 29.0), "abcd", 30.0).mean == 30.0


def test_what_comes_after_the_horizon_has_not_happened_within_it() -> None:
    found = of(came(5, 31, 45) + held(60), "abcd", 30.0)
    assert (found.events, found.held, found.until, found.horizon) == (1, 3, 30.0, 30.0)
    assert not found.reached and found.surviving == pytest.approx(0.75)


def test_what_stands_beside_a_median_that_is_not_reached() -> None:
    found = of(came(5) + held(30, 20), "abc")
    assert (found.clips, found.held, found.events, found.until) == (3, 2, 1, 30)
    assert found.surviving == pytest.approx(2 / 3)
    assert found.curve.times == (5.0, 30.0)


def test_nothing_measured_has_no_estimate() -> None:
    assert survival([], []) is None


times = st.lists(st.tuples(st.integers(0, 20).map(float), st.booleans()), min_size=1, max_size=25)


@settings(deadline=None, derandomize=True)
@given(times)
def test_the_curve_agrees_with_scipy(data: list[tuple[float, bool]]) -> None:
    theirs = ecdf(CensoredData(uncensored=[t for t, e in data if e], right=[t for t, e in data if not e])).sf
    found = curve([Time(at, happened) for at, happened in data])
    assert found.shares == pytest.approx(theirs.evaluate(np.array(found.times)))
    assert found.times[-1] == max(at for at, _ in data)


@settings(deadline=None, derandomize=True)
@given(times, st.integers(1, 4), st.floats(0.5, 25))
def test_resampled_estimates_are_the_library_s_on_copies(data: list[tuple[float, bool]], prompts: int,
                                                        horizon: float) -> None:
    """Prompts that weigh 2 count like clips entered twice: curve, median and mean."""
    seconds, happened = (np.array(column) for column in zip(*data, strict=True))
    whose = [f"p{i % prompts}" for i in range(len(data))]
    at, failing, leaving = tallies(seconds, happened, whose)
    weights = np.array([[1.0] * len(failing), [2.0, 1.0, 3.0, 1.0][:len(failing)]])
    shares = weighted_shares(failing, leaving, weights)
    for weight, row in zip(weights, shares, strict=True):
        copies = np.repeat(np.arange(len(data)), [int(weight[int(name[1:])]) for name in whose])
        theirs = SurvfuncRight(seconds[copies], happened[copies].astype(int))
        steps = np.concatenate([[1.0], theirs.surv_prob])
        assert row == pytest.approx(steps[np.searchsorted(theirs.surv_times, at, side="right")])
        reached = theirs.surv_times[np.round(theirs.surv_prob, 9) <= 0.5]
        assert falls_to(at, row[None], 0.5)[0] == (reached[0] if len(reached) else math.inf)
        clipped = np.minimum([0.0, *theirs.surv_times, 1e3], horizon)
        assert restricted_mean(at, row[None], horizon)[0] == pytest.approx(np.diff(clipped) @ steps)


def test_interval_needs_three_named_prompts_and_says_so() -> None:
    times = came(2, 3, 5, 8, 9, 12) + held(30, 30)
    few = of(times, "abababab", 30.0)
    assert few.low is None and few.high is None and few.mean_low is None and few.mean_high is None
    assert few.why == "no interval: 2 prompts, and fewer than 3 show the prompts, not the method"
    assert few.mean is not None
    three = of(times, "abcabcab", 30.0)
    assert three.why == "" and three.low is not None and three.mean_low is not None
    assert MIN_PROMPTS == 3
    nameless = survival(times, ["", *"abcdefg"], 30.0)
    assert nameless is not None and nameless.low is None and nameless.mean_high is None
    assert "named prompt" in nameless.why


def test_intervals_hold_the_estimate_and_repeat_themselves() -> None:
    times = came(2, 3, 5, 8, 9, 12) + held(30, 30)
    found = of(times, "abcdefgh", 30.0)
    assert found.low is not None and found.high is not None
    assert found.mean is not None and found.mean_low is not None and found.mean_high is not None
    assert found.low <= found.seconds <= found.high
    assert 0 <= found.mean_low < found.mean < found.mean_high <= 30
    assert found == of(times, "abcdefgh", 30.0)


def test_interval_is_over_prompts_not_clips() -> None:
    """Many clips of one prompt bring no more certainty than one."""
    at = [2.0, 4.0, 6.0, 8.0, 10.0]
    single, repeated = of(came(*at), "abcde"), of(came(*at * 6), "abcde" * 6)
    assert (repeated.low, repeated.high) == (single.low, single.high)
    assert (repeated.mean_low, repeated.mean_high) == pytest.approx((single.mean_low, single.mean_high))


def test_four_prompts_bound_no_median() -> None:
    found = of(came(3, 4, 5, 6), "abcd", 30.0)
    assert (found.low, found.high) == (0.0, math.inf)
    assert found.mean_low is not None and found.mean_low > 0


@pytest.mark.parametrize(("times", "low", "high"), [
    (held(*[30] * 8), 30 * 0.025 ** (1 / 8), 30.0),
    (came(*[0] * 8), 0.0, 30 - 30 * 0.025 ** (1 / 8)),
])
def test_without_a_failure_the_mean_is_not_certain(times: list[Time], low: float, high: float) -> None:
    """Eight prompts of eight agree by chance where 63 % of all would."""
    found = of(times, "abcdefgh", 30.0)
    assert (found.mean_low, found.mean_high) == pytest.approx((low, high))


def test_prompts_whose_clips_left_early_are_no_evidence_of_what_came_later() -> None:
    """Seven of eight clips froze at 5 s, so one clip alone shows that nothing drifts up to 30 s."""
    one = of(held(*[5] * 7, 30), "abcdefgh", 30.0)
    assert (one.seconds, one.low, one.high) == (math.inf, 0.0, math.inf)
    assert one.mean is one.mean_low is one.mean_high is None
    assert one.why == "no mean: 1 of 8 prompts tells what came up to 30 s"


def test_limits_count_the_prompts_that_tell_up_to_the_end() -> None:
    """Six prompts tell, whether they failed or held; as many more that left early add no certainty."""
    whole, mixed = of(held(*[30] * 6), "abcdef", 30.0), of(held(*[30] * 6, *[5] * 6), "abcdefghijkl", 30.0)
    assert mixed.mean_low == whole.mean_low == pytest.approx(30 * 0.025 ** (1 / 6))
    assert mixed.low == whole.low == math.inf
    failed = of([*held(*[30] * 3), *came(5, 6, 7)], "abcdef", 30.0)
    assert failed.why == "" and failed.mean == pytest.approx((90 + 18) / 6)

"""Prompts that are alike: resamples do not vary, which is no reason to be certain."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import minimize

from reports.study.counting import tally
from reports.study.davidson import Fit, covariance, fit
from reports.study.metric import Curve, curve, joined
from reports.study.model import Choice, Verdict, Vote
from reports.study.resample import Sampling, share_by_cluster
from reports.study.strengths import Strengths, strengths
from tests.reports.study.made_votes import by_strength, design, objective

FAST = Sampling(draws=300)


def unanimous(systems: str, prompts: int, raters: int) -> list[Vote]:
    """The letter that comes first wins every vote."""
    return design(lambda first, second, *_: "first" if first < second else "second", list(systems), prompts,
                  raters)


def found(votes: list[Vote]) -> Strengths:
    fitted = strengths(tally(votes), FAST)
    assert isinstance(fitted, Strengths), fitted
    return fitted


def test_unanimous_votes_put_three_systems_in_order_with_limits_that_have_a_width() -> None:
    fitted = found(unanimous("abc", 8, 6))
    assert [(one.system, one.best_rank, one.worst_rank, one.letters) for one in fitted.standings] == [
        ("a", 1, 1, "a"), ("b", 2, 2, "b"), ("c", 3, 3, "c")]
    assert all(one.apart and 1e-6 < one.p < 0.01 for one in fitted.contrasts)
    inner = [fitted.standings[0].strength.value - (fitted.standings[0].strength.low or 0.0),
             fitted.standings[1].half_width,
             (fitted.standings[2].strength.high or 0.0) - fitted.standings[2].strength.value]
    assert all(0.5 < width < 3 for width in inner)
    # Who wins or loses everything may lie further off than the ridge lets it.
    assert all(one.half_width < 4 for one in fitted.standings)


def test_three_prompts_and_three_raters_tell_nothing_apart_however_unanimous() -> None:
    fitted = found(unanimous("ab", 3, 3))
    assert not fitted.contrasts[0].apart and fitted.contrasts[0].p > 0.1
    low = fitted.contrasts[0].difference.low
    assert low is not None and low < 0


def test_limits_are_never_narrower_than_independent_votes_give() -> None:
    """Four of six raters on every prompt: 32 of 48 votes, by the binomial between 0.53 and 0.78."""
    def choose(first: str, second: str, left: bool, rater: int) -> Choice:
        return "first" if (first < second) == (rater < 4) else "second"

    votes = design(choose, ["a", "b"], 8, 6)
    own = found(votes).contrasts[0].difference
    assert own.low is not None and own.high is not None and own.high - own.low > 1.1
    share = share_by_cluster(np.full(8, 4), np.full(8, 6), FAST)
    assert share is not None
    assert [share.low, share.high] == pytest.approx([0.525, 0.783], abs=1e-3)


def test_covariance_is_the_inverse_of_the_curvature_found_by_differences() -> None:
    counted = tally(by_strength({"a": 1.0, "b": 0.2, "c": -1.2}))
    counts = counted.by_prompt().sum(axis=0)
    own = fit(counts[None], counted.pairs, 3)
    at = np.array([*own.strengths[0], np.log(own.nu[0])])

    def loss(values: np.ndarray) -> float:
        return -objective(counts, counted.pairs, values[:3], float(values[3]))

    steps = 1e-3 * np.eye(4)
    bend = np.array([[(loss(at + i + j) - loss(at + i - j) - loss(at - i + j) + loss(at - i - j)) / 4e-6
                      for j in steps] for i in steps])
    centring = np.eye(3) - 1 / 3
    expected = centring @ np.linalg.inv(bend)[:3, :3] @ centring
    assert minimize(loss, at).x == pytest.approx(at, abs=1e-4)
    assert covariance(counts, counted.pairs, own) == pytest.approx(expected, abs=1e-4)


def test_covariance_without_ties_is_that_of_shares_of_votes() -> None:
    counts = np.array([[30.0, 30.0, 0.0]])
    own = covariance(counts, np.array([[0, 1]]), Fit(np.zeros((1, 2)), np.zeros(1)), ridge=1e-9)
    assert own[0, 0] + own[1, 1] - 2 * own[0, 1] == pytest.approx(4 / 60, rel=1e-6)


def test_a_curve_of_votes_that_always_agree_has_limits_with_a_width() -> None:
    votes = unanimous("abc", 6, 4)
    gap = {pair: 0.1 + 0.2 * i for i, pair in enumerate(combinations("abc", 2))}
    verdicts = {vote.unit: Verdict(vote.unit, "m", "first" if vote.first < vote.second else "second",
                                   gap[min(vote.first, vote.second), max(vote.first, vote.second)], "clear")
                for vote in votes}
    made = curve(joined(votes, list(verdicts.values())), 4, FAST)
    assert isinstance(made, Curve) and made.slope.low is not None and made.slope.high is not None
    assert made.slope.low < 0.8 * made.slope.value < made.slope.value < made.slope.high

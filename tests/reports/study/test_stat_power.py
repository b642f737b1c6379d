"""Sample sizes against the protocol's table and against exact reckoning."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from reports.study.power import (
    design_effect,
    half_width,
    least_prompt_share,
    least_prompts,
    least_win_rate,
    share_half_width,
    sign_test_win_rate,
    votes_needed,
)

TABLE = {0.55: (1409, 2240, 2824), 0.60: (349, 556, 702), 0.65: (153, 244, 308), 0.70: (84, 135, 171)}


@pytest.mark.parametrize("rate", TABLE)
def test_the_votes_of_the_protocols_table(rate: float) -> None:
    assert tuple(votes_needed(rate, family) for family in (1, 7, 28)) == TABLE[rate]


@pytest.mark.parametrize("family", [1, 7, 28])
@pytest.mark.parametrize("rate", [0.55, 0.65, 0.8])
def test_the_least_win_rate_turns_the_votes_round(rate: float, family: int) -> None:
    votes = votes_needed(rate, family)
    least, without_one = least_win_rate(votes, family), least_win_rate(votes - 2, family)
    assert least is not None and without_one is not None
    assert least == pytest.approx(rate, abs=0.005) and rate < without_one


def test_the_protocols_example_of_41_prompts() -> None:
    assert design_effect(5) == pytest.approx(1.8)
    assert share_half_width(205) == pytest.approx(0.092, abs=0.0005)
    gained = share_half_width(205) - share_half_width(287, design_effect(7))
    assert gained == pytest.approx(0.006, abs=0.0005)
    assert least_win_rate(205) == pytest.approx(0.635, abs=0.01)


def test_the_protocols_half_width_of_eight_systems() -> None:
    assert half_width(8, 60) == pytest.approx(0.24, abs=0.015)


def test_too_few_votes_tell_nothing_apart() -> None:
    assert least_win_rate(5) is None
    assert votes_needed(1.0) == 11  # six votes of one mind, 1.8 times
    assert least_win_rate(11) == pytest.approx(0.96, abs=0.01)
    with pytest.raises(ValueError, match=r"above 0\.5"):
        votes_needed(0.5)


@pytest.mark.parametrize("family", [1, 3, 7, 28])
def test_the_fewest_prompts_are_those_of_the_exact_test(family: int) -> None:
    fewest = least_prompts(family)
    assert binomtest(fewest, fewest).pvalue <= 0.05 / family < binomtest(fewest - 1, fewest - 1).pvalue
    assert least_prompt_share(fewest - 1, family) is None


def test_the_least_share_of_prompts_has_the_stated_power() -> None:
    share = least_prompt_share(24, 7)
    assert share is not None
    wins = np.random.default_rng(1).binomial(24, share, 20_000)
    told = np.array([binomtest(int(k), 24).pvalue <= 0.05 / 7 for k in range(25)])
    assert told[wins].mean() == pytest.approx(0.8, abs=0.01)


@pytest.mark.parametrize(("prompts", "family"), [(12, 1), (24, 7)])
def test_the_sign_tests_win_rate_has_the_stated_power(prompts: int, family: int) -> None:
    rate = sign_test_win_rate(prompts, 6, family)
    assert rate is not None
    rng, studies = np.random.default_rng(2), 4000
    shares = rng.beta(rate * 4, (1 - rate) * 4, (studies, prompts))  # two votes correlate by 1 / (4 + 1)
    decided = rng.binomial(6, 0.8, (studies, prompts))
    leads = 2 * rng.binomial(decided, shares) - decided
    for_one, against = (leads > 0).sum(axis=1), (leads < 0).sum(axis=1)
    found = np.array([[binomtest(k, n).pvalue if k <= n > 0 else 1.0 for k in range(prompts + 1)]
                      for n in range(prompts + 1)])
    told = (found[for_one + against, for_one] <= 0.05 / family) & (for_one > against)
    assert told.mean() == pytest.approx(0.8, abs=0.02)


def test_the_sign_test_resolves_less_than_the_votes_would() -> None:
    by_sign, by_votes = sign_test_win_rate(24, 6, 7), least_win_rate(round(24 * 6 * 0.8), 7)
    assert by_sign is not None and by_votes is not None and by_sign > by_votes
    assert sign_test_win_rate(6, 60, 7) is None
    assert sign_test_win_rate(24, 6, correlation=0.0) < sign_test_win_rate(24, 6)  # type: ignore[operator]


def test_few_prompts_widen_the_limits_of_a_strength() -> None:
    assert half_width(8, 48, prompts=8) / half_width(8, 48) == pytest.approx(1.29, abs=0.01)
    assert half_width(8, 48, prompts=2) == float("inf")
    assert half_width(8, 72, 0.19, design_effect(6), prompts=12) == pytest.approx(0.29, abs=0.02)  # simulated

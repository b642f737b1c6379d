"""Strengths, ranks and limits from votes of known taste."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

import numpy as np
import pytest

from benchmarks.study_statistics import World, covered, spread
from reports.agreement import kendall
from reports.study.counting import tally
from reports.study.davidson import RIDGE
from reports.study.estimate import Abstained
from reports.study.model import Choice, Vote
from reports.study.power import least_win_rate
from reports.study.resample import Sampling, by_prompts
from reports.study.spread import spread as spread_of
from reports.study.strengths import Strengths, strengths
from steadybench.study.simulating.marginal import marginal
from tests.reports.study.made_votes import by_strength, design

FAST = Sampling(draws=300)


def found(votes: list[Vote], sampling: Sampling = FAST) -> Strengths:
    fitted = strengths(tally(votes), sampling)
    assert isinstance(fitted, Strengths), fitted
    return fitted


def why(votes: list[Vote]) -> str:
    fitted = strengths(tally(votes), FAST)
    assert isinstance(fitted, Abstained)
    return fitted.why


def test_the_planted_order_and_ties_come_back_at_the_planned_size() -> None:
    rate = least_win_rate(round(12 * 6 * 0.8), comparisons=7)
    assert rate is not None
    step = np.log(rate / (1 - rate))
    true = {f"s{i}": step * (3.5 - i) for i in range(8)}
    for seed in range(3):
        fitted = found(by_strength(true, nu=0.5, prompts=12, seed=seed))
        order = np.array([[true[one.system] for one in fitted.standings]])
        assert kendall(order, -np.arange(8.0)[None])[0] == 1.0
        assert fitted.equals_tie.value == pytest.approx(0.2, abs=0.05)


def test_limits_hold_the_truth_in_nineteen_of_twenty_cases() -> None:
    world = spread(World(systems=4, prompts=8, a_pair=8), 0.4)
    truth = marginal(world.truth)
    runs = [covered(world, truth, (9, study), draws=150) for study in range(60)]
    held = {kind: float(np.mean([run[kind] for run in runs])) for kind in runs[0]}
    for kind in ("strengths", "differences", "shares"):
        assert 0.91 < held[kind] < 0.985  # 240 or 360 limits of 60 studies
    assert held["percentiles"] < held["strengths"] < held["cautious"]


def test_the_cautious_limits_are_the_wider_ones() -> None:
    for one in found(by_strength({"a": 0.5, "b": 0.0, "c": -0.5})).standings:
        assert one.strength.low is not None and one.strength.high is not None
        assert one.cautious_low <= one.strength.low < one.strength.value
        assert one.strength.value < one.strength.high <= one.cautious_high
        assert one.half_width == pytest.approx((one.strength.high - one.strength.low) / 2)


def by_taste(first: str, second: str, left: bool, rater: int) -> Choice:
    """Each rater has an order of her own, and keeps to it on all prompts."""
    order = ("abc", "acb", "abc", "bac", "bca")[rater]
    return "first" if order.index(first) < order.index(second) else "second"


def shuffled(votes: list[Vote]) -> list[Vote]:
    """The same votes on each unit, by raters at random, so that none of them has a taste."""
    rng, found = np.random.default_rng(0), []
    for _, own in groupby(votes, key=lambda vote: vote.unit):
        unit = list(own)
        raters = rng.permutation([vote.rater for vote in unit]).tolist()
        found += [replace(vote, rater=rater) for vote, rater in zip(unit, raters, strict=True)]
    return found


def test_limits_grow_with_the_tastes_of_few_raters_who_judge_everything() -> None:
    tasted = design(by_taste, ["a", "b", "c"], prompts=24, raters=5)
    for one, same in zip(found(tasted).standings, found(shuffled(tasted)).standings, strict=True):
        assert one.system == same.system and one.strength.value == pytest.approx(same.strength.value)
        assert one.half_width > 2 * same.half_width


def test_limits_of_who_loses_all_votes_reach_beyond_those_of_the_ridge() -> None:
    votes = by_strength({"a": 0.3, "b": 0.0, "c": -60.0})
    for turn in (False, True):
        cast = [replace(vote, first=vote.second, second=vote.first) if turn else vote for vote in votes]
        counted, fitted = tally(cast), found(cast)
        (one,) = (own for own in fitted.standings if own.system == "c")
        alone, own = spread_of(counted, by_prompts(counted, FAST), RIDGE), np.array([[0.0, 0.0, 1.0]])
        reach = float(alone.half_widths(own)[0])
        assert one.strength.low is not None and one.strength.high is not None and one.pulled
        beyond = one.strength.high - one.strength.value if turn else one.strength.value - one.strength.low
        assert beyond > 1.5 * reach


def test_strengths_that_votes_settle_owe_nothing_to_the_ridge() -> None:
    fitted = found(by_strength({"a": 1.0, "b": 0.0, "c": -1.0}))
    assert not any(one.pulled for one in fitted.standings)


def test_who_is_far_ahead_has_a_letter_alone_and_others_share_one() -> None:
    fitted = found(by_strength({"a": 3.0, "b": -1.5, "c": -1.5}, prompts=16))
    best, *others = fitted.standings
    assert (best.system, best.best_rank, best.worst_rank, best.letters) == ("a", 1, 1, "a")
    assert {(one.best_rank, one.worst_rank, one.letters) for one in others} == {(2, 3, "b")}
    lead = fitted.contrasts[0]
    assert lead.apart and lead.ahead == 1 and lead.wins > 0.95 and lead.p_holm >= lead.p
    assert not fitted.contrasts[-1].apart


def test_nothing_depends_on_the_order_of_votes_or_of_a_units_systems() -> None:
    votes = by_strength({"a": 0.7, "b": 0.0, "c": -0.7})
    swap = {"first": "second", "second": "first"}
    turned = [replace(vote, first=vote.second, second=vote.first, choice=swap.get(vote.choice, vote.choice))
              for vote in votes[::-1]]
    one, other = found(votes), found(turned)
    for own, its in zip(one.standings, other.standings, strict=True):
        assert own.system == its.system and own.strength.value == pytest.approx(its.strength.value)
        assert own.strength.low == pytest.approx(its.strength.low)
    assert found(votes) == found(votes)


def test_raters_who_decide_everything_by_side_tell_no_systems_apart() -> None:
    votes = design(lambda first, second, left, rater: "first" if left else "second", ["a", "b", "c"])
    fitted = found(votes)
    assert not any(one.apart for one in fitted.contrasts)
    assert all(abs(one.strength.value) < 0.01 for one in fitted.standings)
    assert fitted.nu.value == 0 and fitted.nu.low is None and "no tie" in fitted.nu.why


def test_what_stands_in_place_of_strengths() -> None:
    votes = by_strength({"a": 1.0, "b": 0.0, "c": -1.0}, raters=3, prompts=3)
    assert isinstance(strengths(tally(votes), FAST), Strengths)
    assert why([]) == "No vote counts."
    assert "2 of the 3 raters" in why([vote for vote in votes if vote.rater != "r0"])
    assert "2 of the 3 prompts" in why([vote for vote in votes if vote.prompt != "p0"])
    assert "are ties" in why([replace(vote, choice="tie") for vote in votes])
    assert why([replace(vote, choice="unable") for vote in votes]) == "No vote counts."
    apart = by_strength({"x": 1.0, "y": 0.0}, raters=3, prompts=3)
    assert "never met: a, b, c; x, y" in why([*votes, *apart])

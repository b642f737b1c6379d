"""Rules of the statistics at their edges: single votes, circles, order of lists, the wider of two limits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reports.study.alpha import Alpha, alpha
from reports.study.counting import tally
from reports.study.davidson import fit
from reports.study.fitcheck import FitCheck, fit_check
from reports.study.model import Choice
from reports.study.resample import Sampling, by_prompts, by_raters, half_widths
from reports.study.sides import sides
from reports.study.strengths import Strengths, strengths
from reports.study.times import responses
from tests.reports.study.made_votes import by_strength, design

QUICK = Sampling(draws=200)
VOTES = by_strength({"a": 1.0, "b": 0.0, "c": -1.0}, prompts=6, raters=4)


def test_a_unit_with_one_vote_says_nothing_of_agreement() -> None:
    both = [alpha(own, QUICK) for own in (VOTES, [*VOTES, replace(VOTES[0], unit="alone")])]
    assert isinstance(both[0], Alpha) and isinstance(both[1], Alpha)
    assert both[0].alpha == both[1].alpha and both[0].units == both[1].units == 18


def test_who_leans_most_and_who_is_fastest_come_first() -> None:
    leaning = [replace(vote, choice="first" if vote.first_is_left else "second") if vote.rater == "r2"
               else vote for vote in VOTES]
    found = sides(leaning)
    assert found is not None and found.by_rater[0].rater == "r2"
    shares = [abs(side.share.value - 0.5) for side in found.by_rater]
    assert shares == sorted(shares, reverse=True)
    timed = responses(VOTES)
    assert timed is not None and [one.of for one in timed.by_rater] == ["r0", "r1", "r2", "r3"]


@pytest.mark.parametrize("beats", [{"a": "b", "b": "c", "c": "a"}, {"a": "c", "c": "b", "b": "a"}])
def test_in_a_circle_each_beats_the_next(beats: dict[str, str]) -> None:
    found = fit_check(tally(design(lambda one, other, *_: "first" if beats[one] == other else "second",
                                   "abc", prompts=4, raters=3)), simulations=20)
    assert isinstance(found, FitCheck)
    (circle,) = found.circular
    assert [beats[one] for one in circle] == [*circle[1:], circle[0]]


def test_cautious_limits_are_never_narrower_than_the_others() -> None:
    unanimous = design(lambda one, other, *_: "first" if one < other else "second", "abc", prompts=6,
                       raters=4)
    for votes in (VOTES, unanimous):
        found = strengths(tally(votes), QUICK)
        assert isinstance(found, Strengths)
        for one in found.standings:
            assert one.strength.low is not None and one.strength.high is not None
            assert one.cautious_low <= one.strength.low and one.cautious_high >= one.strength.high


def test_limits_of_ties_are_the_wider_of_those_over_prompts_and_over_raters() -> None:
    def habits(one: str, other: str, left: bool, rater: int) -> Choice:
        better: Choice = "first" if one < other else "second"
        return "tie" if rater < 3 and (rater == 0 or left) else better

    counted = tally(design(habits, "abc", prompts=6, raters=6))
    found = strengths(counted, QUICK)
    assert isinstance(found, Strengths) and found.nu.high is not None
    widths = []
    for drawn, number in ((by_prompts(counted, QUICK), 6), (by_raters(counted, QUICK), 6)):
        nu = fit(drawn, counted.pairs, 3).nu
        widths.append(float(half_widths(np.log(nu[np.isfinite(nu) & (nu > 0)]), number)))
    assert widths[1] > 2 * widths[0]
    assert np.log(found.nu.high / found.nu.value) == pytest.approx(widths[1])

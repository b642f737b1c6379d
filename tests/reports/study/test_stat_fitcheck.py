"""Whether the model describes the votes, and whether systems beat each other in a circle."""

from __future__ import annotations

import numpy as np
import pytest

from reports.study.counting import tally
from reports.study.davidson import chances
from reports.study.estimate import Abstained
from reports.study.fitcheck import FitCheck, design_effect, fit_check
from reports.study.model import Choice, Vote
from tests.reports.study.made_votes import CHOICES, by_strength, design, guesses

CIRCLE = {("a", "b"), ("b", "c"), ("c", "a")}


def checked(votes: list[Vote], simulations: int = 300) -> FitCheck:
    found = fit_check(tally(votes), simulations=simulations)
    assert isinstance(found, FitCheck)
    return found


def in_a_circle(votes: int = 8) -> list[Vote]:
    rng = np.random.default_rng(0)

    def choose(first: str, second: str, left: bool, rater: int) -> Choice:
        lead = 1.2 if (first, second) in CIRCLE else -1.2 if (second, first) in CIRCLE else 0.0
        return CHOICES[int(rng.choice(3, p=chances(np.array(lead), np.array(0.4))))]

    return design(choose, ["a", "b", "c", "d"], prompts=8, raters=votes)


def test_a_circle_is_named_and_beyond_chance() -> None:
    found = checked(in_a_circle())
    assert {("a", "b", "c"), ("b", "c", "a"), ("c", "a", "b")} & set(found.circular)
    assert found.triples == 4 and found.p < 0.01
    assert abs(found.pairs[0].residual) > 3


def test_votes_by_the_model_fit_it() -> None:
    p = [checked(by_strength({"a": 0.6, "b": 0.2, "c": -0.2, "d": -0.6}, seed=seed), 150).p
         for seed in range(20)]
    assert np.mean(np.array(p) <= 0.05) <= 0.2 and 0.2 < np.mean(p) < 0.8
    found = checked(by_strength({"a": 2.0, "b": 0.0, "c": -2.0}, prompts=20))
    assert not found.circular and found.circular_p > 0.05
    for pair in found.pairs:
        assert sum(pair.expected) == pytest.approx(sum(pair.observed))


def test_the_design_effect_is_one_for_independent_votes_and_more_where_prompts_differ() -> None:
    independent = [design_effect(tally(guesses(4, prompts=20, seed=seed)).by_prompt()) for seed in range(5)]
    assert np.mean(independent) == pytest.approx(1, abs=0.15)
    copied = [vote for vote in guesses(4, prompts=20, raters=1) for _ in range(6)]
    assert design_effect(tally(copied).by_prompt()) == pytest.approx(6, rel=0.25)


def test_two_systems_have_no_triples_and_nothing_at_all_abstains() -> None:
    found = checked(by_strength({"a": 0.5, "b": -0.5}))
    assert found.triples == 0 and found.circular == () and found.circular_p == 1
    assert isinstance(fit_check(tally([])), Abstained)

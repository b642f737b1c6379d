"""Krippendorff's alpha: the published example, chance, and the slots."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reports.study.alpha import Alpha, alpha, by_slot, nominal
from reports.study.estimate import Abstained
from reports.study.model import Vote
from tests.reports.study.made_votes import by_strength, guesses

# The four-observer example of K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), part C:
# twelve units, missing data, values 1 to 5; its nominal alpha is printed as 0.743.
EXAMPLE = [
    [1, 1, None, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4],
    [4, 4, 4, 4], [1, 1, 2, 1], [2, 2, 2, 2], [None, 5, 5, 5], [None, None, 1, 1], [None, None, 3, None],
]


def named(votes: list[Vote]) -> float:
    """Alpha by the names of the systems chosen, which is the mistake that the slots avoid."""
    units = sorted({vote.unit for vote in votes})
    codes = [*sorted({name for vote in votes for name in (vote.first, vote.second)}), "tie"]
    counts = np.zeros((len(units), len(codes)))
    for vote in votes:
        chosen = {"first": vote.first, "second": vote.second}.get(vote.choice, "tie")
        counts[units.index(vote.unit), codes.index(chosen)] += 1
    return nominal(counts)


def value(votes: list[Vote]) -> float:
    found = alpha(votes)
    assert isinstance(found, Alpha)
    return found.alpha.value


def test_the_published_example() -> None:
    counts = np.array([[row.count(code) for code in range(1, 6)] for row in EXAMPLE], float)
    assert nominal(counts) == pytest.approx(0.743, abs=0.0005)


@pytest.mark.parametrize("ties", [0.0, 0.2, 0.4])
def test_guessing_over_eight_systems_gives_nothing(ties: float) -> None:
    for seed in range(3):
        assert value(guesses(ties=ties, seed=seed, prompts=12)) == pytest.approx(0, abs=0.05)


def test_names_would_make_guessing_look_like_agreement() -> None:
    assert named(guesses(ties=0.0)) > 0.4


def test_the_order_in_which_a_pair_is_written_changes_nothing() -> None:
    votes = by_strength({"a": 1.0, "b": 0.0, "c": -1.0})
    turned = {"first": "second", "second": "first"}
    sorted_pairs = [vote if vote.first < vote.second else
                    replace(vote, first=vote.second, second=vote.first,
                            choice=turned.get(vote.choice, vote.choice)) for vote in votes]
    assert value(sorted_pairs) == pytest.approx(value(votes), abs=1e-12)


def test_it_is_the_mean_over_random_exchanges_of_slots() -> None:
    rng = np.random.default_rng(0)
    counts = rng.multinomial(6, [0.6, 0.2, 0.2], 40).astype(float)
    flipped = []
    for _ in range(2000):
        turn = rng.random(len(counts)) < 0.5
        own = counts.copy()
        own[turn, :2] = own[turn, 1::-1]
        flipped.append(nominal(own))
    assert by_slot(counts, np.ones((1, 40)))[0] == pytest.approx(np.mean(flipped), abs=0.003)


def test_full_agreement_is_one_and_limits_hold_the_value() -> None:
    votes = by_strength({"a": 60.0, "b": 0.0, "c": -60.0}, nu=0.0)
    assert value(votes) == pytest.approx(1)
    some = alpha(by_strength({"a": 1.0, "b": 0.0, "c": -1.0}))
    assert isinstance(some, Alpha) and some.alpha.low is not None and some.alpha.high is not None
    assert some.alpha.low < some.alpha.value < some.alpha.high
    assert (some.units, some.votes, some.raters) == (24, 144, 6)


def test_too_few_raters_and_only_ties_have_none() -> None:
    votes = by_strength({"a": 1.0, "b": 0.0}, raters=2)
    assert isinstance(alpha(votes), Abstained)
    ties = alpha([replace(vote, choice="tie") for vote in by_strength({"a": 1.0, "b": 0.0})])
    assert isinstance(ties, Abstained) and "ties" in ties.why
    assert isinstance(alpha([]), Abstained)


def test_could_not_judge_is_not_a_tie() -> None:
    votes = by_strength({"a": 1.0, "b": 0.0, "c": -1.0})
    blind = [replace(vote, rater="r9", choice="unable") for vote in votes if vote.rater == "r0"]
    assert alpha([*votes, *blind]) == alpha(votes)

"""Planned comparisons, sides, times and halves."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest
from scipy.stats import binomtest

from reports.ranks import holm
from reports.study.counting import tally
from reports.study.estimate import Abstained
from reports.study.halves import Halves, halves
from reports.study.model import Vote
from reports.study.pairs import Planned, duels, one_family, planned, turned
from reports.study.power import least_prompts
from reports.study.sides import sides
from reports.study.times import responses
from tests.reports.study.made_votes import by_strength, design, guesses

STRONG = {"a": 2.0, "b": 0.0, "c": -2.0}


def plans(votes: list[Vote], *pairs: tuple[str, str]) -> list[Planned]:
    found = planned(pairs, duels(tally(votes)))
    assert all(isinstance(one, Planned) for one in found)
    return list(found)  # type: ignore[arg-type]


def test_counts_and_shares_of_a_pair() -> None:
    votes = by_strength(STRONG)
    for duel in duels(tally(votes)):
        own = [vote for vote in votes if {vote.first, vote.second} == {duel.first, duel.second}]
        chosen = [vote.first if vote.choice == "first" else vote.second
                  for vote in own if vote.choice != "tie"]
        assert (duel.wins_first, duel.wins_second) == (chosen.count(duel.first), chosen.count(duel.second))
        assert duel.votes == len(own) and duel.prompts == 8
        assert duel.share is not None and duel.share.value == pytest.approx(duel.wins_first / len(chosen))
        assert duel.share.low is not None and duel.share.high is not None
        assert 0 <= duel.share.low <= duel.share.value <= duel.share.high <= 1
        back = turned(duel)
        assert back.share is not None and back.share.value == pytest.approx(1 - duel.share.value)
        assert back.share.low == pytest.approx(1 - duel.share.high)
        assert (back.first, back.wins_first, back.prompts_first) == (
            duel.second, duel.wins_second, duel.prompts_second)


def test_the_sign_test_counts_prompts_and_holm_the_family() -> None:
    votes = by_strength(STRONG, prompts=10)
    found = plans(votes, ("a", "c"), ("c", "b"), ("a", "b"))
    for one in found:
        wins, number = one.duel.prompts_first, one.duel.prompts_first + one.duel.prompts_second
        assert one.p == pytest.approx(binomtest(wins, number).pvalue)
    assert [one.p_holm for one in found] == pytest.approx(holm([one.p for one in found]))
    assert [one.verdict for one in found] == ["confirmed", "reversed", "confirmed"]
    assert found[0].least == 7


def test_votes_on_few_prompts_confirm_nothing_however_many_they_are() -> None:
    (one,) = plans(by_strength({"a": 9.0, "b": -9.0}, prompts=4, raters=60), ("a", "b"))
    assert one.duel.wins_first > 200 and one.verdict == "open" and one.p == pytest.approx(0.125)


def test_a_planned_pair_that_never_met_abstains_and_still_counts() -> None:
    votes = by_strength(STRONG, prompts=10)
    alone = plans(votes, ("a", "c"))[0]
    first, missing = planned([("a", "c"), ("a", "x")], duels(tally(votes)))
    assert isinstance(missing, Abstained) and "a and x" in missing.why
    assert isinstance(first, Planned) and first.p_holm == pytest.approx(2 * alone.p)


def test_only_ties_leave_the_share_open() -> None:
    votes = [replace(vote, choice="tie") for vote in by_strength(STRONG)]
    duel = duels(tally(votes))[0]
    assert duel.share is None and duel.ties_share.value == 1
    assert plans(votes, ("a", "b"))[0].p == 1


def test_two_prompts_give_a_share_without_limits() -> None:
    duel = duels(tally(by_strength(STRONG, prompts=2)))[0]
    assert duel.share is not None and duel.share.low is None and "2 of the 3" in duel.share.why


def test_a_lean_to_the_left_is_seen_in_all_and_in_each() -> None:
    votes = design(lambda first, second, left, rater: "tie" if rater == 2 else
                   ("first" if left else "second") if rater else "first", ["a", "b", "c"])
    found = sides(votes)
    assert found is not None
    by_rater = {one.rater: one for one in found.by_rater}
    assert by_rater["r1"].share.value == 1 and by_rater["r1"].share.high == 1
    assert by_rater["r0"].share.value == pytest.approx(0.5)
    assert "r2" not in by_rater and found.by_rater[-1].rater == "r0"
    assert found.together.decided == 5 * 24 and found.together.left == 4 * 24 + 12
    assert sides([replace(vote, choice="tie") for vote in votes]) is None


def test_response_times() -> None:
    votes = by_strength(STRONG)
    found = responses([*votes, replace(votes[0], choice="unable", seconds=99.0)])
    assert found is not None
    assert (found.together.fastest, found.together.slowest) == (1.0, 99.0)
    assert {one.of: one.votes for one in found.by_choice}["unable"] == 1
    assert sum(one.votes for one in found.by_choice) == found.together.votes == len(votes) + 1
    assert [one.of for one in found.by_rater] == [f"r{i}" for i in range(6)]
    assert responses([]) is None


def test_halves_of_raters_who_see_agree_and_of_those_who_guess_do_not() -> None:
    seeing, guessing = (halves(tally(votes), splits=100) for votes in (
        by_strength({f"s{i}": 3.0 - i for i in range(6)}, raters=12), guesses(6, raters=12)))
    assert isinstance(seeing, Halves) and isinstance(guessing, Halves)
    assert seeing.median > 0.9 > 0.5 > guessing.median
    assert seeing.low <= seeing.median <= seeing.high and seeing.raters == 12
    assert isinstance(halves(tally(by_strength(STRONG, raters=3))), Abstained)


def test_questions_of_one_study_are_one_family() -> None:
    votes = by_strength(STRONG, prompts=10)
    one, other = plans(votes, ("a", "c"), ("a", "b")), plans(votes, ("c", "b"))
    missing = planned([("a", "x")], duels(tally(votes)))
    first, second, third = one_family([one, other, missing])
    raw = [cast("Planned", found).p for found in (*one, *other)]
    told = [cast("Planned", found) for found in (*first, *second)]
    assert [found.p_holm for found in told] == pytest.approx(holm([*raw, 1.0])[:3])
    assert [found.least for found in told] == [least_prompts(4)] * 3
    assert third == missing
    # What a question alone would confirm may stay open in the family.
    six = plans(by_strength({"a": 9.0, "b": -9.0}, prompts=6), ("a", "b"))
    assert cast("Planned", six[0]).verdict == "confirmed"
    assert cast("Planned", one_family([six, missing])[0][0]).verdict == "open"

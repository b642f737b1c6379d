"""The whole in one call: complete, the same for the same votes, and without a number where there is none."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from reports.study.alpha import Alpha
from reports.study.estimate import Abstained
from reports.study.fitcheck import FitCheck
from reports.study.halves import Halves
from reports.study.model import Verdict
from reports.study.pairs import Planned
from reports.study.strengths import Strengths
from reports.study.summary import Agreement, Settings, summarise
from tests.reports.study.made_votes import by_strength, design

QUICK = Settings(draws=300, splits=60, simulations=100)
VOTES = by_strength({"a": 1.2, "b": 0.0, "c": -1.2})
VERDICTS = [Verdict(vote.unit, metric, "first" if vote.first < vote.second else "second", 0.5, "clear")
            for vote in VOTES if vote.rater == "r0" for metric in ("drift.late", "hardening.late")]


def test_everything_is_there() -> None:
    unable = [replace(vote, rater="r9", choice="unable") for vote in VOTES[:5]]
    found = summarise([*VOTES, *unable], [("a", "c")], VERDICTS, QUICK)
    kinds = (found.strengths, Strengths), (found.fit, FitCheck), (found.alpha, Alpha), (found.halves, Halves)
    assert all(isinstance(own, kind) for own, kind in kinds)
    assert len(found.duels) == 3 and isinstance(found.planned[0], Planned)
    metrics = [one.metric for one in found.metrics if isinstance(one, Agreement)]
    assert metrics == ["drift.late", "hardening.late"]
    assert len(found.differences) == 1 and found.sides is not None and found.responses is not None
    counts = found.counts
    assert (counts.votes, counts.unable, counts.raters, counts.units, counts.prompts) == (149, 5, 7, 24, 8)
    assert counts.decided + counts.ties == len(VOTES) and counts.systems == ("a", "b", "c")
    assert (counts.fewest, counts.most) == (6, 6)


def test_the_same_votes_in_any_order_give_the_same_findings() -> None:
    shuffled = list(VOTES)
    random.Random(3).shuffle(shuffled)
    assert summarise(shuffled, [("a", "b")], VERDICTS[::-1], QUICK) == summarise(
        VOTES, [("a", "b")], VERDICTS, QUICK)


def test_no_votes_two_raters_all_ties_and_one_side_give_no_pretended_number() -> None:
    ties = [replace(vote, choice="tie") for vote in VOTES]
    two = [vote for vote in VOTES if vote.rater in ("r0", "r1")]
    for votes in ([], ties, two):
        found = summarise(votes, [("a", "c")], VERDICTS, QUICK)
        assert isinstance(found.strengths, Abstained) and isinstance(found.fit, Abstained)
        assert isinstance(found.alpha, Abstained) and isinstance(found.halves, Abstained)
        assert found.counts.votes == len(votes)
    left = design(lambda first, second, is_left, rater: "first" if is_left else "second", ["a", "b", "c"])
    sided = summarise(left, [("a", "c")], settings=QUICK)
    assert sided.sides is not None and sided.sides.together.share.value == 1
    assert isinstance(sided.planned[0], Planned) and sided.planned[0].verdict == "open"
    assert isinstance(sided.strengths, Strengths) and not any(one.apart for one in sided.strengths.contrasts)


def test_questions_are_never_pooled() -> None:
    with pytest.raises(ValueError, match="motion, stillness"):
        summarise([*VOTES, replace(VOTES[0], question="motion")])

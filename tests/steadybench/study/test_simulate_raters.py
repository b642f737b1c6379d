"""Made-up raters choose as they were told to, and answer like people."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest

from reports.study.davidson import chances
from steadybench.study import planfile
from steadybench.study.excluding.exclude import exclusions
from steadybench.study.excluding.rules import Rules
from steadybench.study.excluding.sittings import sittings
from steadybench.study.gathering.belonging import foreign, places, untimely
from steadybench.study.gathering.values import line, moment, read
from steadybench.study.model import Plan
from steadybench.study.simulating.marginal import marginal
from steadybench.study.simulating.playing import play
from steadybench.study.simulating.raters import LEFT, RIGHT, TIE, Seats, Truth, choose, crowd, expected
from tests.steadybench.study.made_study import made_plan

BEGIN = datetime(2026, 3, 1, 9)
PLAN = made_plan(systems=4, prompts=6, votes=4, questions=("stillness", "motion"))[0]
EVEN = Truth(dict.fromkeys(PLAN.systems, 0.0))


def seats(number: int, prompts: int = 1, raters: int = 1) -> Seats:
    index = np.arange(number)
    return Seats(index % raters, np.zeros(number, np.int64), np.ones(number, np.int64), index % prompts)


def shares(truth: Truth, number: int = 40_000, raters: int = 200, prompts: int = 200) -> np.ndarray:
    rng = np.random.default_rng(0)
    drawn = crowd(rng, truth, raters, prompts)
    found = choose(rng, truth, drawn, seats(number, prompts, raters))
    return np.bincount(found, minlength=3) / number


def test_choices_are_davidsons() -> None:
    found = shares(Truth({"a": 0.7, "b": -0.3}, ties=0.6))
    assert found == pytest.approx(chances(np.array(1.0), np.array(0.6)), abs=0.01)


def test_a_lean_to_the_left_is_in_log_odds_and_leaves_ties_to_equals() -> None:
    left, right, _ = shares(Truth({"a": 0.0, "b": 0.0}, side_bias=0.8))
    assert np.log(left / right) == pytest.approx(0.8, abs=0.05)


def test_nobody_ties_at_nu_zero_and_careless_raters_take_each_alike() -> None:
    assert shares(Truth({"a": 0.0, "b": 0.0}, ties=0.0))[TIE] == 0
    found = shares(Truth({"a": 9.0, "b": -9.0}, careless=1.0))
    assert found == pytest.approx([1 / 3] * 3, abs=0.01)
    part = shares(Truth({"a": 90.0, "b": -90.0}, careless=0.3), raters=4000)
    assert part[RIGHT] == pytest.approx(0.1, abs=0.01) and part[LEFT] == pytest.approx(0.8, abs=0.02)


def test_prompts_and_tastes_vary_by_as_much_as_said() -> None:
    truth = Truth({"a": 0.0, "b": 0.0}, ties=0.0, prompt_sd=0.6, taste_sd=0.3, ties_sd=0.2)
    drawn = crowd(np.random.default_rng(1), truth, 3000, 3000)
    assert (drawn.lean.std(), drawn.taste.std()) == pytest.approx((0.6, 0.3), rel=0.05)
    own = expected(truth, drawn, seats(3000, 3000, 3000))
    leads = np.log(own[:, 0] / own[:, 1])
    assert leads.std() == pytest.approx((2 * (0.6**2 + 0.3**2)) ** 0.5, rel=0.05)


def test_the_long_run_is_the_truth_where_nothing_varies_and_nearer_to_even_where_prompts_do() -> None:
    truth = Truth({"a": 1.0, "b": 0.0, "c": -1.0}, ties=0.5)
    plain = marginal(truth)
    assert plain.strengths == pytest.approx([1, 0, -1], abs=1e-4) and plain.nu == pytest.approx(0.5, abs=1e-4)
    hasty = marginal(replace(truth, careless=0.3))
    assert hasty.chances == pytest.approx(0.7 * plain.chances + 0.1)
    varied = replace(truth, prompt_sd=0.8, ties_sd=0.5, side_bias=0.4)
    found = marginal(varied)
    assert 0.7 < found.strengths[0] < 0.95
    rng = np.random.default_rng(3)
    drawn = crowd(rng, varied, 20_000, 20_000)
    many = seats(20_000, 20_000, 20_000)
    left = expected(varied, drawn, many).mean(axis=0)
    right = expected(varied, drawn, Seats(many.rater, many.right, many.left, many.prompt)).mean(axis=0)
    assert found.chances[0] == pytest.approx((left + right[[1, 0, 2]]) / 2, abs=0.005)
    assert found.ties == pytest.approx(found.chances[:, 2].mean())


def test_the_break_is_where_the_page_has_it() -> None:
    made = {one.trial_id: one for one in play(PLAN, EVEN, (1,), BEGIN)}
    for session in PLAN.sessions:
        own = [made[trial.id] for trial in session.trials]
        pauses = [(moment(b.started) - moment(a.submitted)).total_seconds()
                  for a, b in pairwise(own)]
        assert pauses.index(max(pauses)) + 1 == session.break_after and max(pauses) > 10


def test_every_trial_is_answered_once_and_every_answer_is_one_that_a_page_could_give() -> None:
    made = play(PLAN, EVEN, (1,), BEGIN)
    assert [one.trial_id for one in made] == [trial.id for own in PLAN.sessions for trial in own.trials]
    assert len({one.answer_id for one in made}) == len(made)
    where, digest = places(PLAN), planfile.digest(PLAN)
    for one in made:
        assert one.simulated and read(json.loads(line(one))) == one
        assert not list(foreign(one, where, digest, one.session_id))
        assert not list(untimely(one, BEGIN.replace(tzinfo=UTC), BEGIN.replace(tzinfo=UTC)))
    by_session: dict[str, list[str]] = {}
    for one in made:
        by_session.setdefault(one.session_id, []).extend((one.started, one.submitted))
    assert all([moment(at) for at in own] == sorted(moment(at) for at in own) for own in by_session.values())
    assert len({one.rater_digest for one in made}) == len(PLAN.sessions)


def test_the_same_seed_gives_the_same_answers_and_another_does_not() -> None:
    assert play(PLAN, EVEN, (1,), BEGIN) == play(PLAN, EVEN, (1,), BEGIN)
    assert play(PLAN, EVEN, (1,), BEGIN) != play(PLAN, EVEN, (2,), BEGIN)


def failing(plan: Plan, truth: Truth) -> float:
    """Share of the raters that the rules leave out."""
    found = sittings(plan, play(plan, truth, (5,), BEGIN))
    return len({one.rater for one in exclusions(found, Rules())}) / len(found)


def test_attentive_raters_pass_checks_and_careless_ones_fail_them() -> None:
    assert failing(PLAN, replace(EVEN, slips=0.0)) == 0
    assert failing(PLAN, replace(EVEN, slips=1.0)) == 1
    assert failing(PLAN, replace(EVEN, careless=1.0)) > 0.7


def test_careless_raters_are_fast_and_never_watch_again() -> None:
    fast, slow = (play(PLAN, replace(EVEN, careless=share), (1,), BEGIN) for share in (1.0, 0.0))
    quick, usual = (float(np.median([one.rt_ms for one in made])) for made in (fast, slow))
    assert quick < usual / 4
    assert not any(one.replays_left for one in fast) and any(one.replays_left for one in slow)


def test_the_better_system_wins_whichever_side_it_is_on() -> None:
    best = PLAN.systems[0]
    truth = Truth({token: 30.0 if token == best else 0.0 for token in PLAN.systems}, ties=0.1)
    shown = {one.token: one.system for one in PLAN.stimuli}
    trials = {trial.id: trial for own in PLAN.sessions for trial in own.trials if trial.unit}
    seen = set()
    for one in play(PLAN, truth, (1,), BEGIN):
        trial = trials.get(one.trial_id)
        if trial and best in (shown[trial.left], shown[trial.right]):
            assert one.slot_chosen == ("1" if shown[trial.left] == best else "2")
            seen.add(one.slot_chosen)
    assert seen == {"1", "2"}

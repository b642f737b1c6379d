"""The rules of exclusion: each catches what it is for, and nothing beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from steadybench.study.answers import Answer
from steadybench.study.excluding.exclude import Exclusion, exclusions, kept
from steadybench.study.excluding.rules import Rules
from steadybench.study.excluding.sittings import sittings
from steadybench.study.model import Plan
from tests.steadybench.study.made_study import made_plan
from tests.steadybench.study.sat_study import changed, sit

PLAN, _ = made_plan(systems=4, prompts=6)
TRIALS = {trial.id: trial for session in PLAN.sessions for trial in session.trials}
FIRST = PLAN.sessions[0]


def excluded(answers: Sequence[Answer], rules: Rules | None = None) -> tuple[Exclusion, ...]:
    return exclusions(sittings(PLAN, answers), rules or Rules())


def of_kind(*kinds: str) -> list[str]:
    return [trial.id for trial in FIRST.trials if trial.check in kinds]


def wrong(answers: list[Answer], trials: Sequence[str]) -> list[Answer]:
    other = {"1": "2", "2": "tie", "tie": "1"}
    for trial in trials:
        slot = other[TRIALS[trial].answer]
        answers = changed(answers, lambda a, t=trial: a.trial_id == t, slot_chosen=slot)
    return answers


def test_honest_raters_all_count() -> None:
    answers = sit(PLAN)
    assert not excluded(answers)
    assert kept(sittings(PLAN, answers), ()) == sittings(PLAN, answers)


@pytest.mark.parametrize("kinds", [("instructed",), ("identical", "content")])
def test_two_failed_checks_leave_a_rater_out_and_one_does_not(kinds: tuple[str, ...]) -> None:
    trials = of_kind(*kinds)
    assert len(trials) == 2
    assert not excluded(wrong(sit(PLAN), trials[:1]))
    found = excluded(wrong(sit(PLAN), trials))
    assert [(one.rule, one.session) for one in found] == [("checks", "")]
    assert "failed 2 of 4 checks" in found[0].reason and FIRST.id in found[0].reason
    assert not excluded(wrong(sit(PLAN), trials), Rules(checks_failed=2))


def test_failures_of_two_sessions_are_not_added_up() -> None:
    answers = sit(PLAN, raters=1)
    for session in PLAN.sessions[:2]:
        answers = wrong(answers, [trial.id for trial in session.trials if trial.check == "identical"])
    assert not excluded(answers)


def test_could_not_judge_fails_no_check() -> None:
    trials = of_kind("identical", "content")
    assert not excluded(changed(sit(PLAN), lambda a: a.trial_id in trials, slot_chosen="unable"))


def test_a_repeat_answered_otherwise_leaves_nobody_out() -> None:
    trials = of_kind("repeat")
    flipped = [replace(a, slot_chosen={"1": "2", "2": "1"}.get(a.slot_chosen, "1"))  # type: ignore[arg-type]
               if a.trial_id in trials else a for a in sit(PLAN)]
    assert not excluded(flipped)


def test_an_answer_before_the_clips_are_over_leaves_a_rater_out() -> None:
    quick = changed(sit(PLAN), lambda a: a.trial_id == FIRST.trials[0].id, watched_ms=1000.0, rt_ms=100.0)
    found = excluded(quick)
    assert [one.rule for one in found] == ["quick"] and "55 %" in found[0].reason
    assert not excluded(quick, Rules(least_watched=0.5))


def test_exactly_the_least_time_and_the_longest_play_back_are_still_fine() -> None:
    quick = changed(sit(PLAN), lambda a: a.trial_id == FIRST.trials[0].id, watched_ms=1800.0, rt_ms=0.0)
    assert not excluded(quick)
    slow = changed(sit(PLAN), lambda a: a.session_id == FIRST.id, watched_ms=2300.0)
    assert not excluded(slow)
    assert [one.rule for one in excluded(slow, Rules(playback=1.149))] == ["playback"]


def test_what_an_answer_says_of_the_length_changes_nothing() -> None:
    first = FIRST.trials[0].id
    quick = changed(sit(PLAN), lambda a: a.trial_id == first, watched_ms=10.0, rt_ms=1.0, clip_ms=0.0)
    assert [one.rule for one in excluded(quick)] == ["quick"]


def test_clips_that_cannot_be_shown_leave_nobody_out() -> None:
    broken = changed(sit(PLAN), lambda a: a.session_id == FIRST.id, slot_chosen="unable", watched_ms=0.0,
                     rt_ms=0.0, clip_ms=0.0)
    assert not excluded(broken)


def test_a_rater_who_sits_on_one_side_is_left_out_from_enough_trials_on() -> None:
    answers = sit(PLAN, lambda plan, unit, trial, rater: "1" if rater == 0 else "tie", raters=3)
    trials = sum(TRIALS[a.trial_id].check in ("", "repeat") for a in answers
                 if a.rater_digest == answers[0].rater_digest)
    assert trials >= 20
    found = excluded(answers)
    assert [(one.rule, one.rater) for one in found] == [("side", answers[0].rater_digest)]
    assert f"left in {trials} of {trials} decided trials (100 %)" in found[0].reason
    assert not excluded(answers, Rules(side_trials=trials + 1))


def test_exactly_the_share_is_still_fine() -> None:
    own = [t.id for s in PLAN.sessions for t in s.trials if t.check == ""]
    left = set(own[:len(own) * 3 // 4])
    def choose(plan: Plan, unit: object, trial: object, rater: int) -> str:
        return "1" if trial.id in left else "2"  # type: ignore[attr-defined]
    answers = [a for a in sit(PLAN, choose, raters=1) if TRIALS[a.trial_id].check == ""]
    assert not excluded(answers, Rules(side_share=0.75))
    assert [one.rule for one in excluded(answers, Rules(side_share=0.74))] == ["side"]


def test_a_session_that_stalls_is_left_out_and_the_raters_others_stay() -> None:
    answers = changed(sit(PLAN, raters=1), lambda a: a.session_id == FIRST.id, watched_ms=2400.0)
    found = excluded(answers)
    assert [(one.rule, one.session) for one in found] == [("playback", FIRST.id)]
    assert "120 %" in found[0].reason
    every = sittings(PLAN, answers)
    assert {one.session.id for one in every} - {one.session.id for one in kept(every, found)} == {FIRST.id}


def test_one_rater_may_break_several_rules_and_all_are_told() -> None:
    answers = wrong(sit(PLAN), of_kind("instructed", "content"))
    answers = changed(answers, lambda a: a.session_id == FIRST.id, watched_ms=900.0, rt_ms=10.0)
    assert [one.rule for one in excluded(answers)] == ["checks", "quick"]

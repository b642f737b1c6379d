"""What checks and training examples show, and which answer is right."""

from __future__ import annotations

import pytest

from steadybench.study.model import Plan, Stimulus, Trial
from steadybench.study.planning.making import make
from steadybench.study.planning.request import Request
from steadybench.study.questions import AXIS_OF, OF_AXIS, QUESTIONS
from tests.steadybench.study.made_read import SECRET, flat, made_read


def bad_half(system: int, _prompt: int, axis: str) -> float:
    """Even systems are good; odd ones have failed on every axis."""
    return 0.9 if system % 2 else 0.1


@pytest.fixture(scope="module")
def plan() -> Plan:
    asked = Request(question=("motion", "texture"), votes=2)
    return make(made_read(6, 24, levels=bad_half), asked, SECRET).plan


def shown(plan: Plan, trial: Trial) -> tuple[Stimulus, Stimulus]:
    by_token = {one.token: one for one in plan.stimuli}
    return by_token[trial.left], by_token[trial.right]


def of_kind(plan: Plan, check: str) -> list[tuple[Trial, Stimulus, Stimulus]]:
    return [(trial, *shown(plan, trial)) for session in plan.sessions for trial in session.trials
            if trial.check == check]


def test_an_identical_pair_is_one_clip_in_two_files(plan: Plan) -> None:
    for trial, left, right in of_kind(plan, "identical"):
        assert {left.kind, right.kind} == {"clip", "copy"} and left.token != right.token
        assert (left.source, left.seconds) == (right.source, right.seconds) and trial.answer == "tie"


def test_a_content_check_is_a_good_clip_against_itself_spoiled(plan: Plan) -> None:
    good = {unit.first for unit in plan.units} | {unit.second for unit in plan.units}
    spoils = {session.id: QUESTIONS[session.question].spoil for session in plan.sessions}
    spoiled_by = {trial.id: spoils[session.id] for session in plan.sessions for trial in session.trials}
    systems = set()
    for trial, left, right in of_kind(plan, "content"):
        clean, bad = (left, right) if trial.answer == "1" else (right, left)
        assert clean.kind == "clip" and bad.kind == "spoiled" and clean.source == bad.source
        assert bad.spoil == spoiled_by[trial.id]
        systems.add(clean.system)
    assert len(systems) == 3 and systems < good
    assert {trial.answer for trial, *_ in of_kind(plan, "content")} == {"1", "2"}


def test_instructions_say_on_both_sides_what_is_right(plan: Plan) -> None:
    right_for = {"left": "1", "right": "2", "tie": "tie"}
    for trial, left, right in of_kind(plan, "instructed"):
        assert left.kind == right.kind == "instruction" and left.token != right.token
        assert left.press == right.press and right_for[left.press] == trial.answer
    for session in plan.sessions:
        told = [trial.answer for trial in session.trials if trial.check == "instructed"]
        assert len(set(told)) == 2


def test_checks_show_clips_that_the_session_does_not_show(plan: Plan) -> None:
    source = {one.token: one.source for one in plan.stimuli}
    fresh = 0
    for session in plan.sessions:
        seen = {source[name] for trial in session.trials if not trial.check
                for name in (trial.left, trial.right)}
        fresh += sum(source[trial.left] not in seen for trial in session.trials
                     if trial.check in ("identical", "content"))
    assert fresh == 2 * len(plan.sessions)


@pytest.mark.parametrize("seed", range(4))
def test_the_checks_of_a_session_show_different_clips(seed: int) -> None:
    plan = make(made_read(3, 8), Request(question=("motion",), votes=2, trials=9, seed=seed), SECRET).plan
    source = {one.token: one.source for one in plan.stimuli}
    for session in plan.sessions:
        identical, content = (next(source[trial.left] for trial in session.trials if trial.check == kind)
                              for kind in ("identical", "content"))
        assert identical != content


@pytest.mark.parametrize("seed", range(4))
def test_checks_are_spread_over_systems_and_prompts(seed: int) -> None:
    plan = make(made_read(8, 8), Request(question=("motion",), seed=seed), SECRET).plan
    for kind in ("copy", "spoiled"):
        own = [one for one in plan.stimuli if one.kind == kind]
        assert len(own) > 4
        assert len({one.system for one in own}) == len({one.prompt for one in own}) == len(own)


def test_training_is_drawn_and_its_answer_is_the_clean_side(plan: Plan) -> None:
    by_token = {one.token: one for one in plan.stimuli}
    assert [one.question for one in plan.training] == ["motion", "texture"]
    for one in plan.training:
        left, right = by_token[one.left], by_token[one.right]
        clean, bad = (left, right) if one.answer == "1" else (right, left)
        assert clean.kind == bad.kind == "training" and not clean.source and not clean.spoil
        assert bad.spoil == QUESTIONS[one.question].spoil and clean.seconds == bad.seconds > 0


def test_without_a_good_clip_the_content_check_is_told() -> None:
    bad = make(made_read(4, 6, levels=lambda *_: 0.8), Request(question=("motion",), votes=2), SECRET)
    fine = make(made_read(4, 6, levels=flat), Request(question=("motion",), votes=2), SECRET)

    assert any("no clip was found good by stagnation.late" in line for line in bad.told)
    assert not any("found good" in line for line in fine.told)


def test_questions_are_complete_and_the_preference_comes_last() -> None:
    from steadybench.study.spoil import SPOILS

    assert list(QUESTIONS) == ["stillness", "motion", "texture", "loops", "preference"]
    assert set(AXIS_OF) == set(QUESTIONS) and set(OF_AXIS.values()) < set(QUESTIONS)
    assert {one.spoil for one in QUESTIONS.values()} <= set(SPOILS)
    for name, one in QUESTIONS.items():
        assert one.id == name and one.text.endswith("?") and one.definition and one.training

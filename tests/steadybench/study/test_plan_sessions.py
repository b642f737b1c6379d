"""Sessions keep what the protocol promises, whatever the design."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from steadybench.study.model import Plan, Session
from steadybench.study.planning import limits
from steadybench.study.planning.making import Made, make
from steadybench.study.planning.reading import Read
from steadybench.study.planning.request import Request
from tests.steadybench.study.made_read import SECRET, candidate, made_read, read_of


def made(read: Read, question: str = "stillness", **options: object) -> Made:
    return make(read, Request(question=(question,), **options), SECRET)  # type: ignore[arg-type]


def holed() -> Read:
    """Six systems on ten prompts, with every seventh clip missing."""
    places = [(i, j) for i in range(6) for j in range(10)]
    return read_of(*(candidate(i, j) for n, (i, j) in enumerate(places) if n % 7))


DESIGNS: dict[str, tuple[Read, dict[str, object]]] = {
    "every pair on every prompt": (made_read(8, 12), {}),
    "as many sessions as clips allow": (made_read(8, 3), {}),
    "balanced incomplete": (made_read(8, 24), {"prompts_per_pair": 12, "votes": 2}),
    "odd number of systems": (made_read(7, 9), {"prompts_per_pair": 4}),
    "clips are missing": (holed(), {"prompts_per_pair": 5}),
    "two seeds": (made_read(5, 4, seeds=2), {"votes": 2}),
    "short sessions": (made_read(6, 12), {"trials": 13, "votes": 2}),
    "three systems": (made_read(3, 6), {"votes": 4}),
    "two systems": (made_read(2, 5), {"votes": 2}),
    "one pair": (made_read(2, 1), {"votes": 2}),
}


@pytest.fixture(scope="module", params=DESIGNS)
def plan(request: pytest.FixtureRequest) -> Plan:
    read, options = DESIGNS[request.param]
    return made(read, **options).plan


def systems_of(plan: Plan, session: Session) -> list[set[str]]:
    shown = {one.token: one.system for one in plan.stimuli}
    return [{shown[trial.left], shown[trial.right]} - {""} for trial in session.trials]


def test_every_unit_is_judged_as_often_as_asked_and_half_of_it_each_way(plan: Plan) -> None:
    units = {unit.id: unit for unit in plan.units}
    ways: Counter[tuple[str, bool]] = Counter()
    for session in plan.sessions:
        for trial in session.trials:
            if not trial.check:
                unit = units[trial.unit]
                assert {trial.left, trial.right} == {unit.first_clip, unit.second_clip}
                ways[unit.id, trial.left == unit.first_clip] += 1

    assert ways == {(unit, way): plan.settings.votes // 2 for unit in units for way in (True, False)}


def test_no_clip_comes_twice_in_a_session_but_in_checks(plan: Plan) -> None:
    source = {one.token: one.source for one in plan.stimuli}
    for session in plan.sessions:
        shown = [source[name] for trial in session.trials if not trial.check
                 for name in (trial.left, trial.right)]
        assert len(set(shown)) == len(shown)


def test_sessions_stay_within_their_limits(plan: Plan) -> None:
    for session in plan.sessions:
        assert len(session.trials) <= plan.settings.trials_per_session <= limits.MOST_SHORT
        watched = len(session.trials) * (plan.settings.seconds + limits.ANSWER_S)
        assert watched <= 60 * limits.LONGEST_MIN
        assert session.break_after == len(session.trials) // 2


def test_every_session_has_its_five_checks(plan: Plan) -> None:
    for session in plan.sessions:
        counted = Counter(trial.check for trial in session.trials if trial.check)
        assert counted == {"identical": 1, "content": 1, "instructed": 2, "repeat": 1}


def test_a_repeat_is_an_earlier_trial_with_its_sides_swapped(plan: Plan) -> None:
    for session in plan.sessions:
        places = {trial.id: place for place, trial in enumerate(session.trials)}
        place, repeat = next((i, t) for i, t in enumerate(session.trials) if t.check == "repeat")
        early = session.trials[places[repeat.repeats]]
        assert not early.check and places[early.id] < place
        assert (early.left, early.right, early.unit) == (repeat.right, repeat.left, repeat.unit)
        if len(session.trials) >= 12:
            assert place - places[early.id] > 3


def test_checks_are_not_in_the_first_two_nor_adjacent_nor_last(plan: Plan) -> None:
    roomy = [session for session in plan.sessions if len(session.trials) >= 12]
    for session in roomy:
        checks = [place for place, trial in enumerate(session.trials) if trial.check]
        assert checks[0] >= 2 and checks[-1] < len(session.trials) - 1
        assert all(after - before > 1 for before, after in pairwise(checks))


def test_systems_come_equally_often_in_a_session(plan: Plan) -> None:
    shown = {one.token: one.system for one in plan.stimuli}
    for session in plan.sessions:
        counted = Counter(dict.fromkeys(plan.systems, 0))
        counted.update(shown[name] for trial in session.trials if not trial.check
                       for name in (trial.left, trial.right))
        assert max(counted.values()) - min(counted.values()) <= 3


def test_every_file_is_shown_and_every_token_is_a_file(plan: Plan) -> None:
    shown = {name for session in plan.sessions for trial in session.trials
             for name in (trial.left, trial.right)}
    shown |= {name for one in plan.training for name in (one.left, one.right)}

    assert [one.token for one in plan.stimuli] == sorted(shown)


def test_ids_are_tokens_and_none_comes_twice(plan: Plan) -> None:
    trials = [trial.id for session in plan.sessions for trial in session.trials]
    sessions = [session.id for session in plan.sessions]
    assert len(set(trials)) == len(trials) and {len(name) for name in trials} == {12}
    assert len(set(sessions)) == len(sessions) and {len(name) for name in sessions} == {16}


@pytest.mark.parametrize("name", ["every pair on every prompt", "as many sessions as clips allow",
                                  "balanced incomplete", "short sessions"])
def test_no_system_comes_in_two_successive_trials(name: str) -> None:
    read, options = DESIGNS[name]
    found = made(read, **options)

    assert not any("share a system" in line for line in found.told)
    for session in found.plan.sessions:
        assert not any(a & b for a, b in pairwise(systems_of(found.plan, session)))


def test_where_systems_must_follow_themselves_it_is_counted() -> None:
    read, options = DESIGNS["three systems"]
    found = made(read, **options)

    clashes = sum(bool(a & b) for session in found.plan.sessions
                  for a, b in pairwise(systems_of(found.plan, session)))
    assert any(f"{clashes} of" in line and "share a system" in line for line in found.told)


def test_whole_rounds_show_every_system_exactly_as_often() -> None:
    """Eight systems on three prompts: a session is one round of each prompt, so there are 42 and no more."""
    read, options = DESIGNS["as many sessions as clips allow"]
    found = made(read, **options)

    assert len(found.plan.sessions) == 7 * 6
    for session in found.plan.sessions:
        counted = Counter(name for trial, own in zip(session.trials, systems_of(found.plan, session),
                                                     strict=True) if not trial.check for name in own)
        assert set(counted.values()) == {3}
    assert any("42 sessions where" in line for line in found.told)


def test_systems_are_left_and_right_equally_often_over_the_study() -> None:
    read, options = DESIGNS["balanced incomplete"]
    plan = made(read, **options).plan
    shown = {one.token: one.system for one in plan.stimuli}
    judged = [trial for session in plan.sessions for trial in session.trials if not trial.check]

    assert (Counter(shown[trial.left] for trial in judged)
            == Counter(shown[trial.right] for trial in judged))

"""When collection ends: registered, told, and held against what came."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from steadybench.errors import USAGE
from steadybench.study.analysing.deviations import Seen, deviations
from steadybench.study.answers import Answer
from steadybench.study.excluding.sittings import sittings
from steadybench.study.gathering.model import Gathered
from steadybench.study.gathering.values import moment
from steadybench.study.locking import lockfile
from steadybench.study.locking.stopping import Stop, faults, sentence
from tests.steadybench.study.locked_study import call, code, lock_then, told, write_study
from tests.steadybench.study.made_study import made_plan
from tests.steadybench.study.sat_study import digits, sit, stamp

MADE = made_plan()
PLAN = MADE[0]
PLANNED = len(PLAN.sessions)
NOW = datetime(2025, 3, 9, tzinfo=UTC)
ANSWERS = sit(PLAN)
"""Given on 2025-03-01 from 09:00 UTC on: a minute a trial, raters a second apart."""


def found(stop: Stop, answers: list[Answer], now: datetime = NOW) -> list[str]:
    return list(faults(stop, sittings(PLAN, answers), now))


def later(hours: float, *sessions: int, received: bool = False) -> list[Answer]:
    """The answers of some sessions given, or only received, later."""
    own = {PLAN.sessions[number].id for number in sessions}

    def moved(one: Answer) -> Answer:
        started, submitted = (stamp(moment(time) + timedelta(hours=hours)) for time in
                              (one.started, one.submitted))
        return replace(one, received=submitted) if received else replace(one, started=started,
                                                                          submitted=submitted)

    return [moved(one) if one.session_id in own else one for one in ANSWERS]


def without(session: int, trials: int) -> list[Answer]:
    """All answers but for the last ones of a session."""
    gone = {trial.id for trial in PLAN.sessions[session].trials[-trials:]}
    return [one for one in ANSWERS if one.trial_id not in gone]


def test_every_session_complete_is_the_end() -> None:
    assert found(Stop(PLANNED), ANSWERS) == []
    (told_,) = found(Stop(PLANNED), without(1, 1))
    assert f"had not ended by its rule when results were worked out: {PLANNED - 1} of {PLANNED} " in told_
    assert "no last day was set" in told_
    assert "0 of" in found(Stop(PLANNED), [])[0]


def test_the_last_day_ends_collection_whatever_came() -> None:
    stop = Stop(PLANNED, "2025-03-01")
    assert found(stop, without(1, 1)) == []
    assert found(stop, without(1, 1), datetime(2025, 3, 2, tzinfo=UTC)) == []
    (early,) = found(stop, without(1, 1), datetime(2025, 3, 1, 23, 59, 59, tzinfo=UTC))
    assert "its last day, 2025-03-01, is not over" in early
    assert found(stop, ANSWERS, datetime(2025, 3, 1, 20, tzinfo=UTC)) == []


def test_sessions_begun_after_the_last_day_are_counted() -> None:
    trials = len(PLAN.sessions[0].trials)
    (late,) = found(Stop(PLANNED, "2025-03-01"), later(16, 0))
    assert f"1 of {PLANNED} sessions, with {trials} answers, were begun after" in late
    assert "the last day was 2025-03-01" in late
    assert found(Stop(PLANNED, "2025-03-02"), later(16, 0)) == []
    # A session that is under way at midnight may be finished.
    assert found(Stop(PLANNED, "2025-03-01"), later(14.9, 0)) == []


def test_sessions_begun_after_enough_were_complete_are_counted() -> None:
    stop = Stop(PLANNED - 2)
    assert found(stop, ANSWERS) == [], "all were under way at that time"
    (late,) = found(stop, later(5, 0, 1))
    assert f"2 of {PLANNED} sessions" in late
    assert f"{PLANNED - 2} sessions were complete at 2025-03-01T" in late
    assert found(Stop(PLANNED), later(5, 0, 1)) == []
    # The receiver's clock says when sessions were complete; a rater's clock that is ahead makes none late.
    assert found(stop, later(5, *range(2, PLANNED), received=True)) == []
    ahead = [replace(own, received=one.submitted)
             for own, one in zip(later(5, 0, 1), ANSWERS, strict=True)]
    assert found(stop, ahead) == []


def test_the_rule_is_told_in_words() -> None:
    assert sentence(Stop(8), 8).startswith("Collection ends when every planned session is complete. No ")
    both = sentence(Stop(6, "2026-12-31"), 8)
    assert "6 of 8 planned sessions are complete, and at the latest at the end of 2026-12-31 (UTC)." in both


@pytest.mark.parametrize(("options", "stop", "raters"), [
    ((), Stop(PLANNED), PLANNED), (("--sessions", 2), Stop(2), 2),
    (("--until", "2025-03-01", "--sessions", PLANNED, "--raters", 3), Stop(PLANNED, "2025-03-01"), 3),
])
def test_a_lock_holds_the_rule(options: tuple[object, ...], stop: Stop, raters: int, tmp_path: Path) -> None:
    study = write_study(tmp_path / "study", MADE)
    result = lock_then(study, *options)  # on 2025-03-01
    terms = lockfile.load(study).terms
    assert (terms.stop, terms.raters, terms.stopping) == (stop, raters, "")
    assert sentence(stop, PLANNED) in told(result)


def test_fewer_sessions_than_planned_are_no_deviation_where_so_registered(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "study", MADE)
    assert code(lock_then(folder, "--sessions", 2)) == 0
    lock = lockfile.load(folder)
    own = {session.id for session in PLAN.sessions[:2]}

    def kinds(answers: list[Answer]) -> list[str]:
        seen = Seen(folder, PLAN, lock, lockfile.digest(lock), (), Gathered(tuple(answers), (), 0, 0),
                    sittings(PLAN, answers), NOW)
        return [one.kind for one in deviations(seen)]

    some = [one for one in ANSWERS if one.session_id in own]
    assert kinds(some) == []
    assert kinds(some[:-1]) == ["stopping", "sessions", "votes"]
    assert kinds([replace(one, simulated=True) for one in some[:-1]]) == ["sessions", "votes", "simulated"]
    # The page's version is the lock's to say, whatever stands in the record of the export.
    other = digits("another page", length=16)
    record = folder / "export.json"
    record.write_text(record.read_text().replace(lock.page_version, other))
    assert kinds([replace(one, page_version=other) for one in some]) == ["export", "page"]


def test_a_rule_that_cannot_be_met_is_refused(tmp_path: Path) -> None:
    study = write_study(tmp_path / "study", MADE)
    result = lock_then(study, "--sessions", PLANNED + 1, "--until", "2025-02-28")
    assert code(result) == USAGE and not (study / "lock.json").exists()
    assert f"the plan has {PLANNED}." in told(result) and "that day is over" in told(result)
    assert call("study", "lock", study, "--until", "soon").exception is not None

"""Results of platforms are matched with answers, and pay follows from instructed checks alone."""

from __future__ import annotations

import csv
import json
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest

from steadybench.errors import InputError
from steadybench.study import key as keys
from steadybench.study import planfile
from steadybench.study.codec import plain
from steadybench.study.crowd import command
from steadybench.study.crowd.raters import digest
from steadybench.study.exporting.public import completion_code
from tests.steadybench.study.answered import SALT, answer, posted, study_plan, write_lines

PLAN = study_plan(4, 30, instructed=2)
KEY = keys.Key("5e" * 32, {}, {}, {})
SESSIONS = [session.id for session in PLAN.sessions]
MTURK = ("WorkerId", "AssignmentId", "Input.session_id", "Answer.completion_code", "AssignmentStatus")


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "study"
    folder.mkdir()
    planfile.save(PLAN, folder)
    keys.save(KEY, folder / keys.FILE)
    return folder


def answers(
    folder: Path, session: int, rater: str, trials: int = 30, wrong: int = 0, choice: str = "2"
) -> None:
    """A session by a rater whose page knows the platform's id; the last checks are answered wrongly."""
    own = digest(SALT, rater)
    given = [
        answer(session, at, rater, PLAN, rater_digest=own, slot_chosen=choice if at >= 30 - wrong else "1")
        for at in range(trials)
    ]
    write_lines(folder / f"{SESSIONS[session]}.jsonl", *(json.dumps(plain(one)) for one in given))


def pay(
    study: Path, header: Sequence[str], rows: Sequence[Sequence[str]], separator: str = ","
) -> tuple[list[dict[str, str]], list[str]]:
    results, out, said = study.parent / "results.csv", study.parent / "pay.csv", list[str]()
    with results.open("w", newline="") as stream:
        csv.writer(stream, delimiter=separator).writerows([header, *rows])
    command.write_payments(study, results, [study.parent / "answers"], out, None, said.append)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with out.open(newline="") as stream:
        return list(csv.DictReader(stream)), said


@pytest.mark.parametrize("separator", [",", "\t"])
def test_mturk(separator: str, study: Path) -> None:
    folder = study.parent / "answers"
    answers(folder, 0, "good")
    answers(folder, 1, "careless", wrong=2)
    answers(folder, 2, "half", trials=10)
    rows = [("good", "a1", SESSIONS[0], completion_code(KEY, SESSIONS[0]).lower(), "Submitted"),
            ("careless", "a2", SESSIONS[1], completion_code(KEY, SESSIONS[1]), "Submitted"),
            ("half", "a3", SESSIONS[2], "", "Submitted"), ("=odd()", "a4", "f" * 16, "00000000", "Submitted")]
    table, said = pay(study, MTURK, rows, separator)
    assert [(one["pay"], one["code"]) for one in table] == [
        ("yes", "right"), ("no", "right"), ("look", "none"), ("look", "wrong")]
    assert table[1]["instructed_failed"] == "2" and table[2]["answered"] == "10"
    assert table[3]["platform_id"] == "'=odd()"
    assert "pay 1, refuse 1, look at 2" in said[0]


def test_simulated_answers_earn_nothing(study: Path) -> None:
    given = [answer(0, at, "bot", PLAN, rater_digest=digest(SALT, "bot"), simulated=True) for at in range(30)]
    lines = (json.dumps(plain(one)) for one in given)
    write_lines(study.parent / "answers" / f"{SESSIONS[0]}.jsonl", *lines)
    table, _ = pay(study, MTURK, [("bot", "a", SESSIONS[0], "", "Submitted")])
    assert (table[0]["answered"], table[0]["pay"]) == ("0", "look")


def test_one_failed_check_costs_no_pay(study: Path) -> None:
    answers(study.parent / "answers", 0, "tired", wrong=1)
    table, _ = pay(study, MTURK, [("tired", "a", SESSIONS[0], "", "Submitted")])
    assert (table[0]["pay"], table[0]["instructed_failed"]) == ("yes", "1")


def test_picture_that_could_not_be_shown_costs_no_pay(study: Path) -> None:
    answers(study.parent / "answers", 0, "unlucky", wrong=2, choice="unable")
    table, _ = pay(study, MTURK, [("unlucky", "a", SESSIONS[0], "", "Submitted")])
    assert (table[0]["pay"], table[0]["instructed_failed"]) == ("yes", "0")


def test_short_session_never_costs_pay(tmp_path: Path) -> None:
    short = study_plan(1, 4, instructed=2)
    folder = tmp_path / "study"
    planfile.save(short, folder)
    keys.save(KEY, folder / keys.FILE)
    given = [answer(0, at, "ann", short, slot_chosen="2") for at in range(4)]
    write_lines(tmp_path / "answers" / "all.jsonl", *(json.dumps(plain(one)) for one in given))
    table, _ = pay(folder, MTURK, [("ann", "a", short.sessions[0].id, "", "Submitted")])
    assert table[0]["pay"] == "look" and "too short" in table[0]["why"]


def test_prolific_is_matched_by_rater_and_by_code(study: Path) -> None:
    answers(study.parent / "answers", 0, "p1")
    answers(study.parent / "answers", 1, "p2", wrong=2)
    answers(study.parent / "answers", 3, "nobody here")
    header = ("Submission id", "Participant id", "Status", "Completion code")
    rows = [("s1", "p1", "AWAITING REVIEW", "DONE"), ("s2", "p2", "AWAITING REVIEW", "DONE"),
            ("s3", "p3", "RETURNED", ""), ("s4", "p4", "AWAITING REVIEW", completion_code(KEY, SESSIONS[2]))]
    table, said = pay(study, header, rows)
    assert [(one["session_id"], one["pay"]) for one in table] == [
        (SESSIONS[0], "yes"), (SESSIONS[1], "no"), ("", "look"), (SESSIONS[2], "yes")]
    assert "RETURNED" in table[2]["why"]
    assert any(f"1 sessions have answers but no submission: {SESSIONS[3]}" in line for line in said)


def test_code_that_was_passed_on_is_seen(study: Path) -> None:
    code = completion_code(KEY, SESSIONS[0])
    answers(study.parent / "answers", 0, "first")
    rows = [("first", "a1", SESSIONS[0], code, ""), ("second", "a2", SESSIONS[0], code, ""),
            ("third", "a3", SESSIONS[1], code, "")]
    table, _ = pay(study, MTURK, rows)
    assert [one["pay"] for one in table] == ["look"] * 3
    assert "not that of the session" in table[2]["why"]


def test_codes_of_a_receiver_are_those_that_it_noted(study: Path) -> None:
    """Also of a rater whose answers are gone, since paid is who took part."""
    folder = study.parent / "answers"
    answers(folder, 0, "first")
    rows = [("first", "a1", SESSIONS[0], "0badc0de", ""), ("withdrew", "a2", SESSIONS[1], "FACADE00", ""),
            ("guesser", "a3", SESSIONS[2], "none", "")]
    table, said = pay(study, MTURK, rows)
    assert [one["code"] for one in table] == ["wrong"] * 3 and "No receiver's record" in said[-1]
    log = [{"event": "claim", "session_id": SESSIONS[0]},
           {"event": "finish", "session_id": SESSIONS[0], "code": "0BADC0DE"},
           {"event": "finish", "session_id": SESSIONS[1], "code": "FACADE00"}]
    claims = write_lines(folder / "receiver" / "claims.jsonl", *map(json.dumps, log), '{"event": "fin')
    claims.write_text(claims.read_text()[:-1])
    table, said = pay(study, MTURK, rows)
    assert [(one["pay"], one["code"]) for one in table] == [
        ("yes", "right"), ("yes", "right"), ("look", "wrong")]
    assert not any("No receiver's record" in line for line in said)
    claims.write_text('{"event": "finish"}\n')
    with pytest.raises(InputError, match=r"claims\.jsonl cannot be read"):
        pay(study, MTURK, rows)


def test_answers_that_come_with_the_results(study: Path) -> None:
    given = json.dumps([posted(answer(0, at, "w", PLAN)) for at in range(30)])
    header = (*MTURK, "Answer.answers")
    table, _ = pay(study, header, [("w", "a", SESSIONS[0], "", "", given), ("x",)])
    assert table[0]["pay"] == "yes" and len(table) == 1


@pytest.mark.parametrize(("header", "told"), [
    (MTURK[:3], "columns are missing: Answer.completion_code"),
    (("Participant id",), "columns are missing: Submission id, Completion code, Status"),
    (("Worker", "session_id"), "no known platform"), ((*MTURK, "rater"), "no known platform"), ((), "empty"),
])
def test_missing_columns_are_named(header: tuple[str, ...], told: str, study: Path) -> None:
    results = study.parent / "results.csv"
    results.write_text(",".join(header))
    with pytest.raises(InputError, match=told):
        command.write_payments(study, results, [], study.parent / "pay.csv", None, [].append)
    assert not (study.parent / "pay.csv").exists()

"""Everything that is read either counts or is kept apart with a reason."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from steadybench.study.answers import Answer
from steadybench.study.codec import plain
from steadybench.study.gathering.gather import gather
from steadybench.study.gathering.model import Gathered
from tests.steadybench.study.answered import DIGEST, NOW, PLAN, answer, digest_of, posted, stamp, write_lines


def line(given: Answer, **changed: object) -> str:
    return json.dumps({**plain(given), **changed})


def run(*paths: Path, locked: datetime | None = None) -> Gathered:
    made = gather(paths, PLAN, DIGEST, locked, NOW)
    assert made.lines == len(made.answers) + len(made.aside) + made.blank
    return made


def kinds(made: Gathered) -> Counter[str]:
    return Counter(own.kind for own in made.aside)


def session_file(folder: Path, session: int, *lines: str) -> Path:
    return write_lines(folder / f"{PLAN.sessions[session].id}.jsonl", *lines)


def test_receiver_folder_counts_whole(tmp_path: Path) -> None:
    for session in range(3):
        lines = (line(answer(session, at, f"rater {session}")) for at in range(4))
        session_file(tmp_path, session, *lines, "")
    write_lines(tmp_path / "receiver" / "claims.jsonl", "nothing of ours")
    write_lines(tmp_path / ".hidden.jsonl", "nothing of ours")
    made = run(tmp_path)
    assert made.answers == tuple(answer(s, at, f"rater {s}") for s in range(3) for at in range(4))
    assert made.aside == () and made.blank == 3


BAD: dict[str, tuple[str, str]] = {
    "other study": (line(answer(), study_digest="0" * 64), "0" * 12),
    "unknown session": (line(answer(), session_id="f" * 16), "f" * 16),
    "unknown trial": (line(answer(), trial_id="f" * 12), "f" * 12),
    "other session": (line(answer(), trial_id=PLAN.sessions[1].trials[0].id), PLAN.sessions[1].id),
    "unknown question": (line(answer(), question_id="motion"), "motion"),
    "future": (line(answer(), submitted=stamp(NOW + timedelta(hours=1))), "13:00"),
    "impossible times": (line(answer(), started=stamp(NOW)), "before the start"),
    "malformed": ("{nothing", "no JSON"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_line_is_named_and_costs_no_other(kind: str, tmp_path: Path) -> None:
    text, told = BAD[kind]
    made = run(write_lines(tmp_path / "all.jsonl", line(answer(0, 1)), text, line(answer(0, 2))))
    assert made.answers == (answer(0, 1), answer(0, 2))
    (aside,) = made.aside
    assert aside.kind == kind and told in aside.reason
    assert aside.place == f"{tmp_path / 'all.jsonl'}:2"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"rt_ms": "900"}, "rt_ms: expected a number"), ({"rt_ms": -1.0}, "rt_ms: expected 0"),
        ({"rt_ms": float("nan")}, "rt_ms"), ({"rt_ms": 10**400}, "larger than any"),
        ({"slot_chosen": "left"}, "slot_chosen"), ({"extra\ud800": 1}, "unknown"),
        ({"submitted": "yesterday"}, "submitted: expected a UTC time"),
        ({"started": "2026-02-30T00:00:00Z"}, "started"), ({"screen": "big"}, "screen"),
        ({"replays_left": True}, "replays_left"), ({"received": "soon"}, "received"),
    ],
)
def test_fields_are_read_strictly(changed: dict[str, object], told: str, tmp_path: Path) -> None:
    made = run(write_lines(tmp_path / "a.jsonl", json.dumps({**plain(answer()), **changed})))
    (aside,) = made.aside
    assert aside.kind == "malformed" and told in aside.reason
    aside.reason.encode()


def test_last_line_that_breaks_off(tmp_path: Path) -> None:
    path = session_file(tmp_path, 0, line(answer(0, 0)))
    with path.open("a") as stream:
        stream.write(line(answer(0, 1))[:200])
    made = run(tmp_path)
    assert made.answers == (answer(0, 0),) and kinds(made) == {"truncated": 1}


def test_whole_last_line_without_line_feed_counts(tmp_path: Path) -> None:
    path = session_file(tmp_path, 0, line(answer(0, 0)))
    path.write_text(path.read_text().rstrip("\n"))
    assert run(tmp_path).answers == (answer(0, 0),)


def test_equal_answers_count_once_and_the_dated_one_stays(tmp_path: Path) -> None:
    dated = answer(0, 0, received=stamp(NOW))
    write_lines(tmp_path / "a" / "saved.jsonl", line(answer(0, 0)))
    session_file(tmp_path / "b", 0, line(dated), line(dated))
    made = run(tmp_path)
    assert made.answers == (dated,) and kinds(made) == {"duplicate": 2}


@pytest.mark.parametrize("changed", [{"slot_chosen": "2", "answer_id": "a" * 32}, {"slot_chosen": "2"}])
def test_unlike_answers_to_one_trial_count_neither(changed: dict[str, object], tmp_path: Path) -> None:
    session_file(tmp_path, 0, line(answer(0, 0)), line(answer(0, 1)))
    session_file(tmp_path / "conflicts", 0, line(answer(0, 0), **changed))
    made = run(tmp_path)
    assert made.answers == (answer(0, 1),) and kinds(made) == {"conflict": 2}


def test_session_counts_for_whoever_answered_most(tmp_path: Path) -> None:
    lines = (line(answer(0, at, "did it")) for at in range(4))
    session_file(tmp_path, 0, line(answer(0, 0, "left it")), *lines)
    made = run(tmp_path)
    assert {own.rater_digest for own in made.answers} == {digest_of("did it")}
    assert kinds(made) == {"second rater": 1} and len(made.answers) == 4


@pytest.mark.parametrize("early", ["ann", "bob"])
def test_of_two_who_answered_as_much_the_one_who_began_first_counts(early: str, tmp_path: Path) -> None:
    late = stamp(NOW - timedelta(minutes=30))
    lines = (line(answer(0, 0, who), **({} if who == early else {"started": late, "submitted": late}))
             for who in ("ann", "bob"))
    made = run(session_file(tmp_path, 0, *lines))
    assert {own.rater_digest for own in made.answers} == {digest_of(early)}


def test_withdrawn_rater_counts_nowhere(tmp_path: Path) -> None:
    stone = {"withdrawn": stamp(NOW), "session_id": PLAN.sessions[0].id, "rater_digest": digest_of("ann"),
             "deleted": 2}
    session_file(tmp_path, 0, json.dumps(stone), line(answer(0, 0, "bob")))
    saved = tmp_path / "saved.json"
    saved.write_text(json.dumps({"schema": 1, "answers": [posted(answer(0, 0)), posted(answer(1, 0))]}))
    made = run(tmp_path)
    assert made.answers == (answer(0, 0, "bob"), answer(1, 0)) and kinds(made) == {"withdrawn": 2}


def test_simulated_answers_never_count_beside_real_ones(tmp_path: Path) -> None:
    made_up = write_lines(tmp_path / "simulated.jsonl", line(answer(0, 0, simulated=True)))
    real = write_lines(tmp_path / "real.jsonl", line(answer(1, 0)))
    assert run(made_up).answers == (answer(0, 0, simulated=True),)
    both = run(made_up, real)
    assert both.answers == (answer(1, 0),) and kinds(both) == {"simulated": 1}


def test_answers_before_the_lock_by_either_clock(tmp_path: Path) -> None:
    locked = NOW - timedelta(minutes=30)
    path = write_lines(
        tmp_path / "a.jsonl", line(answer(0, 0)), line(answer(0, 1), received=stamp(NOW)),
        line(answer(0, 2), started=stamp(NOW - timedelta(seconds=9)), submitted=stamp(NOW)),
        line(answer(0, 3), started=stamp(NOW - timedelta(seconds=9)), submitted=stamp(NOW),
             received=stamp(locked - timedelta(seconds=1))),
    )
    made = run(path, locked=locked)
    assert [own.trial_id for own in made.answers] == [PLAN.sessions[0].trials[2].id]
    assert kinds(made) == {"before lock": 3}


def test_clocks_that_are_set_meanwhile_do_no_harm_up_to_a_minute(tmp_path: Path) -> None:
    lines = (line(answer(0, at), rt_ms=ms) for at, ms in enumerate((55_000.0, 65_000.0)))
    made = run(write_lines(tmp_path / "a.jsonl", *lines))
    assert [own.rt_ms for own in made.answers] == [55_000.0] and kinds(made) == {"impossible times": 1}
    assert "3 s apart, yet 67 s were measured" in made.aside[0].reason


def test_clock_of_rater_ahead_does_no_harm_where_a_receiver_dated(tmp_path: Path) -> None:
    ahead = NOW + timedelta(days=1)
    given = answer(0, 0, started=stamp(ahead), submitted=stamp(ahead + timedelta(seconds=3)))
    path = write_lines(tmp_path / "a.jsonl", line(given, received=stamp(NOW)))
    assert len(run(path).answers) == 1
    assert kinds(run(write_lines(tmp_path / "b.jsonl", line(given)))) == {"future": 1}


def test_order_of_paths_changes_nothing(tmp_path: Path) -> None:
    session_file(tmp_path / "a", 0, *(line(answer(0, at)) for at in range(3)), "{")
    session_file(tmp_path / "b", 1, line(answer(1, 0)), line(answer(1, 0)))
    session_file(tmp_path / "c", 0, line(answer(0, 0)), line(answer(0, 1), slot_chosen="2"))
    folders = [tmp_path / name for name in "abc"]
    assert run(*folders) == run(*reversed(folders)) == run(tmp_path, *folders)


def test_files_that_hold_no_answers_are_named(tmp_path: Path) -> None:
    write_lines(tmp_path / "notes.txt", "hello")
    write_lines(tmp_path / "list.json", '{"other": 1}')
    write_lines(tmp_path / "cut.json", json.dumps({"answers": [posted(answer())]})[:300])
    made = run(tmp_path, tmp_path / "absent.jsonl")
    assert {(Path(own.place).name, own.kind) for own in made.aside} == {
        ("notes.txt", "unreadable"), ("absent.jsonl", "unreadable"), ("list.json", "malformed"),
        ("cut.json", "truncated"),
    }

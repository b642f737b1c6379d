"""Sessions are given out, answers kept once, and ended: in one process, through the application."""

from __future__ import annotations

import errno
import json
import os
import re
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest

from steadybench.errors import InputError
from steadybench.study.crowd.codes import known
from steadybench.study.exporting.public import completion_code
from steadybench.study.key import Key
from steadybench.study.receiver.refusal import Refusal
from steadybench.study.receiver.sheets import MOST_CONFLICTS
from steadybench.study.receiver.tickets import Tickets
from tests.steadybench.study.answered import NOW, PLAN, answer, digest_of, posted, stamp
from tests.steadybench.study.served import House, Page, receiver

SESSIONS = [session.id for session in PLAN.sessions]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with receiver(tmp_path) as made:
        yield made


def claimed(house: House, rater: str = "ann", session: int = 0) -> Page:
    page = house.page(rater)
    assert page.claim(SESSIONS[session])[0] == 200
    return page


def sends(at: int, rater: str = "ann", session: int = 0, **changed: object) -> dict[str, object]:
    return posted(answer(session, at, rater, **changed))


def test_whole_session(house: House) -> None:
    page = claimed(house)
    for at in range(4):
        assert page.send(sends(at)) == (200, {"kept": [sends(at)["answer_id"]], "refused": []})
    status, body = page.finish()
    assert (status, body) == (200, {"code": house.codes()[SESSIONS[0]]}) == page.finish()
    assert re.fullmatch("[0-9A-F]{8}", body["code"])
    assert house.lines(SESSIONS[0]) == [{**sends(at), "received": stamp(NOW)} for at in range(4)]
    assert any("1 of 3" in line for line in house.said)


def test_answers_and_secret_are_for_the_owner_alone(house: House) -> None:
    claimed(house).send(sends(0))
    for name in (f"{SESSIONS[0]}.jsonl", "receiver/secret", "receiver/claims.jsonl"):
        assert stat.S_IMODE((house.answers / name).stat().st_mode) == 0o600


def test_posting_again_is_confirmed_and_kept_once(house: House) -> None:
    page = claimed(house)
    first = page.send(sends(0), sends(1))
    house.now[0] += timedelta(minutes=5)
    assert page.send(sends(0), sends(1)) == first
    assert page.send(sends(1), sends(2))[1]["kept"] == [sends(1)["answer_id"], sends(2)["answer_id"]]
    assert len(house.lines(SESSIONS[0])) == 3


def test_second_different_answer_is_kept_apart(house: House) -> None:
    page = claimed(house)
    page.send(sends(0))
    other = sends(0, answer_id="b" * 32, slot_chosen="2")
    for _ in range(2):
        status, body = page.send(other, sends(1))
        assert status == 409 and body["kept"] == [sends(1)["answer_id"]]
        assert [(own["answer_id"], own["reason"]) for own in body["refused"]] == [("b" * 32, "conflict")]
    same_id = sends(0, slot_chosen="tie")
    assert page.send(same_id)[1]["refused"][0]["reason"] == "conflict"
    assert [own["slot_chosen"] for own in house.lines(SESSIONS[0])] == ["1", "1"]
    assert [own["slot_chosen"] for own in house.lines(SESSIONS[0], "conflicts")] == ["2", "tie"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (sends(0, study_digest="0" * 64), "study"), (sends(0, session=1), "session"),
        (sends(0, rater="bob"), "rater"), (sends(0, trial_id=PLAN.sessions[1].trials[0].id), "trial"),
        (sends(0, question_id="motion"), "question"), (sends(0, simulated=True), "value"),
        ({**sends(0), "received": stamp(NOW)}, "value"), (sends(0, rt_ms=-1.0), "value"),
        ({**sends(0), "rt_ms": float("nan")}, "value"), ({"answer_id": "x"}, "value"), ("answer", "value"),
        ({**sends(0), "extra": 1}, "value"),
    ],
)
def test_foreign_answer_is_refused_and_others_are_kept(body: object, reason: str, house: House) -> None:
    status, told = claimed(house).send(sends(1), body, sends(2))
    assert status == 422 and told["reason"] == "refused"
    assert told["kept"] == [sends(1)["answer_id"], sends(2)["answer_id"]]
    assert [own["reason"] for own in told["refused"]] == [reason]
    assert len(house.lines(SESSIONS[0])) == 2


def test_tickets_cannot_be_made_up(house: House) -> None:
    page = claimed(house)
    session, rater, sign = page.ticket.split(".")
    forged = [f"{session}.{rater}.{sign[:-1]}{'0' if sign[-1] != '0' else '1'}",
              f"{SESSIONS[1]}.{rater}.{sign}", f"{session}.{digest_of('bob')}.{sign}", "",
              "x", None, 7, "\u00fc.b.c"]
    for ticket in forged:
        for call in ("answers", "finish", "withdraw"):
            body = {"ticket": ticket, "answers": [sends(0)], "outcome": "finished"}
            assert page.post(call, body)[0] == 403
    assert house.lines(SESSIONS[0]) == []


def test_sessions_are_given_out_one_each(house: House) -> None:
    pages = [house.page(f"rater {n}") for n in range(3)]
    assert sorted(page.claim()[1]["session_id"] for page in pages) == sorted(SESSIONS)
    status, body = house.page("late").claim()
    assert status == 409 and body["reason"] == "full"
    again = pages[1].session
    assert pages[1].claim()[1]["session_id"] == again
    assert house.page("other").claim(again)[1]["reason"] == "taken"
    assert house.page("other").claim("f" * 16)[0] == 404


def test_tickets_of_another_study_are_none() -> None:
    own, other = (Tickets("5e" * 32, digest_of(name)) for name in ("own", "other"))
    assert own.read(own.give("s", "r")) == ("s", "r")
    with pytest.raises(Refusal, match="not given here"):
        own.read(other.give("s", "r"))


def test_session_that_was_given_out_least_comes_first(house: House) -> None:
    first = house.page("gone")
    first.claim()
    first.finish("failed")
    assert first.session == min(SESSIONS)
    assert house.page("next").claim()[1]["session_id"] != first.session


def test_rater_with_two_sessions_goes_on_where_the_last_answer_was(house: House) -> None:
    early, late = claimed(house, "ann", 0), claimed(house, "ann", 1)
    for page, session in ((late, 1), (early, 0)):
        house.now[0] += timedelta(minutes=1)
        page.send(sends(0, "ann", session))
    assert house.page("ann").claim()[1]["session_id"] == SESSIONS[0]


def test_file_of_conflicts_does_not_grow_for_ever(house: House) -> None:
    page = claimed(house)
    page.send(sends(0))
    others = [sends(0, answer_id=digest_of(f"other {n}", 32)) for n in range(MOST_CONFLICTS + 5)]
    for part in (others[:60], others[60:]):
        status, body = page.send(*part)
        assert status == 409 and len(body["refused"]) == len(part)
    assert len(house.lines(SESSIONS[0], "conflicts")) == MOST_CONFLICTS


def test_silent_session_goes_to_another(house: House) -> None:
    pages = [claimed(house, f"rater {n}", n) for n in range(3)]
    house.now[0] += timedelta(hours=1.5)
    pages[0].send(sends(0, "rater 0"))
    pages[2].send(sends(0, "rater 2", 2))
    house.now[0] += timedelta(hours=1)
    new = house.page("new")
    assert new.claim()[1]["session_id"] == SESSIONS[1]
    status, body = pages[1].send(sends(0, "rater 1", 1))
    assert status == 410 and body["refused"][0]["reason"] == "expired"
    assert pages[1].finish()[0] == 410
    assert pages[0].send(sends(1, "rater 0"))[0] == 200
    log = (house.answers / "receiver/claims.jsonl").read_text().splitlines()
    assert [json.loads(line)["event"] for line in log] == ["claim"] * 3 + ["expire", "claim"]


def test_silence_is_counted_from_the_last_answer_after_a_restart_too(tmp_path: Path) -> None:
    with receiver(tmp_path) as house:
        pages = [claimed(house, f"rater {n}", n) for n in range(3)]
        house.now[0] += timedelta(hours=1.5)
        for number in (0, 2):
            pages[number].send(sends(0, f"rater {number}", number))
    with receiver(tmp_path) as house:
        house.now[0] += timedelta(hours=2.5)
        assert house.page("new").claim()[1]["session_id"] == SESSIONS[1]
        assert house.page("late").claim()[1]["reason"] == "full"


def test_finish_waits_for_all_answers(house: House) -> None:
    page = claimed(house)
    page.send(*(sends(at) for at in (0, 1, 3)))
    status, body = page.finish()
    assert status == 409 and body["missing"] == [PLAN.sessions[0].trials[2].id]
    assert page.finish("thanks")[0] == 400


def test_nothing_new_after_the_end(house: House) -> None:
    page = claimed(house)
    page.send(*(sends(at) for at in range(4)))
    page.finish()
    status, body = page.send(sends(0), sends(1, answer_id="c" * 32))
    assert status == 410 and body["kept"] == [sends(0)["answer_id"]]
    assert body["refused"][0]["reason"] == "finished"
    assert page.send(sends(2))[0] == 200
    assert page.claim()[1]["state"] == "finished"
    assert len(house.lines(SESSIONS[0])) == 4


@pytest.mark.parametrize("outcome", ["failed", "screened"])
def test_left_session_is_free_again(outcome: str, house: House) -> None:
    page = claimed(house)
    page.send(sends(0))
    assert page.finish(outcome) == (200, {"code": ""})
    assert claimed(house, "bob").session == SESSIONS[0]
    assert page.finish(outcome)[0] == 410
    assert len(house.lines(SESSIONS[0])) == 1


def test_withdrawal_deletes_and_is_remembered(house: House) -> None:
    page = claimed(house)
    page.send(sends(0), sends(1))
    page.send(sends(0, answer_id="b" * 32))
    assert page.post("withdraw", {"ticket": page.ticket}) == (200, {"deleted": 2})
    assert page.post("withdraw", {"ticket": page.ticket}) == (200, {"deleted": 0})
    (stone,) = house.lines(SESSIONS[0])
    assert stone == {"withdrawn": stamp(NOW), "session_id": SESSIONS[0], "rater_digest": digest_of("ann"),
                     "deleted": 2}
    assert house.lines(SESSIONS[0], "conflicts") == []
    assert page.send(sends(0))[1]["reason"] == "withdrawn" == page.finish()[1]["reason"]
    assert page.claim()[1]["reason"] == "withdrawn" == page.claim(SESSIONS[0])[1]["reason"]
    other = claimed(house, "bob")
    assert other.send(sends(0, "bob"))[0] == 200
    assert len(house.lines(SESSIONS[0])) == 2


def test_completion_codes_are_drawn_for_each_and_stay(tmp_path: Path) -> None:
    def ended(house: House, rater: str) -> str:
        page = claimed(house, rater)
        page.send(*(sends(at, rater) for at in range(4)))
        return str(page.finish()[1]["code"])

    with receiver(tmp_path) as house:
        first = ended(house, "ann")
        shown = b"".join(file.read_bytes() for file in (tmp_path / "export").rglob("*") if file.is_file())
        assert first.encode() not in shown
        page = claimed(house)
        page.post("withdraw", {"ticket": page.ticket})
        second = ended(house, "bob")
    with receiver(tmp_path) as house:
        page = claimed(house, "bob")
        assert page.finish()[1]["code"] == second != first
        assert page.finish("failed") == (200, {"code": ""})
    assert known([house.answers, tmp_path / "export"], PLAN, Key("5e" * 32, {}, {}, {})) == {
        first: SESSIONS[0], second: SESSIONS[0],
        **{completion_code(Key("5e" * 32, {}, {}, {}), one): one for one in SESSIONS}}


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    with receiver(tmp_path) as house:
        ann, bob = claimed(house), claimed(house, "bob", 1)
        gone = claimed(house, "gone", 2)
        ann.send(sends(0))
        gone.send(sends(0, "gone", 2))
        gone.post("withdraw", {"ticket": gone.ticket})
        before = house.lines(SESSIONS[2])
    with receiver(tmp_path) as house:
        ann.client = bob.client = gone.client = house.client
        assert ann.send(sends(0), sends(1))[0] == 200 and len(house.lines(SESSIONS[0])) == 2
        assert ann.claim()[1]["answered"] == [trial.id for trial in PLAN.sessions[0].trials[:2]]
        assert bob.send(sends(0, "bob", 1))[0] == 200
        assert gone.send(sends(0, "gone", 2))[0] == 410 and house.lines(SESSIONS[2]) == before
        assert house.page("new").claim()[1]["session_id"] == SESSIONS[2]


def test_unfinished_line_is_cut_off(tmp_path: Path) -> None:
    with receiver(tmp_path) as house:
        page = claimed(house)
        page.send(sends(0))
    path = tmp_path / "answers" / f"{SESSIONS[0]}.jsonl"
    whole = path.read_bytes()
    for tail in (whole[:-1], b"\0" * 50, whole[:40]):
        path.write_bytes(whole + tail)
        with receiver(tmp_path) as house:
            assert path.read_bytes() == whole
            assert f"cut off {len(tail)} bytes" in house.said[0]
            page.client = house.client
            assert page.send(sends(0))[0] == 200


def test_claims_that_break_off_or_are_damaged(tmp_path: Path) -> None:
    with receiver(tmp_path) as house:
        page = claimed(house)
    log = tmp_path / "answers" / "receiver" / "claims.jsonl"
    whole = log.read_bytes()
    log.write_bytes(whole + whole[:30])
    with receiver(tmp_path) as house:
        assert log.read_bytes() == whole
        assert house.page("bob").claim(SESSIONS[0])[1]["reason"] == "taken"
        page.client = house.client
        assert page.claim()[1]["session_id"] == SESSIONS[0]
    log.write_bytes(b"{}\n" + whole)
    with pytest.raises(InputError, match="is damaged"), receiver(tmp_path):
        pass


def test_same_post_many_times_at_once_is_kept_once(house: House) -> None:
    page = claimed(house)
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: page.send(*(sends(at) for at in range(4))), range(24)))
    assert told == [(200, {"kept": [sends(at)["answer_id"] for at in range(4)], "refused": []})] * 24
    assert len(house.lines(SESSIONS[0])) == 4


def test_withdrawal_that_was_cut_short_is_done_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiver(tmp_path) as house:
        page = claimed(house)
        page.send(sends(0))
        with monkeypatch.context() as patch:
            patch.setattr("steadybench.atomic.write_bytes", _full)
            assert page.post("withdraw", {"ticket": page.ticket})[0] == 507
        assert len(house.lines(SESSIONS[0])) == 1
    with receiver(tmp_path) as house:
        (stone,) = house.lines(SESSIONS[0])
        assert stone["deleted"] == 1


def test_full_disk_keeps_nothing_half(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    page = claimed(house)
    page.send(sends(0))
    real = os.pwrite

    def half(fd: int, data: bytes, at: int) -> int:
        return real(fd, data[:90], at) if len(data) > 90 else _full()

    monkeypatch.setattr(os, "pwrite", half)
    assert page.send(sends(1))[1]["reason"] == "storage"
    monkeypatch.setattr(os, "pwrite", _full)
    assert house.page("bob").claim()[0] == 507
    monkeypatch.setattr(os, "pwrite", real)
    assert page.send(sends(1))[0] == 200
    assert len(house.lines(SESSIONS[0])) == 2


def test_folder_belongs_to_one_receiver_and_one_study(tmp_path: Path) -> None:
    with receiver(tmp_path), pytest.raises(InputError, match="Another receiver"), receiver(tmp_path):
        pass
    study = tmp_path / "answers" / "receiver" / "study"
    study.write_text("0" * 64)
    with pytest.raises(InputError, match="answers of study 000000000000"), receiver(tmp_path):
        pass


@pytest.mark.parametrize("inside", [True, False])
def test_answers_and_export_lie_apart(inside: bool, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    with receiver(tmp_path / "real"):
        pass
    export = tmp_path / "real" / "export"
    (tmp_path / "export").symlink_to(export)
    (tmp_path / "answers").symlink_to(export if inside else tmp_path / "real")
    with pytest.raises(InputError, match="must not lie in each other"), receiver(tmp_path):
        pass


def _full(*_given: object) -> NoReturn:
    raise OSError(errno.ENOSPC, "No space left on device")

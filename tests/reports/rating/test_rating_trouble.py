"""Tabs, storage and server in trouble: no answer is lost or doubled, and the rater is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.reports.rating import made_study
from tests.reports.rating.host import Host, hosting
from tests.reports.rating.visit import ASKING, Visit, room, seated
from tests.reports.reader import chromium

pytestmark = pytest.mark.browser

NO_LOCKS = "Object.defineProperty(navigator, 'locks', { get: () => undefined })"
NO_STORAGE = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("refused", "SecurityError"); },
})"""
TAKEN = """() => {
  const name = Object.keys(localStorage).find((key) => key.endsWith(":tab"));
  const take = () => localStorage.setItem(name, JSON.stringify({ own: "other", at: Date.now() }));
  window.other = setInterval(take, 200);
  take();
}"""
SET_ASIDE = """Object.keys(localStorage).filter((key) => key.includes(":damaged:"))
  .map((key) => localStorage.getItem(key))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    own = made_study.study(2, receiver=".")
    codeless = tuple(replace(sitting, code="") for sitting in own.sittings)  # as exports with a receiver are
    return made_study.folder(tmp_path_factory.mktemp("trouble"), replace(own, sittings=codeless))


@pytest.fixture
def host(folder: Path) -> Iterator[Host]:
    with hosting(folder, made_study.study(2).sittings) as running:
        yield running


@pytest.mark.parametrize("locks", [True, False], ids=["locks", "heartbeat"])
def test_a_second_tab_waits_and_goes_on_after_the_first(browser: Browser, host: Host, locks: bool) -> None:
    with room(browser) as context:
        if not locks:
            context.add_init_script(NO_LOCKS)
        first = seated(context, host.address, host.sessions[0])
        first.until(ASKING)
        second = Visit(context)
        second.open(host.address)
        second.until("Open in another tab")
        first.page.bring_to_front()
        first.answer("f")
        first.until("Time for a break")
        assert second.heading == "Open in another tab"
        first.page.close()
        second.until("Time for a break")
        second.press("Go on")
        second.answer("j")
        second.until("Thank you, that was all")
        assert [one["slot_chosen"] for one in host.answers(host.sessions[0])] == ["1", "2"]


def test_a_tab_that_slept_gives_way(browser: Browser, host: Host) -> None:
    """Without locks another tab may have taken over meanwhile: nothing that it kept is written over."""
    with room(browser) as context:
        context.add_init_script(NO_LOCKS)
        visit = seated(context, host.address, host.sessions[0])
        visit.until(ASKING)
        visit.watch()
        visit.page.evaluate(TAKEN)
        visit.page.keyboard.press("f")
        visit.until("Open in another tab")
        assert visit.state["answers"] == []
        visit.page.evaluate("clearInterval(other)")
        visit.until(ASKING)


def test_a_browser_that_keeps_nothing_is_told_and_loses_nothing(browser: Browser, host: Host) -> None:
    with room(browser) as context:
        context.add_init_script(NO_STORAGE)
        visit = Visit(context)
        visit.begin(host.address)
        assert "This browser keeps nothing between visits" in visit.page.inner_text("#notice")
        visit.answer("f")
        visit.until("Time for a break")
        visit.press("Go on")
        visit.answer("j")
        visit.until("Thank you, that was all")
        visit.page.get_by_text("All your answers have arrived").wait_for()
        with visit.page.expect_download() as got:
            visit.press("Download my answers")
        body = json.loads(Path(got.value.path()).read_text(encoding="utf-8"))
        assert [one["slot_chosen"] for one in body["answers"]] == ["1", "2"]
        assert host.answers(body["session_id"]) == body["answers"]


def test_what_the_server_refuses_is_kept_and_told(browser: Browser, host: Host) -> None:
    with room(browser) as context:
        host.refuses["answers"] = (410, {"error": "It was given to somebody else.", "reason": "expired"})
        visit = seated(context, host.address, host.sessions[0])
        visit.until(ASKING)
        visit.answer("f")
        visit.until("Time for a break")
        visit.page.get_by_text("The server no longer takes answers. Go on").wait_for()
        visit.press("Go on")
        visit.answer("j")
        visit.until("Thank you, that was all")
        told = visit.page.inner_text("main")
        assert "It was given to somebody else." in told
        assert "If a form asks for one, enter “none”." in told
        assert len([call for call, _ in host.posts if call == "answers"]) == 1
        assert [one["slot_chosen"] for one in visit.state["answers"]] == ["1", "2"]


def test_a_session_that_the_server_does_not_close_stays_unconfirmed(browser: Browser, host: Host) -> None:
    host.refuses["finish"] = (410, {"error": "It was given to somebody else.", "reason": "expired"})
    with room(browser) as context:
        visit = seated(context, host.address, host.sessions[0], stage="done", outcome="finished", ticket="t")
        visit.page.get_by_text("It was given to somebody else.").wait_for()
        assert visit.state["stage"] == "done"
        assert "Completion code" not in visit.page.inner_text("main")


def test_answers_that_the_server_lost_after_all_are_sent_again(browser: Browser, host: Host) -> None:
    session = host.sessions[0]
    own = [{"slot_chosen": "1", "watched_ms": 600, "trial_id": trial, "answer_id": f"e{i}"}
           for i, trial in enumerate(host.trials[session])]
    with room(browser) as context:
        visit = seated(context, host.address, session, stage="done", outcome="finished", answers=own,
                       sent={"e0": "kept", "e1": "kept"})
        visit.page.get_by_text("All your answers have arrived").wait_for()
        assert host.answers(session) == own


def test_a_fault_of_the_page_is_told(browser: Browser, host: Host) -> None:
    with room(browser) as context:
        visit = seated(context, host.address, host.sessions[0])
        visit.until(ASKING)
        visit.page.evaluate("void Promise.reject(new Error('planted'))")
        visit.page.get_by_text("This page met a fault. Load it again").wait_for()


def test_no_session_left(browser: Browser, host: Host) -> None:
    host.refuses["claim"] = (409, {"error": "No free session is left.", "reason": "full"})
    with room(browser) as context:
        visit = seated(context, host.address, "")
        visit.until("There is no session for you here")
        assert "All sessions of this study are taken." in visit.page.inner_text("main")
        assert visit.state == {}


def test_a_session_that_the_address_names_wrongly_is_asked_for(browser: Browser, host: Host) -> None:
    with room(browser) as context:
        visit = seated(context, host.address, "0123456789abcdef")
        visit.until("Which session is yours?")
        assert "There is no session 0123456789abcdef in this study" in visit.page.inner_text("main")


def test_clips_that_keep_failing_offer_an_end(browser: Browser, host: Host) -> None:
    unable = {"slot_chosen": "unable", "watched_ms": 0, "trial_id": "earlier", "answer_id": "e1"}
    lost = [{**unable, "answer_id": f"e{i}", "trial_id": f"earlier {i}"} for i in range(2)]
    host.pace[f"/clips/{made_study.token('left 0')}.mp4"] = 10.0  # a line that falls silent
    with room(browser) as context:
        sent = {"e0": "kept", "e1": "kept"}
        visit = seated(context, host.address, host.sessions[0], answers=lost, sent=sent)
        visit.hasten()
        visit.page.evaluate("CLIPS.silence = 300")
        visit.press("Try again")
        visit.press("End here")
        visit.until("The session ended early")
        visit.page.get_by_text("All your answers have arrived").wait_for()
        assert visit.page.get_by_role("link").get_attribute("href") == "https://example.org/failed"
        assert host.finished[host.sessions[0]] == "failed"
        assert "Completion code" not in visit.page.inner_text("main")


def test_damaged_storage_is_set_aside_not_deleted(browser: Browser, host: Host) -> None:
    with room(browser) as context:
        visit = Visit(context)
        visit.open(f"{host.address}/study.js")
        place, text = f"study:{'ab' * 8}::", '{"answers": [1, 2'
        visit.page.evaluate("([place, text]) => localStorage.setItem(place, text)", [place, text])
        visit.open(host.address)
        visit.until(made_study.TITLE)
        assert "It was set aside" in visit.page.inner_text("#notice")
        assert visit.page.evaluate(SET_ASIDE) == [text]

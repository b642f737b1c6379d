"""A session of 24 trials through everything that goes wrong: no answer lost, none double, timings sane."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from steadybench.study import codec
from steadybench.study.answers import Answer
from tests.reports.rating import made_study
from tests.reports.rating.host import Host, hosting
from tests.reports.rating.visit import ASKING, Visit, room
from tests.reports.reader import chromium

pytestmark = pytest.mark.browser

TRIALS, SECONDS = 24, 0.5
KEYS = ("ArrowLeft", "f", "ArrowRight", "j", "ArrowDown", "t", "u")
SLOTS = ("1", "1", "2", "2", "tie", "tie", "unable")
SLOW = {"offline": False, "latency": 100, "downloadThroughput": 8_000, "uploadThroughput": 8_000}
FAST = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
LOST, THROTTLED, RELOADED, SECOND_TAB, BACK, DOWN, UP, DROPPED = 4, 6, 9, 14, 17, 18, 20, 21
"""Trials, from 0, in which each of these happens."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    own = made_study.study(TRIALS, SECONDS, receiver=".")
    with hosting(made_study.folder(tmp_path, own), own.sittings) as running:
        yield running


def lose_a_clip(visit: Visit, host: Host, clip: str) -> None:
    """The clip never comes: the trial is given up, and kept as not judged."""
    visit.page.get_by_role("heading", name="These clips could not be shown").wait_for()
    assert visit.page.locator(".answer:enabled").count() == 0
    visit.page.keyboard.press("ArrowLeft")
    assert host.asked.count(clip) >= 3
    visit.press("Go on without them")


def open_a_second_tab(context: BrowserContext, host: Host, first: Visit) -> None:
    """It says so and does nothing, whatever is pressed there."""
    before = first.state["answers"]
    second = Visit(context)
    second.open(host.address)
    second.until("Open in another tab")
    for key in (" ", "ArrowLeft", "u"):
        second.page.keyboard.press(key)
    assert first.state["answers"] == before
    assert not second.page.locator("button:visible").count()
    second.page.close()
    first.page.bring_to_front()


def leave_and_come_back(visit: Visit, host: Host) -> None:
    """The back button leaves the page; coming forward goes on at the same trial."""
    visit.page.go_back()
    assert visit.page.url == "about:blank"
    visit.page.go_forward()
    visit.until(ASKING)


def meddle(context: BrowserContext, visit: Visit, host: Host, clip: str, trial: int) -> None:
    """What goes wrong before a trial is answered."""
    if trial == LOST:
        lose_a_clip(visit, host, clip)
    elif trial == RELOADED:
        visit.page.locator("#start:enabled").click()
        visit.page.reload()
        visit.until(ASKING)
    elif trial == SECOND_TAB:
        open_a_second_tab(context, host, visit)
    elif trial == BACK:
        leave_and_come_back(visit, host)
    elif trial in (DOWN, UP):
        host.down = trial == DOWN
    elif trial == DROPPED:
        host.forgets_replies = 1
    assert visit.count == f"{trial + (2 if trial == LOST else 1)} of {TRIALS}"


def answer(visit: Visit, trial: int) -> str:
    """Answer a trial in its turn; returns what was chosen."""
    choice = trial % len(KEYS)
    visit.answer(KEYS[choice])
    if trial == TRIALS // 2 - 1:
        visit.until("Time for a break")
        visit.page.reload()
        visit.until("Time for a break")
        visit.press("Go on")
    return SLOTS[choice]


def play(context: BrowserContext, visit: Visit, host: Host) -> dict[str, str]:
    """All trials in turn; returns what was chosen by trial."""
    session = visit.state["session_id"]
    clip = f"/clips/{made_study.token(f'right {LOST}')}.mp4"
    host.broken.add(clip)
    network = context.new_cdp_session(visit.page)
    network.send("Network.enable")
    limit = functools.partial(network.send, "Network.emulateNetworkConditions")
    visit.hasten()
    chosen: dict[str, str] = {}
    for i, trial in enumerate(host.trials[session]):
        if i in (THROTTLED, THROTTLED + 2):
            limit(SLOW if i == THROTTLED else FAST)
        meddle(context, visit, host, clip, i)
        chosen[trial] = "unable" if i == LOST else answer(visit, i)
        if i + 1 < TRIALS:
            visit.wait(f"document.getElementById('count').textContent.startsWith('{i + 2} of')")
    return chosen


def check_times(answer: Answer, shown: bool) -> None:
    started, submitted = (datetime.fromisoformat(text) for text in (answer.started, answer.submitted))
    between = 1000 * (submitted - started).total_seconds()
    assert between >= answer.watched_ms + answer.rt_ms - 5
    assert answer.stall_ms >= 0
    if shown:
        assert answer.clip_ms == pytest.approx(1000 * SECONDS, abs=50)
        assert 0.95 * answer.clip_ms < answer.watched_ms < answer.clip_ms + answer.stall_ms + 1500
        assert 0 < answer.rt_ms < 20_000
        assert between < answer.watched_ms + answer.rt_ms + 200
        frames = (answer.frames_presented_left, answer.frames_presented_right)
        assert all(1 <= count <= made_study.FPS * SECONDS + 1 for count in frames)
    else:
        assert (answer.watched_ms, answer.rt_ms, answer.frames_presented_left) == (0, 0, 0)
        assert answer.stall_ms > 0  # what the rater waited for


def test_a_session_with_everything_going_wrong(browser: Browser, host: Host) -> None:
    with room(browser) as context:
        visit = Visit(context)
        visit.begin(host.address)
        chosen = play(context, visit, host)
        visit.until("Thank you, that was all")
        visit.wait("document.body.innerText.includes('All your answers have arrived')")
        assert "C0DEC0DE" in visit.page.inner_text("main")
        session, state = visit.state["session_id"], visit.state
        assert visit.outside(host.address) == []
        assert [fault for fault in visit.faults if "status of 50" not in fault and "ERR_" not in fault] == []
        visit.page.reload()
        visit.until("Thank you, that was all")
        assert "C0DEC0DE" in visit.page.inner_text("main")
    kept = host.answers(session)
    assert {one["trial_id"]: one["slot_chosen"] for one in kept} == chosen
    assert [one["trial_id"] for one in kept] == host.trials[session]
    assert state["answers"] == kept
    assert set(state["sent"].values()) == {"kept"}
    for i, one in enumerate(kept):
        read = codec.parse(Answer, one)
        check_times(read, shown=i != LOST)
        assert read.session_id == session
    assert len({one["answer_id"] for one in kept}) == TRIALS
    assert max(one["frames_presented_left"] for one in kept) == made_study.FPS * SECONDS
    names = {field.name for field in dataclasses.fields(Answer)} - {"simulated", "received"}
    assert all(one.keys() == names for one in kept)
    [lost] = [event for event in state["events"] if event["what"] == "unplayable"]
    assert "the host answered 500" in lost["reason"]
    assert {"interrupted", "unplayable", "rested"} >= {event["what"] for event in state["events"]} - {
        "agreed", "example"}

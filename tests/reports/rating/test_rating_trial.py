"""One trial: what opens the answers, what is counted, what interrupts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.reports.rating import made_study
from tests.reports.rating.host import Host, hosting
from tests.reports.rating.visit import ASKING, Visit, room, seated
from tests.reports.reader import chromium

pytestmark = pytest.mark.browser

SECONDS = 1.5
APART_S = 0.05
"""Most seconds that the two players may be apart."""
LOOK = """(window.looks = []) && setInterval(() => {
  const [left, right] = [...document.querySelectorAll("video")];
  if (left && !left.paused && !right.paused && left.currentTime > 0.1) {
    looks.push(Math.abs(left.currentTime - right.currentTime));
  }
}, 20)"""
SILENT = """for (const name of ["canplaythrough", "seeked"]) {
  addEventListener(name, (event) => event.stopImmediatePropagation(), true);
}"""
"""WebKitGTK says neither of a clip in memory."""
FORBIDDEN = """() => {
  const { play } = HTMLMediaElement.prototype;
  HTMLMediaElement.prototype.play = () => {
    HTMLMediaElement.prototype.play = play;
    return Promise.reject(new DOMException("refused", "NotAllowedError"));
  };
}"""
"""The browser lets no page start clips, until it is asked again."""
STARVED = """() => new Promise((done) => {
  const [left, right] = document.querySelectorAll("video");
  Object.defineProperty(left, "readyState", { configurable: true, get: () => 1 });
  setTimeout(() => {
    delete left.readyState;
    done([left.paused, right.paused, document.querySelectorAll(".answer:enabled").length]);
  }, 300);
})"""
"""One player says for a while that nothing came."""
CYRILLIC = """document.body.dispatchEvent(new KeyboardEvent("keydown",
  { key: "\u043e", code: "KeyJ", bubbles: true, cancelable: true }))"""
PULLED = """() => {
  const [left] = document.querySelectorAll("video");
  left.pause();
  setTimeout(() => left.play().catch(() => {}), 120);
}"""
"""One player falls behind."""
PLAYERS = "[...document.querySelectorAll('video')]"
HIDE = """(away) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => away });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    own = made_study.study(4, SECONDS)
    with hosting(made_study.folder(tmp_path_factory.mktemp("trial"), own), own.sittings) as running:
        yield running


@pytest.fixture
def visit(browser: Browser, host: Host) -> Iterator[Visit]:
    with room(browser) as context:
        own = seated(context, host.address, host.sessions[0])
        own.until(ASKING)
        yield own
        assert own.faults == []
        assert own.outside(host.address) == []


def test_answers_open_after_the_last_frame_of_both(visit: Visit) -> None:
    page = visit.page
    page.locator("#start:enabled").wait_for()
    assert page.locator(".cover:visible").count() == 2
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("r")
    page.locator("summary").click()
    page.keyboard.press("Space")  # starts the clips: it folds again only after a key unfolded it
    page.wait_for_timeout(300)
    assert page.locator(".cover:visible").count() == 0
    assert page.evaluate("document.getElementById('meaning').inert")  # it would lie over the clips
    for key in ("ArrowLeft", "f", "u", "Space", "r"):
        page.keyboard.press(key)
    assert page.locator(".answer:enabled").count() == 0
    assert visit.state["answers"] == []
    page.keyboard.down("ArrowLeft")
    for _ in range(60):  # a key held down repeats, and is no answer
        page.keyboard.down("ArrowLeft")
        page.wait_for_timeout(30)
    page.keyboard.up("ArrowLeft")
    page.locator(".answer:enabled").first.wait_for()
    assert visit.state["answers"] == []
    ends = page.evaluate(f"{PLAYERS}.map((video) => [video.ended, video.controls, video.muted])")
    assert ends == [[True, False, True]] * 2
    assert page.locator(".cover:visible").count() == 2
    for key in ("Control+j", "Meta+u", "Alt+t"):  # the browser's own
        page.keyboard.press(key)
    visit.press("Withdraw")
    for key in ("ArrowLeft", "j", "Escape"):
        page.keyboard.press(key)
    assert visit.state["answers"] == []
    page.get_by_role("button", name="No clear difference").click()
    visit.wait("document.getElementById('count').textContent === '2 of 4'")
    [answer] = visit.state["answers"]
    assert (answer["slot_chosen"], answer["replays_left"]) == ("tie", 0)
    assert answer["stall_ms"] < 300
    assert answer["watched_ms"] >= 0.95 * 1000 * SECONDS


def test_replays_are_counted_and_an_answer_may_come_during_one(visit: Visit) -> None:
    visit.page.add_init_script(SILENT)
    visit.page.reload()
    visit.until(ASKING)
    visit.watch()
    visit.page.keyboard.press("r")
    visit.wait("document.querySelector('#start').disabled")
    visit.page.locator("#start:enabled").wait_for()
    visit.press("Watch again")
    visit.page.wait_for_timeout(200)
    visit.page.keyboard.press("j")
    visit.wait("document.getElementById('count').textContent === '2 of 4'")
    [answer] = visit.state["answers"]
    assert (answer["slot_chosen"], answer["replays_left"], answer["replays_right"]) == ("2", 2, 2)
    assert answer["rt_ms"] > 1000 * SECONDS
    assert answer["watched_ms"] < 1000 * SECONDS + 1500


@pytest.mark.parametrize("way", ["hidden", "asked"])
def test_an_interrupted_viewing_starts_anew(visit: Visit, way: str) -> None:
    page = visit.page
    page.locator("#start:enabled").wait_for()
    page.keyboard.press("Space")
    page.wait_for_timeout(600)
    if way == "hidden":
        page.evaluate(HIDE, True)
        page.evaluate(HIDE, False)
    else:
        visit.press("Withdraw")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Escape")
    page.get_by_text("The clips were interrupted").wait_for()
    assert page.locator(".answer:enabled").count() == 0
    visit.answer("u")
    visit.wait("document.getElementById('count').textContent === '2 of 4'")
    [answer] = visit.state["answers"]
    assert answer["slot_chosen"] == "unable"
    assert answer["stall_ms"] >= 400
    assert 0.95 * 1000 * SECONDS <= answer["watched_ms"] < 1000 * SECONDS + 1500
    [event] = [event for event in visit.state["events"] if event["what"] == "interrupted"]
    assert (event["reason"], event["trial"]) == (way, answer["trial_id"])


def reach(visit: Visit, number: int) -> None:
    """Wait for the trial of that number, through the break where it lies between."""
    count = f"document.getElementById('count').textContent === '{number} of 4'"
    visit.wait(f"{count} || document.querySelector('h1').textContent === 'Time for a break'")
    visit.go_on()
    visit.wait(count)


def test_both_players_keep_together(visit: Visit) -> None:
    for number in (2, 3, 4):
        visit.page.locator("#start:enabled").wait_for()
        visit.page.evaluate(LOOK)
        visit.answer("t")
        reach(visit, number)
        looks = visit.page.evaluate("looks")
        print(f"{len(looks)} looks, worst {1000 * max(looks):.1f} ms")  # noqa: T201
        if len(looks) > 20 and max(looks) < APART_S:
            return
    pytest.fail(f"the players were {1000 * max(looks):.0f} ms apart")


def test_one_waits_for_the_other_and_the_wait_is_counted(visit: Visit) -> None:
    page = visit.page
    page.locator("#start:enabled").wait_for()
    page.evaluate(FORBIDDEN)
    page.keyboard.press("Space")
    page.get_by_text("This browser does not let the page start the clips").wait_for()
    page.keyboard.press("Space")
    visit.wait(f"{PLAYERS}.every((video) => video.currentTime > 0.1)")
    assert page.evaluate(STARVED) == [True, True, 0]
    page.locator(".answer:enabled").first.wait_for()
    page.evaluate(CYRILLIC)
    visit.wait("document.getElementById('count').textContent === '2 of 4'")
    [answer] = visit.state["answers"]
    assert answer["slot_chosen"] == "2"
    assert answer["stall_ms"] >= 150
    assert answer["watched_ms"] >= 1000 * SECONDS + 150


def test_a_player_that_fell_behind_catches_up(visit: Visit) -> None:
    page = visit.page
    for number in (2, 3, 4):
        page.locator("#start:enabled").wait_for()
        page.keyboard.press("Space")
        visit.wait(f"{PLAYERS}.every((video) => video.currentTime > 0.05)")
        page.evaluate(PULLED)
        page.wait_for_timeout(150)
        page.evaluate(LOOK)
        page.locator(".answer:enabled").first.wait_for()
        assert page.evaluate(f"{PLAYERS}.every((video) => video.ended)")
        looks = page.evaluate("looks")
        if len(looks) > 20 and looks[-1] < looks[0] - 0.02:
            return
        page.keyboard.press("t")
        reach(visit, number)
    pytest.fail(f"the players went from {1000 * looks[0]:.0f} to {1000 * looks[-1]:.0f} ms apart")


def test_a_slow_line_delays_the_start_and_halts_nothing(browser: Browser, host: Host) -> None:
    first = host.folder / "clips" / f"{made_study.token('left 0')}.mp4"
    host.pace = {f"/clips/{first.name}": 2.0}
    with room(browser) as context:
        visit = seated(context, host.address, host.sessions[0])
        visit.until(ASKING)
        visit.wait("/Loading [1-9][0-9]? %/.test(document.querySelector('.cover').textContent)")
        visit.page.keyboard.press("Space")
        assert visit.page.evaluate(f"{PLAYERS}.every((video) => video.paused)")
        visit.answer("f")
        visit.wait("document.getElementById('count').textContent === '2 of 4'")
        [answer] = visit.state["answers"]
        assert answer["stall_ms"] < 300
    host.pace = {}

"""Ways to the rating page and out of it: from disk, by a platform, turned away, withdrawn."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.reports.rating import made_study
from tests.reports.rating.host import Host, hosting
from tests.reports.rating.visit import ASKING, Visit, room, seated
from tests.reports.reader import chromium

pytestmark = pytest.mark.browser

SENT_ONE = """Object.keys(JSON.parse(localStorage.getItem(
  Object.keys(localStorage).find((key) => !key.endsWith(":tab")))).sent).length === 1"""
SHOWN = "[...document.querySelectorAll('video')].map((video) => video.getAttribute('src'))"
NO_VIDEO = """HTMLMediaElement.prototype.canPlayType = () => "";
const media = window.matchMedia;
window.matchMedia = (query) => (query.includes("pointer") ? { matches: false } : media(query));"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_study.folder(tmp_path_factory.mktemp("ways"), made_study.study(2, receiver="."))


@pytest.fixture
def host(folder: Path) -> Iterator[Host]:
    with hosting(folder, made_study.study(2).sittings) as running:
        yield running


def test_from_disk_with_a_code_to_a_file(browser: Browser, folder: Path) -> None:
    with room(browser) as context:
        visit = Visit(context)
        visit.open((folder / "index.html").as_uri())
        visit.pass_check()
        visit.pass_plate()
        visit.press("I agree and take part")
        visit.until("Which session is yours?")
        session = made_study.token("session 1")
        for code, told in (("zzzz", "No session of this study begins with zzzz"), ("ab", "at least four")):
            visit.page.fill("#typed", code)
            visit.press("Continue")
            assert told in visit.page.inner_text("#told")
        visit.page.fill("#typed", f" {session[:6].upper()} ")
        visit.press("Continue")
        visit.until("What you will judge")
        visit.press("Show the example")
        visit.answer("ArrowLeft")
        visit.until("Here the right clip is the answer")
        assert "You chose that too" not in visit.page.inner_text("main")
        visit.press("Begin")
        visit.until(ASKING)
        visit.watch()
        first = [made_study.token(f"{side} 0") for side in ("left", "right")]
        assert visit.page.evaluate(SHOWN) == [f"clips/{one}.mp4" for one in first]
        visit.page.keyboard.press("f")
        visit.until("Time for a break")
        warned: list[str] = []
        visit.page.on("dialog", lambda dialog: warned.append(dialog.type))
        visit.page.reload()
        visit.until("Time for a break")
        visit.press("Go on")
        visit.answer("j")
        visit.until("Thank you, that was all")
        assert made_study.token("code session 1", 8).upper() in visit.page.inner_text("main")
        assert visit.page.get_by_role("link", name="Return to the platform").get_attribute("href") == \
            "https://example.org/finished"
        with visit.page.expect_download() as got:
            visit.press("Download my answers")
        assert got.value.suggested_filename == f"answers-{session}.json"
        body = json.loads(Path(got.value.path()).read_text(encoding="utf-8"))
        assert body.keys() == {"schema", "study_digest", "session_id", "rater_digest", "answers", "events"}
        assert [one["slot_chosen"] for one in body["answers"]] == ["1", "2"]
        assert body["answers"] == visit.state["answers"]
        visit.page.get_by_text("Your answers were downloaded").wait_for()
        visit.press("Next person on this computer")
        visit.until(made_study.TITLE)
        assert warned == ["beforeunload"]  # not after the download
        assert visit.state == {}
        assert visit.outside(folder.as_uri()) == []
        assert visit.faults == []


@pytest.mark.parametrize(("size", "told"), [((1100, 600), "The screen has 1100 x 600 pixels"),
                                            ((390, 800), "The screen has 390 x 800 pixels")])
def test_a_small_screen_is_turned_away_before_consent(browser: Browser, host: Host, size: tuple[int, int],
                                                     told: str) -> None:
    with room(browser, *size) as context:
        visit = Visit(context)
        visit.open(host.address)
        visit.press("Check this screen")
        visit.until("This device cannot show the clips as they are")
        assert told in visit.page.inner_text("main")
        assert visit.page.get_by_role("link").get_attribute("href") == "https://example.org/screened"
        assert visit.state == {}
        assert host.posts == []


def test_faults_of_the_screen_are_named(browser: Browser, host: Host) -> None:
    with room(browser) as context:
        context.add_init_script(NO_VIDEO)
        visit = Visit(context)
        visit.open(host.address)
        visit.press("Check this screen")
        visit.until("This device cannot show the clips as they are")
        told = visit.page.inner_text("main")
        assert "a mouse or a touch pad" in told
        assert "does not play H.264" in told


def test_too_few_frames_or_repaints_are_named(browser: Browser, tmp_path: Path) -> None:
    fast = made_study.study(2, highest_fps=60.0, source_fps=240.0)
    with hosting(made_study.folder(tmp_path, fast), fast.sittings) as host, room(browser) as context:
        visit = Visit(context)
        visit.open(host.address)
        visit.press("Check this screen")
        visit.until("This device cannot show the clips as they are")
        told = visit.page.inner_text("main")
        assert "the clips need 480" in told
        assert "% of the frames reached the screen; 95 % are needed" in told


def test_a_screen_set_wrong_is_turned_away(browser: Browser, host: Host) -> None:
    with room(browser) as context:
        visit = Visit(context)
        visit.open(host.address)
        visit.pass_check()
        seen = set()
        for _ in range(3):
            seen.add(visit.page.evaluate("drawn.slice(-2).join('')"))
            wrong = "0000" if "0000" not in seen else "1111"
            visit.page.fill("#typed", wrong)
            visit.press("Continue")
        visit.until("This device cannot show the clips as they are")
        assert len(seen) > 1
        visit.press("Try again")
        visit.until("Can you read both numbers?")
        visit.pass_plate()
        visit.press("I do not take part")
        visit.until("Thank you")
        assert visit.state == {}
        assert host.posts == []


def test_a_platform_names_the_rater_by_digest_alone(browser: Browser, host: Host) -> None:
    name = "5a9d64f5f6dfdd0001eaa73d"
    rater = hmac.new(bytes.fromhex(made_study.SALT), name.encode(), hashlib.sha256).hexdigest()
    with room(browser) as context:
        visit = Visit(context)
        visit.begin(f"{host.address}/?PROLIFIC_PID=%20{name}&STUDY_ID=x")
        visit.answer("f")
        visit.until("Time for a break")
        visit.wait(SENT_ONE)
        assert {body["rater_digest"] for call, body in host.posts if call == "claim"} == {rater}
        assert name not in json.dumps([host.posts, visit.state])
    with room(browser) as context:  # another browser goes on where this rater was
        visit = Visit(context)
        visit.open(f"{host.address}/?PROLIFIC_PID={name}")
        visit.pass_check()
        visit.pass_plate()
        visit.press("I agree and take part")
        visit.until("What you will judge")
        visit.press("Show the example")
        visit.answer("j")
        visit.press("Begin")
        visit.until("Time for a break")
        visit.press("Go on")
        visit.until(ASKING)
        assert visit.count == "2 of 2"


def test_digests_are_those_of_python(browser: Browser, host: Host) -> None:
    texts = ["", "a", "x" * 55, "x" * 56, "x" * 64, "x" * 200, "Größe ✓ 漢字 🎈"]
    with room(browser) as context:
        page = Visit(context)
        page.open(host.address)
        for key in ("00", "ff" * 16, "0123456789abcdef" * 8):
            for text in texts:
                own = page.page.evaluate("([key, text]) => digest.hmac(key, text)", [key, text])
                assert own == hmac.new(bytes.fromhex(key), text.encode(), hashlib.sha256).hexdigest()


def test_withdrawal_deletes_here_and_there(browser: Browser, host: Host) -> None:
    session = host.sessions[0]
    with room(browser) as context:
        visit = seated(context, host.address, session, ticket="outdated")  # a new one is claimed
        visit.until(ASKING)
        visit.answer("f")
        visit.until("Time for a break")
        visit.wait(SENT_ONE)
        assert len(host.answers(session)) == 1
        visit.press("Go on")
        visit.watch()
        visit.press("Withdraw")
        visit.press("Go on with the study")
        assert len(visit.state["answers"]) == 1
        host.down = True
        visit.page.keyboard.press("j")
        visit.until("Thank you, that was all")
        visit.press("Withdraw")
        visit.press("Withdraw and delete")
        visit.until("You have withdrawn")
        visit.page.keyboard.press("j")
        assert visit.state["answers"] == []
        assert "The server is being told" in visit.page.inner_text("main")
        with host.lock:
            host.posts.clear()
            host.down = False
        visit.page.get_by_text("Your answers are deleted. You may close this page.").wait_for()
        visit.page.wait_for_timeout(1300)  # the answer that was on its way has had its turn
        assert {call for call, _ in host.posts} == {"withdraw"}
        assert session in host.withdrawn
        assert host.answers(session) == []
        assert visit.state == {}
    with room(browser) as context:  # loaded anew before the server had heard of it
        visit = seated(context, host.address, host.sessions[1], stage="withdrawn", ticket=host.sessions[1])
        visit.page.get_by_text("Your answers are deleted. You may close this page.").wait_for()
        assert host.sessions[1] in host.withdrawn

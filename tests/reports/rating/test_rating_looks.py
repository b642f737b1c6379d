"""Every screen of the rating page: axe finds nothing, nothing is cut off, no colour, the keyboard will do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser

from tests.reports.rating import made_study
from tests.reports.rating.host import Host, hosting
from tests.reports.rating.visit import ASKING, Visit, room, seated
from tests.reports.reader import chromium

pytestmark = pytest.mark.browser

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
FOUND = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
  .map(({ id, nodes }) => [id, ...nodes.map(({ html, failureSummary }) => [html, failureSummary])])"""
SHOTS = os.environ.get("RATING_SHOTS")
"""Folder that pictures of the screens are written to, for looking at them."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    own = made_study.study(2, canvas=(832, 480))
    with hosting(made_study.folder(tmp_path_factory.mktemp("looks"), own), own.sittings) as running:
        yield running


def look(visit: Visit, name: str, *, whole: bool = True) -> None:
    """Hold a screen against what must be true of every one."""
    page = visit.page
    picture = page.screenshot()
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        (Path(SHOTS) / f"{name}.png").write_bytes(picture)
    page.evaluate(AXE)
    assert page.evaluate(FOUND) == [], name
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    if whole:
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), name
    pixels = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    assert int(np.ptp(pixels.astype(np.int16), axis=2).max()) <= 2, f"{name} has a colour"


def test_every_screen_before_the_trials(browser: Browser, host: Host) -> None:
    with room(browser) as context:
        visit = Visit(context)
        visit.open(host.address)
        look(visit, "01 welcome")
        visit.pass_check()
        look(visit, "03 plate")
        visit.page.fill("#typed", "0000")
        visit.press("Continue")
        visit.page.get_by_text("That was not right").wait_for()
        look(visit, "03 plate again")
        visit.pass_plate()
        look(visit, "04 consent", whole=False)
        visit.press("I agree and take part")
        visit.until("Which session is yours?")
        look(visit, "05 code")
        visit.page.fill("#typed", host.sessions[0])
        visit.press("Continue")
        visit.until("What you will judge")
        look(visit, "06 question")
        visit.press("Show the example")
        visit.page.locator("#start:enabled").wait_for()
        look(visit, "07 example")
        visit.answer("j")
        visit.until("Here the right clip is the answer")
        look(visit, "08 example answered")


def test_every_screen_from_the_first_trial_on(browser: Browser, host: Host) -> None:
    clip = f"/clips/{made_study.token('left 1')}.mp4"
    host.broken.add(clip)
    with room(browser) as context:
        visit = seated(context, host.address, host.sessions[0])
        visit.until(ASKING)
        visit.hasten()
        visit.page.locator("#start:enabled").wait_for()
        look(visit, "09 trial")
        visit.watch()
        look(visit, "10 answers open")
        visit.page.locator("summary").click()
        look(visit, "10 meaning")
        visit.press("Withdraw")
        look(visit, "11 withdraw")
        visit.press("Go on with the study")
        visit.page.keyboard.press("t")
        visit.until("Time for a break")
        look(visit, "12 break")
        visit.press("Go on")
        visit.page.get_by_text("These clips could not be shown").wait_for()
        look(visit, "13 clip lost")
        visit.press("Go on without them")
        visit.until("Thank you, that was all")
        look(visit, "14 end")
        visit.press("Withdraw")
        visit.press("Withdraw and delete")
        visit.until("You have withdrawn")
        look(visit, "15 withdrawn")
    host.broken.clear()


def test_screens_of_those_who_cannot_take_part(browser: Browser, host: Host) -> None:
    with room(browser, 390, 800) as context:
        visit = Visit(context)
        visit.open(host.address)
        visit.press("Check this screen")
        visit.until("This device cannot show the clips as they are")
        look(visit, "02 turned away")
    with room(browser) as context:
        first, second = Visit(context), Visit(context)
        first.open(host.address)
        first.until(made_study.TITLE)
        second.open(host.address)
        second.until("Open in another tab")
        look(second, "16 second tab")


def test_keys_alone_reach_everything(browser: Browser, host: Host) -> None:
    with room(browser) as context:
        visit = seated(context, host.address, host.sessions[0])
        visit.until(ASKING)
        visit.watch()
        reached = []
        for _ in range(12):
            visit.page.keyboard.press("Tab")
            reached.append(visit.page.evaluate("document.activeElement.innerText"))
        for name in ("Withdraw", "What this means", "Watch again", "Left", "No clear difference", "Right",
                     "Could not judge"):
            assert any(text.startswith(name) for text in reached), name
        visit.page.locator(".answer").nth(1).focus()
        visit.page.keyboard.press("Enter")
        visit.until("Time for a break")
        assert visit.state["answers"][0]["slot_chosen"] == "tie"


def test_clips_are_equal_in_size_and_as_large_as_fits(browser: Browser, host: Host) -> None:
    for size in ((1280, 720), (1920, 1080), (2560, 1440)):
        with room(browser, *size) as context:
            visit = seated(context, host.address, host.sessions[0])
            visit.until(ASKING)
            visit.page.locator("#start:enabled").wait_for()
            boxes = [frame.bounding_box() for frame in visit.page.locator(".frame").all()]
            left, right = ((box["width"], box["height"], box["y"]) for box in boxes if box)
            assert left == right
            assert left[0] / left[1] == pytest.approx(832 / 480, rel=0.01)
            assert 540 <= left[0] <= 832
            assert visit.page.evaluate("document.documentElement.scrollHeight <= innerHeight")

"""A reader's way through the report of the demo: the same plan, with shorter clips of one of its scenes.

``STEADYBENCH_DEMO=FOLDER`` takes the pages of a demo that was made before, such as ``runs/demo``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from steadybench.demo import METHODS, run_demo
from steadybench.progress import Progress
from tests.reports.reader import chromium

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
_ALL_AT = "[...document.querySelectorAll('video')].every((video) => Math.abs(video.currentTime - {}) < 0.07)"
SHORT = replace(METHODS, regimes=METHODS.regimes[:1], shape=replace(METHODS.shape, seconds=5.0))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def demo(folder: Path) -> Path:
    """The report of a demo; it comes with overlays for one pair."""
    if kept := os.environ.get("STEADYBENCH_DEMO"):
        return Path(kept) / "report"
    summary = run_demo(SHORT, folder, 2, ["steadybench", "demo"], Progress([].append))
    assert summary.failed == () and summary.clips == 8
    return folder / "report"


class Visit:
    """One page that keeps what was asked for and what went wrong."""

    def __init__(self, browser: Browser, report: Path) -> None:
        self.report = report
        self.page: Page = browser.new_page(viewport={"width": 1280, "height": 900})
        self.page.set_default_timeout(20_000)
        self.asked: list[str] = []
        self.faults: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        self.page.on("console", lambda line: self.faults.append(line.text) if line.type == "error" else None)

    @property
    def films(self) -> list[str]:
        return [url for url in self.asked if url.endswith(".mp4")]

    def until(self, told: str) -> None:
        """Wait for an expression; polled from here, since the pages forbid evaluation in their own name."""
        for _ in range(400):
            if self.page.evaluate(told):
                return
            self.page.wait_for_timeout(50)
        pytest.fail(f"never came: {told}")

    def tab_to(self, told: str) -> None:
        """Go on by tabulator until an element that fits a selector has the focus."""
        for _ in range(200):
            if self.page.evaluate("(told) => document.activeElement.matches(told)", told):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"not reached by keyboard: {told}")


def test_a_reader_goes_from_the_leaderboard_to_a_pair(browser: Browser, tmp_path: Path) -> None:
    visit = Visit(browser, demo(tmp_path / "demo"))
    _leaderboard(visit)
    _prompt(visit)
    _pair(visit)
    _keyboard_only(visit)
    _paper(visit)
    assert not visit.faults
    root = visit.report.as_uri()
    assert [url for url in visit.asked if not url.startswith(root)] == []
    visit.page.close()


def _leaderboard(visit: Visit) -> None:
    page = visit.page
    page.goto((visit.report / "index.html").as_uri())
    rows = page.locator("#board tbody tr")
    assert rows.count() == 8
    before = rows.locator("th").all_inner_texts()
    page.locator("#board th[aria-sort] button").nth(1).click()
    assert rows.locator("th").all_inner_texts() != before or sorted(before) == before
    assert page.locator("#board th[aria-sort=ascending], #board th[aria-sort=descending]").count() == 1
    page.get_by_label("Find a method").fill("self-forcing")
    assert page.locator("#board tbody tr:visible").count() == 1
    assert "find=self-forcing" in page.url
    page.reload()
    assert page.locator("#board tbody tr:visible").count() == 1
    page.get_by_label("Find a method").fill("")
    assert visit.films == []


def _prompt(visit: Visit) -> None:
    page = visit.page
    page.locator("#marks .each td a").first.click()
    page.wait_for_url("**/prompt/*.html#*")
    assert page.locator("article.clip").count() == 8
    assert visit.films == []
    page.get_by_role("button", name="Play", exact=True).first.click()
    visit.until("parseFloat(document.querySelector('.clock').textContent) > 1")
    assert len(set(visit.films)) == 8
    page.keyboard.press("k")
    visit.until("[...document.querySelectorAll('video')].every((video) => video.paused)")
    slider = page.get_by_role("slider", name="Time")
    slider.fill("3")
    visit.until(_ALL_AT.format(3))
    page.get_by_role("button", name="One frame on").click()
    visit.until(_ALL_AT.format(3.06))
    page.locator("article.clip").nth(1).get_by_role("button", name="Enlarge").click()
    assert page.locator("article.clip:visible").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("article.clip:visible").count() == 8
    page.locator("article.clip").first.get_by_role("link", name="Details").click()
    details = page.locator("#details details[open]").first
    for word in ("steadybench run", "digest of the weights", "SHA-256"):
        assert word in details.inner_text()


def _pair(visit: Visit) -> None:
    page = visit.page
    page.goto((visit.report / "pair.html").as_uri())
    visit.until("document.querySelectorAll('#panes video').length >= 2")
    page.get_by_role("radio", name="Flow").check(force=True)
    page.get_by_role("button", name="Play", exact=True).first.click()
    visit.until("[...document.querySelectorAll('#panes video')].some((video) => video.currentTime > 0.5)")
    assert any(url.endswith(".flow.mp4") for url in visit.films)
    page.get_by_role("radio", name="Swipe").check(force=True)
    divider = page.get_by_role("slider", name="Divider")
    at = float(divider.get_attribute("aria-valuenow") or 0)
    divider.press("ArrowRight")
    assert float(divider.get_attribute("aria-valuenow") or 0) > at
    visit.until("location.hash.includes('mode=swipe') && location.hash.includes('overlay=flow')")


def _keyboard_only(visit: Visit) -> None:
    page = visit.page
    page.goto((visit.report / "index.html").as_uri())
    visit.tab_to("#marks .each td a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/prompt/*.html#*")
    page.keyboard.press("Space")
    visit.until("parseFloat(document.querySelector('.clock').textContent) > 0.5")
    page.keyboard.press("Space")
    page.keyboard.press("?")
    assert page.get_by_role("dialog").is_visible()
    page.keyboard.press("Escape")
    visit.tab_to("#details summary")
    before = page.locator("#details details[open]").count()
    page.keyboard.press("Enter")
    assert abs(page.locator("#details details[open]").count() - before) == 1


def _paper(visit: Visit) -> None:
    page = visit.page
    for name in ("index.html", *(f"prompt/{path.name}" for path in (visit.report / "prompt").glob("*.html"))):
        page.goto((visit.report / name).as_uri())
        for format_ in ("A4", "Letter"):
            printed = page.pdf(format=format_, print_background=True)
            assert printed.startswith(b"%PDF") and len(printed) > 20_000

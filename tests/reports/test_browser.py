"""A reader's way through the report in headless Chromium, from the disk, without server or network."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from reports.build import build
from reports.text import figure
from tests.reports import made

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    chromium = next(filter(None, map(shutil.which, names)), None)
    if chromium is None:
        pytest.fail("no Chromium found: the report pages need it for their test (apt-get install chromium)")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two reports of the same clips: one names methods, the other does not."""
    where = tmp_path_factory.mktemp("report with spaces")
    for name, methods in (("plain", False), ("named", True)):
        (where / f"{name} clips").mkdir()
        build(made.story_report(where / f"{name} clips", methods=methods), where / name)
    return where


class Reader:
    """A page that remembers what it asked for and what went wrong."""

    def __init__(self, browser: Browser, width: int = 1280) -> None:
        self.page: Page = browser.new_page(viewport={"width": width, "height": 900})
        self.page.set_default_timeout(20_000)
        self.asked: list[str] = []
        self.faults: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("requestfailed", lambda request: self.faults.append(f"{request.url} {request.failure}"))
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        self.page.on("console", lambda line: self.faults.append(line.text) if line.type != "log" else None)

    def open(self, path: Path) -> Page:
        self.page.goto(path.as_uri())
        return self.page

    @property
    def films(self) -> list[str]:
        return [url for url in self.asked if url.endswith(".mp4")]

    def close(self) -> None:
        """Check what must hold for every visit, then close the page."""
        elsewhere = [url for url in self.asked if not url.startswith("file:")]
        self.page.close()
        assert not elsewhere
        # Seeking and leaving a page end a running read, which is reported as a failed request.
        assert not [fault for fault in self.faults if ".mp4" not in fault and "ERR_ABORTED" not in fault]


@pytest.fixture
def reader(browser: Browser) -> Iterator[Reader]:
    visit = Reader(browser)
    yield visit
    visit.close()


def to_clip(reader: Reader, folder: Path, name: str = "drifts.mp4") -> Page:
    page = reader.open(folder / "plain" / "index.html")
    page.locator("#leaderboard").get_by_role("link", name=name).click()
    page.wait_for_url("**/clip/*.html")
    return page


def now(page: Page) -> float:
    return float(page.evaluate("document.getElementById('video').currentTime"))


def wait_for(page: Page, condition: str) -> None:
    """Ask until it is so; the page's own waiting would need ``eval``, which its policy forbids."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never came true: {condition}")


def wait_for_time(page: Page, condition: str) -> None:
    wait_for(page, f"(t => {condition})(document.getElementById('video').currentTime)")


def test_from_the_list_to_a_playing_clip(reader: Reader, folder: Path) -> None:
    page = to_clip(reader, folder)
    assert page.title().startswith("drifts.mp4")
    assert page.evaluate("document.getElementById('video').networkState") == 0
    assert reader.films == []
    page.get_by_role("button", name="Play", exact=True).click()
    wait_for_time(page, "t > 0.3")
    assert len(set(reader.films)) == 1
    assert page.evaluate("document.getElementById('video').videoWidth") == 96
    page.get_by_role("button", name="Pause", exact=True).click()
    held = now(page)
    page.wait_for_timeout(150)
    assert now(page) == held


def test_numbers_on_the_page_are_those_of_the_table(reader: Reader, folder: Path) -> None:
    page = to_clip(reader, folder)
    rows = page.locator("table.headlines tbody tr")
    shown = {row.locator("th").inner_text(): row.locator("td").all_inner_texts() for row in rows.all()}
    assert shown["Drift"][:2] == ["1.2", "0.150"]
    assert shown["Fixed camera"][0] == "≥ 3.0"
    assert page.locator("s").first.inner_text() == "≥ 3.0"


def test_components_and_further_curves_come_on_demand(reader: Reader, folder: Path) -> None:
    page = to_clip(reader, folder)
    page.get_by_text("Drift: 2 more numbers").click()
    row = page.locator("tr", has=page.locator('[data-metric="drift.tone"]'))
    assert row.locator("td").first.inner_text() == "~0"
    assert row.locator("td").first.get_attribute("title") == "0.00000316"
    assert row.locator("td").last.inner_text() == "Colour change."
    assert "abstained: nothing to see" in page.locator("#parts").inner_text()
    assert page.locator("#more svg").count() == 0
    page.get_by_text("1 more curve").click()
    band = page.locator("#more .band")
    wait_for(page, "document.querySelectorAll('#more .band').length === 1")
    assert band.locator("path").get_attribute("d") == "M167 100h3L500 50L833 0"
    assert band.locator(".name").text_content() == "Drift: tone · 4.00 CIEDE2000"
    page.get_by_role("button", name=re.compile("Drift")).click()
    wait_for(page, "document.querySelector('#more .now').textContent === '2'")


@pytest.mark.parametrize("value", [0.0, 3e-6, -0.0004, 0.0005, -0.05364, 0.5, 1.25, 99.95, 1234.6, 2.5e8])
def test_script_and_pages_write_numbers_alike(reader: Reader, folder: Path, value: float) -> None:
    page = to_clip(reader, folder)
    for unit in ("s", "px"):
        assert page.evaluate(f"figure({value}, '{unit}')") == figure(value, unit)


def test_print_shows_stills_and_levels(reader: Reader, folder: Path) -> None:
    page = to_clip(reader, folder)
    page.emulate_media(media="print")
    assert not page.locator("video").is_visible() and not page.locator("#controls").is_visible()
    assert page.locator(".timeline img").is_visible()
    assert page.locator(".timeline > .band").count() == 3
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.get_by_text("abstained: nothing to see").is_visible()


@pytest.mark.parametrize("name", ["index", "clip"])
def test_headings_and_tables_are_in_order(reader: Reader, folder: Path, name: str) -> None:
    page = reader.open(folder / "named" / "index.html") if name == "index" else to_clip(reader, folder)
    levels = [int(tag[1]) for tag in page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4')].map((heading) => heading.tagName)")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert page.locator("th:not([scope])").count() == 0
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_seeking_on_a_curve_and_reading_it_off(reader: Reader, folder: Path) -> None:
    page = to_clip(reader, folder)
    band = page.locator(".timeline .band").first
    box = band.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    wait_for_time(page, "Math.abs(t - 1.5) < 0.05")
    clock = float(page.locator("#clock").inner_text().removesuffix(" s"))
    assert abs(clock - 1.5) < 0.05
    assert band.locator(".now").text_content() == "0.2"
    cursor = page.locator("#cursor").get_attribute("x1")
    assert cursor and abs(float(cursor.rstrip("%")) - 50) < 2


def test_jump_step_and_speed(reader: Reader, folder: Path) -> None:
    page = to_clip(reader, folder)
    page.get_by_role("button", name=re.compile("Drift")).click()
    wait_for_time(page, "Math.abs(t - 1.25) < 0.02")
    page.get_by_role("button", name="One frame on").click()
    wait_for_time(page, "Math.abs(t - 1.25 - 1 / 16) < 0.02")
    page.get_by_role("button", name="One frame back").click()
    wait_for_time(page, "Math.abs(t - 1.25) < 0.02")
    page.get_by_label("Speed").select_option("0.25")
    assert page.evaluate("document.getElementById('video').playbackRate") == 0.25


def test_keys(reader: Reader, folder: Path) -> None:
    page = to_clip(reader, folder)
    page.keyboard.press("j")
    wait_for_time(page, "Math.abs(t - 1.25) < 0.02")
    page.keyboard.press("ArrowRight")
    wait_for_time(page, "Math.abs(t - 2.25) < 0.02")
    page.keyboard.press("]")
    assert page.get_by_label("Speed").input_value() == "2"
    page.keyboard.press("Space")
    wait_for(page, "!document.getElementById('video').paused || document.getElementById('video').ended")
    page.keyboard.press("k")
    wait_for(page, "document.getElementById('video').paused")
    page.locator("#timeline").focus()
    page.keyboard.press("Home")
    wait_for_time(page, "t === 0")


def test_sorting_says_so(reader: Reader, folder: Path) -> None:
    page = reader.open(folder / "plain" / "index.html")
    names = page.locator("table.board tbody th")
    assert names.all_inner_texts() == sorted(made.STORIES)
    page.get_by_role("button", name="Clip", exact=True).click()
    assert names.all_inner_texts() == sorted(made.STORIES, reverse=True)
    drift = page.get_by_role("button", name="onset").first
    drift.click()
    values = page.locator("table.board tbody td:nth-child(3)").all_inner_texts()
    assert values[0] == "–" and values[1].startswith("1.")
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("onset")
    assert page.locator("th[aria-sort]:not([aria-sort=none])").count() == 1


def test_a_method_leads_to_its_clips(reader: Reader, folder: Path) -> None:
    page = reader.open(folder / "named" / "index.html")
    assert "Median time to the first failure" in page.locator(".second").first.inner_text()
    page.locator("#leaderboard").get_by_role("link", name="one").click()
    wait_for(page, "document.getElementById('find').value === 'one'")
    page.get_by_label("Find").fill("drifts")
    assert page.locator(".card:visible").count() == 1
    page.locator(".card:visible").get_by_role("link", name="drifts.mp4").click()
    page.wait_for_url("**/clip/*.html")
    assert reader.films == []


def test_a_square_of_the_matrix_leads_to_its_clip(reader: Reader, folder: Path) -> None:
    page = reader.open(folder / "plain" / "index.html")
    page.locator(".matrix td.k-abstained").first.click()
    page.wait_for_url("**/clip/*.html")
    assert "too little still ground" in page.locator("main").inner_text()


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_sticks_out_and_stills_are_there(browser: Browser, folder: Path, width: int) -> None:
    visit = Reader(browser, width)
    page = visit.open(folder / "named" / "index.html")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(".card img").first.scroll_into_view_if_needed()
    wait_for(page, "document.querySelector('.card img').naturalHeight === 160")
    page.locator(".card h3 a").first.click()
    page.wait_for_url("**/clip/*.html")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    visit.close()

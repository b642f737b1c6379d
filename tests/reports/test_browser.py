"""A reader's way through prompt pages in headless Chromium, from the disk, without server or network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from reports.build import build
from reports.text import figure
from tests.reports import made
from tests.reports.reader import Reader, chromium, wait_for

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clips without a prompt, each on a page of its own; three methods of two seeds on one page."""
    where = tmp_path_factory.mktemp("report with spaces")
    for name in ("plain clips", "scene clips"):
        (where / name).mkdir()
    build(made.story_report(where / "plain clips", methods=False), where / "plain")
    build(made.scene_report(where / "scene clips", seeds=(1, 2)), where / "scene")
    return where


@pytest.fixture
def reader(browser: Browser) -> Iterator[Reader]:
    visit = Reader(browser)
    yield visit
    visit.close()


def lone(folder: Path, name: str = "drifts.mp4") -> Path:
    pages = (folder / "plain" / "prompt").glob("*.html")
    return next(path for path in pages if f"<h1>{name}</h1>" in path.read_text(encoding="utf-8"))


def to_clip(reader: Reader, folder: Path, name: str = "drifts.mp4") -> Page:
    return reader.open(lone(folder, name))


def to_scene(reader: Reader, folder: Path, fragment: str = "") -> Page:
    return reader.open(folder / "scene" / "prompt" / "river.html", fragment)


def now(page: Page) -> float:
    return float(page.evaluate("document.querySelector('video').currentTime"))


def wait_for_time(page: Page, condition: str) -> None:
    wait_for(page, f"(t => {condition})(document.querySelector('video').currentTime)")


def shown(page: Page) -> list[str]:
    """What the visible cards are called."""
    return page.locator(".clip:visible h3 a").all_inner_texts()


def test_from_the_list_to_a_playing_clip(reader: Reader, folder: Path) -> None:
    page = reader.open(folder / "plain" / "index.html")
    page.get_by_role("link", name="drifts.mp4").first.click()
    page.wait_for_url("**/prompt/clip-*.html*")
    assert page.title().startswith("drifts.mp4")
    assert page.evaluate("document.querySelector('video').networkState") == 0
    assert reader.films == []
    page.get_by_role("button", name="Play", exact=True).click()
    wait_for_time(page, "t > 0.3")
    assert len(set(reader.films)) == 1
    assert page.evaluate("document.querySelector('video').videoWidth") == 96
    page.get_by_role("button", name="Pause", exact=True).click()
    wait_for(page, "!document.querySelector('video').seeking")
    held = now(page)
    page.wait_for_timeout(150)
    assert now(page) == held


def test_players_wait_without_a_file(reader: Reader, folder: Path) -> None:
    page = to_scene(reader, folder)
    page.wait_for_timeout(300)
    for video in page.locator("video").all():
        assert video.get_attribute("src") is None and video.get_attribute("preload") == "none"
        assert video.evaluate("({ muted, playsInline, autoplay, networkState }) => "
                              "[muted, playsInline, autoplay, networkState]") == [True, True, False, 0]
        assert (video.get_attribute("width"), video.get_attribute("height")) == ("96", "64")
        assert re.fullmatch(r"\.\./clips/[0-9a-f]{12}\.jpg", video.get_attribute("poster") or "")
    assert page.locator("video").count() == 6 and reader.films == []


def test_numbers_on_the_page_are_those_of_the_table(reader: Reader, folder: Path) -> None:
    page = to_clip(reader, folder)
    shown = page.locator("table.scores tbody td").all_inner_texts()
    assert shown[:7] == ["≥ 3.0", "1.2", "0.150", "≥ 3.0", "0.150", "≥ 3.0", "0.150"]
    assert page.locator(".scores s").all_inner_texts() == ["≥ 3.0", "0.150"]
    assert "Stagnation: not credited: drifted from 1.2 s" in shown[7]
    rows = page.locator("table.headlines tbody tr")
    told = {row.locator("th").inner_text(): row.locator("td").all_inner_texts() for row in rows.all()}
    assert told["Drift"][:2] == ["1.2", "0.150"] and told["Fixed camera"][0] == "≥ 3.0"
    assert rows.nth(1).locator("td").first.get_attribute("title") == "1.25"
    assert page.locator(".headlines s").first.inner_text() == "≥ 3.0"


def test_components_and_further_curves(reader: Reader, folder: Path) -> None:
    page = to_clip(reader, folder)
    row = page.locator("tr", has=page.locator('[data-metric="drift.tone"]'))
    assert row.locator("td").first.inner_text() == "~0"
    assert row.locator("td").first.get_attribute("title") == "0.00000316"
    assert row.locator("td").last.inner_text() == "Colour change."
    assert "abstained: nothing to see" in page.locator(".parts").inner_text()
    assert page.locator("#more svg").count() == 0
    page.get_by_text("1 more curve").click()
    wait_for(page, "document.querySelectorAll('#more .chart').length === 1")
    chart = page.locator("#more .chart")
    assert chart.locator("path").get_attribute("d") == "M167 100h3L500 50L833 0"
    assert chart.locator(".top").inner_text() == "4.00 CIEDE2000"
    page.get_by_role("button", name=re.compile("Drift of drifts.mp4 fails at 1.2 s")).click()
    chart.scroll_into_view_if_needed()
    expect(chart.locator(".read b")).to_have_text("2")


@pytest.mark.parametrize("value", [0.0, 3e-6, -0.0004, 0.0005, -0.05364, 0.5, 1.25, 99.95, 1234.6, 2.5e8])
def test_script_and_pages_write_numbers_alike(reader: Reader, folder: Path, value: float) -> None:
    page = to_clip(reader, folder)
    for unit in ("s", "px"):
        assert page.evaluate(f"figure({value}, '{unit}')") == figure(value, unit)


def test_print_shows_stills_and_levels(reader: Reader, folder: Path) -> None:
    page = to_clip(reader, folder)
    page.emulate_media(media="print")
    assert not page.locator("video").is_visible() and not page.locator("#bar > *").first.is_visible()
    assert page.locator(".strip img").is_visible()
    assert page.locator("#time > .chart:visible path").count() == 3
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.get_by_text("abstained: nothing to see").is_visible()
    scene = to_scene(reader, folder)
    assert scene.locator(".strip img:visible").count() == 3 and scene.locator(".chips").is_visible()
    assert scene.locator(".scores tbody tr:visible").count() == 3


@pytest.mark.parametrize("name", ["clip", "scene"])
def test_headings_and_tables_are_in_order(reader: Reader, folder: Path, name: str) -> None:
    page = to_clip(reader, folder) if name == "clip" else to_scene(reader, folder)
    levels = [int(tag[1]) for tag in page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4')].map((heading) => heading.tagName)")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert page.locator("th:not([scope])").count() == 0
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_seeking_on_a_curve_and_reading_it_off(reader: Reader, folder: Path) -> None:
    page = to_clip(reader, folder)
    plot = page.locator(".plot svg").first
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    wait_for_time(page, "Math.abs(t - 1.5) < 0.05")
    clock = float(page.locator(".clock").inner_text().removesuffix(" s"))
    assert abs(clock - 1.5) < 0.05
    assert page.locator(".read b").first.inner_text() == "0.2"
    cursors = page.evaluate("[...document.querySelectorAll('.cursor')].map((line) => line.style.left)")
    assert len(cursors) >= 4 and all(abs(float(left.rstrip("%")) - 50) < 2 for left in cursors)
    slider = page.get_by_role("slider", name="Time")
    assert abs(float(slider.input_value()) - 1.5) < 0.05


def test_jump_step_and_speed(reader: Reader, folder: Path) -> None:
    page = to_clip(reader, folder)
    page.get_by_role("button", name="Next onset").click()
    wait_for_time(page, "Math.abs(t - 1.25) < 0.02")
    assert page.locator(".said").inner_text() == "1.2 s: drift of drifts.mp4"
    page.get_by_role("button", name="One frame on").click()
    wait_for_time(page, "Math.abs(t - 1.25 - 1 / 16) < 0.02")
    page.get_by_role("button", name="One frame back").click()
    wait_for_time(page, "Math.abs(t - 1.25) < 0.02")
    page.get_by_role("button", name="Play", exact=True).click()
    page.get_by_label("Speed").select_option("0.25")
    wait_for(page, "Math.abs(document.querySelector('video').playbackRate - 0.25) < 0.011")


def test_the_worst_second_is_looped(reader: Reader, folder: Path) -> None:
    page = to_clip(reader, folder)
    page.get_by_role("button", name="Loop worst second").click()
    assert page.locator(".said").inner_text() == "Looping 2.0 to 3.0 s: drift of drifts.mp4, 0.344"
    wait_for_time(page, "t > 2.6")
    wait_for_time(page, "t < 2.4")
    assert page.evaluate("deck.playing") and now(page) >= 2.0
    page.keyboard.press("l")
    assert page.evaluate("deck.loop") is None


def test_keys(reader: Reader, folder: Path) -> None:
    page = to_clip(reader, folder)
    page.keyboard.press("j")
    wait_for_time(page, "Math.abs(t - 1.25) < 0.02")
    page.keyboard.press("ArrowRight")
    wait_for_time(page, "Math.abs(t - 2.25) < 0.02")
    page.keyboard.press("]")
    assert page.get_by_label("Speed").input_value() == "2"
    page.keyboard.press("Space")
    wait_for(page, "!document.querySelector('video').paused || deck.time >= 3")
    page.keyboard.press("k")
    wait_for(page, "document.querySelector('video').paused")
    page.keyboard.press("Home")
    wait_for_time(page, "t < 0.01")
    page.keyboard.press("End")
    wait_for_time(page, "t > 2.9")
    page.keyboard.press(".")
    last = page.evaluate("(Math.ceil(deck.seconds * deck.fps - 1e-6) - 1) / deck.fps")
    assert page.evaluate("deck.time") == pytest.approx(last)  # no frame follows the last one
    page.keyboard.press(",")
    assert page.evaluate("deck.time") == pytest.approx(last - 1 / page.evaluate("deck.fps"))
    page.keyboard.press("?")
    assert "next onset" in page.get_by_role("dialog").inner_text()
    page.keyboard.press("Escape")
    page.get_by_label("Speed").focus()
    page.keyboard.press("k")
    page.get_by_role("button", name="Next onset").focus()
    page.keyboard.press("Space")
    wait_for_time(page, "Math.abs(t - 1.25) < 0.02")
    assert not page.evaluate("deck.playing")


def test_methods_and_seeds_are_chosen_and_kept_in_the_address(reader: Reader, folder: Path) -> None:
    page = to_scene(reader, folder)
    assert shown(page) == ["method-0 seed 1", "method-1 seed 1", "method-2 seed 1"]
    page.locator("#seed").select_option("2")
    page.get_by_role("button", name="method-1").first.click()
    assert shown(page) == ["method-0 seed 2", "method-2 seed 2"]
    assert page.locator(".chart").first.locator(".read li:visible").count() == 2
    assert page.locator(".scores tbody tr:visible").count() == 2
    page.keyboard.press("ArrowRight")
    wait_for(page, "location.hash === '#t=1&seed=2&hide=2'")
    again = reader.page.url
    page.goto("about:blank")
    page.goto(again)
    assert shown(page) == ["method-0 seed 2", "method-2 seed 2"]
    assert page.locator(".clock").inner_text() == "1.00 s"
    page.locator("#seed").select_option("all")
    assert len(shown(page)) == 4


def test_a_shared_address_reads_no_film(reader: Reader, folder: Path) -> None:
    page = to_scene(reader, folder, "#t=1.2&seed=2&debug")
    page.wait_for_timeout(300)
    assert page.locator(".clock").inner_text() == "1.20 s"
    assert reader.films == []
    page.get_by_role("button", name="Play", exact=True).click()
    wait_for(page, "deck.time > 1.3")
    assert len(set(reader.films)) == 3


def test_a_clip_has_its_place_on_the_page(reader: Reader, folder: Path) -> None:
    key = to_scene(reader, folder).evaluate("data.clips[3].key")
    page = to_scene(reader, folder)
    page.locator(f'.scores a[href="#{key}"]').evaluate("(link) => link.click()")
    wait_for(page, f"document.getElementById('{key}').classList.contains('meant')")
    assert shown(page) == ["method-0 seed 2", "method-1 seed 2", "method-2 seed 2"]
    details = page.locator(f"#d-{key}")
    assert details.get_attribute("open") is not None
    assert "SHA-256" in details.inner_text() and "method-1" in details.inner_text()


def test_one_method_alone_and_all_again(reader: Reader, folder: Path) -> None:
    page = to_scene(reader, folder)
    page.keyboard.press("2")
    assert shown(page) == ["method-1 seed 1"]
    assert page.get_by_role("button", name="Enlarge method-1 seed 1").get_attribute("aria-pressed") == "true"
    box = page.locator(".clip:visible").bounding_box()
    assert box is not None and box["width"] > 1000
    page.keyboard.press("Escape")
    assert len(shown(page)) == 3


def test_any_two_clips_lead_to_the_pair_view(reader: Reader, folder: Path) -> None:
    page = to_scene(reader, folder)
    pair = page.locator("a.pair")
    page.get_by_role("button", name="Compare method-2 seed 1").click()
    assert pair.is_hidden()
    page.get_by_role("button", name="Compare method-0 seed 1").click()
    keys = page.evaluate("data.clips.filter(({ seed }) => seed === 1).map(({ key }) => key)")
    assert pair.inner_text() == "Compare method-2 seed 1 with method-0 seed 1 →"
    assert pair.get_attribute("href") == f"../pair.html#a={keys[2]}&b={keys[0]}&t=0.00"


def test_what_ended_or_was_not_measured_says_so(reader: Reader, folder: Path) -> None:
    page = to_scene(reader, folder, "#t=2.5")
    values = page.locator(".chart").first.locator(".read li:visible b").all_inner_texts()
    assert values == ["0.4", "ended", "ended"]
    page.get_by_text("1 more curve").click()
    lanes = page.locator("#more .lane:visible i")
    wait_for(page, "document.querySelectorAll('#more .lane').length > 0")
    placed = lanes.first.evaluate("({ style }) => [parseFloat(style.left), parseFloat(style.width)]")
    assert placed == pytest.approx([100 / 3, 100 / 3], abs=0.01)
    page.get_by_text("Drift as a table").click()
    table = page.locator(".chart").first.locator("table")
    expect(table.locator("thead th")).to_have_count(7)
    expect(table.locator("tbody tr")).to_have_count(3)
    label = page.locator(".chart svg").first.get_attribute("aria-label")
    assert label and "method-1 seed 1: from 0.200 to 0.400, highest 0.400 at 1.5 s, fails from 1.0 s" in label


def test_a_stretch_of_players_holds_at_most_eight_files(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "clips").mkdir()
    data = made.scene_report(tmp_path / "clips", (1.0,) * 11, (16,) * 11)
    build(data, tmp_path / "out")
    visit = Reader(browser, 390)
    page = visit.open(tmp_path / "out" / "prompt" / "river.html")
    held = "document.querySelectorAll('video[src]').length"
    page.evaluate("deck.seek(0.5)")
    assert 0 < page.evaluate(held) <= 8
    first = page.evaluate("document.querySelector('video').hasAttribute('src')")
    page.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
    wait_for(page, "!document.querySelector('video').hasAttribute('src')")
    assert first and 0 < page.evaluate(held) <= 8
    visit.close()
    wide = Reader(browser, 1280)
    page = wide.open(tmp_path / "out" / "prompt" / "river.html")
    page.evaluate("deck.seek(0.5)")
    assert page.evaluate(held) == 8
    wide.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_sticks_out_and_stills_are_there(browser: Browser, folder: Path, width: int) -> None:
    visit = Reader(browser, width)
    for page in (to_scene(visit, folder), to_clip(visit, folder)):
        page.locator(".strip img").first.scroll_into_view_if_needed()
        wait_for(page, "document.querySelector('.strip img').naturalHeight === 160")
        page.get_by_text("1 more curve").click()
        wait_for(page, "document.querySelectorAll('#more .chart').length === 1")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    visit.close()


def test_a_short_clip_alone_has_a_time_axis_of_its_own(reader: Reader, folder: Path) -> None:
    page = to_scene(reader, folder)
    last = page.locator(".seconds").first.locator("span").last
    strips = """[...document.querySelectorAll(".clip:not([hidden]) .strip")]
        .map(({ style }) => parseInt(style.width))"""
    assert last.inner_text() == "3" and page.evaluate(strips) == [100, 66, 50]
    page.keyboard.press("3")
    assert last.inner_text() == "1.4" and page.evaluate(strips) == [100]
    plot = page.locator(".plot svg").first
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    wait_for(page, "Math.abs(deck.time - 0.75) < 0.03")
    page.keyboard.press("Escape")
    assert last.inner_text() == "3" and page.evaluate(strips) == [100, 66, 50]


def test_hostile_texts_stay_texts(browser: Browser, tmp_path: Path) -> None:
    nasty = "</script><img src=x onerror=window.hacked=1> \u202eright to left " + "w" * 5000
    clip = made.entry(nasty, path=tmp_path / "gone.mp4", method=nasty, prompt_id="p", prompt=nasty,
                      notes=(nasty,), facts={nasty: nasty}, seed=1)
    calm = made.entry("calm", path=tmp_path / "gone.mp4", method="calm", prompt_id="p", seed=2)
    late = [{"metric": "drift.late", "value": None, "status": "abstained", "reason": nasty}]
    table = made.results(made.rows(clip, made.all_held(9.0, stagnation=nasty), late),
                         made.rows(calm, made.all_held(9.0)))
    build(made.report_input([clip, calm], table, title=nasty), tmp_path / "out")
    visit = Reader(browser, 360)
    page = visit.open(tmp_path / "out" / "prompt" / "p.html")
    page.locator("#seed").select_option("all")
    for summary in page.locator(".about-clip summary").all():
        summary.click(position={"x": 4, "y": 8})
    assert nasty in (page.locator("#details").text_content() or "")
    assert page.evaluate("window.hacked") is None and page.locator("img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert "no longer where it was measured" in page.locator(".clip:visible").first.inner_text()
    visit.close()

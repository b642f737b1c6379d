"""The first page in a browser: sorting, filters and the address that keeps them, keyboard, widths, speed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from reports.build import build
from reports.index.page import write
from reports.site.site import site_of
from reports.writer import Writer
from tests.reports.grid import METHODS, study
from tests.reports.reader import Reader, chromium, wait_for

pytestmark = pytest.mark.browser

PAINT = "performance.getEntriesByName('first-contentful-paint')"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four methods, one of which freezes and one of which lacks a clip."""
    return build(study(6, 2, METHODS[:4], skip=[(METHODS[3], 2, 1)]), tmp_path_factory.mktemp("a report"))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first page alone of eight methods on 96 prompts."""
    out = tmp_path_factory.mktemp("large")
    writer = Writer(out)
    writer.assets()
    return write(site_of(study(96), out), writer)


@pytest.fixture
def reader(browser: Browser) -> Iterator[Reader]:
    visit = Reader(browser)
    yield visit
    visit.close()


def names(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("#board tbody th a").all_inner_texts()]


def head(page: Page, key: str) -> Locator:
    return page.locator(f'#board th[data-key="{key}"]')


def test_sorting_says_so_and_goes_both_ways_with_missing_numbers_last(reader: Reader, index: Path) -> None:
    page = reader.open(index)
    column = head(page, "drift.late")
    column.get_by_role("button").click()
    expect(column).to_have_attribute("aria-sort", "ascending")
    up = names(page)
    column.get_by_role("button").click()
    expect(column).to_have_attribute("aria-sort", "descending")
    down = names(page)
    assert up[-1] == down[-1] == "self-forcing"
    assert up[:-1] == down[:-1][::-1] == ["steady-forcing", "causvid", "rolling-forcing"]
    assert page.locator("#board th[aria-sort]:not([aria-sort=none])").count() == 1
    assert page.url.endswith("#sort=-drift.late")


def test_a_shared_address_brings_the_same_view(reader: Reader, index: Path) -> None:
    page = reader.open(index, "#find=forcing&hide=1&show=x&sort=-steady")
    shown = page.locator("#board tbody tr:visible th a").all_inner_texts()
    assert sorted(text.strip() for text in shown) == ["rolling-forcing", "self-forcing", "steady-forcing"]
    expect(page.locator("#board-found")).to_have_text("3 of 4 methods")
    expect(head(page, "drift.onset")).to_be_hidden()
    expect(head(page, "steady")).to_have_attribute("aria-sort", "descending")
    assert page.locator("#marks .each tr:visible").count() == 1
    expect(page.locator("#mark-found")).to_have_text("1 of 6")
    page.evaluate("location.hash = '#find=causvid'")
    wait_for(page, "document.querySelectorAll('#board tbody tr:not([hidden])').length === 1")
    expect(head(page, "drift.onset")).to_be_visible()


def test_filters_come_into_the_address_and_leave_it(reader: Reader, index: Path) -> None:
    page = reader.open(index)
    page.get_by_label("Find a method").fill("causvid")
    page.get_by_label("Stagnation", exact=True).uncheck()
    page.get_by_label("Show").select_option("pafx")
    assert page.url.endswith("#find=causvid&hide=2&show=pafx")
    assert page.locator("#plane .mark.dim").count() == 3
    page.get_by_label("Find a method").fill("")
    page.get_by_label("Stagnation", exact=True).check()
    page.get_by_label("Show").select_option("")
    assert "#" not in page.url
    assert page.locator(".dim").count() == 0


def test_a_place_on_the_page_is_no_state(reader: Reader, index: Path) -> None:
    page = reader.open(index, "#plane")
    assert page.locator("#board tbody tr:visible").count() == 4
    page.get_by_label("Find a method").fill("causvid")
    page.get_by_role("navigation", name="Sections").get_by_role("link", name="Survival").click()
    assert page.locator("#board tbody tr:visible").count() == 1


def test_only_methods_that_are_told_apart(reader: Reader, index: Path) -> None:
    page = reader.open(index)
    apart = page.locator("#board tr[data-apart]").count()
    page.get_by_label("Only those told apart").check()
    assert page.locator("#board tbody tr:visible").count() == apart < 4


def test_by_keyboard_alone(reader: Reader, index: Path) -> None:
    page = reader.open(index)
    page.get_by_label("Find a method").focus()
    page.keyboard.type("self")
    expect(page.locator("#board-found")).to_have_text("1 of 4 methods")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.family") == "0"
    page.keyboard.press("Space")
    expect(head(page, "steady")).to_be_hidden()
    head(page, "stagnation.late").get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(head(page, "stagnation.late")).to_have_attribute("aria-sort", "ascending")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_signs_have_names_and_lead_to_their_clips(reader: Reader, index: Path) -> None:
    page = reader.open(index)
    frozen = page.locator("#marks .each td a.c").first
    name = frozen.text_content() or ""
    assert name.startswith("seed 0: stagnation")
    frozen.hover()
    expect(frozen).to_have_attribute("title", name)
    frozen.click()
    page.wait_for_url("**/prompt/*.html#*")
    key = page.url.rpartition("#")[2]
    assert page.locator(f'[id="{key}"]').count() == 1
    assert reader.films == []


def test_a_hole_and_a_number_lead_to_the_methods_page(reader: Reader, index: Path) -> None:
    page = reader.open(index)
    hole = page.get_by_role("link", name="no clip of seed 1")
    target = hole.get_attribute("href") or ""
    assert (index.parent / target.partition("#")[0]).is_file() and target.endswith("#holes")
    source = (index.parent / target.partition("#")[0]).read_text(encoding="utf-8")
    linked = page.locator('#board tbody td a[href^="method/rolling-forcing"]')
    for link in {one.get_attribute("href") or "" for one in [*linked.all(), hole]}:
        assert f'id="{link.partition("#")[2]}"' in source, link


def test_pointing_at_a_mark_dims_the_others(reader: Reader, index: Path) -> None:
    page = reader.open(index)
    page.locator("#plane .names a").first.hover()
    assert page.locator("#plane .mark.dim").count() == 3
    page.mouse.move(0, 0)
    wait_for(page, "document.querySelectorAll('.dim').length === 0")


def test_without_script_everything_can_be_read(browser: Browser, index: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(index.as_uri())
    assert page.locator("#board tbody tr:visible").count() == 4
    assert page.locator("form.tools:visible").count() == 0
    assert page.locator("#marks .each td a").count() == 48
    context.close()


@pytest.mark.parametrize("width", [360, 390, 1280])
def test_nothing_sticks_out_and_nothing_is_cut_off(browser: Browser, large: Path, width: int) -> None:
    visit = Reader(browser, width)
    page = visit.open(large)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for chart in ("#plane .plot", "#survival .plot", "#agreement .plot"):
        box = page.locator(chart).first.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width
    cut = page.evaluate("""[...document.querySelectorAll('.names text')].filter((text) => {
        const box = text.getBoundingClientRect();
        return box.width && box.right > document.documentElement.clientWidth;
    }).map((text) => text.textContent)""")
    assert cut == []
    key = page.locator("#plane .key")
    assert key.is_visible() == (width < 832)
    visit.close()


def test_names_beside_charts_do_not_overlap(reader: Reader, large: Path) -> None:
    page = reader.open(large)
    for chart in ("#plane", "#survival", "#agreement"):
        tops = sorted(page.evaluate(f"""[...document.querySelectorAll('{chart} .names text')]
            .map((text) => text.getBoundingClientRect().top)"""))
        assert len(tops) == 8
        assert all(after - before > 15 for before, after in pairwise(tops))


def test_a_large_page_paints_and_answers_at_once(reader: Reader, large: Path) -> None:
    """First paint under 1 s; sorting, filtering and typing under 100 ms with layout.

    The best of ten tries counts: other work on the machine makes a page slower, but nothing makes a slow one
    fast. Each try undoes the last one first, so that it has as much to do.
    """
    paints = []
    for _ in range(10):
        page = reader.open(large)
        wait_for(page, f"{PAINT}.length > 0")  # the entry may come after the page has loaded
        paints.append(page.evaluate(f"{PAINT}[0].startTime"))
        page.goto("about:blank")
        if paints[-1] < 1000:
            break
    assert min(paints) < 1000
    page = reader.open(large)
    set_to = """((id, value, event) => {
        const box = document.getElementById(id);
        box.value = value;
        box.dispatchEvent(new Event(event));
    })"""
    acts = {
        "sort": ("", "document.querySelector('th[data-key=\"drift.late\"] button').click()"),
        "method": (f"{set_to}('board-find', '', 'input')", f"{set_to}('board-find', 'forcing', 'input')"),
        "kind": (f"{set_to}('mark-kind', '', 'change')", f"{set_to}('mark-kind', 'pafx', 'change')"),
        "prompt": (f"{set_to}('mark-find', '', 'input')", f"{set_to}('mark-find', 'river', 'input')"),
    }
    for name, (undo, act) in acts.items():
        took = page.evaluate(f"""[...Array(10)].map(() => {{
            {undo};
            document.body.offsetHeight;
            const start = performance.now();
            {act};
            document.body.offsetHeight;
            return performance.now() - start;
        }})""")
        assert min(took) < 100, name

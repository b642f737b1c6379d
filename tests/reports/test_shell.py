"""What every page has around its contents: the switch between light and dark, help on keys, wide tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from reports.build import build
from tests.reports import made
from tests.reports.reader import chromium

pytestmark = pytest.mark.browser

ASSETS = Path(__file__).parents[2] / "reports" / "assets"
PAPER = "getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(253, 253, 251)", "rgb(22, 24, 27)"
KEYS = "steadybenchKeys([['Space k', 'play or pause']])"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("shell")
    return build(made.story_report(where), where / "report")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def page(browser: Browser, index: Path) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        opened = context.new_page()
        opened.goto(index.as_uri())
        yield opened


def test_the_system_decides_until_a_reader_does_and_that_is_kept(page: Page) -> None:
    themes = page.get_by_role("group", name="Colours")
    assert themes.get_by_role("radio", checked=True).input_value() == ""
    assert page.evaluate(PAPER) == LIGHT
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(PAPER) == DARK
    themes.get_by_label("Light").check()
    assert page.evaluate(PAPER) == LIGHT
    page.reload()
    assert page.evaluate(PAPER) == LIGHT
    assert themes.get_by_label("Light").is_checked()
    themes.get_by_label("System").check()
    page.reload()
    assert page.evaluate(PAPER) == DARK


def test_the_theme_is_chosen_by_keyboard(page: Page) -> None:
    page.get_by_label("System").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate(PAPER) == DARK


def test_a_browser_that_keeps_nothing_still_changes_the_theme(page: Page) -> None:
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw 1; } })")
    page.reload()
    page.get_by_label("Dark").check()
    assert page.evaluate(PAPER) == DARK


def test_help_lists_the_keys_that_a_page_has(page: Page) -> None:
    page.keyboard.press("?")
    assert page.locator("dialog").count() == 0
    page.evaluate(KEYS)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    assert dialog.is_visible()
    assert re.sub(r"\s+", " ", dialog.inner_text()).startswith("Keys Space k play or pause")
    page.keyboard.press("?")
    assert not dialog.is_visible()
    page.get_by_role("button", name="Keys").click()
    page.keyboard.press("Escape")
    assert not dialog.is_visible()


def test_keys_typed_into_a_field_are_text(page: Page) -> None:
    page.evaluate(KEYS)
    page.evaluate("document.querySelector('main').innerHTML = '<input id=x>'")
    page.locator("#x").press("?")
    assert page.locator("#x").input_value() == "?"
    assert not page.locator("dialog").is_visible()


def test_the_skip_link_comes_first_and_leads_to_the_contents(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the contents"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_tables_that_stick_out_are_reached_by_keyboard(page: Page) -> None:
    box = page.locator(".scroll:has(#board)")
    assert box.get_attribute("tabindex") is None
    page.set_viewport_size({"width": 360, "height": 800})
    page.wait_for_timeout(200)
    assert box.get_attribute("tabindex") == "0"
    assert (box.get_attribute("aria-label") or "").endswith("(scrolls sideways)")
    box.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    assert box.evaluate("(box) => box.scrollLeft") > 0


def test_both_dark_palettes_are_one() -> None:
    """The sheet must say it twice: for the system's choice and for the reader's."""
    sheet = (ASSETS / "base.css").read_text(encoding="utf-8")
    system, chosen = (re.findall(r"--[\w-]+: [^;]+", block) for block in re.findall(
        r':root(?:\[data-theme="dark"\]|:not\(\[data-theme="light"\]\)) \{([^}]+)\}', sheet))
    assert system == chosen and len(system) > 20

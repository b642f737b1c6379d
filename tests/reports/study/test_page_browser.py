"""The results page of a study in a browser: light and dark, wide and narrow, with hostile names."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from reports.study.page.write import write
from tests.reports.reader import Reader, chromium
from tests.reports.study.made_results import HOSTILE, crowded, results, validation

pytestmark = pytest.mark.browser

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
FOUND = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
  .filter(({ impact }) => ["serious", "critical"].includes(impact))
  .map(({ id, nodes }) => [id, nodes.slice(0, 5).map(({ html }) => html.slice(0, 200))])"""
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CUT = """[...document.querySelectorAll("svg text")].filter((text) => {
  const own = text.getBoundingClientRect(), box = text.ownerSVGElement.getBoundingClientRect();
  return own.left < box.left - 1 || own.right > box.right + 1 || own.bottom > box.bottom + 1;
}).map((text) => text.textContent)"""
STUDIES = {"crowded": crowded, "validation": validation, "empty": lambda: results([])}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.mark.parametrize("name", STUDIES)
def test_it_is_quiet_and_accessible_and_fits(browser: Browser, tmp_path: Path, name: str) -> None:
    found = STUDIES[name]()
    path = write(found, tmp_path)
    for width, theme in ((1280, "light"), (390, "dark")):
        reader = Reader(browser, width)
        reader.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page = reader.open(path)
        page.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
        page.wait_for_timeout(100)
        assert page.title() == " ".join(found.title.split())
        assert page.evaluate(OVER) <= 0 and page.evaluate(CUT) == []
        assert not reader.faults
        page.evaluate(AXE)
        assert page.evaluate(FOUND) == []
        reader.faults.clear()  # axe adds styles of its own, which the policy refuses
        reader.close()


def test_plots_stand_in_the_order_of_strengths_and_names_are_text(browser: Browser, tmp_path: Path) -> None:
    reader = Reader(browser)
    page = reader.open(write(crowded(), tmp_path))
    dots = page.locator(".standings circle").evaluate_all("all => all.map((one) => +one.getAttribute('cx'))")
    assert len(dots) == 4 and dots == sorted(dots, reverse=True)
    names = page.locator(".standings th[scope=row]").all_text_contents()
    assert sum(name == HOSTILE for name in names) == 1
    assert page.locator("script:not([src])").count() == 0
    reader.close()

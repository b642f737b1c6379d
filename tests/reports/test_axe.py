"""Accessibility and quiet on every kind of page: axe finds nothing serious, no request leaves the folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from reports.modes import AS_THEY_ARE, Mode
from tests.reports import whole
from tests.reports.reader import chromium, wait_for

pytestmark = pytest.mark.browser

KINDS = ("index", "prompt", "lone", "method", "metric", "picks", "pair", "single", "compare")
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
FOUND = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
  .filter(({ impact }) => ["serious", "critical"].includes(impact))
  .map(({ id, nodes }) => ({ id, nodes: nodes.slice(0, 5)
    .map(({ html, failureSummary }) => [html.slice(0, 200), failureSummary.slice(0, 300)]) }))"""
MODES = {"default": AS_THEY_ARE, "linked": Mode(where_they_lie=True), "light": Mode(short_side=32)}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    folder = tmp_path_factory.mktemp("whole")
    return {**whole.pages(folder, Mode(single_file=True)), "compare": whole.comparison(folder)}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def violations(page: Page) -> Any:
    page.evaluate(AXE)
    return page.evaluate(FOUND)


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_serious(browser: Browser, pages: Mapping[str, Path], kind: str) -> None:
    """As it comes, light and wide; then dark, narrow and with everything unfolded."""
    with browser.new_context(color_scheme="light", viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.goto(pages[kind].as_uri())
        page.wait_for_timeout(200)
        assert violations(page) == []
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size({"width": 390, "height": 800})
        page.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
        page.wait_for_timeout(200)
        assert violations(page) == []


def test_axe_looks_at_the_list_of_keys_too(browser: Browser, pages: Mapping[str, Path]) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(pages["prompt"].as_uri())
        page.keyboard.press("?")
        assert page.get_by_role("dialog", name="Keys").is_visible()
        assert violations(page) == []


def test_axe_would_find_something(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text("<html><body><p style='color: #ccc'>pale</p><img src=x></body></html>")
    with browser.new_context() as context:
        page = context.new_page()
        page.goto((tmp_path / "bad.html").as_uri())
        assert {"color-contrast", "image-alt"} <= {fault["id"] for fault in violations(page)}


@pytest.fixture(scope="module", params=MODES)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
          ) -> tuple[str, Path, Mapping[str, Path]]:
    """A mode, the folder of a run that was built in it, and a page of each kind."""
    folder = tmp_path_factory.mktemp(request.param)
    return request.param, folder, whole.pages(folder, MODES[request.param])


def test_nothing_leaves_the_folder_and_no_film_is_asked_for(
    browser: Browser, built: tuple[str, Path, Mapping[str, Path]]) -> None:
    """Every page as it comes by default; in the other modes, which change nothing but media, one a kind."""
    mode, folder, pages = built
    every = {whole.comparison(folder), *folder.rglob("report/*/*.html")} if mode == "default" else set()
    asked: list[str] = []
    faults: list[str] = []
    with browser.new_context() as context:
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda line: faults.append(line.text))
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        for path in sorted({*pages.values(), *every}):
            page.goto(path.as_uri())
            page.mouse.wheel(0, 3000)
            page.wait_for_timeout(100)
            outside = [url for url in asked
                       if not url.startswith((folder.as_uri() + "/", "data:"))]
            assert (outside, faults) == ([], []), path
            assert asked and [url for url in asked if url.endswith(".mp4")] == [], path
            asked.clear()


def test_films_play_in_every_mode(browser: Browser, built: tuple[str, Path, Mapping[str, Path]]) -> None:
    mode, folder, pages = built
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(pages["prompt"].as_uri())
        page.keyboard.press("k")
        wait_for(page, "document.querySelector('video').currentTime > 0.1")
        wide = page.evaluate("document.querySelector('video').videoWidth")
        source = page.evaluate("document.querySelector('video').currentSrc")
    assert wide == (48 if mode == "light" else 96)
    assert source.startswith((folder / ("clips" if mode == "linked" else "report/clips")).as_uri())

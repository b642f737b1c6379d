"""On paper: stills instead of players, everything unfolded, light colours, whole tables, A4 and Letter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from reports.build import build
from reports.modes import Mode
from tests.reports import made, whole
from tests.reports.reader import chromium

pytestmark = pytest.mark.browser

POINTS = {"A4": (595, 842), "Letter": (612, 792)}
MARGIN = dict.fromkeys(("top", "right", "bottom", "left"), "12mm")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    folder = tmp_path_factory.mktemp("print")
    return {**whole.pages(folder, Mode(single_file=True)), "compare": whole.comparison(folder)}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(color_scheme="dark", viewport={"width": 1280, "height": 900}) as context:
        yield context.new_page()


def printed(page: Page, path: Path, target: Path, paper: str = "A4") -> PdfReader:
    page.goto(path.as_uri())
    page.wait_for_timeout(200)
    page.pdf(path=target, format=paper, margin=MARGIN)
    return PdfReader(target)


def too_wide(page: Page) -> list[str]:
    """What would shrink a sheet by more than a quarter.

    A browser shrinks a page until its widest table fits the paper.
    """
    page.set_viewport_size({"width": 703, "height": 900})  # A4 less its margins
    page.emulate_media(media="print")
    return list(page.evaluate("""[...document.querySelectorAll('main *')]
        .filter((box) => box.getBoundingClientRect().right > innerWidth / 0.75)
        .map((box) => box.outerHTML.slice(0, 120))"""))


def text_of(pdf: PdfReader) -> str:
    return " ".join(" ".join(sheet.extract_text() for sheet in pdf.pages).split())


SAID = {
    "index": (["Test report", "What this does not show", "Only test data.", "Provenance"], 7),
    "prompt": (["river", "method-0", "Over time", "Scores"], 4),
    "lone": (["lone.mp4", "too little still ground"], 4),
    "method": (["method-0", "a card"], 5),
    "metric": (["Drift", "What it found here", "Identity in this report", "command --option"], 5),
    "picks": (["Best, worst and random clips", "Nobody chose these clips."], 10),
    "compare": (["Test report", "method-1"], 4),
    "single": (["Test report", "Best, worst and random clips", "lone.mp4", "What it found here"], 45),
}


@pytest.mark.parametrize(("kind", "paper"), [*((kind, "A4") for kind in SAID), ("index", "Letter")])
def test_paper_says_what_the_page_says(page: Page, pages: Mapping[str, Path], tmp_path: Path, kind: str,
                                       paper: str) -> None:
    pdf = printed(page, pages[kind], tmp_path / "x.pdf", paper)
    wanted, most = SAID[kind]
    width, height = POINTS[paper]
    for sheet in pdf.pages:
        assert (float(sheet.mediabox.width), float(sheet.mediabox.height)) == pytest.approx(
            (width, height), abs=1.5)
    said = text_of(pdf).lower()
    assert [words for words in wanted if words.lower() not in said] == []
    assert 1 <= len(pdf.pages) <= most
    assert [i for i, sheet in enumerate(pdf.pages) if not sheet.extract_text().strip()] == []
    assert too_wide(page)[:3] == []


def test_stills_stand_for_players_and_controls_are_gone(page: Page, pages: Mapping[str, Path],
                                                        tmp_path: Path) -> None:
    pdf = printed(page, pages["prompt"], tmp_path / "x.pdf")
    stills = [image for sheet in pdf.pages for image in sheet.images]
    assert sum(image.image is not None and image.image.height == 160 for image in stills) == 3
    said = text_of(pdf)
    for control in ("Play", "Speed", "System", "Leaderboard"):
        assert control not in said
    page.emulate_media(media="print")
    assert not page.locator("video").first.is_visible()
    assert page.locator(".strip img").first.is_visible()


def test_a_clip_without_film_is_one_line_on_paper(page: Page, tmp_path: Path) -> None:
    clip = made.entry("gone.mp4", path=tmp_path / "gone.mp4", method="one", prompt_id="p", seed=0)
    build(made.report_input([clip], made.results(made.rows(clip, made.all_held(9.0)))), tmp_path)
    page.goto((tmp_path / "prompt" / "p.html").as_uri())
    page.emulate_media(media="print")
    box = page.locator(".clip .blank").bounding_box()
    assert box is not None and box["height"] < 40


def test_details_are_open_on_paper_and_closed_after_it(page: Page, pages: Mapping[str, Path],
                                                       tmp_path: Path) -> None:
    pdf = printed(page, pages["index"], tmp_path / "x.pdf")
    assert "Second from which drift fails." in text_of(pdf)
    assert page.locator("#quantities").get_attribute("open") is None


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_paper_is_light_whatever_the_screen_is(page: Page, pages: Mapping[str, Path], theme: str) -> None:
    page.goto(pages["index"].as_uri())
    page.get_by_label(theme.title()).check()
    page.emulate_media(media="print")
    ink = page.evaluate("getComputedStyle(document.body).color")
    assert ink == "rgb(28, 29, 31)"


def test_heads_of_long_tables_stand_on_every_sheet(page: Page, pages: Mapping[str, Path], tmp_path: Path
                                                   ) -> None:
    page.goto(pages["metric"].as_uri())
    page.evaluate("""() => {
        const body = document.querySelector('table.spreads tbody');
        for (let i = 0; i < 150; i += 1) body.append(body.rows[0].cloneNode(true));
    }""")
    page.pdf(path=tmp_path / "x.pdf", format="A4", margin=MARGIN)
    sheets = [sheet.extract_text() for sheet in PdfReader(tmp_path / "x.pdf").pages]
    assert sum("Quartiles" in sheet for sheet in sheets) >= 4


def test_sortable_heads_are_words_on_every_sheet(page: Page, pages: Mapping[str, Path], tmp_path: Path
                                                 ) -> None:
    page.goto(pages["index"].as_uri())
    page.evaluate("""() => {
        const body = document.querySelector('#board tbody');
        for (let i = 0; i < 60; i += 1) body.append(body.rows[0].cloneNode(true));
    }""")
    page.pdf(path=tmp_path / "x.pdf", format="A4", margin=MARGIN)
    sheets = [sheet.extract_text() for sheet in PdfReader(tmp_path / "x.pdf").pages]
    assert sum("median" in sheet and "onset" in sheet for sheet in sheets) >= 3

"""Hostile names on every page, in a narrow window: they stay text, and stay inside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from reports.build import build
from tests.reports import made
from tests.reports.reader import Reader, chromium

pytestmark = pytest.mark.browser

NASTY = "</script><img src=x onerror=window.hacked=1> \u2028`${x}` {{ 7*7 }} #%?& \u202eleft " + "w" * 5000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def test_no_page_lets_a_name_out(browser: Browser, tmp_path: Path) -> None:
    clips, table = [], made.Rows()
    for prompt in range(3):
        for i, method in enumerate((NASTY, "calm", "w" * 5000)):
            clip = made.entry(f"{NASTY} {method} {prompt}", path=tmp_path / "gone.mp4", method=method, seed=0,
                              prompt_id=f"{NASTY}{prompt}", prompt=NASTY, revision=NASTY, notes=(NASTY,))
            clips.append(clip)
            late = [{"metric": f"{axis}.late", "value": 0.1 * (i + 1)} for axis in made.AXES[1:]]
            table += made.rows(clip, made.all_held(9.0, drift=float(2 + i), stagnation=NASTY), late)
    build(made.report_input(clips, made.results(table), title=NASTY), tmp_path)

    visit = Reader(browser, 360)
    pages = sorted(tmp_path.rglob("*.html"))
    assert {path.parent.name for path in pages} >= {"prompt", "method"}
    for path in pages:
        page = visit.open(path)
        assert page.evaluate("window.hacked") is None, path.name
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path.name
    visit.close()

"""The table of a method's clips as a reader sees and sorts it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from reports.build import build
from reports.gather import Setup
from reports.urls import method_page
from tests.reports import made, many
from tests.reports.reader import Reader, chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def test_clips_are_listed_sorted_by_every_column_and_linked(browser: Browser, tmp_path: Path) -> None:
    evil = many.clip("alpha", "</script><b>p</b>")
    late = many.clip("alpha", "p1")
    gone = many.clip("alpha", "p2")
    build(many.report([
        (evil, many.numbered(evil, {})), (late, many.numbered(late, {"drift": 12.0}, {"drift": 0.7})),
        (gone, many.numbered(gone, {"drift": 4.0}, {"drift": None}))]), tmp_path)
    reader = Reader(browser)
    page = reader.open(tmp_path / method_page(Setup("alpha", "", "")))
    rows = page.locator("table.clips tbody tr")

    def column(place: int) -> list[str]:
        return [rows.nth(i).locator("th, td").nth(place).inner_text() for i in range(rows.count())]

    assert column(0) == ["</script><b>p</b>", "p1", "p2"]
    assert column(1) == ["≥ 30.0 holds", "12.0 Drift", "4.0 Drift"]
    head = page.locator("table.clips th", has=page.get_by_role("button", name="Steady, s"))
    head.get_by_role("button").press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    assert column(0) == ["p2", "p1", "</script><b>p</b>"]
    head.get_by_role("button").press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert column(0) == ["</script><b>p</b>", "p1", "p2"]
    page.get_by_role("button", name="late ↓").first.click()
    assert column(3) == ["0.100", "0.700", "–"], "what has no number comes last"
    page.get_by_role("button", name="late ↓").first.click()
    assert column(3) == ["0.700", "0.100", "–"]
    assert page.locator("table.clips tbody s").count() > 0
    page.get_by_role("link", name="p1", exact=True).first.click()
    assert page.url.endswith(f"prompt/p1.html#{made.digest('alpha p1 0')[:12]}")
    reader.close()

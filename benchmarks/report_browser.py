"""How a report feels: first paint and answers to a reader in headless Chromium, opened from disk."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

_ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]
_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN"
_ACT = """async (act) => {
  const start = performance.now();
  new Function(act)();
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - start;
}"""
SORT = "document.querySelector('.sort').click()"
FILTER = """const field = document.querySelector('#mark-find');
field.value = 'river'; field.dispatchEvent(new Event('input', { bubbles: true }));"""


def in_browser(report: Path) -> dict[str, float]:
    """Milliseconds to the first paint, of sorting and of filtering; requests and video bytes before a press.

    Empty where playwright or Chromium are missing.
    """
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return {}
    if chromium is None:
        return {}
    prompt = min((report / "prompt").glob("*.html"))
    found: dict[str, float] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
        for name, path in (("index", report / "index.html"), ("prompt", prompt)):
            page = browser.new_context(bypass_csp=True).new_page()
            asked: list[str] = []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.goto(path.as_uri())
            page.wait_for_timeout(500)
            found[f"report_{name}_first_paint_ms"] = float(page.evaluate(_PAINT))
            found[f"report_{name}_requests"] = float(len(asked))
            found[f"report_{name}_films_asked"] = float(sum(url.endswith(".mp4") for url in asked))
            if name == "index":
                found |= {f"report_{what}_ms": _answer(page, act)
                          for what, act in (("sort", SORT), ("filter", FILTER))}
        browser.close()
    return found


def _answer(page: Page, act: str) -> float:
    """Longest of three milliseconds from an action to the next frame."""
    return max(float(page.evaluate(_ACT, act)) for _ in range(3))

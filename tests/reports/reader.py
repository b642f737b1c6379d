"""Headless Chromium for tests that open pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from weakref import WeakKeyDictionary

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser; the test fails where none is installed."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.fail("no Chromium found: the report pages need it for their test (apt-get install chromium)")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield running
        running.close()


_IDLE: WeakKeyDictionary[Browser, list[Page]] = WeakKeyDictionary()


class Reader:
    """A page that remembers what it asked for and what went wrong.

    A page is taken again when its last reader closed it, which costs half as much as a new one.
    """

    def __init__(self, browser: Browser, width: int = 1280) -> None:
        self._idle = _IDLE.setdefault(browser, [])
        self.page: Page = self._idle.pop() if self._idle else browser.new_page()
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(media="null", color_scheme="null", reduced_motion="null")
        self.page.mouse.move(0, 0)
        self.page.set_default_timeout(20_000)
        self.asked: list[str] = []
        self.faults: list[str] = []
        self._heard = {
            "request": lambda request: self.asked.append(request.url),
            "requestfailed": lambda request: self.faults.append(f"{request.url} {request.failure}"),
            "pageerror": lambda fault: self.faults.append(str(fault)),
            "console": lambda line: self.faults.append(line.text) if line.type != "log" else None,
        }
        for event, hear in self._heard.items():
            self.page.on(event, hear)

    def open(self, path: Path, fragment: str = "") -> Page:
        self.page.goto(path.as_uri() + fragment)
        return self.page

    @property
    def films(self) -> list[str]:
        return [url for url in self.asked if url.endswith(".mp4")]

    def close(self) -> None:
        """Check what must hold for every visit, then close the page."""
        elsewhere = [url for url in self.asked if not url.startswith("file:")]
        for event, hear in self._heard.items():
            self.page.remove_listener(event, hear)
        self.page.goto("about:blank")
        self._idle.append(self.page)
        assert not elsewhere
        # Seeking and leaving a page end a running read, which is reported as a failed request.
        assert not [fault for fault in self.faults if ".mp4" not in fault and "ERR_ABORTED" not in fault]


def wait_for(page: Page, condition: str) -> None:
    """Ask until it is so; the page's own waiting would need ``eval``, which its policy forbids."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never came true: {condition}")

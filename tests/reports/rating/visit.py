"""Goes through the rating page as a rater would, in Chromium."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page

PLATE = """(() => {
  const fill = CanvasRenderingContext2D.prototype.fillText;
  window.drawn = [];
  CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
    window.drawn.push(text.replaceAll(" ", ""));
    return fill.call(this, text, ...rest);
  };
})()"""
"""Remembers the digits of the plate, which the page draws and writes nowhere."""
HEADING = "document.querySelector('h1')?.textContent ?? ''"
ASKING = "In which clip does the still part of the scene stay more still?"


class Visit:
    """One tab, with what it asked for and what went wrong in it."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.page.set_default_timeout(20_000)
        self.asked: list[str] = []
        self.faults: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        self.page.on("console", lambda line: self.faults.append(line.text) if line.type == "error" else None)
        self.page.on("dialog", lambda dialog: dialog.accept())

    @property
    def heading(self) -> str:
        return str(self.page.evaluate(HEADING))

    @property
    def count(self) -> str:
        return self.page.locator("#count").inner_text()

    def until(self, *headings: str, seconds: float = 20) -> str:
        """Wait for one of some screens; the page's policy forbids the browser driver's own waiting."""
        for _ in range(round(seconds / 0.05)):
            with suppress(Error):  # the page is being loaded anew
                if (now := self.heading) in headings:
                    return now
            self.page.wait_for_timeout(50)
        pytest.fail(f"expected {headings}, got {self.heading!r}: {self.page.inner_text('body')}")

    def wait(self, condition: str, seconds: float = 20) -> None:
        for _ in range(round(seconds / 0.05)):
            if self.page.evaluate(condition):
                return
            self.page.wait_for_timeout(50)
        pytest.fail(f"never came true: {condition}; {self.page.inner_text('body')}")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def open(self, address: str) -> None:
        self.page.goto(address)

    def pass_check(self) -> None:
        """The capability check; a busy machine may need several tries."""
        self.press("Check this screen")
        for _ in range(10):
            if self.until("Can you read both numbers?",
                          "This device cannot show the clips as they are") == "Can you read both numbers?":
                return
            self.press("Try again")
            self.until("Checking this screen")
        pytest.fail("the check never passed")

    def pass_plate(self) -> None:
        digits = [text for text in self.page.evaluate("drawn") if text.isdecimal()]
        self.page.fill("#typed", "".join(digits[-2:]))
        self.press("Continue")
        self.until("Would you like to take part?")

    def begin(self, address: str, session: str = "") -> None:
        """From the address to the first trial."""
        self.open(address)
        self.pass_check()
        self.pass_plate()
        self.press("I agree and take part")
        if session:
            self.until("Which session is yours?")
            self.page.fill("#typed", session)
            self.press("Continue")
        self.until("What you will judge")
        self.press("Show the example")
        self.answer("ArrowRight")
        self.until("Here the right clip is the answer")
        self.press("Begin")
        self.until(ASKING)

    def hasten(self) -> None:
        """Let clips that fail be tried again at once, until the page is loaded anew."""
        self.page.evaluate("CLIPS.pauses.splice(1, 2, 10, 10)")

    def watch(self) -> None:
        """Start both clips and wait for the answers to open."""
        self.page.locator("#start:enabled").wait_for()
        self.page.keyboard.press("Space")
        self.page.locator(".answer:enabled").first.wait_for()

    def answer(self, key: str) -> None:
        self.watch()
        self.page.keyboard.press(key)

    def go_on(self) -> None:
        """Leave the break where there is one."""
        if self.heading == "Time for a break":
            self.press("Go on")

    @property
    def state(self) -> dict[str, Any]:
        """What the browser keeps of this visit."""
        text = self.page.evaluate("""() => {
          const name = Object.keys(localStorage).find((key) => /^study:[0-9a-f]{16}:[^:]*:[^:]*$/.test(key));
          return name ? localStorage.getItem(name) : "null";
        }""")
        return dict(json.loads(text) or {})

    def outside(self, inside: str) -> list[str]:
        """Requests that left the study's own host."""
        return [url for url in self.asked if not url.startswith((inside, "blob:", "data:"))]


@contextmanager
def room(browser: Browser, width: int = 1280, height: int = 720) -> Iterator[BrowserContext]:
    """A browser of its own, with nothing kept in it."""
    context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
    context.add_init_script(PLATE)
    yield context
    context.close()


def state_of(session: str, rater: str = "cd" * 32, **changes: Any) -> dict[str, Any]:
    """What the browser keeps of somebody who has agreed and seen the example."""
    return {"schema": 1, "study_digest": "ab" * 32, "session_id": session, "rater_digest": rater,
            "ticket": "", "stage": "trials", "refresh_hz": 60, "answers": [], "events": [], "sent": {},
            "skip": [], "rested": False, "downloaded": 0, "code": "", "outcome": "", "closed": "", **changes}


def seated(context: BrowserContext, address: str, session: str, **changes: Any) -> Visit:
    """A visit that begins at the first trial, as after a reload: spares the check and the example."""
    visit = Visit(context)
    visit.open(f"{address}/study.js")
    visit.page.evaluate("([name, text]) => localStorage.setItem(name, text)",
                        [f"study:{'ab' * 8}::", json.dumps(state_of(session, **changes))])
    visit.open(f"{address}/index.html")
    return visit

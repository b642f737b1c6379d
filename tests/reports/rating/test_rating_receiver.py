"""The rating page and ``steadybench study serve`` together: from the host that it is on, and from disk."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from steadybench.study.gathering import values
from tests.reports.rating import made_study
from tests.reports.rating.visit import ASKING, room, seated
from tests.reports.reader import chromium

pytestmark = pytest.mark.browser

COMMAND = "import sys; from steadybench.cli import main; sys.exit(main())"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@contextmanager
def serving(export: Path, answers: Path, port: str = "0") -> Iterator[str]:
    """A receiver in a process of its own, killed at the end; gives its address."""
    arguments = ["study", "serve", str(export), "--answers", str(answers), "--port", port]
    running = subprocess.Popen([sys.executable, "-c", COMMAND, *arguments, "--allow-origin", "null"],
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert running.stdout is not None
        said = ""
        for line in running.stdout:
            said += line
            if "Serving " in line:
                break
        else:
            pytest.fail(f"the receiver did not start: {said}")
        yield said.split("Serving ")[1].split("/ with")[0]
    finally:
        running.kill()
        running.wait()
        running.stdout.close()


def test_answers_arrive_through_a_killed_receiver(browser: Browser, tmp_path: Path) -> None:
    own = made_study.study(4, receiver=".")
    export, answers = made_study.folder(tmp_path / "export", own), tmp_path / "answers"
    session = own.sittings[0].id
    with room(browser) as context:
        with serving(export, answers) as address:
            visit = seated(context, address, session)
            visit.until(ASKING)
            visit.answer("f")
            visit.wait("document.getElementById('count').textContent.startsWith('2')")
            visit.watch()
        visit.page.keyboard.press("j")  # nobody takes this one
        visit.until("Time for a break")
        assert len(visit.state["answers"]) == 2
        with serving(export, answers, address.rpartition(":")[2]):
            visit.press("Go on")
            visit.answer("t")
            visit.answer("u")
            visit.until("Thank you, that was all")
            visit.page.get_by_text("All your answers have arrived").wait_for()
            shown = visit.page.inner_text("main")
        claims = (answers / "receiver" / "claims.jsonl").read_text().splitlines()
        assert f"Completion code {json.loads(claims[-1])['code']}" in " ".join(shown.split())
        kept = [json.loads(line) for line in (answers / f"{session}.jsonl").read_text().splitlines()]
        assert visit.outside(address) == []
    read = [values.read(one) for one in kept]
    assert [(one.trial_id, one.slot_chosen) for one in read] == list(zip(
        (trial.id for trial in own.sittings[0].trials), ("1", "2", "tie", "unable"), strict=True))


def test_a_page_from_disk_posts_and_withdraws(browser: Browser, tmp_path: Path) -> None:
    export, answers = made_study.folder(tmp_path / "export", made_study.study(2)), tmp_path / "answers"
    session = made_study.token("session 0")
    with serving(export, answers) as address, room(browser) as context:
        made_study.folder(tmp_path / "disk", made_study.study(2, receiver=address))
        visit = seated(context, (tmp_path / "disk").as_uri(), session)
        visit.until(ASKING)
        visit.answer("f")
        visit.until("Time for a break")
        visit.press("Go on")
        visit.answer("j")
        visit.page.get_by_text("All your answers have arrived").wait_for()
        assert len((answers / f"{session}.jsonl").read_text().splitlines()) == 2
        visit.press("Withdraw")
        visit.press("Withdraw and delete")
        visit.page.get_by_text("Your answers are deleted. You may close this page.").wait_for()
        assert "trial_id" not in "".join(path.read_text() for path in answers.rglob("*.jsonl"))
        asked = visit.outside((tmp_path / "disk").as_uri())
        assert {url.rpartition("/")[0] for url in asked} == {f"{address.rstrip('/')}/api"}

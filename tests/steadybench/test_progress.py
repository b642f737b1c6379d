"""Progress: honest at the beginning, quiet in a log, one line on a terminal; failures are always told."""

from __future__ import annotations

import io
import os
import pty
import re
import threading
from dataclasses import dataclass, field

import pytest

from steadybench.progress import Pace, Progress, Stage, duration, on_stream, rounded


@dataclass
class Desk:
    """A progress with a clock that stands until it is moved."""

    terminal: io.StringIO | None = None
    now: float = 1000.0
    said: list[str] = field(default_factory=list)

    def progress(self) -> Progress:
        return Progress(self.said.append, self.terminal, lambda: self.now)

    def work(self, stage: Stage, seconds: float, *pieces: float) -> None:
        for piece in pieces:
            self.now += seconds
            stage.done(piece)


def test_the_time_left_is_not_known_until_each_worker_has_finished_a_piece() -> None:
    desk = Desk()
    with desk.progress().stage("Making clips", 8, 80.0, workers=3) as stage:
        desk.work(stage, 10.0, 10.0, 10.0, 10.0)

    assert desk.said[:3] == [
        "Making clips: 1 of 8, time left: not known yet",
        "Making clips: 2 of 8, time left: not known yet",
        "Making clips: 3 of 8, time left: about 50 s",
    ]


def test_the_time_left_follows_the_work_and_not_the_pieces() -> None:
    pace = Pace(pieces=4, work=100.0, workers=1, began=0.0)
    for work, now in ((10.0, 10.0), (10.0, 20.0)):
        pace.finish(work, now, failed=False)
    assert pace.left_s(20.0) == 80.0
    pace.finish(70.0, 90.0, failed=False)
    assert pace.left_s(90.0) == 10.0


def test_while_nothing_is_finished_the_time_left_runs_down_to_what_nobody_has_begun() -> None:
    pace = Pace(pieces=5, work=50.0, workers=2, began=0.0)
    for now in (10.0, 20.0):
        pace.finish(10.0, now, failed=False)

    assert [pace.left_s(now) for now in (20.0, 25.0, 500.0)] == [30.0, 25.0, 10.0]
    pace.finish(10.0, 500.0, failed=False)
    assert pace.told(5000.0) == "3 of 5, time left: longer than thought"


def test_a_log_of_thousands_of_clips_has_a_few_dozen_lines_and_every_failure() -> None:
    desk = Desk()
    with desk.progress().stage("Making clips", 5000, 5000.0) as stage:
        for index in range(5000):
            desk.now += 0.5
            stage.done(1.0, f"clip {index} failed: no water" if index % 1000 == 7 else "")

    failures = [line for line in desk.said if line.startswith("clip ")]
    others = [line for line in desk.said if line not in failures]
    assert failures == [f"clip {n}007 failed: no water" if n else "clip 7 failed: no water" for n in range(5)]
    assert 20 <= len(others) <= 65
    assert others[-1] == "Making clips: 5000 of 5000, 5 failed, took 41 min 40 s"


def test_a_log_hears_of_a_clip_that_takes_long() -> None:
    desk = Desk()
    with desk.progress().stage("Making clips", 2, 2.0) as stage:
        for _ in range(130):
            desk.now += 1.0
            stage.tick(desk.now)

    assert desk.said == [
        "Making clips: 0 of 2, time left: not known yet",
        "Making clips: 0 of 2, time left: not known yet",
        "Making clips: 0 of 2, time left: not known yet",
    ]  # the last one because it ended early


def test_the_last_line_is_said_once() -> None:
    desk = Desk()
    with desk.progress().stage("Making clips", 1, 1.0) as stage:
        stage.done()
        stage.tick(desk.now)
        stage.tick(desk.now + 100)

    assert desk.said == ["Making clips: 1 of 1, took 0 s"]


def test_nothing_to_do_says_nothing() -> None:
    desk = Desk()
    with desk.progress().stage("Making clips", 0, 0.0):
        pass

    assert desk.said == []


def test_a_terminal_shows_one_line_and_keeps_what_is_said_above_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    desk = Desk(io.StringIO())
    progress = desk.progress()
    with progress.stage("Making clips", 4, 4.0) as stage:
        desk.work(stage, 1.0, 1.0)
        progress("a line that stays")
        desk.work(stage, 1.0, 1.0, 1.0, 1.0)

    assert desk.terminal is not None
    drawn = re.split(r"\r\x1b\[2K", desk.terminal.getvalue())
    assert drawn[1] == "[#####...............] Making clips: 1 of 4, time left: not known yet"
    assert drawn[2] == "", "removed before a line that stays"
    assert drawn[3] == drawn[1], "and drawn again after it"
    assert drawn[4].endswith("2 of 4, time left: about 5 s")
    assert drawn[-1] == "", "nothing is left behind"
    assert all(len(line) < 70 for line in drawn)
    assert desk.said == ["a line that stays", "Making clips: 4 of 4, took 4 s"]


def test_an_error_in_the_work_leaves_a_clean_line_and_no_thread() -> None:
    desk = Desk(io.StringIO())
    before = threading.active_count()

    def interrupted() -> None:
        with desk.progress().stage("Making clips", 2, 2.0) as stage:
            desk.work(stage, 1.0, 1.0)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert desk.terminal is not None
    assert desk.terminal.getvalue().endswith("\r\x1b[2K")
    assert desk.said == ["Making clips: 1 of 2, time left: not known yet"]
    assert threading.active_count() == before


def test_the_thread_refreshes_a_terminal_while_a_clip_is_being_made() -> None:
    class Told(io.StringIO):
        drawn = threading.Event()

        def flush(self) -> None:
            self.drawn.set()

    terminal = Told()
    with Progress([].append, terminal).stage("Making clips", 2, 2.0):
        assert terminal.drawn.wait(30)
    assert "Making clips: 0 of 2" in terminal.getvalue()


@pytest.mark.parametrize(("term", "live"), [("xterm", True), ("dumb", False), (None, False)])
def test_only_a_terminal_that_can_is_refreshed(
    term: str | None, live: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TERM") if term is None else monkeypatch.setenv("TERM", term)
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb"), os.fdopen(theirs, "w") as stream:
        assert (on_stream(stream).terminal is stream) is live
    assert on_stream(io.StringIO()).terminal is None


@pytest.mark.parametrize(
    ("seconds", "exact", "rough"),
    [
        (0.2, "0 s", "5 s"),
        (43.0, "43 s", "45 s"),
        (58.0, "58 s", "1 min"),
        (60.0, "1 min", "1 min"),
        (250.0, "4 min 10 s", "4 min"),
        (3599.0, "59 min 59 s", "60 min"),
        (7500.0, "2 h 5 min", "2 h"),
        (9000.0, "2 h 30 min", "2 h 30 min"),
    ],
)
def test_times_in_words(seconds: float, exact: str, rough: str) -> None:
    assert (duration(seconds), rounded(seconds)) == (exact, rough)

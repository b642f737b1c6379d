"""Workers: whatever one task does, the others go on, and nothing is left running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from steadybench.execute import Limits, Outcome, run_all
from tests.steadybench.worker_tasks import act

ROOT = Path(__file__).parents[2]


def outcomes(tasks: list[str], limits: Limits) -> list[Outcome[str]]:
    return sorted(run_all(act, tasks, limits), key=lambda outcome: outcome.index)


def gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def wait_until(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


@pytest.mark.parametrize("jobs", [1, 2])
def test_one_bad_task_does_not_touch_the_others(jobs: int) -> None:
    tasks = ["a", "raise broken", "b", "kill", "c", "exit 7", "d"]

    found = outcomes(tasks, Limits(jobs, 30))

    assert [outcome.index for outcome in found] == list(range(7))
    assert [outcome.result for outcome in found] == ["a done", None, "b done", None, "c done", None, "d done"]
    assert found[1].failure == "unexpected ValueError: broken"
    assert "SIGKILL" in found[3].failure and "memory" in found[3].failure
    assert "exit code 7" in found[5].failure


def test_a_task_that_hangs_is_stopped_and_only_that_one() -> None:
    found = outcomes(["sleep 1000", "a", "b"], Limits(1, 1.5))

    assert "stopped after 1.5 s" in found[0].failure
    assert [outcome.result for outcome in found[1:]] == ["a done", "b done"]


def test_a_worker_serves_many_tasks() -> None:
    found = outcomes(["pid"] * 4, Limits(1, 30))

    assert len({outcome.result for outcome in found}) == 1


def test_numeric_libraries_get_one_thread_and_the_parent_keeps_its_own() -> None:
    before = dict(os.environ)

    (outcome,) = outcomes(["threads"], Limits(1, 30))

    assert outcome.result == "1 1"
    assert dict(os.environ) == before


def test_no_tasks_give_no_outcomes() -> None:
    assert outcomes([], Limits(4, 30)) == []


def test_leaving_early_ends_the_workers_and_what_they_started(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    with closing(run_all(act, ["pid", f"spawn {note}"], Limits(2, 30))) as running:
        worker = int(next(running).result or 0)
        assert wait_until(lambda: note.exists() and bool(note.read_text()))

    assert gone(worker)
    assert wait_until(lambda: gone(int(note.read_text())))


@pytest.mark.parametrize("verb", ["spawn", "abandon"])
def test_what_a_lost_task_started_ends_with_it(tmp_path: Path, verb: str) -> None:
    note = tmp_path / "pid"

    found = outcomes([f"{verb} {note}"], Limits(1, 2))

    assert found[0].failure
    assert wait_until(lambda: gone(int(note.read_text())))


def test_workers_end_with_a_killed_parent(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    code = (
        "import sys\nfrom steadybench.execute import *\nfrom tests.steadybench.worker_tasks import act\n"
        "if __name__ == '__main__': list(run_all(act, [sys.argv[1]], Limits(1, 60)))"
    )
    script = tmp_path / "parent.py"
    script.write_text(code)
    parent = subprocess.Popen(
        [sys.executable, str(script), f"spawn {note}"], env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    try:
        assert wait_until(lambda: note.exists() and bool(note.read_text()))
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait()

    assert wait_until(lambda: gone(int(note.read_text())))

"""Made-up answers on disk: files as the receiver leaves them, with the truth beside the folder."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from steadybench import atomic
from steadybench.errors import InputError
from steadybench.study import codec, planfile
from steadybench.study.answers import Answer
from steadybench.study.gathering.values import line
from steadybench.study.model import Plan
from steadybench.study.simulating.raters import Truth


def truth_file(out: Path) -> Path:
    """Where the truth is written: beside the folder of answers, where nobody gathers it for answers."""
    return out.with_name(f"{out.name}.truth.json")


def check(out: Path) -> None:
    """Refuse a folder that holds anything: answers of people may lie there.

    Raises:
        InputError: the folder is not empty, or is no folder.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(f"{out} is not an empty folder, and made-up answers must never mix with those of "
                         "people. Name a new folder with --out.")


def write(answers: Sequence[Answer], plan: Plan, truth: Truth, seed: int, out: Path) -> None:
    """Write one file a session, and the truth.

    Raises:
        StorageError: a file cannot be written.
    """
    body = {"schema": 1, "simulated": True, "study": planfile.digest(plan), "seed": seed, "truth": truth}
    atomic.write_text(truth_file(out), codec.dumps(body))
    for session, own in groupby(answers, key=lambda answer: answer.session_id):
        atomic.write_text(out / f"{session}.jsonl", "".join(line(answer) for answer in own))

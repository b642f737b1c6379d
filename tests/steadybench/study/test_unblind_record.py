"""`study unblind`: who is told the names, and when, is written down for good."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from steadybench.errors import OK, USAGE
from steadybench.study import planfile
from tests.steadybench.study.locked_study import call, code, locked, told, write_study
from tests.steadybench.study.made_study import made_plan

MADE = made_plan()


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return locked(write_study(tmp_path / "study", MADE))


def entries(study: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads((study / "unblinded.json").read_text())["entries"]
    return found


def test_each_unblinding_is_added_with_lock_and_plan(study: Path) -> None:
    assert code(call("study", "unblind", study, "--by", " Ann Lee ", "--reason", "Done.")) == OK
    assert code(call("study", "unblind", study, "--by", "Bo <b>")) == OK
    found = entries(study)
    assert [(one["by"], one["reason"]) for one in found] == [("Ann Lee", "Done."), ("Bo <b>", "")]
    for one in found:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", one["at"])
        assert one["lock"] == hashlib.sha256((study / "lock.json").read_bytes()).hexdigest()
        assert one["plan"] == planfile.digest(MADE[0])


def test_a_study_without_lock_stays_blind(tmp_path: Path) -> None:
    study = write_study(tmp_path / "open", MADE)
    result = call("study", "unblind", study, "--by", "Ann")
    assert code(result) == USAGE and "has no lock" in told(result)
    assert not (study / "unblinded.json").exists()


@pytest.mark.parametrize("name", ["", "  "])
def test_somebody_must_be_named(study: Path, name: str) -> None:
    assert code(call("study", "unblind", study, "--by", name)) == USAGE
    assert not (study / "unblinded.json").exists()


def test_the_key_must_be_the_one_that_was_locked(study: Path, tmp_path: Path) -> None:
    key = study / "key.json"
    key.write_text(key.read_text().replace("CausVid", "BestVid"))
    result = call("study", "unblind", study, "--by", "Ann")
    assert code(result) == USAGE and "another one than was locked" in told(result)
    key.unlink()
    assert "--key FILE" in told(call("study", "unblind", study, "--by", "Ann"))
    assert not (study / "unblinded.json").exists()


@pytest.mark.parametrize("content", ["{", '{"schema": 1}', '{"schema": 7, "entries": []}'])
def test_a_damaged_record_is_told_and_not_replaced(study: Path, content: str) -> None:
    (study / "unblinded.json").write_text(content)
    result = call("study", "unblind", study, "--by", "Ann")
    assert code(result) == USAGE and "unblinded.json" in told(result)
    assert (study / "unblinded.json").read_text() == content

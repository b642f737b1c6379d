"""What platforms are given."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from reports.rating.model import Outcomes
from steadybench.errors import InputError
from steadybench.study.crowd import command
from steadybench.study.crowd.raters import digest
from tests.steadybench.study.answered import PLAN
from tests.steadybench.study.served import write_export

URL = "https://lab.example/study/?from=us"
COMPLETE = "https://app.prolific.com/submissions/complete?cc="
SESSIONS = sorted(session.id for session in PLAN.sessions)


def batch(platform: str, folder: Path, url: str = URL, outcomes: Outcomes | None = None) -> list[str]:
    said: list[str] = []
    export = write_export(folder / "export", outcomes=outcomes)
    command.write_batch(export, platform, url, folder / "out.csv", said.append)  # type: ignore[arg-type]
    return said


@pytest.mark.parametrize("platform", ["mturk", "plain"])
def test_one_row_a_session(platform: str, tmp_path: Path) -> None:
    batch(platform, tmp_path)
    with (tmp_path / "out.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows == [{"study_url": f"{URL}&session={session}", "session_id": session} for session in SESSIONS]
    layout = tmp_path / "out.layout.html"
    assert layout.exists() == (platform == "mturk")
    words = layout.read_text() if platform == "mturk" else "${study_url} completion_code"
    assert "${study_url}" in words and "completion_code" in words


def test_prolific_with_a_receiver_has_one_address(tmp_path: Path) -> None:
    said = batch("prolific", tmp_path, outcomes=Outcomes(f"{COMPLETE}DONE", f"{COMPLETE}OUT"))
    made = json.loads((tmp_path / "out.csv").read_text())
    assert made["external_study_url"].startswith(f"{URL}&PROLIFIC_PID={{{{%PROLIFIC_PID%}}}}&")
    assert made["total_available_places"] == 3 and "access_details" not in made
    assert [(code["code"], code["code_type"]) for code in made["completion_codes"]] == [
        ("DONE", "COMPLETED"), ("OUT", "SCREENED_OUT")]
    assert "the receiver gives each rater a session of its own" in said[0]
    assert any("--failed" in line for line in said) and not any("--finished" in line for line in said)


def test_prolific_without_a_receiver_has_one_address_a_session(tmp_path: Path) -> None:
    export = write_export(tmp_path / "export")
    study = export / "study.js"
    study.write_text(study.read_text().replace('"receiver": "."', '"receiver": ""'))
    command.write_batch(export, "prolific", URL, tmp_path / "out.json", [].append)
    details = json.loads((tmp_path / "out.json").read_text())["access_details"]
    assert [one["external_url"].split("session=")[1][:16] for one in details] == SESSIONS
    assert {one["total_allocation"] for one in details} == {1}


@pytest.mark.parametrize("url", ["lab.example", "file:///study/index.html", "https://", "https://lab.example/#x"])
def test_address_must_be_one(url: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected the address of the rating page"):
        batch("mturk", tmp_path, url)


def test_nothing_is_written_into_the_export(tmp_path: Path) -> None:
    export = write_export(tmp_path / "export")
    before = sorted(export.rglob("*"))
    with pytest.raises(InputError, match="must not lie in the export"):
        command.write_batch(export, "plain", URL, export / "clips" / "out.csv", [].append)
    assert sorted(export.rglob("*")) == before


def test_digest_of_a_rater() -> None:
    """The value was computed with OpenSSL: openssl dgst -sha256 -mac HMAC -macopt hexkey:..."""
    salt = "000102030405060708090a0b0c0d0e0f"
    assert digest(salt, " 5a9d64f5f6dfdd0001eaa73d\n") == \
        "84fa0fef9d1e696cbbb68f27b0d70118b6de6ccf1d802815f16a4162c4bec315"

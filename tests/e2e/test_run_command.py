"""The whole bench on rendered scenes: make, score, report, resume."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.e2e.bench import call, make_clip, records, tables

BASE = [
    "run",
    "--methods",
    "procedural,procedural:drift@2",
    "--limit",
    "1",
    "--seeds",
    "0,1",
    "--horizon",
    "5",
]
SMALL = ["--size", "128x96", "--fps", "8"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run")
    done = call(*BASE, *SMALL, "--out", out, "--jobs", 2)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == (out / "report" / "index.html").as_uri()
    return out


def test_clips_truth_scores_and_report_are_there(finished: Path) -> None:
    rows = pq.read_table(finished / "results.parquet").to_pylist()

    assert {(row["configuration"], row["seed"]) for row in rows} == {
        ("clean", 0), ("clean", 1), ("drift@2", 0), ("drift@2", 1),
    }  # fmt: skip
    assert {row["method"] for row in rows} == {"procedural"}
    assert {row["horizon_s"] for row in rows} == {5.0}
    run = json.loads((finished / "run.json").read_text())
    assert {identity["mask_source"] for identity in run["identities"].values()} == {"truth"}
    assert (finished / "report" / "index.html").stat().st_size > 1000
    assert len(list(finished.glob("clips/*.mp4"))) == 4


def test_the_same_command_again_makes_nothing_and_changes_no_byte(finished: Path) -> None:
    before = records(finished), tables(finished)
    stamps = {path: path.stat().st_mtime_ns for path in finished.glob("clips/*")}

    done = call(*BASE, *SMALL, "--out", finished)

    assert "4 clips planned, 0 to make." in done.stderr
    assert "4 clips, 0 to measure." in done.stderr
    assert (records(finished), tables(finished)) == before
    assert {path: path.stat().st_mtime_ns for path in finished.glob("clips/*")} == stamps


def test_the_report_can_be_built_again_from_records(finished: Path) -> None:
    index = finished / "report" / "index.html"
    before = index.read_bytes()
    index.unlink()

    done = call("report", finished)

    assert done.returncode == 0, done.stderr
    assert index.read_bytes() == before


def test_recorded_clips_run_through_the_same_contract(tmp_path: Path) -> None:
    make_clip(tmp_path / "clips" / "some name.mp4")
    (tmp_path / "clips" / "manifest.csv").write_text(
        "path,prompt_id,seed\nsome name.mp4,cobble-river-dawn,0\nmissing.mp4,cobble-river-dawn,1\n"
    )

    done = call(
        "run", "--methods", "recorded", "--option", f"folder={tmp_path / 'clips'}",
        "--prompts", "cobble-river-dawn", "--seeds", "0,1", "--horizon", "5",
        "--out", tmp_path / "out", "--no-report",
    )  # fmt: skip

    assert done.returncode == 3
    assert "does not exist" in done.stderr
    rows = pq.read_table(tmp_path / "out" / "results.parquet").to_pylist()
    assert {row["status"] for row in rows if row["seed"] == 1} == {"failed"}
    assert "failed" not in {row["status"] for row in rows if row["seed"] == 0}


def test_an_adapter_that_there_is_not_cannot_be_checked() -> None:
    bad = call("adapter", "check", "recordd")

    assert bad.returncode == 2
    assert "did you mean recorded?" in bad.stderr


def test_metrics_are_listed_with_unit_and_direction() -> None:
    done = call("metrics")

    lines = {line[2:].split()[0]: line for line in done.stdout.splitlines()}
    assert {"premise.onset", "drift.onset", "stagnation.onset", "hardening.onset"} <= set(lines)
    assert lines["drift.onset"].startswith("*")
    assert " s " in lines["drift.onset"] and "higher" in lines["drift.onset"]


def test_a_manifest_names_methods_in_tables_and_report(tmp_path: Path) -> None:
    make_clip(tmp_path / "clips" / "a.mp4", seconds=2.0)
    make_clip(tmp_path / "clips" / "b.mp4", "drift", 1, seconds=2.0)
    prompt = 'a <b>"river"</b> 🏞️,\nsecond line'
    quoted = prompt.replace('"', '""')
    table = tmp_path / "clips" / "clips.csv"
    table.write_text(
        f'path,method,prompt_id,prompt,seed\na.mp4,Steady,p1,"{quoted}",0\nb.mp4,Drifting,p1,"{quoted}",0\n'
    )

    done = call("score", tmp_path / "clips", "--manifest", table, "--out", tmp_path / "out", "--jobs", 2)

    assert done.returncode == 0, done.stderr
    rows = pq.read_table(tmp_path / "out" / "results.parquet").to_pylist()
    assert {row["method"] for row in rows} == {"Steady", "Drifting"}
    page = (tmp_path / "out" / "report" / "index.html").read_text()
    assert "Steady" in page and "Drifting" in page
    assert "<b>&#34;river" not in page and '<b>"river"' not in page
    assert json.loads((tmp_path / "out" / "wanted.json").read_text())["entries"][0]["prompt"] == prompt

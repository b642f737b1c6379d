"""Input that users really have: each fault names the input and what to do, and touches nothing else."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pyarrow.parquet as pq
import pytest

from steadybench.errors import INCOMPLETE
from tests.e2e.bench import ENVIRONMENT, call, command, make_clip
from tests.odd_clips import READABLE, UNREADABLE


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """Every odd clip in one folder with a good one, scored by two workers."""
    folder = tmp_path_factory.mktemp("odd")
    make_clip(folder / "good.mp4")
    scratch = tmp_path_factory.mktemp("scratch")
    for name, write in {**READABLE, **UNREADABLE}.items():
        (folder / name).mkdir()
        made = write(scratch)
        shutil.move(made, folder / name / made.name)
    out = tmp_path_factory.mktemp("out")
    return out, call("score", folder, "--out", out, "--jobs", 2, "--no-report")


def rows_by_kind(out: Path) -> dict[str, list[dict[str, object]]]:
    """Rows by the kind of odd clip, which is the folder's name."""
    entries = json.loads((out / "wanted.json").read_text())["entries"]
    kinds = {entry["clip"]: Path(entry["path"]).parent.name for entry in entries}
    found: dict[str, list[dict[str, object]]] = {}
    for row in pq.read_table(out / "results.parquet").to_pylist():
        found.setdefault(kinds[row["clip"]], []).append(row)
    return found


def test_the_run_ends_with_exit_code_3_and_no_traceback(
    scored: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    _, done = scored

    assert done.returncode == INCOMPLETE
    assert "Traceback" not in done.stderr
    assert "unexpected" not in done.stderr


def test_the_good_clip_is_unaffected(scored: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    out, _ = scored
    rows = [row for row in pq.read_table(out / "results.parquet").to_pylist() if row["clip"] == "good"]

    assert {row["status"] for row in rows} <= {"ok", "censored", "abstained"}
    assert sum(row["status"] == "ok" for row in rows) > 10


@pytest.mark.parametrize("kind", sorted(set(UNREADABLE) - {"directory", "still_picture"}))
def test_what_cannot_be_read_fails_with_a_reason_and_advice(
    scored: tuple[Path, subprocess.CompletedProcess[str]], kind: str
) -> None:
    out, done = scored
    rows = rows_by_kind(out)[kind]

    assert {row["status"] for row in rows} == {"failed"}
    assert all(row["value"] is None for row in rows)
    (reason,) = {str(row["reason"]) for row in rows}
    assert ";" in reason, "what came, and what to do"
    assert reason in done.stderr


def test_a_scan_leaves_out_what_its_name_calls_no_video_and_says_so(
    scored: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    out, done = scored
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("Left out as no video: ")]

    assert "wrong_name/really_mp4.txt" in line
    assert line in json.loads((out / "run.json").read_text())["notices"]


def test_a_clip_named_outright_is_measured_whatever_its_name(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.mp4", seconds=2.0).rename(tmp_path / "really a clip.txt")

    done = call("score", clip, "--out", tmp_path / "out", "--no-report")

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("kind", sorted(set(READABLE) - {"wrong_name"}))
def test_what_can_be_read_is_measured_or_abstains_with_a_reason(
    scored: tuple[Path, subprocess.CompletedProcess[str]], kind: str
) -> None:
    out, _ = scored
    rows = rows_by_kind(out)[kind]

    assert rows
    for row in rows:
        assert row["status"] in {"ok", "censored", "abstained"}
        assert (row["value"] is None) == (row["status"] == "abstained")
        assert row["reason"] or row["status"] in {"ok", "censored"}


def obey_permissions() -> None:
    """Take from root, in the child process alone, the right to ignore permissions."""
    drop_from_bounding_set, dac_override, dac_read_search = 24, 1, 2
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in (dac_override, dac_read_search):
        if os.geteuid() == 0 and libc.prctl(drop_from_bounding_set, capability, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl")


def call_obeying(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), env=ENVIRONMENT, capture_output=True, text=True, check=False,
        preexec_fn=obey_permissions,
    )  # fmt: skip


def test_what_may_not_be_read_is_named_and_the_rest_is_scored(tmp_path: Path) -> None:
    clips = tmp_path / "clips"
    make_clip(clips / "good.mp4", seconds=2.0)
    closed, folder = clips / "closed.mp4", clips / "closed folder"
    folder.mkdir()
    for name in (closed, folder / "inside.mp4"):
        shutil.copyfile(clips / "good.mp4", name)
    closed.chmod(0)
    folder.chmod(0)

    done = call_obeying("score", clips, "--out", tmp_path / "out", "--no-report")
    folder.chmod(0o700)

    assert done.returncode == INCOMPLETE, done.stderr
    assert "Measuring clips: 1 of 1, took" in done.stderr
    assert "closed: the file cannot be read (Permission denied)" in done.stderr
    assert "this folder cannot be read (Permission denied)" in done.stderr


def test_a_closed_folder_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "clips").mkdir(mode=0)

    done = call_obeying("score", tmp_path / "clips", "--out", tmp_path / "out")
    (tmp_path / "clips").chmod(0o700)

    assert done.returncode == 2
    assert "Permission denied. Name an existing file or folder." in done.stderr


def test_an_output_folder_that_may_not_be_written_is_exit_code_5(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir(mode=0o500)
    clip = make_clip(tmp_path / "a.mp4")

    done = call_obeying("score", clip, "--out", tmp_path / "out")

    assert done.returncode == 5
    assert "Permission denied. Free some space or choose another --out" in done.stderr


def test_a_mask_of_another_size_fails_its_clip_alone(tmp_path: Path) -> None:
    folder = tmp_path / "clips"
    folder.mkdir()
    make_clip(folder / "a.mp4", seconds=2.0)
    make_clip(folder / "b.mp4", seed=2, seconds=2.0)
    cv2.imwrite(str(folder / "m.png"), np.ones((9, 7), np.uint8))
    (folder / "clips.csv").write_text("path,mask\na.mp4,m.png\nb.mp4,\n")

    done = call("score", folder, "--manifest", folder / "clips.csv", "--out", tmp_path / "out", "--no-report")

    assert done.returncode == INCOMPLETE
    assert "a: the mask is 7x9, but the clip is shown at" in done.stderr
    assert str(tmp_path) not in done.stderr.split("the mask is", 1)[1].split("\n", 1)[0]
    rows = pq.read_table(tmp_path / "out" / "results.parquet").to_pylist()
    assert {row["status"] for row in rows if row["clip"] == "b"} <= {"ok", "censored", "abstained"}
    assert {row["status"] for row in rows if row["clip"] == "a"} == {"failed"}

"""The line beside a clip makes the same bytes and the same numbers again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from steadybench import runinfo, wanted
from steadybench.entries import Entry
from steadybench.repeat import OUT, command
from tests.e2e.bench import call, make_clip


def line_of(out: Path, place: int) -> tuple[Entry, list[str]]:
    one = wanted.load(out).entries[place]
    program, *words = shlex.split(command(one, runinfo.load(out)))
    assert program == "steadybench"
    return one, words


def numbers(out: Path, digest: str) -> list[Mapping[str, Any]]:
    columns = ["metric", "value", "status", "reason", "identity", "clip_sha256"]
    rows = pq.read_table(out / "results.parquet", columns=columns).to_pylist()
    return sorted((row for row in rows if row["clip_sha256"] == digest), key=lambda row: str(row["metric"]))


def repeated(words: list[str], to: Path) -> Path:
    """Run a line as it stands, but for the folder that it writes to."""
    assert words[-2:] == ["--out", OUT]
    done = call(*words[:-1], to, "--no-report")
    assert done.returncode == 0, done.stderr
    return to


def test_a_made_clip_comes_out_the_same(tmp_path: Path) -> None:
    done = call("run", "--methods", "procedural,procedural:drift@2", "--limit", 1, "--seeds", "0,1",
                "--horizon", 3, "--size", "128x96", "--fps", 8, "--out", tmp_path / "out", "--no-report")
    assert done.returncode == 0, done.stderr
    one, words = line_of(tmp_path / "out", 3)
    assert (one.configuration, one.seed) == ("drift@2", 1)

    again = repeated(words, tmp_path / "again")

    (only,) = wanted.load(again).entries
    assert (only.clip_sha256, only.path, only.mask_sha256) == (one.clip_sha256, one.path, one.mask_sha256)
    found = numbers(again, one.clip_sha256)
    assert found == numbers(tmp_path / "out", one.clip_sha256)
    assert len(found) > 40


def test_a_given_clip_is_measured_alike(tmp_path: Path) -> None:
    folder = tmp_path / "my clips"
    for seed in range(2):
        make_clip(folder / f"it's {seed}.mp4", seed=seed, seconds=3.0)
    (folder / "clips.csv").write_text("path,method\nit's 0.mp4,one\nit's 1.mp4,two\n")
    done = call("score", "--manifest", folder / "clips.csv", "--out", tmp_path / "out", "--no-report")
    assert done.returncode == 0, done.stderr
    one, words = line_of(tmp_path / "out", 1)

    again = repeated(words, tmp_path / "again")

    (only,) = wanted.load(again).entries
    assert (only.method, only.clip_sha256) == (one.method, one.clip_sha256)
    assert numbers(again, one.clip_sha256) == numbers(tmp_path / "out", one.clip_sha256)

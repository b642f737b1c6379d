"""Killed at any instant, the same command goes on: nothing finished is redone, no byte of a table differs."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.e2e.bench import ENVIRONMENT, call, command, records, tables


def start(clips: Path, out: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command("score", clips, "--out", out, "--no-report"),
        env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def wait_for_records(process: subprocess.Popen[bytes], out: Path, count: int) -> None:
    while len(records(out)) < count and process.poll() is None:
        time.sleep(0.002)


def test_killed_again_and_again_it_ends_with_the_same_tables(
    clips: Path, reference: Path, tmp_path: Path
) -> None:
    out, chance = tmp_path / "out", random.Random(20)
    wanted = len(records(reference))
    assert wanted == 16
    seen: dict[str, tuple[int, int]] = {}

    for count in (0, 2, 7, 13, wanted):
        process = start(clips, out)
        wait_for_records(process, out, count)
        time.sleep(chance.uniform(0, 0.15))
        process.send_signal(signal.SIGKILL)
        process.wait()
        found = records(out)
        assert seen.items() <= found.items(), "a finished record was written again"
        seen = found

    done = call("score", clips, "--out", out, "--no-report")

    assert done.returncode == 0, done.stderr
    assert seen.items() <= records(out).items()
    assert tables(out) == tables(reference)
    assert not list(out.rglob("*.partial"))


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_stops_at_once_with_130_and_keeps_what_is_done(
    clips: Path, reference: Path, tmp_path: Path, kind: signal.Signals
) -> None:
    for attempt in range(5):
        out = tmp_path / f"out{attempt}"
        process = subprocess.Popen(
            command("score", clips, "--out", out, "--no-report"),
            env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            # A shell starts its background jobs with the interrupt ignored, and children inherit that.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip
        while len(records(out)) < 4 and process.poll() is None:
            time.sleep(0.002)
        if process.poll() is None:
            break
        process.communicate()  # on a busy machine the run may be over before anyone looks

    process.send_signal(kind)
    _, said = process.communicate(timeout=20)

    assert process.returncode == 130
    assert "Interrupted. What is done is kept" in said
    assert "Traceback" not in said
    before = records(out)
    assert 4 <= len(before) < 16
    assert call("score", clips, "--out", out, "--no-report").returncode == 0
    assert before.items() <= records(out).items()
    assert tables(out) == tables(reference)


def test_two_workers_give_the_same_bytes_as_one(clips: Path, reference: Path, tmp_path: Path) -> None:
    done = call("score", clips, "--out", tmp_path / "out", "--jobs", 2, "--no-report")

    assert done.returncode == 0, done.stderr
    assert tables(tmp_path / "out") == tables(reference)


def test_a_run_that_is_whole_is_left_alone(clips: Path, reference: Path) -> None:
    before, written = records(reference), tables(reference)

    done = call("score", clips, "--out", reference, "--no-report")

    assert "4 clips, 0 to measure." in done.stderr
    assert records(reference) == before
    assert tables(reference) == written


def test_a_full_disk_is_exit_code_5_and_loses_nothing(clips: Path, reference: Path, tmp_path: Path) -> None:
    """A limit on file size makes the kernel refuse the larger records half way, as a full disk would."""
    out = tmp_path / "out"
    sizes = sorted(path.stat().st_size for path in reference.glob("records/*/*.json"))
    limit = sizes[len(sizes) // 2]
    limited = f'ulimit -f {limit // 512}; exec "$@"'
    done = subprocess.run(
        ["/bin/sh", "-c", limited, "sh", *command("score", clips, "--out", out, "--no-report")],
        env=ENVIRONMENT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 5, done.stderr
    assert "Cannot write" in done.stderr and "Traceback" not in done.stderr
    before = records(out)
    assert call("score", clips, "--out", out, "--no-report").returncode == 0
    assert before.items() <= records(out).items()
    assert tables(out) == tables(reference)


def test_every_clip_has_the_four_onsets_and_no_nan(reference: Path) -> None:
    rows = pq.read_table(reference / "results.parquet").to_pylist()
    onsets = {(row["clip"], row["metric"]): row for row in rows if row["metric"].endswith(".onset")}

    assert len({row["clip"] for row in rows}) == 4
    for clip in ("clean", "drift", "stagnation", "hardening"):
        for axis in ("premise", "drift", "stagnation", "hardening"):
            row = onsets[clip, f"{axis}.onset"]
            assert row["status"] in {"ok", "censored", "abstained"}
            assert (row["value"] is None) == (row["status"] == "abstained")
            assert row["reason"] or row["status"] == "ok"
    assert all(row["value"] is None or row["value"] == row["value"] for row in rows)
    assert b"nan" not in (reference / "results.csv").read_bytes().lower()

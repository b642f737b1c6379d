"""The commands that look after weights, on a table of two small files."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from types import MappingProxyType

import pytest
from click.testing import CliRunner, Result

from metrics.weights import table
from steadybench.cli import cli
from steadybench.errors import INCOMPLETE, NOTHING, OK, InputError
from steadybench.progress import Progress
from steadybench.weights import get, take
from tests.metrics.weights.conftest import own, server
from tests.metrics.weights.made import Server, entry_of

__all__ = ["own", "server"]  # fixtures

FIRST, SECOND = b"first" * 5000, b"second" * 10


@pytest.fixture
def small(own: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A table of two entries, the second without a published digest, on a server of the test's own."""
    server.files |= {"/a.pth": FIRST, "/b.pth": SECOND}
    rows = [
        entry_of(FIRST, name="a", file="a.pth", sources=(f"{server.address}/a.pth",)),
        entry_of(SECOND, name="b", file="b.pth", sources=(f"{server.address}/b.pth",), published=""),
    ]
    monkeypatch.setattr(table, "entries", lambda: MappingProxyType({row.name: row for row in rows}))
    monkeypatch.setenv("STEADYBENCH_MODELS", str(own.parent / "models"))
    monkeypatch.setenv("HOME", str(own.parent / "home"))
    return own


def call(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["weights", *arguments], standalone_mode=False)


def test_the_list_tells_everything_and_reads_no_file(small: Path) -> None:
    (small / "a.pth").write_bytes(b"unchecked")
    done = call("list")
    assert done.return_value == OK
    for word in (
        f"Folder: {small}",
        "a.pth",
        "here",
        "missing",
        "MIT",
        hashlib.sha256(FIRST).hexdigest(),
        "/b.pth",
        "no SHA-256 published",
        "needed by: nothing",
    ):
        assert word in done.output


def test_fetch_brings_what_is_missing_and_verify_agrees(small: Path, server: Server) -> None:
    (small / "a.pth").write_bytes(FIRST)
    done = call("fetch")
    assert done.return_value == OK
    assert "a: here already" in done.output and "licence MIT" in done.output
    assert [path for path, _ in server.asked] == ["/b.pth"]
    checked = call("verify")
    assert checked.return_value == OK
    *lines, last = checked.output.splitlines()
    assert [line.split()[:2] for line in lines] == [["a", "good"], ["b", "good"]]
    assert last.endswith("files of checkpoints are not here")


def test_faults_are_told_together_and_the_rest_is_done(small: Path, server: Server) -> None:
    server.files["/a.pth"] = FIRST[::-1]
    lines: list[str] = []
    assert get([], Progress(lines.append)) == INCOMPLETE
    assert (small / "b.pth").read_bytes() == SECOND
    assert lines[-1].startswith("Failed: a: a.pth could not be downloaded")
    assert sum(line.startswith("Failed") for line in lines) == 1


def test_named_entries_only_and_each_once(small: Path, server: Server) -> None:
    assert call("fetch", "b", "b").return_value == OK
    assert [path for path, _ in server.asked] == ["/b.pth"]


def test_an_unknown_name_is_refused_before_anything(small: Path, server: Server) -> None:
    with pytest.raises(InputError, match="No weights are called vgg; there are: a, b"):
        get(["b", "vgg"], Progress(print))
    assert server.asked == []


def test_a_log_hears_of_the_progress(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("metrics.weights.fetch.CHUNK", 1000)
    lines: list[str] = []
    assert get(["a"], Progress(lines.append)) == OK
    told = [line for line in lines if line.startswith("a.pth: ")]
    assert 5 <= len(told) <= 10
    assert told[-1].startswith("a.pth: 0.0 of 0.0 MB")


def test_verify_notices_what_has_changed(small: Path) -> None:
    (small / "a.pth").write_bytes(FIRST)
    assert call("verify").return_value == OK
    damaged = bytearray(FIRST)
    damaged[100] ^= 1
    times = (small / "a.pth").stat()
    (small / "a.pth").write_bytes(damaged)
    os.utime(small / "a.pth", ns=(times.st_atime_ns, times.st_mtime_ns))  # as a disk that rots
    done = call("verify")
    assert done.return_value == INCOMPLETE
    assert "a                    wrong" in done.output


def test_verify_cannot_vouch_for_what_nobody_recorded(small: Path) -> None:
    (small / "b.pth").write_bytes(SECOND)
    done = call("verify")
    assert done.return_value == INCOMPLETE
    assert "b                    unknown" in done.output


def test_import_says_what_it_took_and_what_not(small: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    assert take(theirs, print) == NOTHING
    (theirs / "x.bin").write_bytes(FIRST)
    (theirs / "b.pth").write_bytes(SECOND)
    done = call("import", str(theirs))
    assert done.return_value == OK
    assert f"imported {theirs}/x.bin" in done.output and "Warning: taken by its name" in done.output
    (small / "a.pth").unlink()
    (theirs / "x.bin").unlink()
    (theirs / "a.pth").write_bytes(FIRST[::-1])
    refused = call("import", str(theirs))
    assert refused.return_value == INCOMPLETE
    assert "a                    refused" in refused.output
    assert "b                    here already" in refused.output


def test_a_folder_that_is_not_there(small: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="none: No such file or directory"):
        take(tmp_path / "none", print)


def test_the_command_line_closes_the_network(tmp_path: Path) -> None:
    """The whole program, in a process of its own: an error with a documented code, and no traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "steadybench.cli", "weights", "fetch", "alexnet"], text=True, check=False,
        capture_output=True, cwd=Path(__file__).parents[2],
        env={**os.environ, "STEADYBENCH_OFFLINE": "1", "STEADYBENCH_WEIGHTS": str(tmp_path),
             "TORCH_HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == INCOMPLETE
    assert "alexnet-owt-7be5be79.pth is not in the weights folder" in done.stderr
    assert "7be5be791159472b1fbf3c69796f7cb30dca7ad8466c2df70058c37116cdee02" in done.stderr
    assert "Traceback" not in done.stderr

"""Fetching from a hub on this machine, through the hub's own library."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType

import pytest

from generators.contract import GeneratorError
from generators.wan import digests, files, table
from generators.wan.digests import Record, record
from generators.wan.fetch import LOCK, ROOM, fetch, files_of
from generators.wan.table import HubFile, Published
from tests.generators.wan.hub import COMMIT, Hub, hub, models

__all__ = ["hub", "models"]  # fixtures


def archive(text: bytes) -> bytes:
    """What looks like a PyTorch file from both ends, a zip archive, and differs for every text."""
    return b"PK\x03\x04" + text + b"PK\x05\x06" + bytes(18)


FIRST, SECOND = archive(b"first" * 1000), archive(b"second" * 1000)


def row(name: str, **other: object) -> Published:
    """A checkpoint of one file, ``toy/NAME : NAME.pt``, unless told otherwise."""
    given: dict[str, object] = {
        "name": name, "title": name.title(), "repo": f"toy/{name}", "path": f"{name}.pt",
    }  # fmt: skip
    file = HubFile(**(given | other))  # type: ignore[arg-type]
    return Published(name, file.title, file, None, 0, 0.0, "generator", False, False, "MIT", "")


@pytest.fixture
def own_table(monkeypatch: pytest.MonkeyPatch) -> list[Published]:
    """Two checkpoints in place of the published ones; a test may put in others."""
    rows = [row("a"), row("b")]
    monkeypatch.setattr(table, "published", lambda: MappingProxyType({one.name: one for one in rows}))
    return rows


def test_a_file_comes_with_its_digest_and_is_good_from_then_on(
    hub: Hub, models: Path, own_table: list[Published]
) -> None:
    hub.put("toy/a", "a.pt", FIRST)
    said: list[str] = []
    assert fetch(["a"], said.append) == ()
    path = models / "toy/a/a.pt"
    assert path.read_bytes() == FIRST
    found = files.find(own_table[0].weights)
    assert (found.condition, found.sha256) == ("good", hashlib.sha256(FIRST).hexdigest())
    assert digests.recorded("toy/a/a.pt") == digests.Record(found.sha256, len(FIRST), COMMIT)
    asked = len(hub.asked)
    assert fetch(["a"], said.append) == ()
    assert len(hub.asked) == asked
    assert said[-1] == f"a: here already, {path}"


def test_each_file_once_and_faults_do_not_stop_the_others(
    hub: Hub, models: Path, own_table: list[Published]
) -> None:
    hub.put("toy/b", "b.pt", SECOND)
    hub.put("toy/a", "notes.txt", b"nothing")
    hub.put("toy/a", "other.pt", b"nothing")
    faults = fetch(["a", "b", "b"], print)
    assert faults == ("a: toy/a has no a.pt; it has other.pt",)
    assert (models / "toy/b/b.pt").read_bytes() == SECOND
    assert sum(line.startswith("GET toy/b") for line in hub.asked) == 1


def test_a_repository_that_is_not_there(hub: Hub, models: Path, own_table: list[Published]) -> None:
    (fault,) = fetch(["a"], print)
    assert fault.startswith("a: the hub does not give toy/a: ") and "\n" not in fault


def test_the_other_spelling_is_tried(hub: Hub, models: Path, own_table: list[Published]) -> None:
    own_table[0] = row("a", path="a_b.pt", also=("a-b.pt",))
    hub.put("toy/a", "a-b.pt", FIRST)
    assert fetch(["a"], print) == ()
    assert files.place(own_table[0].weights) == models / "toy/a/a-b.pt"
    assert files.find(own_table[0].weights).condition == "good"


def test_the_revision_of_the_table_is_asked_for_first(
    hub: Hub, models: Path, own_table: list[Published]
) -> None:
    own_table[0] = row("a", revision="old")
    hub.put("toy/a", "a.pt", FIRST, "old")
    assert fetch(["a"], print) == ()
    assert hub.asked[0] == "HEAD toy/a/resolve/old/a.pt"
    own_table[1] = row("b", revision="gone")
    hub.put("toy/b", "b.pt", SECOND)
    said: list[str] = []
    assert fetch(["b"], said.append) == ()
    assert said[0] == "Warning: b: not at revision gone of toy/b; the newest is taken"


def test_the_hub_wins_over_the_table_with_a_warning(
    hub: Hub, models: Path, own_table: list[Published]
) -> None:
    own_table[0] = row("a", sha256="0" * 64, size=5)
    hub.put("toy/a", "a.pt", FIRST)
    said: list[str] = []
    assert fetch(["a"], said.append) == ()
    assert said[0].startswith("Warning: a: the hub's file has SHA-256 ") and "0" * 64 in said[0]
    assert files.find(own_table[0].weights).condition == "good"


def test_a_broken_connection_goes_on_where_it_stopped(
    hub: Hub, models: Path, own_table: list[Published]
) -> None:
    body = archive(bytes(range(256)) * 100_000)
    hub.put("toy/a", "a.pt", body)
    hub.cut = 22_000_000
    said: list[str] = []
    assert fetch(["a"], said.append) == ()
    assert (models / "toy/a/a.pt").read_bytes() == body
    assert any(line.startswith("GET") and "bytes=" in line for line in hub.asked)


def test_what_a_broken_download_left_is_told(models: Path, own_table: list[Published]) -> None:
    part = models / "toy/a/.cache/huggingface/download/x.incomplete"
    part.parent.mkdir(parents=True)
    part.write_bytes(bytes(2_500_000))
    found = files.find(own_table[0].weights)
    assert found.condition == "missing"
    assert f"; 2.50 MB of a download lie in {part.parent}, begun or broken off; run: steady" in found.fault


def test_two_fetches_at_once_bring_a_file_once(hub: Hub, models: Path, own_table: list[Published]) -> None:
    """The other one is a process that holds the folder and brings the file meanwhile."""
    hub.put("toy/a", "a.pt", FIRST)
    said: list[str] = []
    models.mkdir()
    with (models / LOCK).open("w") as other, ThreadPoolExecutor(1) as pool:
        fcntl.flock(other, fcntl.LOCK_EX)
        waiting = pool.submit(fetch, ["a"], said.append)
        while not said:
            time.sleep(0.01)
        assert said == ["another fetch is under way here; waiting for its end"]
        path = models / "toy/a/a.pt"
        path.parent.mkdir(parents=True)
        path.write_bytes(FIRST)
        record("toy/a/a.pt", Record(hub.tag(FIRST), len(FIRST), "c"))
        fcntl.flock(other, fcntl.LOCK_UN)
        assert waiting.result(timeout=20) == ()
    assert said[1:] == [f"a: here already, {path}"]
    assert not any(line.startswith("GET") for line in hub.asked)


def test_other_bytes_than_the_hub_says_are_not_kept(
    hub: Hub, models: Path, own_table: list[Published]
) -> None:
    hub.put("toy/a", "a.pt", FIRST)
    hub.lies = True
    (fault,) = fetch(["a"], print)
    assert "came with other bytes than the hub says" in fault
    assert not (models / "toy/a/a.pt").exists()
    hub.lies = False
    assert fetch(["a"], print) == ()


def test_small_files_are_checked_by_their_git_digest(
    hub: Hub, models: Path, own_table: list[Published]
) -> None:
    hub.small = True
    hub.put("toy/a", "a.pt", FIRST)
    assert fetch(["a"], print) == ()
    assert files.find(own_table[0].weights).sha256 == hashlib.sha256(FIRST).hexdigest()
    assert files.find(own_table[0].weights).condition == "good"


def test_a_file_of_the_users_is_confirmed_but_never_replaced(
    hub: Hub, models: Path, own_table: list[Published]
) -> None:
    hub.put("toy/a", "a.pt", FIRST)
    path = models / "toy/a/a.pt"
    path.parent.mkdir(parents=True)
    path.write_bytes(FIRST)
    assert files.find(own_table[0].weights).condition == "unknown"
    said: list[str] = []
    assert fetch(["a"], said.append) == ()
    assert said == ["a: here already, and the hub's"]
    assert not any(line.startswith("GET") for line in hub.asked)
    assert files.find(own_table[0].weights).condition == "good"
    (models / "hub.json").unlink()
    path.write_bytes(SECOND)
    (fault,) = fetch(["a"], said.append)
    assert "move it away and fetch again" in fault
    assert path.read_bytes() == SECOND


@pytest.mark.parametrize("rest", [b"", FIRST[:2000], b"<!doctype html><p>Sign in"])
def test_what_is_no_whole_file_is_replaced(
    hub: Hub, models: Path, own_table: list[Published], rest: bytes
) -> None:
    hub.put("toy/a", "a.pt", FIRST)
    path = models / "toy/a/a.pt"
    path.parent.mkdir(parents=True)
    path.write_bytes(rest)
    assert files.find(own_table[0].weights).condition == "wrong"
    assert fetch(["a"], print) == ()
    assert path.read_bytes() == FIRST


@pytest.mark.parametrize("variable", files.OFFLINE_VARIABLES)
def test_offline_nothing_is_asked_for(
    hub: Hub, models: Path, own_table: list[Published], monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    hub.put("toy/a", "a.pt", FIRST)
    monkeypatch.setenv(variable, "1")
    (fault,) = fetch(["a"], print)
    assert fault.startswith("a: A is missing: ") and "the network is forbidden here" in fault
    assert str(models / "toy/a/a.pt") in fault
    assert hub.asked == []


def test_a_disk_that_is_too_small_is_told_before_the_first_byte(
    hub: Hub, models: Path, own_table: list[Published], monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.put("toy/a", "a.pt", FIRST)
    hub.put("toy/b", "b.pt", SECOND)
    usage = shutil.disk_usage("/")._replace(free=ROOM + len(FIRST) + len(SECOND) - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    (fault,) = fetch(["a", "b"], print)
    assert "has 1.00 GB free, and 1.00 GB are needed (a 5.03 kB, b 6" in fault
    assert not any(line.startswith("GET") for line in hub.asked)
    usage = usage._replace(free=ROOM + len(FIRST) + len(SECOND))
    assert fetch(["a", "b"], print) == ()


def test_without_the_library_it_is_said_what_to_install(
    models: Path, own_table: list[Published], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(GeneratorError, match=r"pip install 'steadybench\[wan\]'"):
        fetch(["a"], print)


def test_unknown_names_are_all_named_before_anything(hub: Hub, own_table: list[Published]) -> None:
    with pytest.raises(GeneratorError, match="no checkpoint is called x, y; there are: a, b, wan-base"):
        fetch(["a", "x", "y"], print)
    assert hub.asked == []


def test_a_hub_that_is_down(hub: Hub, models: Path, own_table: list[Published]) -> None:
    hub.refuses = 403
    (fault,) = fetch(["a"], print)
    assert fault.startswith("a: the hub does not give toy/a: ")


def test_names_stand_for_files() -> None:
    assert [file.path for file in files_of(["longlive", "longlive-base"])] == [
        "models/longlive_base.pt",
        "models/lora.pt",
    ]
    assert len(files_of(["wan-base"])) == 6

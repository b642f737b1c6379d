"""Downloads, against a server on this machine."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
from pathlib import Path

import pytest

from metrics.errors import WeightsMissingError
from metrics.weights import fetch, store
from metrics.weights.table import Entry
from tests.metrics.weights.made import Server, entry_of

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def row(server: Server, monkeypatch: pytest.MonkeyPatch) -> Entry:
    server.files["/toy.pth"] = CONTENT
    monkeypatch.setattr(fetch, "CHUNK", 1000)
    return entry_of(CONTENT, sources=(f"{server.address}/toy.pth",))


def get(row: Entry) -> tuple[Path, list[float]]:
    """Fetch without waiting; the waits it asked for."""
    waits: list[float] = []
    return fetch.fetch(row, sleep=waits.append), waits


def leave_part(own: Path, content: bytes) -> Path:
    part = own / ".toy.pth.partial"
    part.write_bytes(content)
    return part


def test_a_file_is_fetched_once(own: Path, row: Entry, server: Server) -> None:
    told: list[tuple[int, int]] = []
    path = fetch.fetch(row, lambda so_far, size: told.append((so_far, size)))
    assert path == own / "toy.pth" and path.read_bytes() == CONTENT
    assert [so_far for so_far, _ in told] == [*range(1000, len(CONTENT), 1000), len(CONTENT)]
    assert {size for _, size in told} == {len(CONTENT)}
    assert fetch.fetch(row) == path
    assert server.asked == [("/toy.pth", "")]
    assert [item.name for item in own.iterdir()] == ["toy.pth"]


def test_it_makes_the_folder(own: Path, row: Entry) -> None:
    own.rmdir()
    assert get(row)[0].read_bytes() == CONTENT


def test_a_wrong_file_is_replaced(own: Path, row: Entry) -> None:
    (own / "toy.pth").write_bytes(b"something else")
    assert get(row)[0].read_bytes() == CONTENT


def test_wrong_bytes_never_take_the_name(own: Path, row: Entry, server: Server) -> None:
    server.files["/toy.pth"] = b"x" * len(CONTENT)
    with pytest.raises(WeightsMissingError) as caught:
        get(row)
    got = hashlib.sha256(b"x" * len(CONTENT)).hexdigest()
    assert f"expected a file with SHA-256 {row.sha256}, got {got}" in str(caught.value)
    assert list(own.iterdir()) == []
    assert len(server.asked) == 1


@pytest.mark.parametrize("length", [len(CONTENT) - 1, len(CONTENT) + 1])
def test_another_size_is_told_first(length: int, own: Path, row: Entry, server: Server) -> None:
    server.files["/toy.pth"] = b"x" * length
    with pytest.raises(WeightsMissingError, match=f"of {len(CONTENT)} bytes, the server has one of {length}"):
        get(row)
    assert list(own.iterdir()) == []


def test_a_lost_connection_is_continued(own: Path, row: Entry, server: Server) -> None:
    server.cuts = [3000, 2500]
    path, waits = get(row)
    assert path.read_bytes() == CONTENT
    assert server.asked == [("/toy.pth", ""), ("/toy.pth", "bytes=3000-"), ("/toy.pth", "bytes=5500-")]
    assert waits == list(fetch.WAITS_S)


def test_after_three_lost_connections_the_next_run_goes_on(own: Path, row: Entry, server: Server) -> None:
    server.cuts = [1000, 1000, 1000]
    with pytest.raises(WeightsMissingError, match=f"ended after 3000 of {len(CONTENT)} bytes"):
        get(row)
    assert [item.name for item in own.iterdir()] == [".toy.pth.partial"]
    assert get(row)[0].read_bytes() == CONTENT
    assert server.asked[-1] == ("/toy.pth", "bytes=3000-")


def test_without_ranges_it_begins_again(own: Path, row: Entry, server: Server) -> None:
    server.ranges = False
    server.cuts = [3000]
    assert get(row)[0].read_bytes() == CONTENT


def test_a_beginning_of_another_file_is_thrown_away(own: Path, row: Entry, server: Server) -> None:
    leave_part(own, b"y" * 700)
    assert get(row)[0].read_bytes() == CONTENT
    assert [wanted for _, wanted in server.asked] == ["bytes=700-", ""]


@pytest.mark.parametrize("content", [CONTENT, CONTENT + b"more"])
def test_a_part_that_is_whole_or_too_long(content: bytes, own: Path, row: Entry) -> None:
    leave_part(own, content)
    assert get(row)[0].read_bytes() == CONTENT


def test_a_whole_part_of_unknown_size(own: Path, row: Entry, server: Server) -> None:
    """The server has nothing beyond what is here: begin again rather than guess."""
    leave_part(own, CONTENT)
    assert get(entry_of(CONTENT, size=None, sources=row.sources))[0].read_bytes() == CONTENT
    assert [wanted for _, wanted in server.asked] == [f"bytes={len(CONTENT)}-", ""]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_fault_is_tried_again(status: int, own: Path, row: Entry, server: Server) -> None:
    server.statuses = [status]
    path, waits = get(row)
    assert path.read_bytes() == CONTENT and waits == [fetch.WAITS_S[0]]


def test_the_next_source_is_asked(own: Path, row: Entry, server: Server) -> None:
    both = entry_of(CONTENT, sources=(f"{server.address}/gone/toy.pth", *row.sources))
    path, waits = get(both)
    assert path.read_bytes() == CONTENT and waits == []
    assert [path for path, _ in server.asked] == ["/gone/toy.pth", "/toy.pth"]


def test_every_source_that_failed_is_told(own: Path, server: Server) -> None:
    two = entry_of(CONTENT, sources=(f"{server.address}/a/toy.pth", f"{server.address}/b/toy.pth"))
    with pytest.raises(WeightsMissingError) as caught:
        get(two)
    assert "/a/toy.pth: HTTP 404" in str(caught.value) and "/b/toy.pth: HTTP 404" in str(caught.value)
    assert "steadybench weights import FOLDER" in str(caught.value)
    assert list(own.iterdir()) == []


def test_a_server_that_is_not_there_is_told(own: Path) -> None:
    with pytest.raises(WeightsMissingError, match=r"toy\.pth could not be downloaded .*Connection refused"):
        get(entry_of(CONTENT, sources=("http://127.0.0.1:9/toy.pth",)))


def test_offline_asks_nobody(
    own: Path, row: Entry, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEADYBENCH_OFFLINE", "1")
    with pytest.raises(WeightsMissingError, match=f"toy.pth is not in .*{row.sha256}.*STEADYBENCH_OFFLINE=1"):
        get(row)
    assert server.asked == []


# ---- without a whole published digest


def test_a_digest_that_is_not_published_is_recorded(
    own: Path, row: Entry, server: Server
) -> None:
    bare = entry_of(CONTENT, published="", size=None, sources=row.sources)
    assert get(bare)[0].read_bytes() == CONTENT
    assert store.recorded() == {"toy.pth": hashlib.sha256(CONTENT).hexdigest()}
    assert store.find(bare).condition == "good"
    (own / "toy.pth").unlink()
    server.files["/toy.pth"] = CONTENT[::-1]
    with pytest.raises(WeightsMissingError, match="expected a file with SHA-256"):
        get(bare)


def test_without_a_digest_two_halves_are_not_joined(
    own: Path, row: Entry, server: Server
) -> None:
    leave_part(own, b"y" * 700)
    server.cuts = [3000]
    bare = entry_of(CONTENT, published="", sources=row.sources)
    assert get(bare)[0].read_bytes() == CONTENT
    assert [wanted for _, wanted in server.asked] == ["", ""]


def test_a_file_that_does_not_end_is_stopped(own: Path, row: Entry) -> None:
    small = entry_of(CONTENT, size=None, about_mb=0.001, sources=row.sources)
    with pytest.raises(WeightsMissingError, match="more than the expected 4000 bytes"):
        get(small)
    assert list(own.iterdir()) == []


# ---- the disk


def test_too_little_room_is_told_before(own: Path, row: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "ROOM", 1 << 60)
    with pytest.raises(WeightsMissingError, match=r"written \(0 MB are wanted and .* free\); free some"):
        get(row)
    assert list(own.iterdir()) == []


def test_a_full_disk_is_not_left_full(own: Path, row: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(part: fetch._Part, data: bytes) -> None:
        part.stream.write(data[:100])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(fetch._Part, "add", full)
    with pytest.raises(WeightsMissingError, match=r"written \(No space left on device\); free some space"):
        get(row)
    assert list(own.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(
    own: Path, row: Entry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("STEADYBENCH_WEIGHTS", str(tmp_path / "file" / "below"))
    with pytest.raises(WeightsMissingError, match=r"cannot be written .*Not a directory"):
        get(row)


def test_two_processes_do_not_write_one_file(own: Path, row: Entry, server: Server) -> None:
    part = leave_part(own, CONTENT[:10])
    with part.open("rb+") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(WeightsMissingError, match="another process is downloading it"):
            get(row)
    assert part.read_bytes() == CONTENT[:10]
    assert server.asked == []

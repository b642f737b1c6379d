"""Download a file of the table: streamed, checked before it appears under its name, resumed where safe."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import http.client
import os
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from metrics.errors import WeightsMissingError, one_line
from metrics.weights import missing, store
from metrics.weights.table import Entry

CHUNK = 1 << 20
TIMEOUT_S = 30.0
"""Seconds without a byte after which a connection counts as lost."""
WAITS_S = (1.0, 4.0)
"""Seconds before the second and the third attempt at one source."""
ROOM = 16 << 20
"""Bytes of the disk that a download leaves free."""
_AGENT = {"User-Agent": "steadybench"}
_PASSING = {408, 425, 429, 500, 502, 503, 504}

Tell = Callable[[int, int], None]
"""Told now and then: bytes so far, bytes in all (0 where the server does not say)."""


class _LostError(Exception):
    """The connection failed in a way that may pass."""


class _RefusedError(Exception):
    """This source will not give the file, however often it is asked."""


@dataclass(slots=True)
class _Part:
    """The file while it grows, with the digest of what it holds."""

    stream: IO[bytes]
    path: Path
    digest: Any
    size: int

    def add(self, data: bytes) -> None:
        self.stream.write(data)
        self.digest.update(data)
        self.size += len(data)

    def empty(self) -> None:
        self.stream.seek(0)
        self.stream.truncate()
        self.digest, self.size = hashlib.sha256(), 0


def fetch(entry: Entry, tell: Tell | None = None, sleep: Callable[[float], None] = time.sleep) -> Path:
    """Bring an entry's file into the weights folder; does nothing where it is already good.

    The bytes go into a hidden file beside the target. It takes the file's name only when its digest is right.
    What was left by an interrupted download is continued if any of the digest is published, which then covers
    both halves; else it begins again.

    Args:
        entry: row of the table.
        tell: hears of the progress.
        sleep: waits between attempts, seconds.

    Returns:
        The file.

    Raises:
        WeightsMissingError: offline, every source failed, the bytes have another digest, or the folder cannot
            be written; the reason says which, for every source.
    """
    found = store.find(entry)
    if found.condition == "good":
        return found.path
    if store.is_offline():
        raise missing(found)
    target = store.folder() / entry.file
    try:
        with _part(target, resume=bool(entry.published)) as part:
            return _from_sources(entry, target, part, tell or (lambda _so_far, _all: None), sleep)
    except OSError as error:
        advice = "free some space or name another folder in STEADYBENCH_WEIGHTS"
        raise WeightsMissingError(
            entry.name, f"{target} cannot be written ({error.strerror or error})", advice
        ) from error


@contextmanager
def _part(target: Path, resume: bool) -> Iterator[_Part]:
    """Open the growing file for this process alone."""
    target.parent.mkdir(parents=True, exist_ok=True)
    path = target.with_name(f".{target.name}.partial")
    with path.open("a+b") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise OSError(error.errno, "another process is downloading it") from error
        if os.fstat(stream.fileno()).st_ino != path.stat().st_ino:
            raise OSError(errno.EAGAIN, "another process has just downloaded it")
        part = _Part(stream, path, hashlib.sha256(), 0)
        if resume:
            stream.seek(0)
            while data := stream.read(CHUNK):
                part.digest.update(data)
                part.size += len(data)
        else:
            part.empty()
        try:
            yield part
        except OSError:
            with suppress(OSError):  # a full disk is not left full
                path.unlink()
            raise


def _from_sources(
    entry: Entry, target: Path, part: _Part, tell: Tell, sleep: Callable[[float], None]
) -> Path:
    faults = []
    for source in entry.sources:
        try:
            _download(entry, source, part, tell, sleep)
        except (_LostError, _RefusedError) as fault:
            faults.append(f"{source}: {fault}")
            continue
        part.stream.flush()
        os.fsync(part.stream.fileno())
        store.record(entry, part.digest.hexdigest())
        part.path.replace(target)
        return target
    if not part.size or not entry.published:
        part.path.unlink()
    told = one_line("; ".join(faults))
    raise WeightsMissingError(
        entry.name, f"{entry.file} could not be downloaded ({told})",
        f"run the same command again, or: steadybench weights import FOLDER, with {entry.file} in FOLDER",
    )  # fmt: skip


def _download(entry: Entry, source: str, part: _Part, tell: Tell, sleep: Callable[[float], None]) -> None:
    """Fill the part from one source and check it; it is empty again after wrong bytes."""
    expected = store.expected_digest(entry)
    for wait in (*WAITS_S, None):
        resumed = part.size > 0
        try:
            _receive(entry, source, part, tell)
        except _LostError:
            if wait is None:
                raise
            if not expected:
                part.empty()
            sleep(wait)
            continue
        digest = part.digest.hexdigest()
        if digest.startswith(expected):
            return
        part.empty()
        if not resumed:  # else the two halves may be of different files, and it is worth another try
            raise _RefusedError(f"expected a file with SHA-256 {expected}, got {digest}")
    raise _RefusedError("what came did not go together with what was already here")


def _receive(entry: Entry, source: str, part: _Part, tell: Tell) -> None:
    """Read the rest of the file into the part."""
    if entry.size is not None and part.size >= entry.size:
        if part.size == entry.size:
            return
        part.empty()
    with _opened(source, part) as response:
        total = _total(response, part)
        _check_size(entry, total)
        _check_room(part, total)
        most = entry.size or int(4e6 * entry.about_mb)
        while data := _read(response):
            part.add(data)
            if part.size > most:
                part.empty()
                raise _RefusedError(f"more than the expected {most} bytes came")
            tell(part.size, total)
    if total and part.size < total:
        raise _LostError(f"the connection ended after {part.size} of {total} bytes")


@contextmanager
def _opened(source: str, part: _Part) -> Iterator[http.client.HTTPResponse]:
    """Ask for what is missing; a server that sends everything makes the part empty first."""
    wanted = {"Range": f"bytes={part.size}-"} if part.size else {}
    request = urllib.request.Request(source, headers=_AGENT | wanted)  # noqa: S310 - the table has https only
    try:
        response = urllib.request.urlopen(request, timeout=TIMEOUT_S)  # noqa: S310
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 416:  # what is here is no beginning of what is there
            part.empty()
            raise _LostError("the server has nothing beyond what is here") from error
        kind = _LostError if error.code in _PASSING else _RefusedError
        raise kind(f"HTTP {error.code} {error.reason}") from error
    except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
        raise _LostError(str(getattr(error, "reason", error)) or type(error).__name__) from error
    with response:
        if part.size and response.status != 206:
            part.empty()
        yield response


def _read(response: http.client.HTTPResponse) -> bytes:
    try:
        return response.read(CHUNK)
    except (http.client.HTTPException, OSError) as error:
        raise _LostError(str(error) or type(error).__name__) from error


def _total(response: http.client.HTTPResponse, part: _Part) -> int:
    """Bytes of the whole file, as the server tells; 0 if it does not."""
    told = response.headers.get("Content-Length", "")
    return part.size + int(told) if told.isdecimal() else 0


def _check_size(entry: Entry, total: int) -> None:
    if entry.size is not None and total not in {0, entry.size}:
        raise _RefusedError(f"expected a file of {entry.size} bytes, the server has one of {total}")


def _check_room(part: _Part, total: int) -> None:
    free = shutil.disk_usage(part.path.parent).free
    wanted = total - part.size
    if wanted + ROOM > free:
        raise OSError(errno.ENOSPC, f"{wanted / 1e6:.0f} MB are wanted and {free / 1e6:.0f} MB are free")

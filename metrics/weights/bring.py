"""Take weights that a person already has: find them in a folder, check them, copy them into the store."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from metrics.weights import store
from metrics.weights.table import Entry

CHUNK = 1 << 20
_NEAR = 0.03
"""Share by which a file may differ from a size that is only roughly known and still be looked into."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of one entry."""

    entry: Entry
    path: Path | None
    """Where it came from; None if nothing was taken."""
    sha256: str = ""
    told: str = ""
    """Warning or refusal, in words; empty where the whole digest was right, or nothing was found."""
    had: bool = False
    """It was already in the store, and good."""


def bring(folder: Path, rows: Iterable[Entry]) -> list[Brought]:
    """Find the files of ``rows`` anywhere below ``folder`` and copy what is right into the store.

    A file is recognised by its digest under any name, if its size may be right. Where no digest is published
    and none is recorded, the name decides, with a warning, and the digest found is recorded for next time. A
    file with the right name and the wrong digest is never taken.

    Raises:
        OSError: the folder cannot be listed or the store cannot be written.
    """
    with os.scandir(folder):  # a folder that is not there is an error, an unreadable one inside it is not
        pass
    files = list(_files(folder))
    return [_bring(row, files) for row in rows]


def _bring(row: Entry, files: list[Path]) -> Brought:
    found = store.find(row)
    if found.condition == "good":
        return Brought(row, found.path, found.sha256, had=True)
    expected = store.expected_digest(row)
    named = [path for path in files if path.name == row.file]
    candidates = named if not expected else named + [p for p in files if p not in named and _may_be(p, row)]
    digests = {path: digest for path in candidates if (digest := _digest(path))}
    right = {path: digest for path, digest in digests.items() if digest.startswith(expected)}
    if len(set(right.values())) > 1:
        told = ", ".join(f"{path} ({digest})" for path, digest in right.items())
        return Brought(row, None, told=f"different files could be {row.file}: {told}; leave one of them")
    if right:
        path, digest = next(iter(right.items()))
        return Brought(row, path, _copy(path, row, digest), _warning(expected))
    wrong = [f"{path} has SHA-256 {digests[path]}" for path in named if path in digests]
    if wrong:
        return Brought(row, None, told=f"expected SHA-256 {expected}; {'; '.join(wrong)}")
    return Brought(row, None)


def _warning(expected: str) -> str:
    if not expected:
        return "taken by its name: no SHA-256 is published; this one is recorded and expected from now on"
    if len(expected) < 64:
        return f"only the beginning {expected} of its SHA-256 is published; the whole is recorded from now on"
    return ""


def _files(folder: Path) -> Iterator[Path]:
    """Regular files below a folder, sorted; links to files count, links to folders are not followed."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        yield from (path for name in sorted(names) if (path := Path(place, name)).is_file())


def _may_be(path: Path, row: Entry) -> bool:
    """Whether a file under another name is worth reading: its size is right, or near a rough one."""
    try:
        size = path.stat().st_size
    except OSError:
        return False
    if row.size is not None:
        return size == row.size
    return abs(size / 1e6 - row.about_mb) <= _NEAR * row.about_mb


def _digest(path: Path) -> str:
    try:
        return store.digest_of_file(path)
    except OSError:
        return ""


def _copy(path: Path, row: Entry, expected: str) -> str:
    """Copy into the store under the published name; the bytes that arrive are what is checked."""
    target = store.folder() / row.file
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.copy")
    try:
        digest = hashlib.sha256()
        with path.open("rb") as source, temporary.open("wb") as stream:
            while data := source.read(CHUNK):
                stream.write(data)
                digest.update(data)
            stream.flush()
            os.fsync(stream.fileno())
        _check(path, digest.hexdigest(), expected)
        store.record(row, expected)
        temporary.replace(target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    return expected


def _check(path: Path, arrived: str, expected: str) -> None:
    if arrived != expected:
        raise OSError(f"{path} changed while it was copied")

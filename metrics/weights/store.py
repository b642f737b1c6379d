"""The folder of weights on this machine: what is there, and whether it is what it should be."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from metrics.weights.table import Entry

FOLDER_VARIABLE, OFFLINE_VARIABLE = "STEADYBENCH_WEIGHTS", "STEADYBENCH_OFFLINE"
DIGESTS = "digests.json"
"""File in the folder: the SHA-256 found on import of what the table knows no whole digest of."""

Condition = Literal["good", "missing", "wrong", "unknown"]
"""``unknown``: there, but neither the table nor the folder says which digest it should have."""

_digests: dict[tuple[str, int, int, int], str] = {}


@dataclass(frozen=True, slots=True)
class Found:
    """What the store has of one entry."""

    entry: Entry
    condition: Condition
    path: Path
    """Where the file is; where it would be, if missing."""
    sha256: str = ""
    """Of the file; empty if missing."""
    fault: str = ""
    """What is wrong, in words; empty if good."""


def is_offline() -> bool:
    """Whether ``STEADYBENCH_OFFLINE=1`` forbids the network."""
    return os.environ.get(OFFLINE_VARIABLE) == "1"


def folder() -> Path:
    """``$STEADYBENCH_WEIGHTS``, else ``~/.cache/steadybench/weights``; it need not exist."""
    own = os.environ.get(FOLDER_VARIABLE)
    return Path(own).expanduser() if own else Path.home() / ".cache" / "steadybench" / "weights"


def torch_cache() -> Path:
    """Where torch hub keeps downloaded files, which are read but never written here."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("TORCH_HOME") or Path(cache) / "torch") / "hub" / "checkpoints"


def place(entry: Entry) -> Path | None:
    """Where an entry's file lies, in the folder or else in torch hub's cache, unchecked; None if nowhere."""
    places = (folder() / entry.file, torch_cache() / entry.file)
    return next((path for path in places if path.is_file()), None)


def find(entry: Entry) -> Found:
    """Look for an entry's file in the folder, then in torch hub's cache, and check its digest.

    The digest of a file is computed once per process, and again when size, time or inode change.
    """
    path = place(entry)
    if path is None:
        target = folder() / entry.file
        return Found(entry, "missing", target, fault=f"{entry.file} is not in the weights folder")
    try:
        digest = digest_of_file(path)
    except OSError as error:
        told = f"{entry.file} cannot be read ({error.strerror or error})"
        return Found(entry, "wrong", path, fault=told)
    expected = expected_digest(entry)
    if not expected:
        told = f"{entry.file} is there, but no SHA-256 is published and none was recorded by an import"
        return Found(entry, "unknown", path, digest, told)
    if not digest.startswith(expected):
        told = f"{entry.file} is not the right file: expected SHA-256 {expected}, got {digest}"
        return Found(entry, "wrong", path, digest, told)
    return Found(entry, "good", path, digest)


def expected_digest(entry: Entry) -> str:
    """What a file of this entry must begin its SHA-256 with: published or recorded; empty if neither."""
    return entry.sha256 or recorded().get(entry.file) or entry.published


def recorded() -> dict[str, str]:
    """Digests that imports and downloads have recorded in the folder, by file name.

    A record that is damaged counts as empty: whatever it said can be recorded again by an import.
    """
    try:
        told = json.loads((folder() / DIGESTS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(told, dict):
        return {}
    return {str(name): value for name, value in told.items() if _is_digest(value)}


def record(entry: Entry, sha256: str) -> None:
    """Remember the digest of an entry whose whole digest is not public, if none is remembered yet.

    Raises:
        OSError: the folder cannot be written.
    """
    known = recorded()
    if entry.sha256 or entry.file in known:
        return
    text = json.dumps(known | {entry.file: sha256}, indent=1, sort_keys=True) + "\n"
    temporary = folder() / f".{DIGESTS}.{os.getpid()}"
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(folder() / DIGESTS)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def digest_of_file(path: Path) -> str:
    """SHA-256 of a file, 64 hexadecimal digits; computed once per process while the file stays the same.

    Raises:
        OSError: it cannot be read.
    """
    facts = path.stat()
    key = (str(path), facts.st_size, facts.st_mtime_ns, facts.st_ino)
    if key not in _digests:
        with path.open("rb") as stream:
            _digests[key] = hashlib.file_digest(stream, "sha256").hexdigest()
    return _digests[key]


def forget() -> None:
    """Compute all digests again when they are asked for next."""
    _digests.clear()


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and len(value) == 64 and all(digit in "0123456789abcdef" for digit in value)

"""SHA-256 of large files, remembered: reading a checkpoint takes a minute, and every worker asks."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from pathlib import Path


def folder() -> Path:
    """Where digests are remembered, ``$XDG_CACHE_HOME/steadybench/digests``; it need not exist."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "steadybench" / "digests"


def sha256(path: Path) -> str:
    """Digest of a file, 64 hex digits; read anew when size, time or inode have changed.

    Raises:
        OSError: the file cannot be read. A folder that takes no note is no fault.
    """
    path = path.resolve()
    facts = path.stat()
    state = [facts.st_size, facts.st_mtime_ns, facts.st_ino, facts.st_dev]
    note = folder() / f"{hashlib.sha256(os.fsencode(path)).hexdigest()}.json"
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        known = json.loads(note.read_bytes())
        if known["state"] == state:
            return str(known["sha256"])
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    with contextlib.suppress(OSError):
        _remember(note, {"path": str(path), "state": state, "sha256": found})
    return found


def _remember(note: Path, body: dict[str, object]) -> None:
    """Write whole or not at all: other workers read at the same time."""
    note.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=note.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(body, stream)
    Path(name).replace(note)


def together(digests: list[str]) -> str:
    """One digest for several files in their order; a single file keeps its own."""
    if len(digests) == 1:
        return digests[0]
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()

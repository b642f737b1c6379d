"""``unblinded.json``: who learnt what tokens stand for, and when."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from steadybench import atomic
from steadybench.errors import InputError
from steadybench.study import codec, planfile
from steadybench.study import key as keys
from steadybench.study.locking import commit, lockfile

FILE = "unblinded.json"
SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One unblinding."""

    by: str
    at: str
    """UTC, ISO 8601 with seconds and ``Z``."""
    reason: str
    lock: str
    """SHA-256 of ``lock.json`` at that time."""
    plan: str
    """SHA-256 of ``plan.json``."""


def load(folder: Path) -> tuple[Entry, ...]:
    """Read who was told; empty as long as the study is blind.

    Raises:
        InputError: the file is damaged.
    """
    path = folder / FILE
    try:
        found = codec.parse(_History, json.loads(path.read_bytes()))
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is damaged: {error}. It is the record of who unblinded the study; bring it "
                         "back.") from None
    if found.schema != SCHEMA:
        raise InputError(f"{path} is of another version: expected schema {SCHEMA}, got {found.schema}.")
    return found.entries


@dataclass(frozen=True, slots=True)
class _History:
    """The file."""

    schema: int
    entries: tuple[Entry, ...]


def record(folder: Path, by: str, reason: str, key: Path | None, now: datetime) -> Entry:
    """Write down that somebody is told the names; analyses show them from then on.

    Args:
        folder: of the study.
        by: who.
        reason: why; may be empty.
        key: its key file; None for the one in the folder.
        now: UTC.

    Raises:
        InputError: the study has no lock, or plan or key are not those that were locked.
        StorageError: the record cannot be written.
    """
    lock = lockfile.load(folder)
    plan = planfile.load(folder)
    own = key or folder / keys.FILE
    keys.load(own)
    if wrong := tuple(commit.faults(lock, plan, own)):
        raise InputError(" ".join(wrong))
    entry = Entry(by, commit.told(now.astimezone(UTC)), reason, lockfile.digest(lock), planfile.digest(plan))
    with atomic.locked(folder):
        entries = (*load(folder), entry)
        atomic.write_text(folder / FILE, codec.dumps(_History(SCHEMA, entries)))
    return entry

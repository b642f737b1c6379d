"""``lock.json``: the lock on disk. Its body carries its own digest; the file's digest is what to deposit."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime
from pathlib import Path

from steadybench import atomic
from steadybench.errors import InputError
from steadybench.study import codec
from steadybench.study.locking.model import SCHEMA, Lock

FILE = "lock.json"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def text(lock: Lock) -> str:
    """Write a lock: the same lock gives the same bytes."""
    return codec.dumps({"schema": SCHEMA, "digest": _body_digest(lock), "lock": lock})


def digest(lock: Lock) -> str:
    """SHA-256 of the file, 64 hex digits: ``sha256sum lock.json`` says the same."""
    return hashlib.sha256(text(lock).encode()).hexdigest()


def _body_digest(lock: Lock) -> str:
    return hashlib.sha256(codec.dumps({"schema": SCHEMA, "lock": lock}).encode()).hexdigest()


def save(lock: Lock, folder: Path) -> Path:
    """Write ``lock.json``; a lock that is there is never replaced.

    Raises:
        InputError: there is one already.
        StorageError: the file cannot be written.
    """
    path = folder / FILE
    if path.exists() or path.is_symlink():
        raise InputError(f"{path} is there already, and a lock is made once. To see whether all still fits "
                         "it, run 'study lock STUDY --check'. Another study needs another plan.")
    atomic.write_text(path, text(lock))
    return path


def load(folder: Path, deposited: str = "") -> Lock:
    """Read the lock of a study.

    Args:
        folder: of the study.
        deposited: digest that was deposited when the lock was made; empty where it is not at hand.

    Raises:
        InputError: there is no lock, or it is not what was written: damaged, of another version, edited, or
            another one than was deposited.
    """
    path = folder / FILE
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"The study has no lock: {path} cannot be read ({error.strerror}). Make one with "
                         "'study lock' before the first answer.") from None
    found = hashlib.sha256(data).hexdigest()
    if deposited and deposited.lower() != found:
        raise InputError(f"{path} is not the lock that was deposited: expected SHA-256 {deposited.lower()}, "
                         f"got {found}. It was edited or replaced after the fact; bring the deposited file "
                         "back.")
    return _parsed(data, path)


def _check_times(lock: Lock) -> None:
    day = lock.terms.stop.until
    if not _TIME.fullmatch(lock.locked_at) or not (day == "" or _DAY.fullmatch(day)):
        raise ValueError("expected times like 2026-03-01T08:00:00Z and 2026-03-01, got "
                         f"{lock.locked_at!r:.40} and {day!r:.40}")
    for time in filter(None, (lock.locked_at, day)):
        datetime.fromisoformat(time)


def _parsed(data: bytes, path: Path) -> Lock:
    try:
        body = json.loads(data)
    except ValueError as error:
        raise InputError(f"{path} is damaged: {error}") from None
    if not isinstance(body, dict) or body.get("schema") != SCHEMA:
        raise InputError(f"{path} is no lock of this version: expected schema {SCHEMA}.")
    try:
        lock = codec.parse(Lock, body.get("lock"))
    except ValueError as error:
        raise InputError(f"{path} is damaged or was edited: {error}") from None
    try:
        _check_times(lock)
    except ValueError as error:
        raise InputError(f"{path} is damaged: {error}") from None
    if body.get("digest") != _body_digest(lock) or text(lock).encode() != data:
        raise InputError(
            f"{path} was edited after the fact: its contents give the digest {_body_digest(lock)}, but it "
            f"was made with {body.get('digest')!s:.64}. Bring back the file whose digest was deposited.")
    return lock

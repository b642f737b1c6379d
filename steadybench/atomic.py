"""Files appear whole or not at all."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from steadybench.errors import InputError, cannot_write

TEMPORARY = ".partial"
"""Suffix of a file that is still being written; such files are never read and may be deleted at any time."""


def write_bytes(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write ``path`` through a temporary file in the same folder, so that a reader never sees half of it.

    Args:
        path: the file; its folder is made where it does not exist.
        data: all that it will hold.
        private: whether only its owner may read it, at no moment anybody else.

    Raises:
        StorageError: the folder or the file cannot be written; no temporary file is left behind.
    """
    temporary = path.with_name(f".{path.name}{TEMPORARY}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            if private:
                temporary.unlink(missing_ok=True)
            with open(temporary, "wb", opener=_for_owner if private else None) as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise cannot_write(path, error) from error


def write_text(path: Path, text: str, *, private: bool = False) -> None:
    """Write UTF-8 text like :func:`write_bytes`."""
    write_bytes(path, text.encode(), private=private)


def _for_owner(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_EXCL, 0o600)


def sweep(folder: Path) -> None:
    """Delete what killed processes left half written below ``folder``; call only under :func:`locked`."""
    for leftover in sorted(folder.rglob(f".*{TEMPORARY}")):
        with suppress(OSError):
            leftover.unlink()


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Hold ``out`` for this process alone; the lock dies with the process, however it ends.

    Raises:
        InputError: another process is working in the folder, or ``out`` is not a folder.
        StorageError: the folder cannot be made or written.
    """
    strange = f"--out {out} is not a folder. Name a folder, new or from an earlier run."
    busy = f"Another steadybench is working in {out}. Wait until it is done or choose another --out."
    with hold(out / ".lock", strange, busy):
        yield


@contextmanager
def hold(lock: Path, strange: str, busy: str) -> Iterator[None]:
    """Hold a lock file for this process alone, in a folder that is made where it does not exist.

    Args:
        lock: the file; it stays, the hold on it dies with the process.
        strange: what to say where its folder is no folder.
        busy: what to say where another process holds it.

    Raises:
        InputError: one of the two.
        StorageError: the folder cannot be made or written.
    """
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        stream = lock.open("wb")
    except (FileExistsError, NotADirectoryError):
        raise InputError(strange) from None
    except OSError as error:
        raise cannot_write(lock.parent, error) from error
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InputError(busy) from None
        yield

"""A file that only grows: what was appended is on disk before the call comes back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from steadybench import atomic


class Journal:
    """Lines in a file. Callers see to it that one thread at a time is in a method."""

    def __init__(self, path: Path) -> None:
        """Take up the file, which need not exist, and cut off a last line that was never finished.

        Such a line is left by a process that was killed while it wrote; nobody was told that it is kept.

        Raises:
            OSError: the file can be neither read nor cut.
        """
        self.path = path
        self.cut = 0
        """Bytes that were cut off."""
        raw = path.read_bytes() if path.exists() else b""
        self._size = raw.rfind(b"\n") + 1
        self._lines = raw[: self._size].split(b"\n")[:-1]
        if len(raw) > self._size:
            self.cut = len(raw) - self._size
            with _opened(path) as fd:
                os.ftruncate(fd, self._size)
                os.fsync(fd)

    @property
    def lines(self) -> list[bytes]:
        """All lines, without their ends."""
        return list(self._lines)

    def append(self, lines: bytes) -> None:
        """Write whole lines at the end and wait until the disk has them.

        Raises:
            OSError: they could not be written; nothing of them stays.
        """
        new = not self.path.exists()
        with _opened(self.path) as fd:
            if os.fstat(fd).st_size < self._size:
                raise OSError(0, "another program has shortened the file", str(self.path))
            try:
                os.ftruncate(fd, self._size)
                _write(fd, lines, self._size)
                os.fsync(fd)
                if new:
                    _settle(self.path.parent)
            except BaseException:
                with suppress(OSError):
                    os.ftruncate(fd, self._size)
                raise
        self._size += len(lines)
        self._lines += lines.split(b"\n")[:-1]

    def replace(self, lines: list[bytes]) -> None:
        """Put other lines in place of all; the file holds either the old or the new ones at any moment.

        Raises:
            StorageError: they could not be written; the old ones stay.
            OSError: the folder could not be brought to the disk.
        """
        data = b"".join(line + b"\n" for line in lines)
        atomic.write_bytes(self.path, data)
        self._size, self._lines = len(data), list(lines)
        _settle(self.path.parent)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        yield fd
    finally:
        os.close(fd)


def _write(fd: int, data: bytes, at: int) -> None:
    done = 0
    while done < len(data):
        done += os.pwrite(fd, data[done:], at + done)


def _settle(folder: Path) -> None:
    """Bring a folder's list of names to the disk."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)

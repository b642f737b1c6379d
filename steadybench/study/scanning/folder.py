"""Every entry of a folder as it lies on the disk, with all that is visible without opening it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Entry:
    """One file, folder or link."""

    path: str
    """Relative to the folder, with slashes."""
    is_folder: bool
    link: str
    """Where a symbolic link leads; empty for what is none."""
    is_special: bool
    """A pipe, socket or device: nothing to read."""
    size: int
    mtime_ns: int
    mode: int
    """Permission bits."""
    owner: tuple[int, int]
    attributes: tuple[str, ...]
    """Names of extended attributes that applications and users set."""

    @property
    def readable(self) -> bool:
        """Whether it is a plain file."""
        return not (self.is_folder or self.link or self.is_special)


def entries(root: Path) -> tuple[Entry, ...]:
    """Everything below ``root``, sorted by path; links are not followed."""
    return tuple(sorted(_walk(root, root), key=lambda entry: entry.path))


def _walk(root: Path, folder: Path) -> Iterator[Entry]:
    for item in os.scandir(folder):
        entry = _entry(root, Path(item.path))
        yield entry
        if entry.is_folder:
            yield from _walk(root, Path(item.path))


def _entry(root: Path, path: Path) -> Entry:
    seen = path.lstat()
    is_link = stat.S_ISLNK(seen.st_mode)
    return Entry(
        path=path.relative_to(root).as_posix(),
        is_folder=stat.S_ISDIR(seen.st_mode),
        link=str(path.readlink()) if is_link else "",
        is_special=not (is_link or stat.S_ISDIR(seen.st_mode) or stat.S_ISREG(seen.st_mode)),
        size=seen.st_size,
        mtime_ns=seen.st_mtime_ns,
        mode=stat.S_IMODE(seen.st_mode),
        owner=(seen.st_uid, seen.st_gid),
        attributes=() if is_link else _attributes(path),
    )


def _attributes(path: Path) -> tuple[str, ...]:
    """Downloaders and editors note where a file came from there; archives carry them along."""
    if not hasattr(os, "listxattr"):
        return ()
    try:
        found = os.listxattr(path, follow_symlinks=False)
    except OSError:
        return ()
    return tuple(sorted(name for name in found if name.startswith(("user.", "com."))))

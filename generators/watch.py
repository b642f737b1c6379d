"""See where code writes: a folder of its own to live in, and an ear for writes elsewhere.

Writes that Python itself makes are heard wherever they go; those of a library in C are seen only where they
land in the working, home or temporary folder.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = {"os.mkdir": 0, "os.rename": 1, "os.link": 1, "os.symlink": 1, "os.truncate": 0, "os.remove": 0}
"""Audit events of the interpreter that change the disk, and which of their arguments is the path."""
_NO_FILES = ("/dev/", "/proc/")

_listeners: list[set[str]] = []


@contextlib.contextmanager
def living_in(folder: Path) -> Iterator[None]:
    """Make a folder the working, home and temporary folder for a while, so that stray files land there."""
    names = ("HOME", "TMPDIR", "XDG_CACHE_HOME")
    saved = {name: os.environ.get(name) for name in names}
    saved_tempdir = tempfile.tempdir
    with contextlib.chdir(folder):
        try:
            os.environ.update(dict.fromkeys(names, str(folder)))
            tempfile.tempdir = str(folder)
            yield
        finally:
            tempfile.tempdir = saved_tempdir
            for name, value in saved.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


@contextlib.contextmanager
def hearing_writes(inside: Path) -> Iterator[set[str]]:
    """Collect the paths outside a folder that Python code of this process opens for writing or changes."""
    _listen()
    heard: set[str] = set()
    home = os.path.realpath(inside) + os.sep
    _listeners.append(heard)
    try:
        yield heard
    finally:
        _listeners.remove(heard)
        heard -= {path for path in heard if (path + os.sep).startswith(home)}


@cache
def _listen() -> None:
    """Install the hook; the interpreter has no way to remove one, so it is idle while nobody listens."""
    sys.addaudithook(_hook)


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if not _listeners:
        return
    place = _CHANGES.get(event, 0 if event == "open" and _writes(arguments) else None)
    path = arguments[place] if place is not None else None
    if not isinstance(path, str | bytes | os.PathLike):
        return
    absolute = os.path.realpath(os.fsdecode(path))
    there_already = event == "os.mkdir" and os.path.isdir(absolute)  # noqa: PTH112
    if not (there_already or absolute.startswith(_NO_FILES) or "__pycache__" in absolute):
        for heard in _listeners:
            heard.add(absolute)


def _writes(arguments: tuple[object, ...]) -> bool:
    flags = arguments[2] if len(arguments) > 2 else 0
    return isinstance(flags, int) and bool(flags & _WRITING)

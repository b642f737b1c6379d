"""Find clips in files and folders."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from steadybench.entries import printable
from steadybench.errors import InputError

NO_VIDEO = frozenset(
    {
        ".md",
        ".rst",
        ".txt",
        ".csv",
        ".tsv",
        ".json",
        ".jsonl",
        ".yaml",
        ".yml",
        ".toml",
        ".xml",
        ".log",
        ".pdf",
        ".html",
        ".htm",
        ".css",
        ".js",
        ".py",
        ".ipynb",
        ".sh",
        ".png",
        ".jpg",
        ".jpeg",
        ".bmp",
        ".tif",
        ".tiff",
        ".webp",
        ".npy",
        ".npz",
        ".parquet",
        ".wav",
        ".mp3",
        ".zip",
        ".gz",
        ".tar",
        ".sha256",
    }
)
"""Suffixes that a folder scan leaves out; a file named on the command line is always tried."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file that may be a clip."""

    path: Path
    """Absolute path."""
    root: Path
    """The folder it was found under."""
    problem: str = ""
    """Why it is refused unread, empty where it may be read."""

    @property
    def relative(self) -> str:
        """Path below the given folder, with forward slashes."""
        return self.path.relative_to(self.root).as_posix()


@dataclass(slots=True)
class Scan:
    """Everything that a scan came across."""

    found: list[Found] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    """Files that are clearly no video, and folders behind symbolic links."""


def scan(paths: Sequence[Path], exclude: Path) -> Scan:
    """List clips in the order of ``paths``, sorted within each folder; the same file is listed once.

    Args:
        paths: files and folders, as given.
        exclude: the output folder, which may lie inside a scanned folder and is never scanned.

    Raises:
        InputError: a given path does not exist or cannot be read.
    """
    result = Scan()
    seen: set[Path] = set()
    for path in paths:
        for found in _under(path, exclude.resolve(), result.skipped):
            if found.path not in seen:
                seen.add(found.path)
                result.found.append(found)
    return result


def _under(path: Path, exclude: Path, skipped: list[str]) -> Iterator[Found]:
    try:
        resolved = path.resolve(strict=True)
        if resolved.is_dir():
            os.scandir(resolved).close()
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"Cannot read {str(path)!r}: {reason}. Name an existing file or folder.") from None
    if resolved.is_dir():
        yield from _walk(resolved, exclude, skipped)
    else:
        problem = "" if resolved.is_file() else "this is no regular file; name a video file"
        yield Found(resolved, resolved.parent, problem)


def _walk(root: Path, exclude: Path, skipped: list[str]) -> Iterator[Found]:
    unreadable: list[OSError] = []
    for folder, names, files in os.walk(root, onerror=unreadable.append):
        here = Path(folder)
        links = [name for name in names if (here / name).is_symlink()]
        skipped += [f"{(here / name).relative_to(root).as_posix()} (a link)" for name in sorted(links)]
        names[:] = sorted(
            name for name in names if name not in links and not _hidden(name) and here / name != exclude
        )
        for name in sorted(files):
            if _hidden(name):
                continue
            if Path(name).suffix.lower() in NO_VIDEO:
                skipped.append((here / name).relative_to(root).as_posix())
            else:
                yield Found(here / name, root, _refusal(here / name, root))
    for error in unreadable:
        reason = f"this folder cannot be read ({error.strerror}); allow reading or leave it out"
        yield Found(Path(os.fsdecode(error.filename)), root, reason)


def _hidden(name: str) -> bool:
    return name.startswith(".")


def _refusal(path: Path, root: Path) -> str:
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return "this link leads nowhere; remove it or restore its target"
    if not target.is_relative_to(root):
        return f"this link leaves the folder {printable(root.name)}; copy the file into the folder instead"
    return "" if target.is_file() else "this is no regular file; remove it from the folder"


def clip_names(found: Sequence[Found]) -> list[str]:
    """Name clips for people: the stem; where stems clash the path below the folder, then longer paths."""
    ladder: tuple[Callable[[Found], str], ...] = (
        lambda item: Path(item.relative).stem,
        lambda item: item.relative,
        lambda item: f"{item.root.name}/{item.relative}",
        lambda item: item.path.as_posix(),
    )
    names: dict[int, str] = {}
    for rung in ladder:
        open_ones = {index: rung(item) for index, item in enumerate(found) if index not in names}
        count = Counter(open_ones.values())
        names |= {index: printable(name) for index, name in open_ones.items() if count[name] == 1}
    return [names[index] for index in range(len(found))]

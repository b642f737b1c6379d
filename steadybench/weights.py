"""Look after weights, of panels' networks and of the methods: what is there, bring the rest, check it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from metrics.errors import WeightsMissingError
from metrics.weights import bring, store, table
from metrics.weights.fetch import fetch
from steadybench import checkpoints
from steadybench.errors import INCOMPLETE, NOTHING, OK, InputError
from steadybench.progress import Progress, Say

_STEP = 0.1
"""Share of a file after which a log gets another line."""


def show(say: Say) -> int:
    """List all weights and checkpoints, and whether they are here, unchecked. Returns the exit code."""
    say(f"Folder: {store.folder()}")
    for row in table.entries().values():
        state = "here" if store.place(row) else "missing"
        say(f"\n{row.name:<20} {state:<8} {row.told_size:>7}  {row.licence:<28} {row.file}")
        say(f"  {row.title}")
        say(f"  {row.told_digest}")
        say(f"  needed by: {', '.join(row.needed_by)}")
        for source in row.sources:
            say(f"  {source}")
    checkpoints.show(say)
    return OK


def get(names: Sequence[str], progress: Progress) -> int:
    """Download weights and checkpoints by name, or all weights that are missing, but no checkpoint.

    Faults are told together at the end.

    Returns:
        The exit code.

    Raises:
        InputError: a name stands for nothing.
    """
    rows, theirs = _sorted(names)
    failed = []
    for row in rows:
        meter = _Meter(row.file, progress)
        try:
            if store.find(row).condition == "good":
                progress(f"{row.name}: here already")
                continue
            progress(f"{row.name}: {row.told_size}, licence {row.licence}")
            path = fetch(row, meter)
            meter.close()
            progress(f"{row.name}: {path}, SHA-256 {store.digest_of_file(path)}")
        except WeightsMissingError as fault:
            meter.close()
            failed.append(str(fault))
    for told in failed:
        progress(f"Failed: {told}")
    code = checkpoints.get(theirs, progress) if theirs else OK
    return INCOMPLETE if failed else code


def verify(say: Say) -> int:
    """Read every file that is here and compare its digest. Returns the exit code: 3 if one is not right."""
    store.forget()
    bad = False
    for row in table.entries().values():
        found = store.find(row)
        if found.condition == "good":
            say(f"{row.name:<20} good     {found.sha256}")
        elif found.condition == "missing":
            say(f"{row.name:<20} missing")
        else:
            bad = True
            say(f"{row.name:<20} {found.condition:<8} {found.path}: {found.fault}")
    code = checkpoints.verify(say)
    return INCOMPLETE if bad else code


def take(folder: Path, say: Say) -> int:
    """Copy what is right in a folder into the weights folder. Returns the exit code.

    Raises:
        InputError: the folder cannot be read, or the weights folder cannot be written.
    """
    try:
        brought = bring.bring(folder, table.entries().values())
    except OSError as error:
        told = error.strerror or error
        raise InputError(f"{error.filename or folder}: {told}; nothing more was imported") from error
    for item in brought:
        if item.had:
            say(f"{item.entry.name:<20} here already")
        elif item.path:
            say(f"{item.entry.name:<20} imported {item.path}, SHA-256 {item.sha256}")
            if item.told:
                say(f"  Warning: {item.told}")
        elif item.told:
            say(f"{item.entry.name:<20} refused  {item.told}")
        else:
            say(f"{item.entry.name:<20} not found")
    if any(item.told and item.path is None for item in brought):
        return INCOMPLETE
    return OK if any(item.path for item in brought) else NOTHING


def _sorted(names: Sequence[str]) -> tuple[Iterable[table.Entry], list[str]]:
    """Entries of the table and names of checkpoints; without names all entries and no checkpoint."""
    rows = table.entries()
    if not names:
        return rows.values(), []
    known = (*rows, *checkpoints.names())
    if unknown := [name for name in names if name not in known]:
        raise InputError(f"No weights are called {', '.join(unknown)}; there are: {', '.join(known)}.")
    wanted = dict.fromkeys(names)
    return [rows[name] for name in wanted if name in rows], [name for name in wanted if name not in rows]


class _Meter:
    """How far a download is: a line that is refreshed on a terminal, a line now and then in a log."""

    def __init__(self, file: str, progress: Progress) -> None:
        self._file, self._progress = file, progress
        self._said = 0.0
        self._first: tuple[float, int] | None = None
        """When bytes first came, and how many were there by then."""

    def __call__(self, so_far: int, whole: int) -> None:
        now = self._progress.clock()
        self._first = self._first or (now, so_far)
        told = f"{self._file}: {so_far / 1e6:.1f} of {whole / 1e6:.1f} MB" if whole else (
            f"{self._file}: {so_far / 1e6:.1f} MB"
        )  # fmt: skip
        began, had = self._first
        if now - began >= 1:
            told += f", {(so_far - had) / 1e6 / (now - began):.1f} MB/s"
        if self._progress.terminal is not None:
            self._progress.draw(told)
        elif whole and so_far / whole >= self._said + _STEP:
            self._said = so_far / whole
            self._progress(told)

    def close(self) -> None:
        """Remove the line."""
        self._progress.draw("")

"""Tables and figures for papers, beside a report."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from steadybench.errors import InputError, cannot_write
from steadybench.progress import Progress

if TYPE_CHECKING:
    from reports.model import ReportInput
    from reports.standings import Standings

FORMATS = ("csv", "parquet", "latex", "markdown", "json")
FOLDER = "exports"
FIGURES = "figures"
STANDARD_OUTPUT = "-"


@dataclass(frozen=True, slots=True)
class Exports:
    """What is wanted beside the pages."""

    formats: tuple[str, ...] = ()
    """Of ``FORMATS``."""
    to: str = ""
    """Where the leaderboard alone goes, in the one format: a file, or ``-`` for standard output."""
    figures: str | None = None
    """Folder for figures, empty for the usual one. None for no figures."""


NOTHING = Exports()


def check(exports: Exports) -> None:
    """See that all that is wanted can be made, before anything is.

    Raises:
        InputError: says what is missing or does not go together.
    """
    if exports.to and len(exports.formats) != 1:
        raise InputError("--to takes the leaderboard in one format: name one with --format.")
    if exports.figures is not None and find_spec("matplotlib") is None:
        raise InputError("Figures need matplotlib, which is missing: pip install 'steadybench[figures]'")


def write(data: ReportInput, standings: Standings, out: Path, exports: Exports, say: Progress) -> None:
    """Write what is wanted; formats that lie in ``out/exports`` from before are written anew too.

    Raises:
        StorageError: a file cannot be written.
    """
    folder = out / FOLDER
    try:
        if exports.to:
            _leaderboard(data, standings, exports)
        kinds = _present(folder) if exports.to else dict.fromkeys((*exports.formats, *_present(folder)))
        if kinds:
            from reports.exports import write as tables

            tables.write(data, standings, folder, kinds)
            say(f"Tables as {', '.join(kinds)}: {folder}")
        if exports.figures is not None:
            from reports.figures import write as figures

            where = Path(exports.figures) if exports.figures else folder / FIGURES
            figures.write(data, standings, where)
            say(f"Figures: {where}")
    except OSError as error:
        raise cannot_write(error.filename or folder, error) from error


def _present(folder: Path) -> dict[str, None]:
    """Find the formats of an earlier call, so that no file there is older than the others."""
    from reports.exports.write import SUFFIXES

    return {kind: None for kind in FORMATS if (folder / f"leaderboard.{SUFFIXES[kind]}").is_file()}


def _leaderboard(data: ReportInput, standings: Standings, exports: Exports) -> None:
    from reports.exports.sheet import sheet
    from reports.exports.write import files
    from reports.files import write_atomic

    content = next(iter(files(sheet(data, standings), exports.formats[0]).values()))
    target = Path(exports.to)
    if exports.to == STANDARD_OUTPUT:
        _print(content)
    elif target.exists() and not target.is_file():  # a device or a pipe, which nothing may replace
        target.write_bytes(content)
    else:
        write_atomic(target.resolve(), content)


def _print(content: bytes) -> None:
    """Write to standard output; a reader that has seen enough and went away is no fault."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

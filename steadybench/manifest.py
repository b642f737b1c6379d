"""The manifest: a CSV that says which method and prompt stand behind each clip. Names are never parsed."""

from __future__ import annotations

import csv
import difflib
import io
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from steadybench.errors import InputError

COLUMNS = (
    "path",
    "method",
    "backbone",
    "configuration",
    "weights_digest",
    "revision",
    "prompt_id",
    "prompt",
    "seed",
    "horizon_s",
    "fixed_camera",
    "mask",
)
"""Known columns; only ``path`` is required."""

MAX_CELL = 10_000_000
"""Characters that one cell may hold."""

_BOOLEANS = {"": None, "yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SHOWN = 80
_WRONG_SEPARATORS = (";", "\t", "|")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """What the manifest says about one clip; text is kept byte for byte."""

    path: Path
    """Resolved, inside the manifest's or a scored folder."""
    method: str = ""
    backbone: str = ""
    configuration: str = ""
    prompt_id: str = ""
    prompt: str = ""
    seed: int | None = None
    horizon_s: float | None = None
    fixed_camera: bool | None = None
    mask: Path | None = None
    weights_digest: str = ""
    """SHA-256 in lower case."""
    revision: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a manifest."""

    row: int
    """As a spreadsheet counts: the header is row 1. 0 stands for the whole file."""
    column: str
    message: str

    def __str__(self) -> str:
        place = f"row {self.row}, " if self.row else ""
        return f"{place}column {self.column!r}: {self.message}" if self.column else f"{place}{self.message}"


class ManifestError(InputError):
    """All faults of a manifest, reported at once."""

    def __init__(self, manifest: Path, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        lines = "\n".join(f"  {fault}" for fault in self.faults)
        count = "one fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        super().__init__(f"The manifest {manifest} has {count}:\n{lines}")


def read(manifest: Path, folders: Sequence[Path]) -> tuple[Row, ...]:
    """Read a manifest.

    Args:
        manifest: CSV, UTF-8 with or without byte order mark, separated by commas, with a header.
        folders: scored folders; beside the manifest's own folder, the only places that paths may lead to.

    Returns:
        One row a clip, in the order of the file.

    Raises:
        ManifestError: with every fault found, by row and column.
    """
    header, *body = _cells(manifest) or [[]]
    faults = _header_faults(header)
    if faults:
        raise ManifestError(manifest, faults)
    reader = _RowReader(manifest.resolve().parent, tuple(folder.resolve() for folder in folders), faults)
    rows = [reader.read(number, header, cells) for number, cells in enumerate(body, start=2) if any(cells)]
    faults += _repeats(rows)
    if faults:
        raise ManifestError(manifest, sorted(faults, key=lambda fault: fault.row))
    return tuple(row for _, row in rows)


def _cells(manifest: Path) -> list[list[str]]:
    try:
        text = manifest.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(
            f"Cannot read the manifest {manifest}: {error.strerror}. Name an existing CSV."
        ) from None
    except UnicodeDecodeError as error:
        advice = f"byte {error.start} is not UTF-8; save the file as CSV in UTF-8"
        raise ManifestError(manifest, [Fault(0, "", advice)]) from None
    limit = csv.field_size_limit(MAX_CELL)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise ManifestError(
            manifest, [Fault(0, "", f"not a CSV: {error}; quote cells with double quotes")]
        ) from None
    finally:
        csv.field_size_limit(limit)


def _header_faults(header: Sequence[str]) -> list[Fault]:
    faults = []
    if len(header) == 1 and (separator := next((s for s in _WRONG_SEPARATORS if s in header[0]), "")):
        return [Fault(1, "", f"the cells are separated by {separator!r}; save the file with commas")]
    if "path" not in header:
        faults.append(
            Fault(1, "path", f"this column is required; the header has {_listed(header) or 'nothing'}")
        )
    for name in dict.fromkeys(header):
        if header.count(name) > 1:
            faults.append(Fault(1, name, "the column is there more than once"))
        if name not in COLUMNS:
            close = difflib.get_close_matches(name.strip().lower(), COLUMNS, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"known columns are {_listed(COLUMNS)}"
            faults.append(Fault(1, name, f"unknown column; {hint}"))
    return faults


def _listed(names: Sequence[str]) -> str:
    return ", ".join(_shown(name) for name in names)


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")


def _repeats(rows: Sequence[tuple[int, Row]]) -> list[Fault]:
    first: dict[Path, int] = {}
    faults = []
    for number, row in rows:
        if row.path == Path():
            continue
        if row.path in first:
            faults.append(
                Fault(number, "path", f"the same clip as in row {first[row.path]}; name each clip once")
            )
        first.setdefault(row.path, number)
    return faults


class _RowReader:
    """Turns cells into rows and collects faults on the way."""

    def __init__(self, base: Path, folders: tuple[Path, ...], faults: list[Fault]) -> None:
        self._base = base
        self._allowed = (base, *folders)
        self._faults = faults

    def read(self, number: int, header: Sequence[str], cells: Sequence[str]) -> tuple[int, Row]:
        if len(cells) != len(header):
            message = f"expected {len(header)} cells as in the header, got {len(cells)}; quote commas"
            self._faults.append(Fault(number, "", message))
            return number, Row(Path())
        cell = dict(zip(header, cells, strict=True))

        def parsed(column: str, parse: Callable[[str], T], default: T) -> T:
            try:
                return parse(cell.get(column, ""))
            except ValueError as error:
                self._faults.append(Fault(number, column, str(error)))
                return default

        text = {
            name: cell.get(name, "")
            for name in ("method", "backbone", "configuration", "revision", "prompt_id", "prompt")
        }
        return number, Row(
            path=parsed("path", self._file, Path()),
            weights_digest=parsed("weights_digest", _digest, ""),
            seed=parsed("seed", _seed, None),
            horizon_s=parsed("horizon_s", _horizon, None),
            fixed_camera=parsed("fixed_camera", _boolean, None),
            mask=parsed("mask", lambda value: self._file(value) if value else None, None),
            **text,
        )

    def _file(self, value: str) -> Path:
        if not value:
            raise ValueError("expected a path, got nothing")
        try:
            path = (self._base / value).resolve()
            exists = path.is_file()
        except (OSError, RuntimeError, ValueError) as error:
            raise ValueError(f"{_shown(value)} cannot be a path ({error})") from None
        if not any(path.is_relative_to(folder) for folder in self._allowed):
            raise ValueError(
                f"{_shown(value)} leads out of the manifest's folder and the scored folders; move it inside"
            )
        if not exists:
            raise ValueError(
                f"no file {_shown(value)}; paths are relative to the manifest's folder {self._base}"
            )
        return path


def _digest(value: str) -> str:
    text = value.strip().lower()
    if text and not _SHA256.fullmatch(text):
        raise ValueError(f"expected a SHA-256, 64 hexadecimal digits, or nothing, got {_shown(value)}")
    return text


def _seed(value: str) -> int | None:
    text = value.strip()
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or int(text) >= 2**63:
        raise ValueError(f"expected a whole number from 0 to 2^63 - 1, got {_shown(value)}")
    return int(text)


def _horizon(value: str) -> float | None:
    text = value.strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not math.isfinite(seconds) or seconds <= 0:
        raise ValueError(f"expected seconds above 0, for example 30, got {_shown(value)}")
    return seconds


def _boolean(value: str) -> bool | None:
    try:
        return _BOOLEANS[value.strip().lower()]
    except KeyError:
        raise ValueError(f"expected yes, no or nothing, got {_shown(value)}") from None

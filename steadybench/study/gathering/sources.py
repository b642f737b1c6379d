"""Files that may hold answers, and what stands in them, item by item, with the place of each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from steadybench.study.gathering import tables
from steadybench.study.gathering.model import Aside, AsideKind

RECEIVER = "receiver"
"""Folder within ANSWERS that holds what the receiver needs for itself; no answers are there."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was read and should be an answer."""

    place: str
    body: object
    file: str
    """Stem of the file's name."""


@dataclass(frozen=True, slots=True)
class Blank:
    """An empty line."""


Found = Item | Aside | Blank


def found(paths: Sequence[Path]) -> Iterator[Found]:
    """Everything in some files and folders; a file that is named twice is read once."""
    seen: set[Path] = set()
    for path in paths:
        for file in _files(path):
            if (real := file.resolve()) not in seen:
                seen.add(real)
                yield from _read(file)


def _files(path: Path) -> Iterable[Path]:
    if not path.is_dir():
        return (path,)
    below = (file.relative_to(path) for file in sorted(path.rglob("*")) if file.is_file())
    return [path / file for file in below
            if file.parts[0] != RECEIVER and not any(part.startswith(".") for part in file.parts)]


def _read(file: Path) -> Iterator[Found]:
    try:
        raw = file.read_bytes()
    except OSError as error:
        yield Aside(str(file), "unreadable", f"cannot be read: {error.strerror or error}")
        return
    match file.suffix.lower():
        case ".jsonl":
            yield from _lines(file, raw)
        case ".json":
            yield from _document(file, raw)
        case ".csv" | ".tsv" | ".tab":
            yield from _rows(file, raw)
        case suffix:
            told = f"expected .jsonl, .json, .csv or .tsv, got {suffix or 'no suffix'}"
            yield Aside(str(file), "unreadable", told)


def _lines(file: Path, raw: bytes) -> Iterator[Found]:
    lines = raw.split(b"\n")
    tail = len(lines) if lines[-1] else 0
    for number, line in enumerate(lines[:-1] if not tail else lines, 1):
        place = f"{file}:{number}"
        if not line.strip():
            yield Blank()
            continue
        try:
            yield Item(place, _json(line), file.stem)
        except ValueError as error:
            cut = number == tail
            kind: AsideKind = "truncated" if cut else "malformed"
            yield Aside(place, kind, f"{'the last line breaks off' if cut else 'no JSON'}: {error}")


def _document(file: Path, raw: bytes) -> Iterator[Found]:
    try:
        body = _json(raw)
    except ValueError as error:
        cut = isinstance(error, json.JSONDecodeError) and _breaks_off(error)
        yield Aside(str(file), "truncated" if cut else "malformed", f"no JSON: {error}")
        return
    yield from _listed(body, str(file), file.stem)


def _listed(body: object, place: str, stem: str) -> Iterator[Found]:
    """Answers of a file that the page offered for download, or of a bare list."""
    answers = body.get("answers") if isinstance(body, dict) else body
    if not isinstance(answers, list):
        told = "expected a list of answers or an object with the field 'answers', as the page saves it"
        yield Aside(place, "malformed", told)
        return
    for number, answer in enumerate(answers, 1):
        yield Item(f"{place}:{number}", answer, stem)


def _rows(file: Path, raw: bytes) -> Iterator[Found]:
    try:
        rows = tables.rows(raw)
    except ValueError as error:
        yield Aside(str(file), "unreadable", str(error))
        return
    for row in rows:
        place = f"{file}:{row.line}"
        if row.blank:
            yield Blank()
        elif row.fault:
            yield Aside(place, "malformed", row.fault)
        elif row.packed is None:
            yield Item(place, row.values, "")
        else:
            yield from _packed(row.packed, place)


def _packed(text: str, place: str) -> Iterator[Found]:
    if not text.strip():
        yield Aside(place, "malformed", "the column of answers is empty in this row")
        return
    try:
        yield from _listed(_json(text.encode(errors="replace")), place, "")
    except ValueError as error:
        yield Aside(place, "malformed", f"the column of answers holds no JSON: {error}")


def _breaks_off(error: json.JSONDecodeError) -> bool:
    return error.pos >= len(error.doc.rstrip()) - 1 or error.msg.startswith("Unterminated string")


def _json(raw: bytes) -> object:
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except RecursionError:
        raise ValueError("nested too deeply") from None

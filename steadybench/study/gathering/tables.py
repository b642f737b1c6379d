"""Tables with answers, from platforms and spreadsheets: comma or tab, by the names of their columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, get_type_hints

from steadybench.study.answers import Answer

PACKED = ("answers", "Answer.answers")
"""Columns that may hold all answers of a session as JSON: as named by hand, and as MTurk names them."""
LONGEST = 4_000_000
"""Characters of a cell."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table of answers."""

    line: int
    """Line of the file on which it ends, from 1."""
    packed: str | None = None
    """JSON with all answers of a session."""
    values: Mapping[str, object] = field(default_factory=dict)
    """Fields of one answer."""
    fault: str = ""
    blank: bool = False


def table(raw: bytes) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header of a table, and its rows with their line numbers.

    The separator is a tab where the header holds one, else a comma.

    Raises:
        ValueError: it is no text or no table.
    """
    text = raw.decode("utf-8-sig")
    head = text.split("\n", 1)[0]
    before = csv.field_size_limit(LONGEST)
    try:
        separator = "\t" if "\t" in head else ","
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        read = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise ValueError(f"no table: {error}") from None
    finally:
        csv.field_size_limit(before)
    if not read:
        raise ValueError("the table is empty: expected a header with the names of the columns")
    return [name.strip() for name in read[0][1]], read[1:]


def rows(raw: bytes) -> list[Row]:
    """Rows of a table of answers.

    Raises:
        ValueError: it is no table, or columns are missing; all of those are named.
    """
    header, body = table(raw)
    if twice := sorted({name for name in header if header.count(name) > 1}):
        raise ValueError(f"columns appear twice: {', '.join(twice)}")
    packed = next((name for name in PACKED if name in header), None)
    needed = [own.name for own in fields(Answer) if own.default is MISSING]
    missing = [name for name in needed if name not in header]
    if packed is None and missing:
        raise ValueError(
            f"expected a column {' or '.join(PACKED)}, or one column for each field of an answer; "
            f"missing: {', '.join(missing)}"
        )
    return [_row(line, header, cells, packed) for line, cells in body]


def _row(line: int, header: list[str], cells: list[str], packed: str | None) -> Row:
    if not any(cell.strip() for cell in cells):
        return Row(line, blank=True)
    if len(cells) != len(header):
        return Row(line, fault=f"expected {len(header)} columns as in the header, got {len(cells)}")
    named = dict(zip(header, cells, strict=True))
    if packed is not None:
        return Row(line, packed=named[packed])
    hints = get_type_hints(Answer)
    try:
        values = {own.name: _value(hints[own.name], own.name, named[own.name])
                  for own in fields(Answer) if named.get(own.name) or own.default is MISSING}
    except ValueError as error:
        return Row(line, fault=str(error))
    return Row(line, values=values)


def _value(kind: Any, name: str, text: str) -> object:
    """A cell as the field's type; texts and choices are checked with the answer."""
    if kind is bool:
        if text.lower() not in ("true", "false"):
            raise ValueError(f"{name}: expected true or false, got {text!r:.40}")
        return text.lower() == "true"
    if kind not in (int, float):
        return text
    try:
        return int(text) if kind is int else float(text)
    except ValueError:
        raise ValueError(f"{name}: expected a number, got {text!r:.40}") from None

"""Rows as CSV; equal rows give equal bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence


def csv_text(head: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """Write a head line and rows, commas between, a line feed at the end of each."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return stream.getvalue()


def cell(value: object) -> str:
    """Write a value: ten significant digits, ``true`` or ``false``, nothing where there is none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.10g}"
    return "" if value is None else str(value)

"""Refuses a report input that the pages could only show wrongly, naming every fault at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from reports.gather import NAMING, page_key, unread_key
from reports.model import CURVE_COLUMNS, RESULT_COLUMNS, ReportInput
from reports.text import words

if TYPE_CHECKING:
    import pandas as pd

_SHA256 = re.compile(r"[0-9a-f]{64}")
_STATUSES = frozenset({"ok", "censored", "abstained", "failed"})
_SHOWN_FAULTS = 20


def check(data: ReportInput) -> None:
    """Raise ``ValueError`` that lists what is wrong with the input and what was expected."""
    faults = [*_clip_faults(data), *_result_faults(data), *_curve_faults(data)]
    if faults:
        more = [f"... and {len(faults) - _SHOWN_FAULTS} more"] if len(faults) > _SHOWN_FAULTS else []
        raise ValueError("the report cannot be built:\n  " + "\n  ".join([*faults[:_SHOWN_FAULTS], *more]))


def _clip_faults(data: ReportInput) -> Iterator[str]:
    for entry in data.clips:
        if entry.clip_sha256 and not _SHA256.fullmatch(entry.clip_sha256):
            yield (f"clip {entry.clip!r}: clip_sha256 must be 64 lowercase hex digits or empty, "
                   f"got {entry.clip_sha256!r}")


def _result_faults(data: ReportInput) -> Iterator[str]:
    table = data.results
    yield from _missing_columns("results", table, RESULT_COLUMNS)
    if table.empty or not set(RESULT_COLUMNS) <= set(table.columns):
        return
    digests = {entry.clip_sha256 for entry in data.clips if entry.clip_sha256}
    unread = {page_key(entry) for entry in data.clips if not entry.clip_sha256}
    rows = table[["clip_sha256", "metric", "status", "value", *NAMING]]
    for digest, metric, status, value, *naming in rows.itertuples(index=False, name=None):
        where = f"results, clip {naming[0]!r}, {metric}"
        if words(digest) not in digests if words(digest) else unread_key(*naming) not in unread:
            yield f"{where}: no entry in `clips` has this clip"
        yield from _value_faults(where, status, value)


def _value_faults(where: str, status: object, value: float | None) -> Iterator[str]:
    if status not in _STATUSES:
        yield f"{where}: status must be one of {', '.join(sorted(_STATUSES))}, got {status!r}"
        return
    number = value is not None and bool(np.isfinite(value))
    if number != (status in ("ok", "censored")):
        yield f"{where}: status {status!r} does not go with value {value!r}"


def _curve_faults(data: ReportInput) -> Iterator[str]:
    yield from _missing_columns("curves", data.curves, CURVE_COLUMNS)
    if not data.curves.empty and "t_s" in data.curves and not np.isfinite(data.curves["t_s"]).all():
        yield "curves: t_s must be a finite number of seconds in every row"


def _missing_columns(name: str, table: pd.DataFrame, wanted: tuple[str, ...]) -> Iterator[str]:
    missing = [column for column in wanted if column not in table.columns]
    if missing and not table.empty:
        yield f"{name}: missing columns {', '.join(missing)}; expected {', '.join(wanted)}"

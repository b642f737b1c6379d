"""Writes the exports of a report."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from reports.checks import check
from reports.exports.data import to_csv, to_json, to_parquet
from reports.exports.human import pages
from reports.exports.latex import to_latex
from reports.exports.markdown import to_markdown
from reports.exports.sheet import Sheet, sheet
from reports.exports.tidy import tables
from reports.files import write_atomic
from reports.model import ReportInput
from reports.standings import Standings

SUFFIXES = {"csv": "csv", "parquet": "parquet", "latex": "tex", "markdown": "md", "json": "json"}
"""Formats and how their files end."""
FOLDER = "exports"


def files(found: Sheet, kind: str) -> dict[str, bytes]:
    """Write every table in one format; the leaderboard comes first.

    Raises:
        KeyError: the format is not one of ``SUFFIXES``.
    """
    suffix = SUFFIXES[kind]
    if kind in ("latex", "markdown"):
        written = to_latex if kind == "latex" else to_markdown
        return {f"{page.name}.{suffix}": written(page) for page in pages(found)}
    data = {"csv": to_csv, "parquet": to_parquet}.get(kind)
    return {f"{table.name}.{suffix}": data(table) if data else to_json(found.title, table)
            for table in tables(found)}


def write(data: ReportInput, standings: Standings, out: Path, kinds: Iterable[str]) -> tuple[Path, ...]:
    """Write the tables of a report into ``out``, in each of these formats; equal input gives equal bytes.

    Raises:
        ValueError: lists what is wrong with the input.
        OSError: a file cannot be written.
    """
    check(data)
    found = sheet(data, standings)
    written = []
    for kind in dict.fromkeys(kinds):
        for name, content in files(found, kind).items():
            write_atomic(out / name, content)
            written.append(out / name)
    return tuple(written)

"""Writes page and tables."""

from __future__ import annotations

from pathlib import Path

from reports.study.page.sections import context
from reports.study.results import Results
from reports.study.tables.write import files
from reports.writer import Writer

_HERE = Path(__file__).parent
_ASSETS = _HERE.parents[1] / "assets"
_SHARED = ("base.css", "base.js", "theme.js")


def write(found: Results, out: Path) -> Path:
    """Write ``index.html`` with its styles, and the tables beside it; the same results give the same bytes.

    Raises:
        OSError: a file cannot be written.
    """
    writer = Writer(out)
    for name in _SHARED:
        writer.file(f"assets/{name}", (_ASSETS / name).read_bytes())
    writer.file("assets/study.css", (_HERE.parent / "study.css").read_bytes())
    for name, content in files(found).items():
        writer.file(name, content)
    return writer.page("index.html", "study.html", context(found))

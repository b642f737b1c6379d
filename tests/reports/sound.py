"""What must hold of every page of a report, whatever it was made from."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from tests.reports.links import broken_links

_WORDS = re.compile(r"\b(nan|NaN|None|inf|undefined|Traceback|Undefined)\b")
_CHART = re.compile(r'<svg[^>]*role="img".*?</svg>', re.DOTALL)
_MARK = re.compile(r"<(path d=\"[^\"]+\"|circle|rect|line|use|text|polyline|svg)")


def text_of(page: Path) -> str:
    """All words of a page in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8"))).split())


def faults(report: Path) -> list[str]:
    """Say what no reader should meet: dead links, blank charts, numbers that are none."""
    found = broken_links(report)
    for page in sorted(report.rglob("*.html")):
        source, name = page.read_text(encoding="utf-8"), page.relative_to(report)
        shown = re.sub(r'(?s)<section id="card".*?</section>|<span>None</span>', "", source)
        words = set(_WORDS.findall(re.sub(r"<[^>]+>", " ", shown)))
        found += [f"{name}: says {word}" for word in sorted(words)]
        found += [f"{name}: a chart is blank: {chart[:80]}" for chart in _CHART.findall(source)
                  if not _MARK.search(chart[4:])]
        if len(text_of(page)) < 60:
            found.append(f"{name}: says almost nothing")
    return found

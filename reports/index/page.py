"""Writes ``index.html``: answer, completeness, ranks, trade-off, survival, agreement, what is measured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reports import bootstrap
from reports.answer import answer, limits
from reports.axes import WORDS
from reports.gather import Shot
from reports.index.bump import disagreement
from reports.index.cells import book_of
from reports.index.clips import clip_table
from reports.index.curves_chart import curves
from reports.index.marks import completeness
from reports.index.names import common_backbone, named
from reports.index.plane_chart import plane_chart
from reports.index.table import table
from reports.labels import caveats
from reports.model import ReportInput
from reports.pages import VERDICT_GLYPHS, common, provenance, shared_facts
from reports.plane import plane
from reports.published import published
from reports.site.site import Site
from reports.text import ARROW_WORDS, DASH, plain
from reports.verdict import Outcome, verdict
from reports.writer import Writer

_TALLY: tuple[tuple[Outcome, str, str], ...] = (
    ("holds", "held", "held to the end"),
    ("short", "part", "held, but shorter than asked"),
    ("fails", "came", "failed"),
    ("undecided", "abstained", "without failure, but not read to the end on every axis"),
    ("moves", "premise", "with a camera that moved first"),
    ("unmeasured", "failed", "not measured"),
    ("excepted", "excepted", "left out: camera not meant to be fixed"),
)


def write(site: Site, writer: Writer) -> Path:
    """Write the first page and return its path."""
    return writer.page("index.html", "index.html", index_context(site))


def index_context(site: Site) -> dict[str, Any]:
    """Gather everything that ``index.html`` says."""
    data, shots, names = site.data, site.shots, named(site)
    book = book_of(site, names)
    return {
        **common(data, "", "index.html", styles=("index.css",), scripts=("index.js",)),
        "answer": answer(shots, site.rows, site.standings, {setup: one.name for setup, one in names.items()}),
        "caveats": caveats(shots),
        "limits": limits(shots, site.rows, site.columns, data.limits, site.standings),
        **_tally(shots),
        **completeness(site, names),
        "methods": list(names.values()),
        "backbone": common_backbone({row.setup: row.label for row in site.rows}),
        **table(book),
        **clip_table(site),
        **plane_chart(plane(shots, site.tasks, site.standings), names),
        **curves(book),
        **disagreement(book),
        **_measured(site),
        "published": published(shots, wanted=data.published),
        "run": [*provenance(data.run), *_of_all(site)],
        "bootstrap": f"{bootstrap.DRAWS:,} resamples of prompts, seed {bootstrap.SEED}, 95 % by percentiles, "
                     "widened for few prompts",
    }


def _of_all(site: Site) -> list[tuple[str, str]]:
    shared = shared_facts(site.clips)
    return [("all clips", plain(shared))] if shared else []


def _tally(shots: Sequence[Shot]) -> dict[str, Any]:
    seen = Counter(verdict(shot).outcome for shot in shots)
    parts = [
        {"kind": kind, "n": seen[outcome], "glyph": VERDICT_GLYPHS[kind], "told": f"{seen[outcome]} {told}",
         "width": round(100 * seen[outcome] / len(shots), 2)}
        for outcome, kind, told in _TALLY if seen[outcome]
    ]
    return {"tally": parts, "tally_told": ", ".join(str(part["told"]) for part in parts)}


def _measured(site: Site) -> dict[str, Any]:
    data: ReportInput = site.data
    return {
        "axes": [{"style": axis, "title": words.title, "looks_for": words.looks_for,
                  "url": site.metric_url(axis), "does_not_say": words.does_not_say}
                 for axis, words in WORDS.items()],
        "other_cards": [(card.title, site.metric_url(name)) for name, card in sorted(site.cards.items())
                        if name not in WORDS],
        "quantities": [
            {"id": q.id, "meaning": q.meaning, "unit": q.unit, "curve": q.curve, "url": site.metric_url(q.id),
             "better": ARROW_WORDS.get(q.direction, DASH).removesuffix(" is better")}
            for q in sorted(data.quantities, key=lambda q: q.id)
        ],
    }

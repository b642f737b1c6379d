"""Feeds the table of clips by name, which stands in for the ranks where no method is named."""

from __future__ import annotations

from typing import Any

from reports.leaderboard import ClipRow, Mark, clip_rows
from reports.pages import heading, onset_text, verdict_badge
from reports.site.site import Site
from reports.text import DASH

BEYOND = 1e6
"""Sorts what was not reached after everything that was."""


def clip_table(site: Site) -> dict[str, Any]:
    """Gather one row a clip, with onset and late level on every axis; none where methods are named."""
    if site.rows:
        return {"clip_rows": [], "clip_columns": []}
    return {
        "clip_rows": [_clip(site, row) for row in clip_rows(site.shots, site.tasks)],
        "clip_columns": [{**heading(column, site.tasks, site.shots), "url": site.metric_url(column.axis)}
                         for column in site.tasks],
    }


def _clip(site: Site, row: ClipRow) -> dict[str, Any]:
    found = row.verdict
    later = BEYOND if found.outcome in ("holds", "short") else 0
    return {
        "url": site.clip_url(row.shot.key), "name": row.shot.entry.clip, "ranked": found.ranked,
        "verdict": verdict_badge(found),
        "sort": "" if found.at_s is None else found.at_s + later,
        "marks": [(mark(onset), mark(late)) for onset, late in row.marks],
    }


def mark(found: Mark) -> dict[str, Any]:
    """Write a number of a clip's row with its reason where it is struck or absent."""
    reading = found.reading
    if reading is None or reading.value is None:
        word = "no number" if reading is None else reading.status
        return {"text": DASH, "why": f"{word}: {found.reason}", "struck": False, "empty": True, "sort": ""}
    onset = reading.metric.endswith(".onset")
    text = onset_text(reading) if onset else f"{reading.value:.2f}"
    later = BEYOND if onset and reading.status == "censored" else 0.0
    return {"text": text, "why": found.reason, "struck": found.struck, "empty": False,
            "sort": reading.value + later}

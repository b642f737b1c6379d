"""Feeds a clip's own page: player, timeline, values, provenance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports.charts import LEVELS, levels, time_ticks
from reports.gather import Shot
from reports.labels import caveats
from reports.model import ReportInput
from reports.pages import Shown, about, common, facts, strip_width, verdict_badge
from reports.values import components, headlines, mask_areas, mask_warnings, premise_note, reasons
from reports.verdict import verdict

COLUMNS = ("onset, s", "late level", "mask −4 px", "mask +4 px", "worst level", "slope / min")
"""Headings of the headline table, in the order of ``values.HEADLINES``."""


def clip_context(data: ReportInput, clip: Shown, shared: Mapping[str, object], before: Shot | None,
                 after: Shot | None) -> dict[str, Any]:
    """Gather everything that a clip's page says.

    ``shared`` are the facts that stand on the index because all clips have them, ``before`` and ``after`` the
    neighbours.
    """
    shot, media = clip.shot, clip.media
    return {
        **common(data, "../", f"clip/{shot.key}.html",
                 scripts=("legend.js", f"clip/{shot.key}.js", "clip.js")),
        "key": shot.key, "name": shot.entry.clip, "about": about(clip),
        "before": before, "after": after,
        "verdict": verdict_badge(verdict(shot)),
        "note": premise_note(shot), "caveats": caveats([shot]),
        "media": media, "strip_width": strip_width(media),
        "ticks": time_ticks(clip.end_s, 10),
        "bands": levels(shot, clip.end_s),
        "more": sum(series.metric not in LEVELS for series in shot.series),
        "notes": [note for note in shot.entry.notes if note != premise_note(shot)],
        "prompt": shot.entry.prompt,
        "headlines": headlines(shot), "columns": COLUMNS, "reasons": reasons(shot),
        "areas": mask_areas(shot), "warnings": mask_warnings(shot),
        "parts": any(part["values"] for part in components(shot)),
        "facts": facts(clip, shared),
    }

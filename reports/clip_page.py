"""Feeds a clip's own page: player, timeline, values, provenance."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from reports.axes import TASK_AXES, title_of
from reports.charts import Band, levels, others, time_ticks
from reports.gather import Column, Series, Shot
from reports.model import QuantityCard, ReportInput
from reports.pages import Shown, about, common, facts, onset_badges, strip_width, value_tables, verdict_badge
from reports.text import seconds
from reports.verdict import verdict


def clip_context(data: ReportInput, clip: Shown, found: Sequence[Column], before: Shot | None,
                 after: Shot | None) -> dict[str, Any]:
    """Gather everything that a clip's page says; ``before`` and ``after`` are its neighbours."""
    shot, media = clip.shot, clip.media
    quantities = {card.id: card for card in data.quantities}
    return {
        **common(data, "../"),
        "key": shot.key, "name": shot.entry.clip, "about": about(clip),
        "before": before, "after": after,
        "verdict": verdict_badge(verdict(shot)),
        "badges": onset_badges(shot, found),
        "media": media, "strip_width": strip_width(media),
        "jumps": jumps(shot), "end": round(clip.end_s, 2), "ticks": time_ticks(clip.end_s, 10),
        **_bands(clip, quantities),
        "notes": shot.entry.notes, "prompt": shot.entry.prompt,
        "tables": value_tables(shot),
        "facts": facts(clip),
    }


def jumps(shot: Shot) -> list[dict[str, Any]]:
    """List the onsets that came, in the order of their seconds."""
    came = [(r.value, axis) for axis in ("premise", *TASK_AXES) for r in shot.all(f"{axis}.onset")
            if r.status == "ok" and r.value is not None]
    return [{"at": round(at, 3), "title": title_of(axis), "text": seconds(at)} for at, axis in sorted(came)]


def _bands(clip: Shown, quantities: Mapping[str, QuantityCard]) -> dict[str, tuple[Band, ...]]:
    units = {name: card.unit for name, card in quantities.items()}
    return {"bands": levels(clip.shot, clip.end_s), "more": others(clip.shot, clip.end_s, units)}


def clip_data(clip: Shown, bands: Sequence[Band]) -> str:
    """Write the curves' numbers as a script, in the order drawn, for reading values off at the cursor."""
    series = {(s.metric, s.identity): s for s in clip.shot.series}
    body = {
        "seconds": round(clip.end_s, 4), "fps": clip.media.fps or 25,
        "curves": [_points(series[band.metric, band.identity]) for band in bands if not band.absent],
    }
    return "window.steadybench=" + json.dumps(body, separators=(",", ":"), allow_nan=False) + ";\n"


def meanings(data: ReportInput) -> str:
    """Write what each number means as a script shared by all clip pages."""
    told = {card.id: card.meaning for card in sorted(data.quantities, key=lambda card: card.id)}
    return "window.steadybenchMeanings=" + json.dumps(told, indent=0) + ";\n"


def _points(series: Series) -> dict[str, Any]:
    """Write times as first and step where they are even, else one by one; values to three digits."""
    values = [None if value is None else float(f"{value:.3g}") for value in series.values]
    t_s = series.t_s
    step = (t_s[-1] - t_s[0]) / (len(t_s) - 1) if len(t_s) > 1 else 1.0
    if all(abs(t - t_s[0] - i * step) < 1e-3 for i, t in enumerate(t_s)):
        return {"t0": round(t_s[0], 4), "dt": round(step, 5), "v": values}
    return {"t": [round(t, 3) for t in t_s], "v": values}

"""Feeds the index: answer, leaderboard, completeness, axes, cards."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from reports import survival
from reports.answer import answer, limits
from reports.axes import WORDS
from reports.charts import Stairs, levels, stairs, time_ticks
from reports.completeness import GLYPHS, MEANINGS, matrix
from reports.gather import Column, Shot, columns, setup_of
from reports.labels import caveats
from reports.leaderboard import (
    AxisCell,
    ClipRow,
    Mark,
    MethodRow,
    clip_rows,
    method_rows,
    one_identity,
    ranked_shots,
    task_columns,
)
from reports.model import ReportInput
from reports.pages import (
    VERDICT_GLYPHS,
    Shown,
    about,
    common,
    heading,
    onset_text,
    provenance,
    shared_facts,
    strip_width,
    verdict_badge,
)
from reports.survival import Median
from reports.text import ARROW_WORDS, DASH, plain, seconds
from reports.values import premise_note
from reports.verdict import Outcome, steady_time, verdict

_TALLY: tuple[tuple[Outcome, str, str], ...] = (
    ("holds", "held", "held to the end"),
    ("short", "part", "held, but shorter than asked"),
    ("fails", "came", "failed"),
    ("undecided", "abstained", "without failure, but not read to the end on every axis"),
    ("moves", "premise", "with a camera that moved first"),
    ("unmeasured", "failed", "not measured"),
    ("excepted", "excepted", "left out: camera not meant to be fixed"),
)


def index_context(data: ReportInput, shown: Sequence[Shown]) -> dict[str, Any]:
    """Gather everything that ``index.html`` says."""
    shots = [clip.shot for clip in shown]
    found = columns(shots)
    tasks = task_columns(found)
    rows = method_rows(shots, tasks)
    return {
        **common(data, ""),
        "answer": answer(shots, rows),
        "caveats": caveats(shots),
        "limits": limits(shots, rows, found, data.limits),
        **_tally(shots),
        **_board(shots, rows, tasks),
        **_completeness(shots, found),
        "axes": [{"style": axis, "title": words.title, "looks_for": words.looks_for,
                  "does_not_say": words.does_not_say} for axis, words in WORDS.items()],
        "cards": [card(clip) for clip in shown],
        "quantities": [
            {"id": q.id, "meaning": q.meaning, "unit": q.unit, "curve": q.curve,
             "better": ARROW_WORDS.get(q.direction, DASH).removesuffix(" is better")}
            for q in sorted(data.quantities, key=lambda q: q.id)
        ],
        "run": [*provenance(data.run), *_of_all(shown)],
        "bootstrap": f"{survival.RESAMPLES} resamples of prompts, seed {survival.SEED}, 95 % by percentiles",
    }


def _of_all(shown: Sequence[Shown]) -> list[tuple[str, str]]:
    shared = shared_facts(shown)
    return [("all clips", plain(shared))] if shared else []


def _tally(shots: Sequence[Shot]) -> dict[str, Any]:
    seen = Counter(verdict(shot).outcome for shot in shots)
    parts = [
        {"kind": kind, "n": seen[outcome], "glyph": VERDICT_GLYPHS[kind], "told": f"{seen[outcome]} {told}",
         "width": round(100 * seen[outcome] / len(shots), 2)}
        for outcome, kind, told in _TALLY if seen[outcome]
    ]
    return {"tally": parts, "tally_told": ", ".join(str(part["told"]) for part in parts)}


def _completeness(shots: Sequence[Shot], found: Sequence[Column]) -> dict[str, Any]:
    return {
        "groups": matrix(shots, found),
        "all_columns": [heading(column, found, shots) for column in found],
        "symbols": GLYPHS,
        "glyphs": [(kind, GLYPHS[kind], MEANINGS[kind]) for kind in GLYPHS],
    }


def _board(shots: Sequence[Shot], rows: Sequence[MethodRow], tasks: Sequence[Column]) -> dict[str, Any]:
    longest = max([row.steady.until for row in rows if row.steady], default=0.0)
    return {
        "columns": [heading(column, tasks, shots) for column in tasks],
        "rows": [_method(row, longest, one=one_identity(tasks)) for row in rows],
        "clip_rows": [] if rows else [_clip(row) for row in clip_rows(shots, tasks)],
        **_stairs(shots, rows, longest),
    }


def _method(row: MethodRow, longest: float, *, one: bool) -> dict[str, Any]:
    left_out = [f"{row.excepted} not fixed"] if row.excepted else []
    left_out += [f"{row.unmeasured} unmeasured"] if row.unmeasured else []
    absent = ("axes incomplete" if one else "more than one identity") if row.ranked else "none ranked"
    reached = row.steady is not None and row.steady.reached
    bar = min(row.steady.seconds, row.steady.until) if row.steady else 0.0
    return {
        "method": row.label.text,
        "about": " · ".join(row.label.more),
        "clips": str(row.clips) if row.ranked == row.clips else f"{row.ranked} of {row.clips}",
        "ranked": row.ranked,
        "left_out": ", ".join(left_out),
        "prompts": str(row.prompts) if row.prompts else DASH,
        "steady": {**_steady(row, absent), "bar": round(100 * bar / longest, 1) if longest else 0,
                   "open": not reached},
        "cells": [_axis(cell) for cell in row.cells],
    }


def _steady(row: MethodRow, absent: str) -> dict[str, Any]:
    if row.steady is None:
        return {"text": DASH, "more": [absent], "sort": -1}
    found = _cell_time(row.steady, row.held)
    more = [f"{row.short} held but short" if row.short else "",
            f"{row.moved} ended by the camera" if row.moved else "",
            f"{row.untold} cannot be told" if row.untold else ""]
    return {**found, "more": [*found["more"], *filter(None, more)]}


def _cell_time(found: Median, held: int) -> dict[str, Any]:
    """Write a median time, its interval and how many clips ``held`` to their end."""
    text = seconds(found.seconds) if found.reached else f"> {seconds(found.until)}"
    more = [*_interval(found), f"{held} of {found.clips} held"]
    return {"text": text, "more": more, "sort": found.seconds if found.reached else 1e6 + found.until}


def _interval(found: Median) -> list[str]:
    if found.low is None or found.high is None:
        return []
    low, high = (
        f"{at:.1f}" if math.isfinite(at) else f"> {found.until:.1f}" for at in (found.low, found.high)
    )
    return [f"95 %: {low} s" if low == high else f"95 %: {low} to {high} s"]


def _axis(cell: AxisCell) -> dict[str, Any]:
    onset: dict[str, Any] = {"text": DASH, "more": [], "sort": -1}
    if cell.onset is not None:
        onset = _cell_time(cell.onset, cell.held)
    extra = [f"{cell.cut} cut short" if cell.cut else "", f"{cell.silent} unread" if cell.silent else ""]
    onset["more"] = [*onset["more"], *filter(None, extra)] or ["none ranked"]
    return {
        "onset": onset,
        "late": f"{cell.late:.2f}" if cell.late is not None else DASH,
        "late_sort": cell.late if cell.late is not None else -1,
    }


def _clip(row: ClipRow) -> dict[str, Any]:
    found = row.verdict
    later = 1e6 if found.outcome in ("holds", "short") else 0
    return {
        "key": row.shot.key, "name": row.shot.entry.clip, "ranked": found.ranked,
        "verdict": verdict_badge(found),
        "sort": -1 if found.at_s is None else found.at_s + later,
        "marks": [(mark(onset), mark(late)) for onset, late in row.marks],
    }


def mark(found: Mark) -> dict[str, Any]:
    """Write a number of a clip's row with its reason where it is struck or absent."""
    reading = found.reading
    if reading is None or reading.value is None:
        word = "no number" if reading is None else reading.status
        return {"text": DASH, "why": f"{word}: {found.reason}", "struck": False, "empty": True, "sort": -1}
    onset = reading.metric.endswith(".onset")
    text = onset_text(reading) if onset else f"{reading.value:.2f}"
    later = 1e6 if onset and reading.status == "censored" else 0.0
    return {"text": text, "why": found.reason, "struck": found.struck, "empty": False,
            "sort": reading.value + later}


def _stairs(shots: Sequence[Shot], rows: Sequence[MethodRow], longest: float) -> dict[str, Any]:
    curves: list[Stairs] = []
    for row in sorted(rows, key=lambda row: row.setup):
        own = [shot for shot in ranked_shots(shots) if setup_of(shot.entry) == row.setup]
        times = [time for time in map(steady_time, own) if time is not None]
        if len(times) > 1:
            curves.append(stairs(row.label.text, len(curves), times, longest))
    return {"stairs": curves, "stairs_ticks": time_ticks(longest)}


def card(clip: Shown) -> dict[str, Any]:
    """Feed a clip's card: verdict, note on the camera, filmstrip, level curves on one time axis."""
    media, shot = clip.media, clip.shot
    return {
        "key": shot.key, "name": shot.entry.clip, "about": about(clip),
        "verdict": verdict_badge(verdict(shot)),
        "note": premise_note(shot),
        "strip": media.strip, "strip_width": strip_width(media), "problem": media.problem,
        "bands": levels(shot, clip.end_s), "ticks": time_ticks(clip.end_s, 4),
    }

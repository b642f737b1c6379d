"""Feeds the index: answer, leaderboard, completeness, axes, cards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from reports import bootstrap
from reports.answer import answer, limits
from reports.axes import WORDS
from reports.board import board
from reports.charts import levels, time_ticks
from reports.completeness import GLYPHS, MEANINGS, matrix
from reports.gather import Column, Shot, columns
from reports.labels import caveats
from reports.leaderboard import method_rows, task_columns
from reports.model import ReportInput
from reports.pages import (
    VERDICT_GLYPHS,
    Shown,
    about,
    common,
    heading,
    provenance,
    shared_facts,
    strip_width,
    verdict_badge,
)
from reports.published import published
from reports.standings import Standings
from reports.text import ARROW_WORDS, DASH, plain
from reports.values import premise_note
from reports.verdict import Outcome, verdict

_TALLY: tuple[tuple[Outcome, str, str], ...] = (
    ("holds", "held", "held to the end"),
    ("short", "part", "held, but shorter than asked"),
    ("fails", "came", "failed"),
    ("undecided", "abstained", "without failure, but not read to the end on every axis"),
    ("moves", "premise", "with a camera that moved first"),
    ("unmeasured", "failed", "not measured"),
    ("excepted", "excepted", "left out: camera not meant to be fixed"),
)


def index_context(data: ReportInput, shown: Sequence[Shown], standings: Standings) -> dict[str, Any]:
    """Gather everything that ``index.html`` says."""
    shots = [clip.shot for clip in shown]
    found = columns(shots)
    tasks = task_columns(found)
    rows = method_rows(shots, tasks, standings)
    return {
        **common(data, "", "index.html", scripts=("clip.js",)),
        "answer": answer(shots, rows, standings),
        "caveats": caveats(shots),
        "limits": limits(shots, rows, found, data.limits, standings),
        **_tally(shots),
        **board(shots, rows, tasks, standings),
        **_completeness(shots, found),
        "axes": [{"style": axis, "title": words.title, "looks_for": words.looks_for,
                  "does_not_say": words.does_not_say} for axis, words in WORDS.items()],
        "cards": [card(clip) for clip in shown],
        "quantities": [
            {"id": q.id, "meaning": q.meaning, "unit": q.unit, "curve": q.curve,
             "better": ARROW_WORDS.get(q.direction, DASH).removesuffix(" is better")}
            for q in sorted(data.quantities, key=lambda q: q.id)
        ],
        "published": published(shots, wanted=data.published),
        "run": [*provenance(data.run), *_of_all(shown)],
        "bootstrap": f"{bootstrap.DRAWS:,} resamples of prompts, seed {bootstrap.SEED}, 95 % by percentiles",
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

"""Feeds the leaderboard: ranks, times with their intervals, survival curves; or clips by name."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from reports.axes import TASK_AXES, style_of, title_of
from reports.charts import Stairs, stairs, time_ticks
from reports.gather import Column, Shot
from reports.leaderboard import AxisCell, ClipRow, Mark, MethodRow, clip_rows
from reports.pages import heading, onset_text, verdict_badge
from reports.standings import Standing, Standings
from reports.survival import Survival
from reports.text import DASH, count, seconds

_BEYOND = 1e6
"""Sorts what was not reached after everything that was."""


def board(shots: Sequence[Shot], rows: Sequence[MethodRow], tasks: Sequence[Column], found: Standings
          ) -> dict[str, Any]:
    """Gather everything that ``leaderboard.html`` says."""
    longest = max([row.steady.until for row in rows if row.steady], default=0.0)
    times = [row.steady.horizon for row in rows if row.steady]
    return {
        "columns": [heading(column, tasks, shots) for column in tasks],
        "rows": [_method(row, longest, refused=bool(found.mixtures)) for row in rows],
        "refusals": found.refusals,
        "horizon": seconds(times[0]) if len(set(times)) == 1 else "its horizon",
        "clip_rows": [] if rows else [_clip(row) for row in clip_rows(shots, tasks)],
        **_curves(found, tasks, longest),
    }


def _method(row: MethodRow, longest: float, *, refused: bool) -> dict[str, Any]:
    left_out = [f"{row.excepted} not fixed"] if row.excepted else []
    left_out += [f"{row.unmeasured} unmeasured"] if row.unmeasured else []
    steady = row.steady
    bar = min(steady.seconds, steady.until) if steady else 0.0
    return {
        "rank": _rank(row.standing, refused=refused),
        "method": row.label.text,
        "about": " · ".join(row.label.more),
        "clips": str(row.clips) if row.ranked == row.clips else f"{row.ranked} of {row.clips}",
        "ranked": row.ranked,
        "left_out": ", ".join(left_out),
        "prompts": count(row.prompts, "prompt") if row.prompts else "",
        "steady": {**_steady(row), "bar": round(100 * bar / longest, 1) if longest else 0,
                   "open": steady is None or not steady.reached},
        "cells": [_axis(cell) for cell in row.cells],
    }


def _rank(standing: Standing, *, refused: bool) -> dict[str, Any]:
    if standing.rank is None:
        why = "" if refused else standing.unranked
        return {"text": DASH, "group": "", "why": why, "sort": _BEYOND}
    return {"text": str(standing.rank), "group": standing.group, "why": "", "sort": standing.rank}


def _steady(row: MethodRow) -> dict[str, Any]:
    if row.steady is None:
        mixed = [mixture.field for mixture in row.standing.mixed]
        told = [f"{field} differs" for field in mixed] or ["axes incomplete" if row.ranked else "none ranked"]
        return {"text": DASH, "more": told, "sort": -1}
    found = _cell_time(row.steady, row.held, "95 %: ")
    more = [_mean(row.steady), f"{row.short} held but short" if row.short else "",
            f"{row.moved} ended by the camera" if row.moved else "",
            f"{row.untold} cannot be told" if row.untold else ""]
    return {**found, "more": [*found["more"], *filter(None, more)]}


def _cell_time(found: Survival, held: int, level: str = "") -> dict[str, Any]:
    """Write a median time, its interval and how many clips ``held`` to their end."""
    text = seconds(found.seconds) if found.reached else f"> {seconds(found.until)}"
    limits = interval(found.low, found.high, found.until)
    more = [f"{level}{limits}" if limits else "", f"{held} of {found.clips} held"]
    sort = found.seconds if found.reached else _BEYOND + found.until
    return {"text": text, "more": [*filter(None, more)], "sort": sort}


def _mean(found: Survival) -> str:
    if found.mean is None:
        return ""
    limits = interval(found.mean_low, found.mean_high, found.horizon)
    return f"mean {seconds(found.mean)}" + (f", {limits}" if limits else "")


def interval(low: float | None, high: float | None, until: float) -> str:
    """Write the limits of an interval, ``> until`` for one beyond what was seen; empty where it is None."""
    if low is None or high is None:
        return ""
    told = [f"{at:.1f}" if math.isfinite(at) else f"> {until:.1f}" for at in (low, high)]
    return f"{told[0]} s" if told[0] == told[1] else f"{told[0]} to {told[1]} s"


def _axis(cell: AxisCell) -> dict[str, Any]:
    onset: dict[str, Any] = {"text": DASH, "more": [], "sort": -1}
    if cell.onset is not None:
        onset = _cell_time(cell.onset, cell.held)
    extra = [f"{cell.cut} cut short" if cell.cut else "", f"{cell.silent} unread" if cell.silent else ""]
    onset["more"] = [*onset["more"], *filter(None, extra)] or ["none ranked"]
    return {
        "onset": onset,
        "late": f"{cell.level.mean.value:.2f}" if cell.level and cell.level.mean else DASH,
        "late_sort": cell.level.mean.value if cell.level and cell.level.mean else -1,
    }


def _clip(row: ClipRow) -> dict[str, Any]:
    found = row.verdict
    later = _BEYOND if found.outcome in ("holds", "short") else 0
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
    later = _BEYOND if onset and reading.status == "censored" else 0.0
    return {"text": text, "why": found.reason, "struck": found.struck, "empty": False,
            "sort": reading.value + later}


def _curves(found: Standings, tasks: Sequence[Column], longest: float) -> dict[str, Any]:
    """Draw the share of clips still steady, of methods with two clips or more; a small plot for each axis."""
    shown = [row for row in sorted(found.rows, key=lambda row: row.setup) if row.steady]
    main = _plot([(i, row.label.text, row.steady) for i, row in enumerate(shown)], longest)
    small = []
    for axis in TASK_AXES:
        own = [column for column in tasks if column.axis == axis]
        lines = _plot([(i, row.label.text, row.axes[own[0]]) for i, row in enumerate(shown)], longest
                      ) if len(own) == 1 else []
        if lines:
            small.append({"title": title_of(axis), "style": style_of(axis), "stairs": lines})
    return {"stairs": main, "small": small if main else [], "stairs_ticks": time_ticks(longest),
            "small_ticks": time_ticks(longest, 4)}


def _plot(curves: Sequence[tuple[int, str, Survival | None]], longest: float) -> list[Stairs]:
    return [stairs(name, style, one.curve, longest) for style, name, one in curves if one and one.clips > 1]

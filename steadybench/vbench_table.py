"""``vbench_quality.csv``: VBench's overall scores of each method, from the rows of the results table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeAlias

from metrics.vbench.quality import SCALES, WEIGHTINGS, Clip, overall, quality_score
from reports.csvtext import csv_text
from steadybench import atomic
from steadybench.tables import ResultRow

FILE = "vbench_quality.csv"
PANEL = "vbench."
BY_VIDEOS = [f"{name}_by_videos" for name, kind in WEIGHTINGS.items() if kind == "frames"]
SETUP = ("method", "backbone", "configuration", "weights_digest", "revision", "identity")
COLUMNS = (*SETUP, "clips", *SCALES, *BY_VIDEOS, "quality_score", "reason")

_Group: TypeAlias = tuple[str, str, str, str, str, str]
_Numbers: TypeAlias = dict[str, dict[str, float]]
"""Number of each clip, by quantity."""


def save(rows: Iterable[ResultRow], out: Path) -> Path | None:
    """Write the table below ``out``; where no clip has the panel, none is written and an old one goes.

    Raises:
        StorageError: the disk does not take it.

    """
    made = lines(rows)
    path = out / FILE
    if not made:
        path.unlink(missing_ok=True)
        return None
    atomic.write_text(path, csv_text(COLUMNS, made))
    return path


def lines(rows: Iterable[ResultRow]) -> list[Sequence[object]]:
    """One line for each setup (who made the clips, with which weights) and identity, in order of ``COLUMNS``.

    A dimension counts only if every clip of the line has it; else it is empty and ``reason`` names it. The
    same bytes under several names count once.
    """
    groups: dict[_Group, _Numbers] = defaultdict(lambda: defaultdict(dict))
    clips: dict[_Group, set[str]] = defaultdict(set)
    for row in rows:
        if row.metric.startswith(PANEL) and row.identity:
            made_by = row.method, row.backbone, row.configuration, row.weights_digest, row.revision
            group = (*made_by, row.identity)
            clips[group].add(row.clip_sha256)
            if row.value is not None:
                groups[group][row.metric.removeprefix(PANEL)][row.clip_sha256] = row.value
    return [_line(group, groups[group], clips[group]) for group in sorted(clips)]


def _line(group: _Group, numbers: _Numbers, clips: set[str]) -> Sequence[object]:
    frames = numbers["frames"]
    whole = {
        name: [Clip(value, int(frames[clip])) for clip, value in numbers[name].items()]
        for name in SCALES
        if clips <= set(numbers[name]) and clips <= set(frames)
    }
    scores = {name: overall(found, WEIGHTINGS[name]) for name, found in whole.items()}
    by_videos = {
        f"{name}_by_videos": overall(found, "videos")
        for name, found in whole.items()
        if WEIGHTINGS[name] == "frames"
    }
    absent = [name for name in SCALES if name not in scores]
    quality = "" if absent else quality_score(scores)
    reason = f"not of every clip: {', '.join(absent)}" if absent else ""
    cells = [scores.get(name, "") for name in SCALES] + [by_videos.get(name, "") for name in BY_VIDEOS]
    return (*group, len(clips), *cells, quality, reason)

"""Clips of some runs as a study counts them, from the runs' ``results.csv``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from reports.axes import PREMISE, TASK_AXES
from reports.gather import Shot, columns, shots
from reports.model import RESULT_COLUMNS, ClipEntry, ReportInput

TEXTS = (
    "clip", "method", "backbone", "configuration", "prompt_id", "metric", "unit", "direction", "status",
    "reason", "clip_sha256", "identity",
)  # fmt: skip
PER_CLIP = (
    "clip", "clip_sha256", "method", "backbone", "configuration", "prompt_id", "seed", "horizon_s",
)  # fmt: skip


class StudyError(Exception):
    """The tables cannot be put side by side; says all reasons."""


def read(folders: Sequence[Path]) -> tuple[Shot, ...]:
    """All clips of some runs.

    Raises:
        StudyError: a table is missing or is no results table, or the clips cannot be compared.
    """
    tables, faults = [], []
    for folder in folders:
        try:
            tables.append(_table(folder / "results.csv"))
        except (OSError, ValueError) as error:
            faults.append(f"{folder}: {error}; name a folder that `steadybench run` made")
    if faults:
        raise StudyError("\n".join(faults))
    table = pd.concat(tables, ignore_index=True)
    clips = table[list(PER_CLIP)].drop_duplicates()
    entries = tuple(_entry(row) for row in clips.itertuples(index=False, name=None))
    found = shots(ReportInput("", table, pd.DataFrame(), entries, (), {}, ()))
    if not found:
        raise StudyError("These runs hold no clip.")
    if faults := list(_differences(found)):
        raise StudyError("These clips cannot be put side by side:\n" + "\n".join(faults))
    return found


def _table(path: Path) -> pd.DataFrame:
    table = pd.read_csv(
        path,
        dtype=dict.fromkeys(TEXTS, str) | {"seed": "Int64", "value": float, "horizon_s": float},
        keep_default_na=False,
        na_values={name: [""] for name in ("seed", "value", "horizon_s")},
    )
    if missing := set(RESULT_COLUMNS) - set(table.columns):
        raise ValueError(f"results.csv lacks the columns {', '.join(sorted(missing))}")
    return table


def _entry(row: tuple[Any, ...]) -> ClipEntry:
    told = {name: None if pd.isna(cell) else cell for name, cell in zip(PER_CLIP, row, strict=True)}
    return ClipEntry(**told, prompt="", path=Path(told["clip"]), notes=(), facts={})


def _differences(found: Sequence[Shot]) -> Iterator[str]:
    """Why clips cannot share a table."""
    horizons = {entry.horizon_s for shot in found for entry in (shot.entry, *shot.also)}
    if len(horizons) > 1:
        named = ", ".join(sorted(f"{h:g} s" if h is not None else "none" for h in horizons))
        yield f"different horizons: {named}; the beginning of a longer clip is another experiment"
    for axis in (PREMISE, *TASK_AXES):
        if len(found_here := [c.identity for c in columns(found) if c.axis == axis]) > 1:
            yield f"{axis} measured under different identities: {', '.join(found_here)}"
    if nameless := [shot.entry.clip for shot in found if not (shot.entry.method and shot.entry.prompt_id)]:
        yield f"without method or prompt: {', '.join(nameless[:6])}"

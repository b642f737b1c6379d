"""Values from the literature, beside our own means of the same quantities. Nothing here is ever ranked."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from reports.axes import axis_of
from reports.gather import Setup, Shot, setup_of
from reports.labels import labels
from reports.text import DASH, count, full, number

_FILE = Path(__file__).with_name("published.yaml")


@dataclass(frozen=True, slots=True)
class Table:
    """Published means of several methods under one setting."""

    title: str
    panel: str
    horizon_s: float
    n: int
    """Prompts."""
    source: str
    setting: str
    notes: tuple[str, ...]
    metrics: tuple[str, ...]
    """Quantity ids, one a column."""
    rows: Mapping[str, tuple[float | None, ...]]
    """By method, as its generator is called; None where the source gives no value."""
    names: Mapping[str, str]
    """The methods' names for people."""


@cache
def tables() -> tuple[Table, ...]:
    """Every published table, in reading order.

    Raises:
        ValueError: a row is not as long as its table is wide, or names an unknown method.

    """
    data = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    found = []
    for row in data["tables"]:
        metrics = tuple(f"{row['panel']}.{name}" for name in row["quantities"])
        rows = {name: tuple(values) for name, values in row["rows"].items()}
        wrong = [n for n, values in rows.items() if len(values) != len(metrics) or n not in data["methods"]]
        if wrong:
            raise ValueError(f"{_FILE.name}: {row['title']}: {', '.join(wrong)} do not fit the table")
        found.append(Table(row["title"], row["panel"], row["horizon_s"], row["n"], row["source"],
                           data["setting"], tuple(row["notes"]), metrics, rows, data["methods"]))
    return tuple(found)


def published(shots: Sequence[Shot], *, wanted: bool) -> list[dict[str, Any]]:
    """Feed the section: tables of the panels that were measured, or all of them where ``wanted``."""
    seen = {axis_of(reading.metric) for shot in shots for reading in shot.readings}
    own = _own(shots)
    return [_table(table, own) for table in tables() if wanted or table.panel in seen]


@dataclass(frozen=True, slots=True)
class _Own:
    """What we measured in one row of the leaderboard under one identity."""

    method: str
    """As its generator is called, without configuration."""
    label: str
    identity: str
    values: Mapping[str, Sequence[float]]
    """Per quantity, one a clip."""


def _own(shots: Sequence[Shot]) -> tuple[_Own, ...]:
    known = {metric for table in tables() for metric in table.metrics}
    found: dict[tuple[Setup, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for shot in shots:
        for reading in shot.readings:
            if reading.metric in known and reading.value is not None:
                found[setup_of(shot.entry), reading.identity][reading.metric].append(reading.value)
    names = labels(shots)
    return tuple(
        _Own(_base(setup), names[setup].text, identity, values)
        for (setup, identity), values in sorted(found.items())
    )


def _base(setup: Setup) -> str:
    return setup.method.partition(":")[0].strip().lower().replace(" ", "-")


def _table(table: Table, own: Sequence[_Own]) -> dict[str, Any]:
    measured = [mine for mine in own if set(mine.values) & set(table.metrics)]
    rows: list[dict[str, Any]] = []
    for name, values in table.rows.items():
        rows.append(_row(table.names[name], f"published, {count(table.n, 'prompt')}", values, ours=False))
        rows += [_mine(table, mine) for mine in measured if mine.method == name]
    rows += [_mine(table, mine) for mine in measured if mine.method not in table.rows]
    return {
        "title": table.title, "source": table.source, "setting": table.setting, "notes": table.notes,
        "horizon": f"{table.horizon_s:g} s", "prompts": count(table.n, "prompt"),
        "columns": [metric.partition(".")[2] for metric in table.metrics], "rows": rows,
    }


def _mine(table: Table, mine: _Own) -> dict[str, Any]:
    own = [mine.values.get(metric) for metric in table.metrics]
    clips = max(len(values) for values in own if values)
    about = f"measured here, {count(clips, 'clip')}, {mine.identity}"
    return _row(mine.label, about, [statistics.fmean(v) if v else None for v in own], ours=True)


def _row(method: str, about: str, values: Sequence[float | None], *, ours: bool) -> dict[str, Any]:
    cells = [DASH if v is None else number(v) if ours else full(v) for v in values]
    return {"method": method or "no method named", "about": about, "cells": cells, "ours": ours}

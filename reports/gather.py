"""Sorts the tables by clip: each distinct file once per setup, with its readings and curves."""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from reports.axes import ONSET_AXES, axis_of, in_order
from reports.model import ClipEntry, ReportInput
from reports.text import words

if TYPE_CHECKING:
    import pandas as pd

_Curves: TypeAlias = dict[tuple[str, str], dict[float, float | None]]
"""Points by second, by metric and identity."""
NAMING = ("clip", "method", "configuration", "backbone", "weights_digest", "revision", "prompt_id", "seed")
"""Columns that tell clips without readable file apart, in the order of ``unread_key``."""
_SHORT_BY_S, _SHORT_BY = 0.5, 0.02
"""A clip is shorter than asked where both this many seconds and this share of the horizon are missing."""
_NOTHING = frozenset({"", "none"})


class Setup(NamedTuple):
    """Who made a clip: one row of a leaderboard. Clips of different setups are never pooled."""

    method: str
    configuration: str
    backbone: str
    weights_digest: str = ""
    revision: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One number of one clip, or the reason why there is none."""

    metric: str
    value: float | None
    unit: str
    direction: str
    status: str
    reason: str
    identity: str


@dataclass(frozen=True, slots=True)
class Series:
    """One curve of one clip; ``values`` are None in bins that could not be measured."""

    metric: str
    identity: str
    t_s: tuple[float, ...]
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Shot:
    """One distinct file of one setup with everything known about it."""

    key: str
    """Twelve hex digits, the name of its page and media."""
    entry: ClipEntry
    also: tuple[ClipEntry, ...]
    """Further entries of the same setup with the very same bytes."""
    twins: tuple[ClipEntry, ...]
    """Entries of other setups with the very same bytes; each of these setups has a shot of its own."""
    readings: tuple[Reading, ...]
    series: tuple[Series, ...]

    @property
    def path(self) -> Path:
        """Where its bytes can still be found: the first of its names whose file exists."""
        paths = [self.entry.path, *(entry.path for entry in (*self.also, *self.twins))]
        return next((path for path in paths if path.is_file()), self.entry.path)

    @property
    def meant_fixed(self) -> bool:
        """False where the clip was given as one whose camera is not fixed."""
        return all(entry.fixed_camera is not False for entry in (self.entry, *self.also))

    def get(self, metric: str, identity: str | None = None) -> Reading | None:
        """Return the reading under an identity, the first one if None.

        A reading whose identity is unknown, such as that of a file that could not be opened, stands under
        every identity.
        """
        same = [reading for reading in self.readings if reading.metric == metric]
        fits = (reading for reading in same if identity is None or reading.identity in (identity, ""))
        return next(fits, None)

    def all(self, metric: str) -> tuple[Reading, ...]:
        """Return every reading of a metric, one per identity."""
        return tuple(reading for reading in self.readings if reading.metric == metric)

    @property
    def end_s(self) -> float:
        """The last second that the tables know of this clip, 0 where they know none."""
        onsets = [r.value for r in self.readings if r.metric.endswith(".onset") and r.value is not None]
        return max([*onsets, *(series.t_s[-1] for series in self.series if series.t_s)], default=0.0)


    @property
    def length_s(self) -> float:
        """The clip's length in seconds, as measured, else the last second that the tables know."""
        lengths = (entry.facts.get("duration_s") for entry in (self.entry, *self.also))
        return next((float(s) for s in lengths if isinstance(s, int | float) and np.isfinite(s)), self.end_s)

    @property
    def asked_s(self) -> float | None:
        """The length asked for where the clip is shorter than that, else None."""
        asked = max((e.horizon_s for e in (self.entry, *self.also) if e.horizon_s is not None), default=0.0)
        short = self.length_s > 0 and asked - self.length_s > max(_SHORT_BY_S, _SHORT_BY * asked)
        return asked if short else None


@dataclass(frozen=True, slots=True, order=True)
class Column:
    """An axis under one measurement identity. Different identities never share a column."""

    axis: str
    identity: str


def setup_of(entry: ClipEntry) -> Setup:
    """Return the row to which a clip belongs; a backbone called ``none`` says nothing and becomes empty."""
    backbone = "" if entry.backbone in _NOTHING else entry.backbone
    return Setup(entry.method, entry.configuration, backbone, entry.weights_digest, entry.revision)


def by_setup(shots: Iterable[Shot]) -> dict[Setup, list[Shot]]:
    """Sort clips by their row; a row that is asked for and has none is empty."""
    found: dict[Setup, list[Shot]] = defaultdict(list)
    for shot in shots:
        found[setup_of(shot.entry)].append(shot)
    return found


def page_key(entry: ClipEntry) -> str:
    """Make twelve hex digits for a file: from the content, or from its naming where it is unreadable."""
    return entry.clip_sha256[:12] or unread_key(
        entry.clip, entry.method, entry.configuration, entry.backbone, entry.weights_digest, entry.revision,
        entry.prompt_id, entry.seed)


def unread_key(*naming: object) -> str:
    """Make the key of a clip without readable file from its cells ``NAMING``; clips may share a name."""
    *texts, seed = naming
    told = str(int(seed)) if isinstance(seed, int | float | np.integer) and np.isfinite(seed) else ""
    parts = ("unread", *map(words, texts), told)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def shots(data: ReportInput) -> tuple[Shot, ...]:
    """Return the distinct files of each setup, sorted by method, configuration, backbone and name.

    Entries with the same bytes count once within a setup; in several setups each has its own shot.
    """
    same: dict[str, dict[Setup, list[ClipEntry]]] = defaultdict(lambda: defaultdict(list))
    for entry in sorted(data.clips, key=entry_order):
        same[page_key(entry)][setup_of(entry)].append(entry)
    readings, series = _readings(data), _series(data)
    found = [
        Shot(_own_key(key, setup, first=not i), own[0], tuple(own[1:]), _others(setups, setup),
             readings.get(key, ()), series.get(key, ()))
        for key, setups in same.items() for i, (setup, own) in enumerate(setups.items())
    ]
    return tuple(sorted(found, key=lambda shot: entry_order(shot.entry)))


def _own_key(key: str, setup: Setup, *, first: bool) -> str:
    """Keep a file's key for the first setup that has it; further ones get a page of their own."""
    return key if first else hashlib.sha256("\0".join((key, *setup)).encode()).hexdigest()[:12]


def _others(setups: Mapping[Setup, Sequence[ClipEntry]], own: Setup) -> tuple[ClipEntry, ...]:
    return tuple(entry for setup, entries in setups.items() if setup != own for entry in entries)


def entry_order(entry: ClipEntry) -> tuple[str, str, str, str, str, str, int, str]:
    """Order clips as they are listed everywhere."""
    seed = -1 if entry.seed is None else entry.seed
    setup = entry.method, entry.configuration, entry.backbone, entry.weights_digest, entry.revision
    return (*setup, entry.clip, seed, str(entry.path))


def columns(all_shots: Iterable[Shot]) -> tuple[Column, ...]:
    """Find the axes that have an onset, each once per identity, in their fixed order."""
    found: dict[str, set[str]] = defaultdict(set)
    for shot in all_shots:
        for reading in shot.readings:
            if reading.metric.endswith(".onset"):
                found[axis_of(reading.metric)].add(reading.identity)
    return tuple(
        Column(axis, identity)
        for axis in in_order(found) for identity in sorted(found[axis] - {""} or {""})
    )


def _readings(data: ReportInput) -> dict[str, tuple[Reading, ...]]:
    found: dict[str, dict[tuple[str, str], Reading]] = defaultdict(dict)
    if data.results.empty:
        return {}
    wanted = ["metric", "value", "unit", "direction", "status", "reason", "identity", "clip_sha256", *NAMING]
    rows = _rows(data.results, wanted)
    for metric, value, unit, direction, status, reason, identity, digest, *naming in rows:
        reading = Reading(
            metric, _number(value), words(unit), words(direction), status, words(reason), words(identity),
        )
        found[words(digest)[:12] or unread_key(*naming)][metric, reading.identity] = reading
    return {key: tuple(sorted(own.values(), key=reading_order)) for key, own in found.items()}


def reading_order(reading: Reading) -> tuple[int, str, str]:
    """Order readings by axis, then by name and identity."""
    axis = axis_of(reading.metric)
    rank = ONSET_AXES.index(axis) if axis in ONSET_AXES else len(ONSET_AXES)
    return rank, reading.metric, reading.identity


def _series(data: ReportInput) -> dict[str, tuple[Series, ...]]:
    found: dict[str, _Curves] = defaultdict(lambda: defaultdict(dict))
    if data.curves.empty:
        return {}
    rows = _rows(data.curves, ["clip_sha256", "metric", "identity", "t_s", "value"])
    for (digest, metric, identity), points in groupby(rows, key=itemgetter(0, 1, 2)):
        found[digest[:12]][metric, words(identity)].update((t_s, _number(value)) for *_, t_s, value in points)
    return {
        key: tuple(
            Series(metric, identity, tuple(sorted(points)), tuple(points[t] for t in sorted(points)))
            for (metric, identity), points in sorted(curves.items())
        )
        for key, curves in found.items()
    }


def _rows(table: pd.DataFrame, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Rows as plain values; column by column, since text columns are slow to walk cell by cell."""
    return zip(*(table[name].tolist() for name in columns), strict=True)


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)

"""The leaderboard: one row per method where methods are named, else one row per clip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.gather import Column, Reading, Setup, Shot, by_setup
from reports.labels import Label
from reports.levels import Level, late_level
from reports.mixtures import HORIZON
from reports.standings import Standing, Standings, standings
from reports.survival import Survival
from reports.verdict import Verdict, not_credited, onset_time, steady_time, to_the_end, verdict


@dataclass(frozen=True, slots=True)
class AxisCell:
    """One method on one axis under one identity."""

    onset: Survival | None
    held: int
    """Clips that were read to their end without this failure; not counted are those cut short by another and
    those shorter than asked."""
    cut: int
    """Clips whose time was cut short because a rival failure or a moving camera came first."""
    silent: int
    """Ranked clips without a number here."""
    level: Level | None
    """Late levels; None where the clips of the method may not be pooled."""


@dataclass(frozen=True, slots=True)
class MethodRow:
    """A method in one configuration on one backbone."""

    setup: Setup
    label: Label
    clips: int
    ranked: int
    excepted: int
    """Clips left out because their camera is not meant to be fixed."""
    unmeasured: int
    prompts: int
    standing: Standing
    held: int
    """Clips that hold on every axis to their end, as long as asked."""
    short: int
    """Clips that hold on every axis but are shorter than asked."""
    moved: int
    """Clips whose steady time ends because the camera moves."""
    untold: int
    """Ranked clips without a steady time, because an axis has no number."""
    cells: tuple[AxisCell, ...]
    """One per leaderboard column."""

    @property
    def steady(self) -> Survival | None:
        """Time to the first failure of any axis."""
        return self.standing.steady


@dataclass(frozen=True, slots=True)
class Mark:
    """A number in a clip's row; ``reason`` says why it is struck through or absent."""

    reading: Reading | None
    reason: str

    @property
    def struck(self) -> bool:
        """Whether the number earns nothing."""
        return self.reading is not None and self.reading.value is not None and bool(self.reason)


@dataclass(frozen=True, slots=True)
class ClipRow:
    """One clip with its verdict and, per leaderboard column, onset and late level."""

    shot: Shot
    verdict: Verdict
    marks: tuple[tuple[Mark, Mark], ...]


def task_columns(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Keep the columns that a leaderboard shows: every axis with an onset but the premise."""
    return tuple(column for column in columns if column.axis != "premise")


def method_rows(shots: Sequence[Shot], columns: Sequence[Column], given: Standings | None = None
                ) -> tuple[MethodRow, ...]:
    """Make a row for each method in the order of its standing; ``given`` saves working those out again."""
    found = given or standings(shots, columns, {})
    groups = by_setup(shots)
    return tuple(_method_row(row, groups[row.setup], columns) for row in found.rows)


def _method_row(standing: Standing, group: Sequence[Shot], columns: Sequence[Column]) -> MethodRow:
    outcomes = [verdict(shot).outcome for shot in group]
    ranked = ranked_shots(group)
    return MethodRow(
        standing.setup,
        standing.label,
        clips=len(group),
        ranked=len(ranked),
        excepted=outcomes.count("excepted"),
        unmeasured=outcomes.count("unmeasured"),
        prompts=len({shot.entry.prompt_id for shot in ranked} - {""}),
        standing=standing,
        held=outcomes.count("holds"),
        short=outcomes.count("short"),
        moved=outcomes.count("moves"),
        untold=[steady_time(shot) for shot in ranked].count(None),
        cells=tuple(_axis_cell(ranked, column, standing) for column in columns),
    )


def ranked_shots(shots: Sequence[Shot]) -> tuple[Shot, ...]:
    """Keep the clips that count: camera meant to be fixed, every axis measured or abstaining for a reason."""
    return tuple(shot for shot in shots if verdict(shot).ranked)


def _axis_cell(ranked: Sequence[Shot], column: Column, standing: Standing) -> AxisCell:
    times = [onset_time(shot, column) for shot in ranked]
    onsets = [_mark(shot, f"{column.axis}.onset", column.identity) for shot in ranked]
    pooled = not any(mixture.field == HORIZON for mixture in standing.mixed)
    return AxisCell(
        onset=standing.axes[column],
        held=sum(_held(shot, mark) for shot, mark in zip(ranked, onsets, strict=True)),
        cut=sum(mark.struck for mark in onsets),
        silent=times.count(None),
        level=late_level(ranked, column) if pooled else None,
    )


def _held(shot: Shot, onset: Mark) -> bool:
    return onset.reading is not None and not onset.struck and shot.asked_s is None and to_the_end(
        shot, onset.reading)


def clip_rows(shots: Sequence[Shot], columns: Sequence[Column]) -> tuple[ClipRow, ...]:
    """Make one row per clip, by name."""
    by_name = sorted(shots, key=lambda shot: (shot.entry.clip, shot.key))
    return tuple(
        ClipRow(shot, verdict(shot), tuple(
            (_mark(shot, f"{c.axis}.onset", c.identity), _mark(shot, f"{c.axis}.late", c.identity))
            for c in columns
        ))
        for shot in by_name
    )


def _mark(shot: Shot, metric: str, identity: str) -> Mark:
    reading = shot.get(metric, identity)
    if reading is None:
        return Mark(None, "not measured")
    return Mark(reading, reading.reason if reading.value is None else not_credited(shot, reading))


"""From records to the two tables, for one set of clips."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

from metrics.types import Quantity
from metrics.validation.alarms import Alarms
from metrics.validation.natural import Natural
from metrics.validation.responses import Perturbation, Reading, Readings, Response, respond
from metrics.validation.selectivity import Selectivity, select
from metrics.validation.targets import Bars
from reports.csvtext import csv_text
from steadybench.records import Record
from steadybench.validation.work import Task

Row = TypeVar("Row", Response, Selectivity, Alarms, Natural)


@dataclass(frozen=True, slots=True)
class Results:
    """What a set of clips says about every metric."""

    clips: tuple[str, ...]
    bars: Bars
    responses: tuple[Response, ...]
    selectivity: tuple[Selectivity, ...]
    """Headlines first, otherwise in the order of the declarations."""

    @property
    def headlines(self) -> tuple[Selectivity, ...]:
        """The metrics that are held to the bars."""
        return tuple(row for row in self.selectivity if row.headline)


def results(
    quantities: Sequence[Quantity],
    perturbations: Sequence[Perturbation],
    records: Iterable[tuple[Task, Record]],
    bars: Bars,
) -> Results:
    """Do the statistics over records; failed records count as abstentions."""
    readings = Readings(
        (
            Reading(task.source.name, task.perturbation, task.severity, _numbers(record))
            for task, record in records
        ),
        perturbations,
    )
    responses: list[Response] = []
    found: list[Selectivity] = []
    for quantity in quantities:
        rows = respond(quantity, readings)
        responses += rows
        if (verdict := select(quantity, rows, readings, bars)) is not None:
            found.append(verdict)
    found.sort(key=lambda row: not row.headline)
    return Results(readings.clips(), bars, tuple(responses), tuple(found))


def _numbers(record: Record) -> dict[str, float | None]:
    return {value.metric: value.value for value in record.values}


def to_csv(rows: Sequence[Row], row_type: type[Row]) -> str:
    """Write rows with one column for each field; no number is an empty cell, infinity is ``inf``."""
    names = [item.name for item in fields(row_type)]
    return csv_text(names, ([cell(getattr(row, name)) for name in names] for row in rows))


def cell(value: object) -> str:
    """One value as the tables write it: six significant digits, ``true`` or ``false``, ``inf``."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.6g}" if math.isfinite(value) else str(value)
    return str(value)

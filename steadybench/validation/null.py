"""The records that show no failure: what thresholds and false alarms are counted on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from metrics.validation.alarms import Watched
from metrics.validation.responses import CLEAN
from metrics.validation.targets import NUISANCE
from steadybench.records import Record
from steadybench.validation.sources import Scene
from steadybench.validation.work import Task

LEVEL = ".level"


def watched(records: Iterable[tuple[Task, Record]], families: Mapping[str, str]) -> Iterator[Watched]:
    """Level curves of clean clips and of clips under a nuisance."""
    for task, record in without_failure(records, families):
        kind = NUISANCE if task.perturbation else "clean"
        for curve in record.curves:
            if curve.metric.endswith(LEVEL):
                yield Watched(curve.metric.removesuffix(LEVEL), medium(task), kind, curve)


def harmless(
    records: Iterable[tuple[Task, Record]], families: Mapping[str, str]
) -> Iterator[tuple[str, dict[str, float | None]]]:
    """Medium and values of the same clips."""
    for task, record in without_failure(records, families):
        yield medium(task), {value.metric: value.value for value in record.values}


def without_failure(
    records: Iterable[tuple[Task, Record]], families: Mapping[str, str]
) -> Iterator[tuple[Task, Record]]:
    """Keep what has no failure in it and was measured."""
    for task, record in records:
        harmless = task.perturbation == CLEAN or families.get(task.perturbation) == NUISANCE
        if harmless and not record.failure:
            yield task, record


def medium(task: Task) -> str:
    """Medium of a rendered scene, ``files`` for a clip from a file."""
    return task.source.medium if isinstance(task.source, Scene) else "files"

"""From clips that are wanted to records that exist."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from metrics.types import Identity
from steadybench import labels, stills
from steadybench.entries import MaskSource
from steadybench.errors import InputError
from steadybench.execute import Limits, Outcome, run_all
from steadybench.measurer import Measurer, Scored
from steadybench.progress import Progress
from steadybench.records import Record
from steadybench.store import Store
from steadybench.wanted import Wanted


@dataclass(frozen=True, slots=True)
class MeasureTask:
    """One pass over one clip."""

    clip: str
    path: Path
    clip_sha256: str
    mask: Path | None
    mask_sha256: str
    mask_source: MaskSource
    identities: tuple[Identity, ...]
    """The measurements that have no record yet."""
    seconds: float | None = None
    """Length of the clip as it was asked for, where that is known: a forecast of the work, no more."""
    media: Path | None = None
    """Folder of the report that gets the clip's stills while its file is at hand; None for none."""


def open_tasks(wanted: Wanted, store: Store, out: Path, media: Path | None = None) -> list[MeasureTask]:
    """Wanted minus present: one task for each file content and mask that lacks a good record.

    ``media`` is the folder of the report for the clips' stills, if they are to be made too.
    """
    tasks: dict[tuple[str, str], MeasureTask] = {}
    for entry in wanted.entries:
        missing = tuple(
            wanted.identities[entry.mask_source][name]
            for name, key in wanted.keys(entry).items()
            if (record := store.load(key)) is None or record.failure
        )
        if missing:
            tasks.setdefault(
                (entry.clip_sha256, entry.mask_sha256),
                MeasureTask(
                    clip=entry.clip,
                    path=entry.file(out),
                    clip_sha256=entry.clip_sha256,
                    mask=out / entry.mask if entry.mask else None,
                    mask_sha256=entry.mask_sha256,
                    mask_source=entry.mask_source,
                    identities=missing,
                    seconds=entry.horizon_s,
                    media=media,
                ),
            )
    return list(tasks.values())


def measure_all(
    tasks: Sequence[MeasureTask], measurer: Measurer, store: Store, limits: Limits, say: Progress
) -> None:
    """Run the tasks and write each record the moment it is there.

    Raises:
        StorageError: the disk is full; records written before stay.
    """
    known = all(task.seconds for task in tasks)
    work = [task.seconds or 1.0 if known else 1.0 for task in tasks]
    with (
        say.stage("Measuring clips", len(tasks), sum(work), limits.jobs) as stage,
        closing(run_all(partial(measure_clip, measurer), tasks, limits)) as outcomes,
    ):
        for outcome in outcomes:
            task = tasks[outcome.index]
            records = _records(task, outcome)
            for record in records:
                store.save(record)
            stage.done(work[outcome.index], _failure(task, records))


def _records(task: MeasureTask, outcome: Outcome[tuple[Record, ...]]) -> tuple[Record, ...]:
    return failed_records(task, outcome.failure) if outcome.result is None else outcome.result


def _failure(task: MeasureTask, records: Iterable[Record]) -> str:
    failures = sorted({record.failure for record in records if record.failure})
    return f"{task.clip} failed: {'; '.join(failures)}" if failures else ""


def measure_clip(measurer: Measurer, task: MeasureTask) -> tuple[Record, ...]:
    """Measure one clip in a worker process; a clip that cannot be measured gives failed records."""
    from metrics.errors import ClipError

    try:
        given = None if task.mask is None else labels.read(task.mask)
        if given is not None and labels.digest(given) != task.mask_sha256:
            return failed_records(
                task, "the mask changed while the run was going on; run the same command again"
            )
        names = [identity.measurement for identity in task.identities]
        scored = measurer.measure(task.path, names, given, task.mask_source)
    except ClipError as error:
        return failed_records(task, f"{error.reason}; {error.advice}")
    except InputError as error:
        return failed_records(task, str(error))
    if task.media is not None:
        stills.keep(task.path, task.clip_sha256, task.media)
    return _checked(task, scored, {quantity.id for quantity in measurer.quantities()})


def _checked(task: MeasureTask, scored: Scored, declared: set[str]) -> tuple[Record, ...]:
    """Hold a result against what was announced, so that no number lands under a foreign name."""
    found = {measurement.identity.digest: measurement for measurement in scored.measurements}
    if set(found) != {identity.digest for identity in task.identities}:
        raise ValueError("the metrics returned other measurement identities than they announced")
    unknown = {value.metric for item in scored.measurements for value in item.values} - declared
    if unknown:
        raise ValueError(f"the metrics returned undeclared quantities: {sorted(unknown)}")
    return tuple(
        Record(
            clip_sha256=task.clip_sha256,
            mask_sha256=task.mask_sha256,
            identity=measurement.identity,
            facts=scored.facts,
            pixels_sha256=scored.mask_sha256,
            values=measurement.values,
            curves=measurement.curves,
            notes=measurement.notes,
        )
        for measurement in scored.measurements
    )


def failed_records(task: MeasureTask, reason: str) -> tuple[Record, ...]:
    """One failed record for each measurement that was asked for."""
    return tuple(
        Record(task.clip_sha256, task.mask_sha256, identity, failure=reason) for identity in task.identities
    )

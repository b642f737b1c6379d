"""From planned clips to finished clips. Each is made in a worker process and declared finished last."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

from generators.contract import ClipFile, Delivery, FrameStream, Generator, GeneratorError, LabelMap
from generators.delivery import check_delivery
from metrics.errors import one_line
from steadybench import atomic, labels
from steadybench.clips import ClipNote, ClipStore, file_sha256
from steadybench.crowd import check_crowd
from steadybench.device import device_name
from steadybench.errors import StorageError, cannot_write, is_storage_fault
from steadybench.execute import Limits, run_all
from steadybench.outlook.forecast import forecast
from steadybench.plan import Method, PlannedClip, description
from steadybench.progress import Progress
from steadybench.studio import Studio


@dataclass(frozen=True, slots=True)
class MakeTask:
    """One clip to make in one output folder."""

    planned: PlannedClip
    out: Path


@dataclass(frozen=True, slots=True)
class Made:
    """How making a clip ended: both empty when it is finished."""

    failure: str = ""
    """What is wrong with the job; other jobs go on."""
    unwritable: str = ""
    """Why the output takes no more bytes; the run stops."""


def make_all(
    planned: Sequence[PlannedClip], studio: Studio, out: Path, limits: Limits, say: Progress
) -> dict[str, str]:
    """Make the clips that are not there yet.

    Returns:
        Why a clip is missing, by its key; a clip that is finished has no entry.

    Raises:
        StorageError: the disk is full; finished clips stay.
        InputError: so many workers do not fit on a GPU together.
    """
    store = ClipStore(out)
    tasks = [MakeTask(item, out) for item in planned if not _is_there(item, store)]
    check_crowd([task.planned for task in tasks], limits.jobs)
    say(f"{len(planned)} clips planned, {len(tasks)} to make.")
    if tasks:
        say(forecast([task.planned for task in tasks], out))
    failures: dict[str, str] = {}
    store.clear()
    seconds = sum(task.planned.job.seconds for task in tasks)
    with (
        say.stage("Making clips", len(tasks), seconds, limits.jobs) as stage,
        closing(run_all(partial(make_clip, studio), tasks, limits)) as outcomes,
    ):
        for outcome in outcomes:
            item = tasks[outcome.index].planned
            made = outcome.result or Made(failure=outcome.failure)
            if made.unwritable:
                raise StorageError(made.unwritable)
            if made.failure:
                failures[item.key] = made.failure
            stage.done(item.job.seconds, made.failure and f"{item.name} failed: {made.failure}")
    store.clear()
    return failures


def _is_there(item: PlannedClip, store: ClipStore) -> bool:
    """Whether a clip need not be made; recorded clips may have been replaced, so they are linked anew."""
    return item.method.info.prompts_matter and store.load(item.key) is not None


def make_clip(studio: Studio, task: MakeTask) -> Made:
    """Make one clip in a worker process."""
    method, job = task.planned.method, task.planned.job
    store = ClipStore(task.out)
    try:
        generator = _same(studio, method)
        workspace = store.workspace(task.planned.key)
        began = time.monotonic()
        delivery = generator.generate(job, workspace)
        check_delivery(delivery, job, keeps_size=method.info.prompts_matter)
        if isinstance(delivery, FrameStream):
            began = time.monotonic()  # until here weights were loaded; the frames come while they are written
        _finish(studio, task.planned, delivery, store, workspace, began)
    except GeneratorError as error:
        return Made(failure=one_line(str(error)))
    except StorageError as error:
        return Made(unwritable=str(error))
    except OSError as error:
        if is_storage_fault(error):
            return Made(unwritable=str(cannot_write(store.folder, error)))
        raise
    return Made()


def _same(studio: Studio, method: Method) -> Generator:
    """The generator that was planned with.

    Raises:
        GeneratorError: it says of itself other things than then, so its clips would bear a wrong key.
    """
    generator = _loaded(studio, method.spec, tuple(sorted(method.options.items())))
    if generator.info != method.info:
        raise GeneratorError(
            "its weights or its program have changed since this run began, and its clips would pass for "
            "those of the old ones; run the same command again"
        )
    return generator


@lru_cache(maxsize=1)
def _loaded(studio: Studio, spec: str, options: tuple[tuple[str, str], ...]) -> Generator:
    """Keep the last generator: weights are loaded once a worker, and never two networks side by side."""
    return studio.load(spec, dict(options))


def _finish(
    studio: Studio,
    planned: PlannedClip,
    delivery: Delivery,
    store: ClipStore,
    workspace: Path,
    began: float,
) -> None:
    file, given = _as_file(studio, planned, delivery, workspace)
    made_s = time.monotonic() - began
    name = store.adopt(file, planned.key)
    label_name, label_digest = _write_labels(given, planned.key, store)
    note = ClipNote(
        file=name,
        clip_sha256=file_sha256(store.folder / name),
        labels=label_name,
        labels_sha256=label_digest,
        prompt_as_used=delivery.prompt_as_used or planned.job.prompt.text,
        made_from=description(planned.method, planned.job),
        made_s=made_s,
        device=device_name(planned.method.options) if isinstance(delivery, FrameStream) else "",
        notes=delivery.notes,
    )
    store.finish(planned.key, note)


def _as_file(
    studio: Studio, planned: PlannedClip, delivery: Delivery, workspace: Path
) -> tuple[Path, LabelMap | None]:
    if isinstance(delivery, ClipFile):
        if planned.method.info.prompts_matter:  # a clip that existed before keeps its own size and length
            studio.check_file(delivery.path, planned.job)
        if not delivery.path.is_file():
            raise GeneratorError(f"the generator named {delivery.path}, which is no file; check its output")
        return delivery.path, delivery.labels
    file = workspace / "clip.mp4"
    return file, studio.encode(delivery, planned.job, file)


def _write_labels(labelled: LabelMap | None, key: str, store: ClipStore) -> tuple[str, str]:
    if labelled is None:
        return "", ""
    name = f"{key}.labels.png"
    atomic.write_bytes(store.folder / name, labels.png(labelled))
    return name, labels.digest(labelled)

"""``steadybench validate``: spoil clean clips in known ways and see what every metric makes of it."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeAlias

from metrics.clip import sha256_of_file
from metrics.errors import ClipError
from metrics.types import Json
from metrics.validation.alarms import Alarms, alarms
from metrics.validation.natural import Natural, natural
from metrics.validation.responses import Response
from metrics.validation.selectivity import Selectivity
from metrics.validation.targets import PROCEDURAL, WITH_REAL
from steadybench import atomic, discover
from steadybench.errors import INCOMPLETE, OK, NothingFoundError
from steadybench.execute import Limits, run_all
from steadybench.progress import Progress
from steadybench.records import Record, identity_json
from steadybench.store import Store
from steadybench.validation import page
from steadybench.validation.null import harmless, watched
from steadybench.validation.results import Results, results, to_csv
from steadybench.validation.sources import FileClip, Scene, Source, Split, scenes, scratch_file
from steadybench.validation.work import Instrument, Task, TruthOrEarly, in_order, measure_task, tasks_of

LADDERS, QUICK_LADDERS = 2, 1
"""How many clips of a kind get every severity unless asked otherwise; all get the strongest."""
LEVELS = ("drift.late", "stagnation.late", "hardening.late")
"""A clip from a file is of use if one of these can be measured on it clean."""
Done: TypeAlias = "tuple[Task, Record]"


@dataclass(frozen=True, slots=True)
class ValidateRequest:
    """What to validate on."""

    out: Path
    clips: Path | None = None
    """Folder of real clips."""
    split: Split = "report"
    seeds: Sequence[int] = (0, 1, 2)
    """Numbers of seeds within the half."""
    quick: bool = False
    ladders: int | None = None
    """How many rendered scenes, and how many files, get every severity; None for :data:`LADDERS`."""
    mask: TruthOrEarly = "early"
    """Mask of rendered scenes; clips from files always have ``early`` ones."""
    limits: Limits = field(default_factory=Limits)
    command: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Validated:
    """How a run ended."""

    sets: Mapping[str, Results]
    failed: tuple[str, ...]
    page: Path

    @property
    def exit_code(self) -> int:
        """0 if every measurement was taken, whether or not the bars are reached."""
        return INCOMPLETE if self.failed else OK


def validate(request: ValidateRequest, instrument: Instrument, say: Progress) -> Validated:
    """Measure what has no record yet, then write tables and page.

    Raises:
        SteadybenchError: with an exit code and a message for people.
    """
    with atomic.locked(request.out):
        atomic.sweep(request.out)
        run = _Run(request, instrument, say)
        rendered = scenes(request.split, request.seeds, request.quick, run.ladders)
        kept, left_out = run.keep(_files(request.clips, request.out))
        records, failed = run.measure([*rendered, *kept])
        shutil.rmtree(run.scratch, ignore_errors=True)
        return run.publish(rendered, kept, left_out, records, failed)


class _Run:
    def __init__(self, request: ValidateRequest, instrument: Instrument, say: Progress) -> None:
        self._request, self._instrument, self._say = request, instrument, say
        self._store = Store(request.out, say)
        self._families = {item.id: item.family for item in instrument.perturbations()}
        self.scratch = request.out / "scratch"
        usual = QUICK_LADDERS if request.quick else LADDERS
        self.ladders = usual if request.ladders is None else request.ladders

    def tasks(self, source: Source) -> tuple[Task, ...]:
        mask = self._request.mask if isinstance(source, Scene) else "early"
        return tasks_of(source, self._instrument, mask, self.scratch)

    def keep(self, files: Sequence[FileClip]) -> tuple[list[FileClip], dict[str, str]]:
        """Measure clips from files clean, and leave out those that cannot show what the suite asks."""
        clean = {file: self.tasks(file)[0] for file in files}
        self._do(list(clean.values()), "Looking at clips")
        kept: list[FileClip] = []
        left_out: dict[str, str] = {}
        for file, task in clean.items():
            if reason := unfit(self._store.load(task.key)):
                left_out[file.name] = reason
                self._say(f"{file.name} is left out: {reason}.")
            else:
                kept.append(FileClip(file.path, file.sha256, ladder=len(kept) < self.ladders))
        return kept, left_out

    def measure(self, sources: Sequence[Source]) -> tuple[list[Done], list[str]]:
        """Do all tasks that have no record, and return the records of all."""
        tasks = in_order([self.tasks(source) for source in sources])
        self._say(f"{len(sources)} clips, {len(tasks)} measurements.")
        self._do(tasks, "Validating")
        records: list[Done] = []
        failed = []
        for task in tasks:
            record = self._store.load(task.key)
            if record is None or record.failure:
                failed.append(f"{task}: {record.failure if record else 'was not measured'}")
            if record is not None:
                records.append((task, record))
        return records, failed

    def _do(self, tasks: Sequence[Task], title: str) -> None:
        todo = [task for task in tasks if (r := self._store.load(task.key)) is None or r.failure]
        left = Counter(task.source.name for task in todo)
        limits = self._request.limits
        with (
            self._say.stage(title, len(todo), len(todo), limits.jobs) as stage,
            closing(run_all(partial(measure_task, self._instrument), todo, limits)) as outcomes,
        ):
            for outcome in outcomes:
                task = todo[outcome.index]
                record = task.failed(outcome.failure) if outcome.result is None else outcome.result
                self._store.save(record)
                stage.done(failure=f"{task} failed: {record.failure}" if record.failure else "")
                left[task.source.name] -= 1
                if not left[task.source.name]:
                    scratch_file(task.source, self.scratch).unlink(missing_ok=True)

    def publish(
        self,
        rendered: Sequence[Scene],
        kept: Sequence[FileClip],
        left_out: Mapping[str, str],
        records: Sequence[Done],
        failed: Sequence[str],
    ) -> Validated:
        """Write tables and page, and tell the verdicts."""
        out, names = self._request.out, [s.name for s in rendered] + [f.name for f in kept]
        sets = {"rendered": self._results(records, [scene.name for scene in rendered])}
        if kept:
            sets["files"] = self._results(records, [file.name for file in kept])
            sets["all"] = self._results(records, names)
        for name, found in sets.items():
            last = name == list(sets)[-1]
            for ending in ("", f"_{name}") if last and len(sets) > 1 else ("",) if last else (f"_{name}",):
                atomic.write_text(out / f"validation{ending}.csv", to_csv(found.responses, Response))
                atomic.write_text(out / f"selectivity{ending}.csv", to_csv(found.selectivity, Selectivity))
        atomic.write_text(out / "alarms.csv", to_csv(alarms(watched(records, self._families)), Alarms))
        atomic.write_text(out / "natural.csv", to_csv(natural(harmless(records, self._families)), Natural))
        body = self._described(rendered, kept, left_out)
        atomic.write_text(out / "validation.json", json.dumps(body, indent=1, sort_keys=True) + "\n")
        text = page.markdown(
            "Validation", list(_facts(self._request, len(rendered), len(kept), left_out)), sets
        )
        atomic.write_text(out / "validation.md", text)
        for name, found in sets.items():
            for line in page.summary(found, name):
                self._say(line)
        for line in failed:
            self._say(f"Failed: {line}")
        return Validated(sets, tuple(failed), out / "validation.md")

    def _results(self, records: Sequence[Done], clips: Iterable[str]) -> Results:
        wanted = set(clips)
        used = [(task, record) for task, record in records if task.source.name in wanted]
        bars = PROCEDURAL if all(isinstance(task.source, Scene) for task, _ in used) else WITH_REAL
        return results(self._instrument.quantities(), self._instrument.perturbations(), used, bars)

    def _described(
        self, rendered: Sequence[Scene], kept: Sequence[FileClip], left_out: Mapping[str, str]
    ) -> dict[str, Json]:
        identity = self._instrument.identity(self._request.mask)
        return {
            "command": list(self._request.command),
            "split": self._request.split,
            "mask": self._request.mask,
            "identity": identity_json(identity),
            "rendered": [scene.described | {"ladder": scene.ladder} for scene in rendered],
            "files": [file.described | {"name": file.name, "ladder": file.ladder} for file in kept],
            "left_out": dict(left_out),
        }


def _files(folder: Path | None, out: Path) -> list[FileClip]:
    """Clips of a folder, each content once.

    Raises:
        NothingFoundError: there is none.
    """
    if folder is None:
        return []
    found: dict[str, FileClip] = {}
    for item in discover.scan([folder], out).found:
        try:
            digest = sha256_of_file(item.path)
        except ClipError:
            continue
        found.setdefault(digest, FileClip(item.path, digest))
    if not found:
        raise NothingFoundError(f"No clip was found in {folder}.")
    return list(found.values())


def unfit(record: Record | None) -> str:
    """Why a clip from a file cannot serve as a clean one; empty where it can."""
    if record is None or record.failure:
        return record.failure if record else "it was not measured"
    values = {value.metric: value for value in record.values}
    camera = values.get("premise.onset")
    if camera is not None and camera.status == "ok":
        return f"its camera moves from second {camera.value:g}"
    late = {name: values[name] for name in LEVELS if name in values}
    if late and all(value.value is None for value in late.values()):
        return "; ".join(sorted({value.reason for value in late.values()}))
    return ""


def _facts(request: ValidateRequest, rendered: int, kept: int, left_out: Mapping[str, str]) -> Iterator[str]:
    """What was run, in sentences."""
    yield f"Command: `{' '.join(request.command) or 'steadybench validate'}`"
    yield f"{rendered} rendered scenes of the half `{request.split}`, masks `{request.mask}`."
    yield f"{kept} clips from files, masks `early`."
    yield "All severities on a few clips, the strongest on all; `validation.json` says which."
    for name, reason in left_out.items():
        yield f"Left out: {name}: {reason}."

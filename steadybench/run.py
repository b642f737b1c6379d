"""A whole run: plan, make clips, score them, report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generators.contract import GeneratorError
from metrics.types import Json
from prompts.types import Suite
from steadybench import atomic
from steadybench.clips import ClipNote, ClipStore
from steadybench.collect import Collected, mark_duplicates
from steadybench.entries import EARLY, Entry
from steadybench.errors import InputError
from steadybench.execute import Limits
from steadybench.generate import make_all
from steadybench.measurer import Measurer
from steadybench.plan import Format, Method, PlannedClip, plan
from steadybench.progress import Progress
from steadybench.remarks import REWRITTEN, described, formats, rewritten
from steadybench.score import Order, Summary, score_entries
from steadybench.studio import Studio


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What a run is to make."""

    title: str
    suite: Suite
    methods: Sequence[tuple[str, Mapping[str, str]]]
    """Specs ``method`` or ``method:configuration``, each with its options."""
    seeds: Sequence[int]
    shape: Format
    making: Limits
    """Workers and time for making clips; scoring has its own."""
    source: str = ""
    """The suite as the command line names it; empty where its name says it."""
    plugins: Sequence[Path] = ()
    """Single files with methods."""


def run_suite(
    request: RunRequest, studio: Studio, measurer: Measurer, order: Order, say: Progress
) -> Summary:
    """Make and score prompts x methods x seeds in ``order.out``.

    Raises:
        SteadybenchError: with an exit code and a message for people.
    """
    if any(_reads_gigabytes(spec, options) for spec, options in request.methods):
        say("Checking published files; each is read whole the first time, a minute or so for 10 GB.")
    methods = load_methods(request.methods, studio, request.shape)
    planned = plan(methods, request.suite.prompts, request.seeds, request.shape)
    with atomic.locked(order.out):
        atomic.sweep(order.out)
        failures = make_all(planned, studio, order.out, request.making, say)
        store = ClipStore(order.out)
        entries = [_finished(item, store, failures.get(item.key, "")) for item in planned]
        marked, duplicates = mark_duplicates(entries)
        notices = (*rewritten(planned, entries), *formats(planned), *duplicates)
        collected = Collected(tuple(marked), notices)
        about: dict[str, Json] = {"asked": _asked(request), "methods": described(planned)}
        return score_entries(request.title, collected, measurer, order, say, about)


def _asked(request: RunRequest) -> dict[str, Json]:
    """What ``run.json`` keeps of the command, so that any clip alone can be asked for again."""
    shape = request.shape
    found: dict[str, Json] = {"suite": request.source or request.suite.name, "fps": shape.fps}
    found |= {"size": list(shape.size) if shape.size else None, "plugins": [*map(str, request.plugins)]}
    return {key: value for key, value in found.items() if value}


def _reads_gigabytes(spec: str, options: Mapping[str, str]) -> bool:
    """Whether the digest of a published checkpoint is part of this row."""
    return spec.partition(":")[2].startswith("native") or options.get("backbone") == "wan2.1-1.3b"


def choose_prompts(suite: str, ids: Sequence[str] | None, limit: int | None) -> Suite:
    """Load a suite by built-in name or file, and the part of it that is wanted.

    Raises:
        InputError: with all faults of the suite or of the choice.
    """
    from prompts.loader import load_suite, select
    from prompts.schema import SuiteError

    try:
        return select(load_suite(suite), ids=ids, limit=limit)
    except SuiteError as error:
        raise InputError(str(error)) from None


def title_of(suite: Suite, seconds: float) -> str:
    """What a run is called: the suite, how many of its prompts, and the horizon."""
    count = len(suite.prompts)
    told = "1 prompt" if count == 1 else f"{count} prompts"
    return f"{suite.name}, version {suite.version}: {told}, {seconds:g} s"


def load_methods(
    specs: Sequence[tuple[str, Mapping[str, str]]], studio: Studio, shape: Format
) -> list[Method]:
    """Load every generator once to learn who it is, and collect all that is wrong.

    Raises:
        InputError: unknown methods, wrong options, a format that a method does not make, or two specs that
            stand for the same clips.
    """
    methods, faults = [], []
    for spec, options in specs:
        try:
            info = studio.load(spec, options).info
        except GeneratorError as error:
            faults.append(str(error))
            continue
        methods.append(Method(spec, options, info, studio.file_sha256(spec)))
        faults += [f"{spec}: {fault}" for fault in shape.faults(info)]
    names = Counter(item.name for item in methods)
    faults += [f"{name} is named {count} times" for name, count in names.items() if count > 1]
    if faults:
        raise InputError(
            "The methods cannot be used as named:\n"
            + "\n".join(f"  {fault}" for fault in dict.fromkeys(faults))
        )
    return methods


def _finished(item: PlannedClip, store: ClipStore, failure: str) -> Entry:
    """What the tables want of one planned clip; a clip of an earlier run does not stand in for a failure."""
    return _entry(item, None if failure else store.load(item.key), failure)


def _entry(item: PlannedClip, note: ClipNote | None, failure: str) -> Entry:
    info, job = item.method.info, item.job
    problem = "" if note else failure or "the clip was not made; run the same command again"
    return Entry(
        clip=item.name,
        path=f"clips/{note.file}" if note else "",
        method=info.method,
        backbone=info.backbone,
        configuration=info.configuration,
        weights_digest=info.weights_digest,
        revision=info.revision,
        prompt_id=job.prompt.id,
        prompt=job.prompt.text,
        seed=job.seed,
        horizon_s=job.seconds,
        fixed_camera=True,
        mask=f"clips/{note.labels}" if note and note.labels else "",
        mask_source="truth" if note and note.labels else "early",
        clip_sha256=note.clip_sha256 if note else "",
        mask_sha256=note.labels_sha256 if note and note.labels else EARLY,
        problem=problem,
        notes=(*_prompt_note(item, note), *(note.notes if note else ())),
    )


def _prompt_note(item: PlannedClip, note: ClipNote | None) -> tuple[str, ...]:
    if note is None or note.prompt_as_used == item.job.prompt.text:
        return ()
    return (f"{REWRITTEN}: {note.prompt_as_used}",)

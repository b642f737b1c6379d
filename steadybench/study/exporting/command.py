"""``study export``: from the plan and the key to the folder that raters see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from steadybench import atomic, errors
from steadybench.errors import cannot_write
from steadybench.progress import Progress
from steadybench.study import key as keyfile
from steadybench.study import planfile, wording
from steadybench.study.exporting import ledger, places, record, settings
from steadybench.study.exporting.filming import films, named
from steadybench.study.exporting.finishing import finish
from steadybench.study.exporting.marks import FEWEST
from steadybench.study.exporting.order import Made, Order, by_token, orders
from steadybench.study.exporting.public import Wording, by_option, check_wording
from steadybench.study.key import Key
from steadybench.study.locking import exported, lockfile
from steadybench.study.model import Plan

_PAGE = "index.html"
"""Missing as long as an export is not finished."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked for."""

    study: Path
    out: Path
    key: Path | None = None
    jobs: int = 1
    qp: int = settings.QP
    allow_flashing: bool = False
    said: Wording = field(default_factory=Wording)


def export(asked: Request, progress: Progress) -> int:
    """Write the folder for raters, and ``export.json`` beside the plan.

    Every clip is encoded anew. What an earlier, broken off call finished is kept.

    Returns:
        The exit code: 0, or 3 where clips are missing, changed or flashing; the others are kept.

    Raises:
        InputError: the plan, the key, an address or the places are not right; nothing was written.
        StorageError: something cannot be written.
    """
    from reports.rating import bundle

    check_wording(asked.said)
    plan, path = planfile.load(asked.study), asked.key or asked.study / keyfile.FILE
    key = keyfile.load(path)
    wording.check(by_option(asked.said), key)
    every = orders(plan, key, asked.out / settings.CLIPS, asked.qp)
    places.check(asked.study, asked.out, path, [Path(one.source.path) for one in every if one.source])
    places.check_contents(asked.out, (_PAGE, bundle.STYLE, *bundle.SCRIPTS))
    with atomic.locked(asked.study):
        try:
            return _export(asked, plan, key, every, progress)
        except OSError as error:
            raise cannot_write(asked.out, error) from error


def _export(asked: Request, plan: Plan, key: Key, every: tuple[Order, ...], progress: Progress) -> int:
    for unfinished in (asked.study / record.FILE, asked.out / _PAGE):
        unfinished.unlink(missing_ok=True)
    atomic.sweep(asked.out)
    (asked.out / settings.CLIPS).mkdir(parents=True, exist_ok=True)
    found = films(asked.study, every, asked.jobs, progress)
    made = by_token(found, every)
    faults = [f"{named(order)}: {fault}" for order in every if (fault := found[order.identity].fault)]
    faults += [] if asked.allow_flashing else _flashing(plan, key, made)
    if faults:
        for fault in faults:
            progress(fault)
        progress(f"The export is not finished: {len(faults)} of {len(every)} clips are not right. The "
                 "others are kept; the same command goes on.")
        return errors.INCOMPLETE
    whole = finish(asked.out, plan, key, made, asked.said, asked.qp)
    record.save(asked.study, plan, whole)
    ledger.prune(asked.study, every)
    return _told(asked, plan, key, whole, progress)


def _told(asked: Request, plan: Plan, key: Key, whole: record.Export, progress: Progress) -> int:
    """Say what came out and what to look at; the exit code says whether it is what was locked."""
    for mark in whole.marks:
        progress(f"{key.systems[mark.system].label} shows the same at one place whatever the prompt "
                 f"({mark.place}), as a logo, a caption or a border does. Look at it; 'study plan --exclude' "
                 "removes clips for both sides.")
    if len(plan.prompts) < FEWEST:
        progress(f"Logos and captions can be told from scenes with {FEWEST} prompts or more, and there are "
                 f"{len(plan.prompts)}: look for them yourself.")
    total = sum(one.bytes for one in whole.files.values())
    progress(f"{len(whole.made)} clips, {len(plan.sessions)} sessions, {total / 1e6:.0f} MB in {asked.out}")
    if not (asked.study / lockfile.FILE).exists():
        return errors.OK
    locked = lockfile.load(asked.study).export
    other = exported.differing(locked, {name: one.sha256 for name, one in whole.files.items()})
    if other:
        progress(f"The study is locked, and this is another export than was locked: {len(other)} of "
                 f"{len(locked)} files differ, such as {other[0]}. Export with the options and the version "
                 "that were locked.")
    return errors.INCOMPLETE if other else errors.OK


def _flashing(plan: Plan, key: Key, made: Mapping[str, Made]) -> list[str]:
    return list(dict.fromkeys(_flashes(plan, key, made)))


def _flashes(plan: Plan, key: Key, made: Mapping[str, Made]) -> Iterator[str]:
    stimuli = {one.token: one for one in plan.stimuli}
    for token, count in record.flashing(made).items():
        source = key.sources.get(stimuli[token].source)
        name = source.clip if source else f"{stimuli[token].kind} {token}"
        yield (f"{name}: flashes {count:g} times in a second, which may cause seizures. Leave it out "
               "with 'study plan --exclude', or warn raters with --allow-flashing.")

"""``study export``: from the plan and the key to the folder that raters see."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from steadybench import atomic, errors
from steadybench.errors import StorageError, cannot_write
from steadybench.execute import Limits, run_all
from steadybench.progress import Progress
from steadybench.study import key as keyfile
from steadybench.study import planfile
from steadybench.study.exporting import ledger, padding, places, record, settings
from steadybench.study.exporting.making import make
from steadybench.study.exporting.marks import Mark, marks
from steadybench.study.exporting.order import Made, Order, by_token, failed, orders
from steadybench.study.exporting.public import Wording, check_wording, public
from steadybench.study.key import Key
from steadybench.study.model import Plan

_LIMIT_S = 3600.0
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
    films = _films(asked, every, progress)
    faults = [f"{_named(order)}: {fault}" for order in every if (fault := films[order.identity].fault)]
    made = by_token(films, every)
    if not asked.allow_flashing:
        faults += _flashing(plan, key, made)
    if faults:
        for fault in faults:
            progress(fault)
        progress(f"The export is not finished: {len(faults)} of {len(every)} clips are not right. The "
                 "others are kept; the same command goes on.")
        return errors.INCOMPLETE
    _finish(asked, plan, key, made, progress)
    ledger.prune(asked.study, every)
    return errors.OK


def _films(asked: Request, every: tuple[Order, ...], progress: Progress) -> dict[str, Made]:
    """Every film by the identity of its order: kept ones, and those made now."""
    films = {order.identity: made for order in every if (made := ledger.kept(asked.study, order)) is not None}
    todo = [order for order in every if order.identity not in films]
    if films:
        progress(f"{len(films)} of {len(every)} clips are there already.")
    work = sum(order.stimulus.seconds for order in todo)
    with (progress.stage("Encoding clips", len(todo), work, asked.jobs) as stage,
          closing(run_all(make, todo, Limits(asked.jobs, _LIMIT_S))) as outcomes):
        for outcome in outcomes:
            order = todo[outcome.index]
            made = outcome.result or failed(outcome.failure)
            if made.disk_full:
                raise StorageError(f"Cannot write {order.folder}: {made.fault}. Free some space, then "
                                   "run the same command again; finished clips are kept.")
            if not made.fault:
                ledger.keep(asked.study, order, made)
            films[order.identity] = made
            stage.done(order.stimulus.seconds, f"{_named(order)}: failed" if made.fault else "")
    return films


def _finish(asked: Request, plan: Plan, key: Key, made: Mapping[str, Made], progress: Progress) -> None:
    from reports.rating import bundle

    _fill(asked.out, plan, key, made)
    pages = bundle.write(asked.out, public(plan, key, made, asked.said))
    clips = {settings.file_name(token) for token in made}
    places.prune(asked.out, frozenset(clips | {path.relative_to(asked.out).as_posix() for path in pages}))
    _dated(asked.out)
    found = _marks(plan, made)
    whole = record.Export(record.listed(asked.out, made), made, found, asked.qp, asked.said.receiver)
    record.save(asked.study, plan, whole)
    for mark in found:
        progress(f"{key.systems[mark.system].label} shows the same at one place whatever the prompt "
                 f"({mark.place}), as a logo, a caption or a border does. Look at it; 'study plan --exclude' "
                 "removes clips for both sides.")
    total = sum(one.bytes for one in whole.files.values())
    progress(f"{len(made)} clips, {len(plan.sessions)} sessions, {total / 1e6:.0f} MB in {asked.out}")


def _fill(out: Path, plan: Plan, key: Key, made: Mapping[str, Made]) -> None:
    """Bring all files of a prompt to one size."""
    groups: dict[str, list[str]] = defaultdict(list)
    for one in plan.stimuli:
        groups[one.prompt].append(one.token)
    for tokens in groups.values():
        size = padding.target(made[token].bytes for token in tokens)
        for token in tokens:
            padding.pad(out / settings.file_name(token), made[token].bytes, size, key.secret, token)


def _dated(out: Path) -> None:
    """Give every file and folder one date and the usual rights."""
    for path in [*sorted(out.rglob("*"), reverse=True), out]:
        path.chmod(0o755 if path.is_dir() else 0o644)
        os.utime(path, (settings.MTIME, settings.MTIME))


def _marks(plan: Plan, made: Mapping[str, Made]) -> list[Mark]:
    """What is burnt into the pictures of one system, from one clip of each prompt."""
    means: dict[str, dict[str, str]] = defaultdict(dict)
    for one in plan.stimuli:
        if one.kind == "clip" and made[one.token].mean:
            means[one.system].setdefault(one.prompt, made[one.token].mean)
    return list(marks({system: [own[prompt] for prompt in sorted(own)] for system, own in means.items()}))


def _flashing(plan: Plan, key: Key, made: Mapping[str, Made]) -> list[str]:
    stimuli = {one.token: one for one in plan.stimuli}
    found = {}
    for token, count in record.flashing(made).items():
        source = key.sources.get(stimuli[token].source)
        name = source.clip if source else f"{stimuli[token].kind} {token}"
        found[name] = (f"{name}: flashes {count:g} times in a second, which may cause seizures. Leave "
                       "it out with 'study plan --exclude', or warn raters with --allow-flashing.")
    return list(found.values())


def _named(order: Order) -> str:
    return order.source.clip if order.source else f"{order.stimulus.kind} {order.tokens[0]}"

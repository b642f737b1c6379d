"""Makes the overlays of the pairs chosen, in worker processes, and hands them to the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from steadybench import labels
from steadybench.entries import Entry
from steadybench.errors import InputError
from steadybench.execute import Limits, run_all
from steadybench.overlays import chosen
from steadybench.overlays.draw import Drawn, draw
from steadybench.overlays.shelf import Shelf
from steadybench.progress import Progress
from steadybench.wanted import Wanted

if TYPE_CHECKING:
    from reports.gather import Shot
    from reports.model import ReportInput

NONE = "none"
"""Forgets the pairs chosen before."""


@dataclass(frozen=True, slots=True)
class Task:
    """One clip to draw."""

    entry: Entry
    path: Path
    mask: Path | None
    files: Mapping[str, Path]
    """Where its overlays go, by kind."""

    @property
    def key(self) -> tuple[str, str]:
        """What the overlays follow from."""
        return self.entry.clip_sha256, self.entry.mask_sha256


def with_overlays(
    data: ReportInput, wanted: Wanted, out: Path, asked: Sequence[str], limits: Limits, say: Progress
) -> ReportInput:
    """Add pairs and their overlays to a report's contents.

    Args:
        data: the report so far; its clips stand in the order of ``wanted.entries``.
        wanted: the clips with their masks.
        out: run folder.
        asked: rules as given to ``--pairs``, added to those chosen before; ``none`` forgets these.
        limits: workers and their time.
        say: tells what happens.

    Raises:
        InputError: a rule names nothing that is there; the message lists what is.
        StorageError: the disk does not take the overlays.

    """
    from steadybench.overlays.cards import cards

    pairs, shots = _pairs(data, out, asked, say)
    wide = replace(data, overlays=cards(wanted))
    if not pairs:
        return wide
    shelf = Shelf(out)
    shelf.sweep()
    members = {key for pair in pairs for key in pair}
    places = _places(data, [shot for shot in shots if shot.key in members])
    tasks = {place: _task(wanted.entries[place], shelf, out) for place in places}
    problems = _draw_all([task for task in tasks.values() if task is not None], shelf, limits, say)
    clips = list(data.clips)
    for place, task in tasks.items():
        problem = wanted.entries[place].problem if task is None else problems.get(task.key, "")
        files = {} if task is None or problem else dict(task.files)
        clips[place] = replace(clips[place], overlays=files, overlay_problem=problem)
    return replace(wide, clips=tuple(clips), pairs=tuple(pairs))


def _pairs(
    data: ReportInput, out: Path, asked: Sequence[str], say: Progress
) -> tuple[list[tuple[str, str]], Sequence[Shot]]:
    """Find the pairs meant by the rules, and remember rules that were given."""
    from reports.gather import shots
    from reports.pair.choose import ChoiceError, choose

    rules = _rules(chosen.load(out), asked)
    found = shots(data) if rules else ()
    pairs: dict[tuple[str, str], None] = {}
    for rule in rules:
        try:
            pairs |= dict.fromkeys(choose(rule, found))
        except ChoiceError as error:
            if rule in asked:
                raise InputError(f"--pairs {rule}: {error}") from None
            say(f"The pairs “{rule}”, chosen for an earlier report, are left out: {error}")
    if asked:
        chosen.save(rules, out)
    return list(pairs), found


def _rules(kept: Sequence[str], asked: Sequence[str]) -> list[str]:
    """Add rules to those chosen before; :data:`NONE` forgets all that stand before it."""
    rules: dict[str, None] = dict.fromkeys(kept)
    for rule in asked:
        if rule == NONE:
            rules.clear()
        else:
            rules[rule] = None
    return list(rules)


def _places(data: ReportInput, members: Iterable[Shot]) -> list[int]:
    """Where the entries of some clips stand."""
    index = {id(entry): place for place, entry in enumerate(data.clips)}
    return sorted(index[id(shot.entry)] for shot in members)


def _task(entry: Entry, shelf: Shelf, out: Path) -> Task | None:
    """What to draw for an entry; None where there is no clip."""
    if entry.problem or not entry.clip_sha256:
        return None
    mask = out / entry.mask if entry.mask else None
    return Task(entry, entry.file(out), mask, shelf.files(entry.clip_sha256, entry.mask_sha256))


def _draw_all(
    tasks: Sequence[Task], shelf: Shelf, limits: Limits, say: Progress
) -> dict[tuple[str, str], str]:
    """Draw what is not on the shelf yet; return the reasons of what could not be drawn, by task key."""
    missing = {
        task.key: task for task in tasks if not all(path.is_file() for path in task.files.values())
    }
    todo = list(missing.values())
    if not todo:
        return {}
    problems = {}
    with (
        say.stage("Drawing overlays", len(todo), len(todo), limits.jobs) as stage,
        closing(run_all(draw_task, todo, limits)) as outcomes,
    ):
        for outcome in outcomes:
            task = todo[outcome.index]
            problem = outcome.failure if outcome.result is None else outcome.result.problem
            if outcome.result is not None and not problem:
                shelf.put(task.files, outcome.result.files)
            if problem:
                problems[task.key] = problem
            stage.done(1.0, f"{task.entry.clip} has no overlays: {problem}" if problem else "")
    return problems


def draw_task(task: Task) -> Drawn:
    """Draw one clip in a worker process."""
    from metrics.clip import sha256_of_file
    from metrics.errors import ClipError

    try:
        if sha256_of_file(task.path) != task.entry.clip_sha256:
            return Drawn({}, "the file is no longer the one that was measured")
        given = None if task.mask is None else labels.read(task.mask)
        if given is not None and labels.digest(given) != task.entry.mask_sha256:
            return Drawn({}, "the mask is no longer the one that was measured with")
        return draw(task.path, given, task.entry.mask_source)
    except ClipError as error:
        return Drawn({}, f"{error.reason}; {error.advice}")
    except InputError as error:
        return Drawn({}, str(error))

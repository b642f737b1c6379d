"""What is not as it was registered, found by the program itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from steadybench import __version__
from steadybench.errors import InputError
from steadybench.study.analysing import verdicts
from steadybench.study.excluding.sittings import Sitting
from steadybench.study.gathering.model import Gathered
from steadybench.study.locking import commit, exported, stopping
from steadybench.study.locking.model import Lock
from steadybench.study.model import Plan
from steadybench.study.unblinding import Entry

if TYPE_CHECKING:
    from reports.study.results import Deviation

_FORESEEN = ("duplicate", "second rater", "withdrawn")
"""Asides that the protocol itself foresees: told, but no deviation."""
Found = Iterator[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that deviations are looked for in."""

    folder: Path
    plan: Plan
    lock: Lock
    lock_digest: str
    """Empty where the study was never locked."""
    unblinded: tuple[Entry, ...]
    gathered: Gathered
    sittings: Sequence[Sitting]
    """All of them: who is left out by a registered rule is no deviation."""
    now: datetime
    """When results are worked out."""


def deviations(seen: Seen) -> tuple[Deviation, ...]:
    """List them, what touches the registration itself first."""
    from reports.study.results import Deviation

    steps = (_registration, _unblinding, _material, _software, _raters, _stopping, _sessions, _votes, _aside,
             _pages, _simulated)
    return tuple(Deviation(kind, text) for step in steps for kind, text in step(seen))


def _registration(seen: Seen) -> Found:
    if not seen.lock_digest:
        yield "registration", ("Nothing was registered: there is no lock, and rules and settings are the "
                               "program's defaults. Whatever is found is exploratory.")


def _unblinding(seen: Seen) -> Found:
    last = max((answer.submitted for answer in seen.gathered.answers if not answer.simulated), default="")
    for entry in seen.unblinded:
        who = f"{entry.by} learnt the names at {entry.at}"
        if entry.lock != seen.lock_digest:
            yield "unblinded", f"{who} under another lock than this one, {entry.lock[:16]}."
        elif entry.at < seen.lock.locked_at:
            yield "unblinded", f"{who}, before the lock of {seen.lock.locked_at}."
        if entry.at < last:
            yield "unblinded", f"{who}, while answers still came in: the last one is of {last}."


def _material(seen: Seen) -> Found:
    if seen.lock_digest:
        yield from (("export", line) for line in commit.export_faults(seen.lock, seen.folder))
    yield from (("plan", line) for line in verdicts.faults(seen.plan))


def _software(seen: Seen) -> Found:
    if seen.lock.software != __version__:
        yield "software", f"Registered for version {seen.lock.software}, analysed with {__version__}."


def _raters(seen: Seen) -> Found:
    answered, planned = len({one.rater for one in seen.sittings}), seen.lock.terms.raters
    if answered != planned:
        less = "Fewer" if answered < planned else "More"
        yield "raters", f"{less} raters than planned: {planned} planned, {answered} answered."


def _stopping(seen: Seen) -> Found:
    if seen.lock_digest and not any(answer.simulated for answer in seen.gathered.answers):
        found = stopping.faults(seen.lock.terms.stop, seen.sittings, seen.now)
        yield from (("stopping", line) for line in found)


def _sessions(seen: Seen) -> Found:
    sat = {sitting.session.id for sitting in seen.sittings}
    open_ = [sitting for sitting in seen.sittings if not sitting.complete]
    planned = seen.lock.terms.stop.sessions or len(seen.plan.sessions)
    if len(sat) < planned:
        yield "sessions", f"{planned - len(sat)} of {planned} planned sessions have no answer."
    if open_:
        trials = sum(len(one.session.trials) - len(one.given) for one in open_)
        yield "sessions", (f"{len(open_)} of {len(sat)} sessions were not answered to the end: {trials} "
                           "trials are missing. What was answered counts.")


def _votes(seen: Seen) -> Found:
    votes = [(sitting.rater, given.trial.unit) for sitting in seen.sittings for given in sitting.given
             if not given.trial.check]
    cast = Counter(unit for _, unit in set(votes))
    again = Counter(unit for _, unit in votes) - cast
    foreseen = _partial(seen)
    for question in seen.plan.questions:
        units = [unit.id for unit in seen.plan.units if unit.question == question.id]
        planned = seen.plan.settings.votes
        short = sum(cast[unit] < planned for unit in units)
        if short and not foreseen:
            came, none = sum(cast[unit] for unit in units), sum(not cast[unit] for unit in units)
            yield "votes", (f"Question {question.id}: {came} of {planned * len(units)} planned votes came; "
                            f"{short} of {len(units)} units have fewer than {planned}, {none} none.")
        if more := sum(again[unit] for unit in units):
            yield "votes", (f"Question {question.id}: {more} votes do not count, since their raters judged "
                            "the same pair of clips in another session already. Give such sessions to "
                            "different raters.")


def _partial(seen: Seen) -> bool:
    """Whether fewer sessions were registered than planned, and those were answered to the end."""
    registered = seen.lock.terms.stop.sessions or len(seen.plan.sessions)
    complete = all(sitting.complete for sitting in seen.sittings)
    return registered < len(seen.plan.sessions) and complete and len(seen.sittings) >= registered


def _aside(seen: Seen) -> Found:
    kinds = Counter(one.kind for one in seen.gathered.aside)
    for kind, number in sorted(kinds.items()):
        if kind not in _FORESEEN:
            yield "aside", f"Set aside as {kind}: {number} of {seen.gathered.lines} lines read."


def _pages(seen: Seen) -> Found:
    found = [answer.page_version for answer in seen.gathered.answers if not answer.simulated]
    try:
        own = seen.lock.page_version or exported.load(seen.folder).page_version
    except InputError:
        return  # without lock and record of the export there is nothing to hold them against
    if other := [version for version in found if version != own]:
        yield "page", (f"{len(other)} of {len(found)} answers come from another version of the rating page "
                       f"than was exported: expected {own}, got {', '.join(sorted(set(other)))}.")


def _simulated(seen: Seen) -> Found:
    if any(answer.simulated for answer in seen.gathered.answers):
        yield "simulated", "All answers are simulated. Nobody has looked at a clip."

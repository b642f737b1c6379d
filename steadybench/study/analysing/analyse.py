"""A study's answers to its results: gathered, screened, counted, held against the lock."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from steadybench import __version__
from steadybench.errors import InputError
from steadybench.study import key as keys
from steadybench.study import naming, planfile, unblinding
from steadybench.study.analysing.deviations import Seen, deviations
from steadybench.study.analysing.raters import numbered, raters
from steadybench.study.analysing.registration import registration
from steadybench.study.analysing.verdicts import verdicts
from steadybench.study.analysing.votes import casts
from steadybench.study.excluding.exclude import Exclusion, exclusions, kept
from steadybench.study.excluding.sittings import sittings
from steadybench.study.gathering.gather import gather
from steadybench.study.gathering.values import moment
from steadybench.study.locking import commit, exported, lockfile
from steadybench.study.locking.model import Lock, Terms
from steadybench.study.model import Plan, Question

if TYPE_CHECKING:
    from reports.study.results import Cast, Part, Results, Unblinding
    from reports.study.results import Exclusion as Row


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command was given."""

    answers: Sequence[Path]
    key: Path | None
    """None for the one in the study's folder."""
    deposited: str
    """SHA-256 of the lock as it was deposited, or empty."""
    unregistered: bool
    """Whether the study may do without a lock."""
    now: datetime
    """Answers dated after it are set aside."""


def analyse(folder: Path, asked: Asked) -> Results:
    """Work out the results of a study.

    Raises:
        InputError: plan, lock, key or record of unblinding is missing, damaged, or does not fit the others.
    """
    from reports.study.results import Aside, Results

    plan = planfile.load(folder)
    lock, digest = _lock(folder, plan, asked)
    history = unblinding.load(folder)
    key = _key(folder, plan, lock, digest, asked) if history else None
    since = moment(lock.locked_at) if digest else None
    gathered = gather(asked.answers, plan, planfile.digest(plan), since, asked.now)
    found = sittings(plan, gathered.answers)
    excluded = exclusions(found, lock.terms.rules)
    counted = kept(found, excluded)
    votes = tuple(casts(plan, found, counted))
    names = naming.labels(plan, key) if key else naming.letters(plan)
    prompts = {token: key.prompts[token] for token in plan.prompts} if key else naming.prompt_numbers(plan)
    return Results(
        title=plan.settings.title, kind=plan.settings.kind, metric=plan.settings.metric,
        study=planfile.digest(plan), software=__version__,
        names=names, prompts=prompts,
        unblinded=tuple(_told(entry) for entry in history),
        simulated=any(answer.simulated for answer in gathered.answers),
        registration=registration(lock, digest, len(plan.sessions), compared=bool(digest and asked.deposited),
                                  blind=not history),
        parts=tuple(_one_family([_part(plan, question, lock, votes) for question in plan.questions])),
        votes=votes, raters=tuple(raters(found, excluded, votes)),
        exclusions=tuple(_named(excluded, numbered(found))),
        aside=tuple(Aside(one.place, one.kind, one.reason) for one in gathered.aside),
        deviations=deviations(Seen(folder, plan, lock, digest, history, gathered, found, asked.now)),
        caveats=_caveats(plan, key) if key else (),
        notes=tuple(_notes(folder, plan, names, prompts)),
    )  # fmt: skip


def _lock(folder: Path, plan: Plan, asked: Asked) -> tuple[Lock, str]:
    """Return the lock with the digest of its file, which is empty for one that was never made."""
    if asked.unregistered and not (folder / lockfile.FILE).exists():
        return Lock(__version__, "", planfile.digest(plan), "", {}, "", plan.settings, plan.questions,
                    Terms(raters=len(plan.sessions))), ""
    lock = lockfile.load(folder, asked.deposited)
    if wrong := tuple(commit.faults(lock, plan, None)):
        raise InputError(f"{' '.join(wrong)} Bring back the plan that was locked: answers belong to it.")
    return lock, lockfile.digest(lock)


def _key(folder: Path, plan: Plan, lock: Lock, digest: str, asked: Asked) -> keys.Key:
    path = asked.key or folder / keys.FILE
    found = keys.load(path)
    if wrong := tuple(commit.faults(lock, plan, path)) if digest else ():
        raise InputError(f"{' '.join(wrong)} Name the right one with --key FILE.")
    return found


def _part(plan: Plan, question: Question, lock: Lock, votes: Sequence[Cast]) -> Part:
    from reports.study.results import Part
    from reports.study.summary import Settings, summarise

    own = [cast for cast in votes if cast.vote.question == question.id]
    counted = [cast.vote for cast in own if cast.counted]
    planned = [(one.better, one.worse) for one in lock.terms.planned if one.question == question.id]
    units = {unit.id for unit in plan.units if unit.question == question.id}
    said = tuple(verdicts(plan, question.id))
    fixed = lock.terms.analysis
    settings = Settings(ridge=fixed.ridge, draws=fixed.draws, seed=fixed.seed)
    whole = [cast.vote for cast in own if not cast.again]
    everyone = whole if len(counted) < len(whole) else None
    cast_on = Counter(cast.vote.unit for cast in own if cast.counted and cast.judged)
    return Part(
        question.id, question.text, question.definition, summarise(counted, planned, said, settings),
        None if everyone is None else summarise(everyone, planned, said, settings),
        plan.settings.votes * len(units), cast_on.total(), len(units),
        sum(cast_on[unit] < plan.settings.votes for unit in units),
    )


def _one_family(parts: Sequence[Part]) -> Iterator[Part]:
    """Correct planned comparisons over all questions of the study, with and without those left out."""
    from reports.study.pairs import one_family

    counted = one_family([part.counted.planned for part in parts])
    whole = one_family([(part.everyone or part.counted).planned for part in parts])
    for part, own, everyone in zip(parts, counted, whole, strict=True):
        yield replace(part, counted=replace(part.counted, planned=own),
                      everyone=part.everyone and replace(part.everyone, planned=everyone))


def _caveats(plan: Plan, key: keys.Key) -> tuple[str, ...]:
    """Say what backbones and configurations of the systems mean for a reader, as reports do."""
    from reports.gather import Setup
    from reports.labels import caveats_of

    systems = {token: key.systems[token] for token in plan.systems}
    # The token stands for the weights: two systems of one name differ in them, or in a revision.
    return caveats_of([Setup(one.method, one.configuration, one.backbone, token)
                       for token, one in systems.items()])


def _told(entry: unblinding.Entry) -> Unblinding:
    from reports.study.results import Unblinding

    return Unblinding(entry.by, entry.at, entry.reason)


def _named(excluded: Sequence[Exclusion], names: Mapping[str, str]) -> Iterator[Row]:
    from reports.study.results import Exclusion as Row

    return (Row(names[one.rater], one.session, one.rule, one.reason) for one in excluded)


def _notes(folder: Path, plan: Plan, names: Mapping[str, str], prompts: Mapping[str, str]) -> Iterator[str]:
    """What plan and export say besides, with names for tokens."""
    called = {f"(?i:system )?{token}": name for token, name in names.items()}
    called |= {f"(?i:prompt )?{token}": f"prompt {name.removeprefix('prompt ')}"
               for token, name in prompts.items()}
    try:
        shown = exported.load(folder).notes
    except InputError:
        shown = ()  # that there is no record of an export is told as a deviation
    for sentence in dict.fromkeys((*plan.unblinded, *shown, *plan.left_out)):
        for token, name in called.items():
            sentence = re.sub(token, name.replace("\\", r"\\"), sentence)
        yield re.sub(r"\b(system|prompt) [0-9a-f]{16}\b", r"a \1 not in the study", sentence)

"""Answers that are each in order but cannot all count: doubles, second raters, simulated, withdrawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace

from steadybench.study.answers import Answer
from steadybench.study.gathering.model import Aside, AsideKind


@dataclass(frozen=True, slots=True)
class Placed:
    """An answer and where it was read."""

    place: str
    answer: Answer


Chosen = tuple[list[Placed], list[Aside]]


def unsimulated(found: Sequence[Placed]) -> Chosen:
    """Simulated answers count only where there are no others."""
    if all(own.answer.simulated for own in found):
        return list(found), []
    return _parted(found, lambda own: own.answer.simulated, "simulated",
                   "made by 'study simulate' and never mixed with answers of people")


def kept(found: Sequence[Placed], withdrawn: frozenset[tuple[str, str]]) -> Chosen:
    """Without raters who withdrew, given by session and rater."""
    def out(own: Placed) -> bool:
        return (own.answer.session_id, own.answer.rater_digest) in withdrawn

    return _parted(found, out, "withdrawn", "the rater withdrew from this session")


def single(found: Sequence[Placed]) -> Chosen:
    """One answer a rater and trial: equal ones count once, unlike ones not at all.

    Of equal ones that which a receiver dated counts; which of unlike ones was meant nobody can tell.
    """
    equal: list[Placed] = []
    aside: list[Aside] = []
    for group in _grouped(found, lambda own: replace(own.answer, received="")):
        first, *others = sorted(group, key=_dated)
        equal.append(first)
        aside += [Aside(own.place, "duplicate", f"the same answer as {first.place}") for own in others]
    clashing = dict(_clashes(equal, lambda a: a.answer_id))
    clashing |= _clashes(equal, lambda a: (a.session_id, a.rater_digest, a.trial_id))
    aside += [Aside(place, "conflict", f"same trial or answer id, other contents: {others}")
              for place, others in clashing.items()]
    return [own for own in equal if own.place not in clashing], aside


def first_raters(found: Sequence[Placed]) -> Chosen:
    """One rater a session: who answered most of it, then who began first.

    A session that its rater left is given to another one. Counting both would weigh its units double. The
    choice does not look at what was answered.
    """
    counted: list[Placed] = []
    aside: list[Aside] = []
    for session in _grouped(found, lambda own: own.answer.session_id):
        raters = sorted(_grouped(session, lambda own: own.answer.rater_digest), key=_rank)
        counted += raters[0]
        aside += [Aside(own.place, "second rater", f"the session counts for rater {_rater(raters[0])} with "
                        f"{len(raters[0])} answers; this is of rater {_rater(rater)} with {len(rater)}")
                  for rater in raters[1:] for own in rater]
    return counted, aside


def _dated(own: Placed) -> tuple[bool, str, str]:
    return not own.answer.received, own.answer.received, own.place


def _rank(rater: Sequence[Placed]) -> tuple[int, str, str]:
    return -len(rater), min(own.answer.started for own in rater), rater[0].answer.rater_digest


def _rater(rater: Sequence[Placed]) -> str:
    return rater[0].answer.rater_digest[:12]


def _clashes(found: Sequence[Placed], key: Callable[[Answer], Hashable]) -> Iterator[tuple[str, str]]:
    for group in _grouped(found, lambda own: key(own.answer)):
        for own in group if len(group) > 1 else ():
            yield own.place, ", ".join(other.place for other in group if other is not own)


def _grouped(found: Sequence[Placed], key: Callable[[Placed], Hashable]) -> list[list[Placed]]:
    groups: dict[Hashable, list[Placed]] = defaultdict(list)
    for own in found:
        groups[key(own)].append(own)
    return list(groups.values())


def _parted(found: Sequence[Placed], out: Callable[[Placed], bool], kind: AsideKind, reason: str) -> Chosen:
    return ([own for own in found if not out(own)],
            [Aside(own.place, kind, reason) for own in found if out(own)])

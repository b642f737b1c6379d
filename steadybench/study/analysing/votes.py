"""Answers become votes: which of a unit's two systems was chosen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from steadybench.study.excluding.sittings import Given, Sitting
from steadybench.study.model import Plan, Unit

if TYPE_CHECKING:
    from reports.study.model import Choice, Vote
    from reports.study.results import Cast


def casts(plan: Plan, found: Sequence[Sitting], counted: Sequence[Sitting]) -> Iterator[Cast]:
    """Turn the answers to units into votes, in the order of the plan; checks and repeats are none.

    A repeat is the same rater on the same unit again, so that it would count that opinion twice, and agree
    with itself. For the same reason one vote of a rater on a unit counts where several sessions show it.
    """
    from reports.study.results import Cast

    units = {unit.id: unit for unit in plan.units}
    counting = {(sitting.session.id, sitting.rater) for sitting in counted}
    later = _later(found, counting)
    for sitting in found:
        counts = (sitting.session.id, sitting.rater) in counting
        for given in sitting.given:
            if not given.trial.check:
                vote = _vote(units[given.trial.unit], given, sitting.rater)
                again = given.trial.id in later
                yield Cast(vote, sitting.session.id, given.trial.id, counts and not again, again)


def _later(found: Sequence[Sitting], counting: set[tuple[str, str]]) -> set[str]:
    """Trials whose unit the same rater judged in another session that stands for it.

    One in a session that counts stands before one that does not, a judgement before "could not judge", then
    the earliest one.
    """
    own: dict[tuple[str, str], list[tuple[bool, bool, str, str]]] = defaultdict(list)
    for sitting in found:
        out = (sitting.session.id, sitting.rater) not in counting
        for given in sitting.given:
            if not given.trial.check:
                own[sitting.rater, given.trial.unit].append(
                    (out, not given.judged, given.answer.submitted, given.trial.id))
    return {trial for votes in own.values() for *_, trial in sorted(votes)[1:]}


def _vote(unit: Unit, given: Given, rater: str) -> Vote:
    from reports.study.model import Vote

    first_is_left = given.trial.left == unit.first_clip
    return Vote(rater, unit.id, unit.question, unit.prompt, unit.first, unit.second,
                _choice(given.answer.slot_chosen, first_is_left=first_is_left), first_is_left,
                given.answer.rt_ms / 1000)


def _choice(slot: str, *, first_is_left: bool) -> Choice:
    if slot == "tie":
        return "tie"
    if slot == "unable":
        return "unable"
    return "first" if (slot == "1") == first_is_left else "second"


def repeats(sitting: Sitting) -> tuple[int, int]:
    """How many repeats got the same answer as before, sides swapped back, and how many there are.

    Pairs in which either answer is "could not judge" are left out.
    """
    slots: Mapping[str, str] = {one.trial.id: one.answer.slot_chosen for one in sitting.given}
    swapped = {"1": "2", "2": "1", "tie": "tie"}
    pairs = [(slots[one.trial.repeats], one.answer.slot_chosen) for one in sitting.given
             if one.trial.check == "repeat" and one.trial.repeats in slots]
    judged = [(early, late) for early, late in pairs if "unable" not in (early, late)]
    return sum(swapped[late] == early for early, late in judged), len(judged)

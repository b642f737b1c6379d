"""The rules applied: which sittings do not count, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from steadybench.study.excluding.rules import Rules
from steadybench.study.excluding.sittings import Sitting, decided

Rule = Literal["checks", "quick", "side", "playback"]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One reason for which a rater or a session is left out; there may be several."""

    rater: str
    """Digest of the rater."""
    session: str
    """Id of the session; empty where all sessions of the rater are left out."""
    rule: Rule
    reason: str
    """What was found, with its numbers."""


def exclusions(found: Sequence[Sitting], rules: Rules) -> tuple[Exclusion, ...]:
    """Apply every rule to every rater; the order is that of raters, then of the rules."""
    own: dict[str, list[Sitting]] = defaultdict(list)
    for sitting in found:
        own[sitting.rater].append(sitting)
    return tuple(one for rater in sorted(own) for one in _of(rater, own[rater], rules))


def kept(found: Sequence[Sitting], excluded: Sequence[Exclusion]) -> tuple[Sitting, ...]:
    """Return the sittings that count."""
    out = {(one.rater, one.session) for one in excluded}
    return tuple(sitting for sitting in found
                 if not {(sitting.rater, ""), (sitting.rater, sitting.session.id)} & out)


def _of(rater: str, own: Sequence[Sitting], rules: Rules) -> Iterator[Exclusion]:
    for sitting in own:
        if len(sitting.failed) > rules.checks_failed:
            kinds = ", ".join(sorted(one.trial.check for one in sitting.failed))
            yield Exclusion(rater, "", "checks", f"failed {len(sitting.failed)} of {len(sitting.screening)} "
                            f"checks in session {sitting.session.id}: {kinds}")
    quick = [one for sitting in own for one in sitting.given
             if one.judged and one.quick < rules.least_watched]
    if quick:
        least = min(one.quick for one in quick)
        trials = sum(len(sitting.given) for sitting in own)
        yield Exclusion(rater, "", "quick", f"answered {len(quick)} of {trials} trials before their clips "
                        f"were over, one after {100 * least:.0f} % of the length")
    yield from _side(rater, own, rules)
    for sitting in own:
        if sitting.playback is not None and sitting.playback > rules.playback:
            yield Exclusion(rater, sitting.session.id, "playback",
                            f"clips took {100 * sitting.playback:.0f} % of their length to play")


def _side(rater: str, own: Sequence[Sitting], rules: Rules) -> Iterator[Exclusion]:
    slots: list[str] = [one.answer.slot_chosen for sitting in own for one in decided(sitting)]
    for slot, name in (("1", "left"), ("2", "right")):
        chosen, total = slots.count(slot), len(slots)
        if total >= rules.side_trials and chosen > rules.side_share * total:
            share = 100 * chosen / total
            yield Exclusion(rater, "", "side",
                            f"chose {name} in {chosen} of {total} decided trials ({share:.0f} %)")

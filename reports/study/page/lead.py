"""The answer in a sentence or two, and how much of it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reports.study.alpha import GATE_UNITS, Alpha
from reports.study.estimate import Abstained
from reports.study.page.words import VERDICTS, Names, share, verdict
from reports.study.pairs import Planned
from reports.study.results import Part, Results
from reports.study.strengths import Strengths
from reports.study.summary import Agreement
from reports.text import count, listing

_FEW = 3
"""So many pairs or systems are named in a sentence."""
_TELLING = 8
"""Votes all on one side that chance explains in less than one rater of 100."""


def answer(part: Part, found: Results, names: Names) -> str:
    """Answer one question in a sentence."""
    told = _validation(part, found.metric, names) if found.metric else _comparison(part, names)
    return f"{told} {_silence(part, found)}".strip()


def _silence(part: Part, found: Results) -> str:
    """Say why no vote counts where somebody has answered; empty where a vote does."""
    own = [cast for cast in found.votes if cast.vote.question == part.id]
    if not own or part.counted.counts.votes > part.counted.counts.unable:
        return ""
    judges = len({cast.vote.rater for cast in own if cast.judged})
    if not judges:
        return f"In {'all ' if len(own) > 1 else ''}{count(len(own), 'answer')} the rater could not judge."
    who = "The one rater who judged was" if judges == 1 else f"All {judges} raters who judged were"
    return f"{who} left out by the rules."


def _comparison(part: Part, names: Names) -> str:
    found = part.counted.strengths
    if isinstance(found, Abstained):
        return f"No ranking. {names.text(found.why)}"
    return _ranking(found, names)


def _ranking(found: Strengths, names: Names) -> str:
    apart, pairs = sum(one.apart for one in found.contrasts), len(found.contrasts)
    if not apart:
        return f"No pair of systems is told apart at 95 %, of {count(pairs, 'pair')}."
    told = f"{apart} of {count(pairs, 'pair')} told apart at 95 %"
    unbeaten = [names.of(one.system) for one in found.standings if one.best_rank == 1]
    if found.standings[0].worst_rank == 1:
        return f"{unbeaten[0]} is chosen over all others; {told}."
    if apart <= _FEW:
        each = [f"{names.of(one.first)} over {names.of(one.second)}" for one in found.contrasts if one.apart]
        return f"{told}: {'; '.join(each)}."
    return f"No system is told to be better than {listing(unbeaten, _FEW)}; {told}."


def _validation(part: Part, metric: str, names: Names) -> str:
    own = [one for one in part.counted.metrics if isinstance(one, Agreement) and one.metric == metric]
    if not own:
        why = [names.text(one.why) for one in part.counted.metrics if isinstance(one, Abstained)]
        return f"Nothing can be said of {metric}. {' '.join(why)}".strip()
    clear = own[0].bands[0]
    what = "where its gap is clear" if clear.band == "clear" else "over all gaps"
    return (f"Raters agree with {metric} {what} on {share(clear.cautious_share)} of "
            f"{count(clear.units, 'unit')}, undecided counted against it.")


def planned(found: Sequence[Planned | Abstained]) -> str:
    """Sum up the planned comparisons; empty where none was planned."""
    if not found:
        return ""
    verdicts = [verdict(one) for one in found if isinstance(one, Planned)]
    parts = [f"{verdicts.count(told)} {told}" for told in VERDICTS if told in verdicts]
    missing = len(found) - len(verdicts)
    parts += [f"{missing} without a test"] if missing else []
    return f"Of {count(len(found), 'planned comparison')}: {listing(parts)}."


def gate(part: Part, least: float | None) -> str:
    """Say whether the registered gate on agreement is met; empty where there is none."""
    if least is None:
        return ""
    found = part.counted.alpha
    low = found.alpha.low if isinstance(found, Alpha) else None
    if isinstance(found, Alpha) and found.units < GATE_UNITS:
        told = (f"too few units, {found.units} with two votes or more where it needs {GATE_UNITS}, whatever "
                "its limits")
    elif low is None:
        told = "it has no limits"
    elif low <= least:
        told = f"its lower limit is {low:.2f}, not above {least:g}"
    else:
        return f"The registered gate on alpha is met: its lower limit is {low:.2f}, above {least:g}."
    return f"The registered gate on alpha is not met: {told}. No claim rests on this question."


def counts(found: Results) -> str:
    """Say how much was answered and how much of it counts; who could not judge has not voted."""
    judged = [cast for cast in found.votes if cast.judged]
    raters = sum(one.counted > 0 for one in found.raters)
    told = [f"{sum(cast.counted for cast in judged):,} of {len(judged):,} votes count, by {raters} of "
            f"{count(len(found.raters), 'rater')}." if judged else "0 votes."]
    told += [unable(len(found.votes) - len(judged))] if len(found.votes) > len(judged) else []
    return " ".join(told) if found.votes else "No answer counts."


def unable(answers: int) -> str:
    """Say how many answers judge nothing."""
    return f"{answers:,} could not judge."


def standing(found: Results) -> str:
    """Say whether the study is as it was registered."""
    if not found.registration.digest:
        return "Not registered: exploratory."
    if not found.deviations:
        return "As registered."
    return f"{count(len(found.deviations), 'deviation')} from what was registered, listed below."


def _span(numbers: Sequence[int]) -> str:
    low, high = min(numbers), max(numbers)
    return str(low) if low == high else f"{low} to {high}"


def warnings(found: Results) -> Iterator[str]:
    """Say what nobody must overlook."""
    if found.simulated:
        yield "Simulated: the answers were made by a program. Nobody has looked at a clip."
    yield from found.caveats
    for part in found.parts:
        sides = part.counted.sides
        always = [one for one in (sides.by_rater if sides else ())
                  if one.decided >= _TELLING and one.left in (0, one.decided)]
        if len(always) == 1:
            yield (f"One rater chose the {'left' if always[0].left else 'right'} clip in all of "
                   f"{always[0].decided} decided votes on “{part.text}” and still counts.")
        elif always:
            yield (f"{len(always)} raters each chose the same side in all of their "
                   f"{_span([one.decided for one in always])} decided votes on “{part.text}” and still "
                   "count.")

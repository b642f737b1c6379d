"""What a planned study would resolve: played many times and analysed each time as it will be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from steadybench.study.analysing.votes import casts
from steadybench.study.excluding.exclude import exclusions, kept
from steadybench.study.excluding.sittings import sittings
from steadybench.study.locking.model import Planned, Terms
from steadybench.study.model import Plan
from steadybench.study.simulating.marginal import Marginal, marginal
from steadybench.study.simulating.playing import play
from steadybench.study.simulating.raters import Truth

if TYPE_CHECKING:
    from reports.study.model import Vote

DRAWS = 400
"""Resamples in each simulated study: enough for widths, which are averaged over studies."""
_ALIKE = 1e-6
_BEGIN = datetime(2026, 1, 1)  # dates play no part here


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one simulated study found on one question."""

    kendall: float
    """Between the true order and that found; NaN where all systems are alike."""
    covered: float
    """Share of the systems whose limits hold the truth."""
    half_width: float
    """Mean over the systems, log odds."""
    apart: Mapping[tuple[str, str], bool]
    """Whether two systems are told apart, by tokens, the truly better one first."""
    confirmed: tuple[bool, ...]
    """Each planned comparison."""
    ties: float
    """Share among votes."""
    alpha: float
    left_out: int
    """Raters."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """All simulated studies on one question."""

    question: str
    votes: int
    """Planned."""
    truth: Truth
    long_run: Marginal
    planned: tuple[Planned, ...]
    outcomes: tuple[Outcome, ...]
    silent: Mapping[str, int]
    """Studies that gave no strengths, by reason."""


def resolve(plan: Plan, truth: Truth, terms: Terms, seed: int, repeats: int, say: Callable[[str], None]
            ) -> tuple[Resolution, ...]:
    """Play, exclude and analyse; the truth that limits should cover is that of attentive raters."""
    long_run = marginal(replace(truth, careless=0.0))
    outcomes: dict[str, list[Outcome]] = {question.id: [] for question in plan.questions}
    silent: dict[str, dict[str, int]] = {question.id: {} for question in plan.questions}
    for repeat in range(repeats):
        votes, left_out = voted(plan, truth, terms, (seed, repeat))
        by_question = {question.id: [vote for vote in votes if vote.question == question.id]
                       for question in plan.questions}
        confirmed = _confirmed(by_question, terms)
        for question, own in by_question.items():
            came = _outcome(own, truth, long_run, terms, confirmed[question], left_out)
            if isinstance(came, str):
                silent[question][came] = silent[question].get(came, 0) + 1
            else:
                outcomes[question].append(came)
        tell(repeat, repeats, say)
    return tuple(Resolution(
        question.id, plan.settings.votes * sum(unit.question == question.id for unit in plan.units), truth,
        long_run, tuple(one for one in terms.planned if one.question == question.id),
        tuple(outcomes[question.id]), silent[question.id]) for question in plan.questions)


def voted(plan: Plan, truth: Truth, terms: Terms, seed: Sequence[int]) -> tuple[list[Vote], int]:
    """Votes of one simulated study that count, and how many raters are left out."""
    found = sittings(plan, play(plan, truth, seed, _BEGIN))
    excluded = exclusions(found, terms.rules)
    votes = [cast.vote for cast in casts(plan, found, kept(found, excluded)) if cast.counted]
    return votes, len({one.rater for one in excluded})


def tell(repeat: int, repeats: int, say: Callable[[str], None]) -> None:
    """Say how far it is, every ten studies."""
    if (repeat + 1) % 10 == 0:
        say(f"{repeat + 1} of {repeats} studies played")


def _confirmed(votes: Mapping[str, Sequence[Vote]], terms: Terms) -> dict[str, tuple[bool, ...]]:
    """Which planned comparisons of each question are confirmed, all questions being one family."""
    from reports.study.counting import tally
    from reports.study.pairs import Planned as Tested
    from reports.study.pairs import duels, one_family, planned
    from reports.study.resample import Sampling

    sampling, found = Sampling(DRAWS, terms.analysis.seed), []
    for question, own in votes.items():
        pairs = [(one.better, one.worse) for one in terms.planned if one.question == question]
        found.append(planned(pairs, duels(tally(own), sampling)) if pairs else ())
    return {question: tuple(isinstance(one, Tested) and one.verdict == "confirmed" for one in tested)
            for question, tested in zip(votes, one_family(found), strict=True)}


def _outcome(votes: Sequence[Vote], truth: Truth, long_run: Marginal, terms: Terms,
             confirmed: tuple[bool, ...], left_out: int) -> Outcome | str:
    """One study's outcome, or why it has no strengths."""
    from reports.study.alpha import Alpha, alpha
    from reports.study.counting import tally
    from reports.study.estimate import Abstained
    from reports.study.resample import Sampling
    from reports.study.strengths import strengths

    counted, sampling = tally(votes), Sampling(DRAWS, terms.analysis.seed)
    fitted = strengths(counted, sampling, terms.analysis.ridge)
    if isinstance(fitted, Abstained):
        return fitted.why
    true = dict(zip(truth.strengths, long_run.strengths.tolist(), strict=True))
    agreed = alpha(votes, sampling)
    return Outcome(
        kendall=_kendall([true[one.system] for one in fitted.standings]),
        covered=float(np.mean([one.strength.holds(true[one.system]) for one in fitted.standings])),
        half_width=float(np.mean([one.half_width for one in fitted.standings])),
        apart={_ordered(one.first, one.second, true): one.apart and true[one.first] > true[one.second]
               for one in fitted.contrasts},
        confirmed=confirmed,
        ties=float((counted.outcome == 2).mean()),
        alpha=agreed.alpha.value if isinstance(agreed, Alpha) else float("nan"), left_out=left_out,
    )


def _ordered(first: str, second: str, true: Mapping[str, float]) -> tuple[str, str]:
    return (first, second) if true[first] >= true[second] else (second, first)


def _kendall(true: Sequence[float]) -> float:
    """Share of the pairs in the true order less that of the others, for values in the order found."""
    leads = [upper - lower for i, upper in enumerate(true) for lower in true[i + 1:]]
    signs = [np.sign(lead) for lead in leads if abs(lead) > _ALIKE]
    return float(np.mean(signs)) if signs else float("nan")

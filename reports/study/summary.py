"""Everything that the votes on one question say, in one call."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reports.study.alpha import Alpha, alpha
from reports.study.counting import MIN_RATERS, Tally, tally
from reports.study.davidson import RIDGE
from reports.study.estimate import Abstained, Estimate
from reports.study.fitcheck import SIMULATIONS, FitCheck, fit_check
from reports.study.halves import SPLITS, Halves, halves
from reports.study.metric import Band, Curve, Difference, Judged, bands, curve, difference, joined
from reports.study.model import Verdict, Vote
from reports.study.ordering import Ordering, ordering
from reports.study.pairs import Duel, Planned, duels, planned
from reports.study.resample import DRAWS, SEED, Sampling, share_by_cluster
from reports.study.sides import Sides, sides
from reports.study.strengths import Strengths, strengths
from reports.study.times import Responses, responses


@dataclass(frozen=True, slots=True)
class Settings:
    """What an analysis fixes beforehand. Limits are at 95 %, tests at 5 %."""

    ridge: float = RIDGE
    """Penalty on strengths, ``ridge / 2 * sum(theta²)``."""
    draws: int = DRAWS
    """Resamples behind limits."""
    seed: int = SEED
    splits: int = SPLITS
    """Of raters into halves."""
    simulations: int = SIMULATIONS
    """Behind the fit check."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What was cast."""

    votes: int
    """All judgements, those of raters who could not judge among them."""
    decided: int
    ties: int
    unable: int
    raters: int
    units: int
    prompts: int
    systems: tuple[str, ...]
    ties_share: Estimate | None
    """Of ties among judgements that judged, 0 to 1; limits over prompts or over raters, the wider ones."""
    fewest: int
    """Votes of the unit with the fewest, could not judge left out; 0 without votes."""
    most: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """One metric against the raters."""

    metric: str
    units: tuple[Judged, ...]
    bands: tuple[Band, ...]
    """``clear``, ``middle``, ``near`` as far as they occur, then ``all``."""
    curve: Curve | Abstained
    ordering: Ordering | Abstained


@dataclass(frozen=True, slots=True)
class Findings:
    """What the votes on one question say."""

    counts: Counts
    strengths: Strengths | Abstained
    duels: tuple[Duel, ...]
    """Every pair that met, in the order of their names."""
    planned: tuple[Planned | Abstained, ...]
    """In the order in which they were planned."""
    fit: FitCheck | Abstained
    alpha: Alpha | Abstained
    halves: Halves | Abstained
    sides: Sides | None
    """None without a decided vote."""
    responses: Responses | None
    """None without votes."""
    metrics: tuple[Agreement | Abstained, ...]
    """One for each metric with verdicts, in the order of their names; empty without verdicts."""
    differences: tuple[Difference | Abstained, ...]
    """Every two metrics."""


def summarise(votes: Sequence[Vote], pairs: Sequence[tuple[str, str]] = (),
              verdicts: Sequence[Verdict] = (), settings: Settings | None = None) -> Findings:
    """Analyse the votes on one question.

    Args:
        votes: those that count, in any order: the same votes give the same findings.
        pairs: planned comparisons, the system expected to be better first.
        verdicts: what metrics say of the units; several metrics may say something of one unit.
        settings: of the analysis.

    Raises:
        ValueError: the votes are on several questions, which are never pooled.
    """
    settings = settings or Settings()
    if len(questions := {vote.question for vote in votes}) > 1:
        raise ValueError(f"votes on one question were expected, got {', '.join(sorted(questions))}")
    votes = sorted(votes, key=lambda vote: (vote.unit, vote.rater, vote.choice, vote.seconds))
    counted, sampling = tally(votes), Sampling(settings.draws, settings.seed)
    met = duels(counted, sampling)
    metrics = _metrics(votes, verdicts, sampling, settings.ridge)
    return Findings(
        counts=_counts(votes, counted, sampling),
        strengths=strengths(counted, sampling, settings.ridge),
        duels=met,
        planned=_planned(pairs, met, counted),
        fit=fit_check(counted, settings.ridge, settings.simulations, settings.seed),
        alpha=alpha(votes, sampling),
        halves=halves(counted, settings.splits, settings.seed, settings.ridge),
        sides=sides(votes),
        responses=responses(votes),
        metrics=metrics,
        differences=_differences([one for one in metrics if isinstance(one, Agreement)], sampling),
    )


def _planned(pairs: Sequence[tuple[str, str]], met: Sequence[Duel], counted: Tally
             ) -> tuple[Planned | Abstained, ...]:
    """Test the planned family; one or two raters would settle nothing, however many prompts they judged."""
    if len(counted.raters) >= MIN_RATERS:
        return planned(pairs, met)
    return tuple(Abstained(f"{better} over {worse} is not tested: {len(counted.raters)} of the {MIN_RATERS} "
                           "raters that a test needs.") for better, worse in pairs)


def _counts(votes: Sequence[Vote], counted: Tally, sampling: Sampling) -> Counts:
    by_choice = {choice: sum(vote.choice == choice for vote in votes) for choice in ("tie", "unable")}
    by_unit = {vote.unit: 0 for vote in votes}
    for vote in votes:
        by_unit[vote.unit] += vote.choice != "unable"
    return Counts(
        votes=len(votes), decided=len(votes) - sum(by_choice.values()), ties=by_choice["tie"],
        unable=by_choice["unable"], raters=len({vote.rater for vote in votes}), units=len(by_unit),
        prompts=len({vote.prompt for vote in votes}),
        systems=tuple(sorted({name for vote in votes for name in (vote.first, vote.second)})),
        ties_share=_ties_share(counted, sampling),
        fewest=min(by_unit.values(), default=0), most=max(by_unit.values(), default=0),
    )


def _ties_share(counted: Tally, sampling: Sampling) -> Estimate | None:
    found = []
    for what, whose, number in (("prompts", counted.prompt, len(counted.prompts)),
                                ("raters", counted.rater, len(counted.raters))):
        ties, votes = np.bincount(whose, counted.outcome == 2, number), np.bincount(whose, minlength=number)
        found.append(share_by_cluster(ties, votes, sampling, what))
    return max((one for one in found if one is not None), key=_width, default=None)


def _width(one: Estimate) -> float:
    return float("inf") if one.low is None or one.high is None else one.high - one.low


def _metrics(votes: Sequence[Vote], verdicts: Sequence[Verdict], sampling: Sampling, ridge: float
             ) -> tuple[Agreement | Abstained, ...]:
    found: list[Agreement | Abstained] = []
    raters = len({vote.rater for vote in votes if vote.choice != "unable"})
    for metric in sorted({verdict.metric for verdict in verdicts}):
        units = joined(votes, [verdict for verdict in verdicts if verdict.metric == metric])
        if not units or raters < MIN_RATERS:
            found.append(Abstained(f"{metric}: {len(units)} units judged by {raters} raters; agreement needs "
                                   f"one unit and {MIN_RATERS} raters."))
        else:
            found.append(Agreement(metric, units, bands(units, sampling), curve(units, raters, sampling),
                                   ordering(units, sampling, ridge)))
    return tuple(found)


def _differences(metrics: Sequence[Agreement], sampling: Sampling) -> tuple[Difference | Abstained, ...]:
    units = {one.metric: {unit.unit: unit for unit in one.units} for one in metrics}
    return tuple(difference(names, units[names[0]], units[names[1]], sampling)
                 for names in itertools.combinations(units, 2))

"""Whether raters see what a metric measures, unit by unit: by gap band, as a curve, and between metrics.

A unit is decided where more raters chose one side than the other and more than called it a tie. Units, not
votes, are counted, since votes on one unit are alike; limits are over prompts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.bootstrap import MIN_PROMPTS, draws
from reports.study.counting import MIN_RATERS
from reports.study.estimate import Abstained, Estimate
from reports.study.model import Verdict, Vote
from reports.study.resample import Sampling, half_widths, share_by_cluster

Floats = NDArray[np.float64]
BANDS = ("clear", "middle", "near")


@dataclass(frozen=True, slots=True)
class Judged:
    """One unit with the metric's verdict, seen from the side that the metric calls better."""

    unit: str
    prompt: str
    better: str
    """Label of a system."""
    worse: str
    gap: float
    band: str
    agree: int
    """Votes for the side that the metric calls better."""
    disagree: int
    ties: int

    @property
    def majority(self) -> int:
        """1 where raters agree with the metric, -1 where they disagree, 0 undecided."""
        if max(self.agree, self.disagree) <= max(self.ties, min(self.agree, self.disagree)):
            return 0
        return 1 if self.agree > self.disagree else -1


@dataclass(frozen=True, slots=True)
class Band:
    """Units whose gap lies in one band, or all."""

    band: str
    """``clear``, ``middle``, ``near`` or ``all``."""
    units: int
    prompts: int
    agree: int
    """Units whose majority is the metric's."""
    disagree: int
    undecided: int
    decided_share: Estimate | None
    """Agreement among decided units, 0 to 1; None where none is decided."""
    cautious_share: Estimate
    """Agreement where an undecided unit counts as disagreement."""
    votes: int
    ties_share: Estimate
    """Ties among votes."""


@dataclass(frozen=True, slots=True)
class Curve:
    """How the share of votes for the metric's better side grows with the gap: ``1 / (1 + exp(-slope gap))``.

    At no gap the share is one half, since which side comes first in a unit was drawn.
    """

    slope: Estimate
    """Log odds for each unit of the gap; limits over prompts."""
    half_gap: float | None
    """Gap at which 3 of 4 decided votes agree; None where the slope is not above 0."""
    points: tuple[tuple[float, float, float, float], ...]
    """Gap, share, and the share at the slope's limits, for drawing."""
    votes: int
    """Decided votes."""


def joined(votes: Sequence[Vote], verdicts: Sequence[Verdict]) -> tuple[Judged, ...]:
    """Units that have both votes that judged and a verdict, by their names. All verdicts are one metric's."""
    said = {verdict.unit: verdict for verdict in verdicts}
    found: dict[str, list[Vote]] = {}
    for vote in votes:
        if vote.choice != "unable" and vote.unit in said:
            found.setdefault(vote.unit, []).append(vote)
    return tuple(_judged(said[unit], found[unit]) for unit in sorted(found))


def _judged(verdict: Verdict, votes: Sequence[Vote]) -> Judged:
    one = votes[0]
    worse = "second" if verdict.better == "first" else "first"
    names = {"first": one.first, "second": one.second}
    counts = {choice: sum(vote.choice == choice for vote in votes) for choice in ("first", "second", "tie")}
    return Judged(one.unit, one.prompt, names[verdict.better], names[worse], verdict.gap, verdict.band,
                  counts[verdict.better], counts[worse], counts["tie"])


def bands(units: Sequence[Judged], sampling: Sampling | None = None) -> tuple[Band, ...]:
    """Agreement by band, the clearest first, then over all."""
    groups = {band: [unit for unit in units if unit.band == band] for band in BANDS}
    return tuple(_band(name, own, sampling or Sampling())
                 for name, own in [*groups.items(), ("all", list(units))] if own)


def _band(name: str, units: Sequence[Judged], sampling: Sampling) -> Band:
    majority = np.array([unit.majority for unit in units])
    ties = np.array([unit.ties for unit in units], np.float64)
    votes = np.array([unit.agree + unit.disagree + unit.ties for unit in units], np.float64)
    agree, decided, tied, judged, every = _by_prompt(
        units, majority > 0, majority != 0, ties, votes, np.ones(len(units)))
    cautious, tie_share = (share_by_cluster(*both, sampling) for both in ((agree, every), (tied, judged)))
    assert cautious is not None and tie_share is not None  # noqa: S101, PT018  # a band has units with votes
    return Band(name, len(units), len(agree), int(agree.sum()), int((majority < 0).sum()),
                int((majority == 0).sum()), share_by_cluster(agree, decided, sampling), cautious,
                int(judged.sum()), tie_share)


def _by_prompt(units: Sequence[Judged], *columns: NDArray[np.generic]) -> list[Floats]:
    """Sum columns, one value a unit, over the units of each prompt, (P,) each."""
    names, whose = np.unique(np.array([unit.prompt for unit in units], str), return_inverse=True)
    return [np.bincount(whose, column.astype(np.float64), len(names)).astype(np.float64)
            for column in columns]


def curve(units: Sequence[Judged], raters: int, sampling: Sampling | None = None, ridge: float = 0.5
          ) -> Curve | Abstained:
    """Fit the logistic curve by penalised likelihood, ``ridge / 2 * (slope * mean gap)²``."""
    prompts = sorted({unit.prompt for unit in units})
    decided = sum(unit.agree + unit.disagree for unit in units)
    if raters < MIN_RATERS or len(prompts) < MIN_PROMPTS or not decided:
        return Abstained(f"{raters} raters, {len(prompts)} prompts and {decided} decided votes; a curve "
                         f"needs {MIN_RATERS}, {MIN_PROMPTS} and 1.")
    sampling = sampling or Sampling()
    gaps = np.array([unit.gap for unit in units])
    scaled, scale = gaps / gaps.mean(), float(gaps.mean())
    whose = np.array([prompts.index(unit.prompt) for unit in units])
    weights = draws(len(prompts), sampling.draws, sampling.seed)[:, whose]
    slope = float(_slopes(scaled, units, np.ones((1, len(units))), ridge)[0])
    share, votes = _share(slope * scaled), np.array([unit.agree + unit.disagree for unit in units])
    alone = float(((votes * share * (1 - share)) @ scaled**2 + ridge) ** -0.5)
    width = float(half_widths(_slopes(scaled, units, weights, ridge), len(prompts), alone))
    low, high = (slope - width) / scale, (slope + width) / scale
    at = np.linspace(0, gaps.max(), 25)
    points = tuple(zip(at.tolist(), *(_share(end * at).tolist() for end in (slope / scale, low, high)),
                       strict=True))
    return Curve(Estimate(slope / scale, low, high), float(np.log(3)) * scale / slope if slope > 0 else None,
                 points, decided)


def _share(logits: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-logits.clip(-500, 500))), np.float64)


def _slopes(gaps: Floats, units: Sequence[Judged], weights: Floats, ridge: float) -> Floats:
    """Newton's method for the slope of each row of weights of units (R, U), (R,)."""
    agree = np.array([unit.agree for unit in units], np.float64)
    votes = agree + np.array([unit.disagree for unit in units], np.float64)
    slopes = np.zeros(len(weights))
    for _ in range(100):
        share = _share(slopes[:, None] * gaps)
        pull = (weights * (agree - votes * share)) @ gaps - ridge * slopes
        bend = (weights * votes * share * (1 - share)) @ gaps**2 + ridge
        steps = (pull / bend).clip(-2, 2)
        slopes += steps
        if np.abs(steps).max() < 1e-10:
            break
    return slopes


@dataclass(frozen=True, slots=True)
class Difference:
    """Two metrics on the units on which both have a verdict."""

    first: str
    second: str
    units: int
    prompts: int
    only_first: int
    """Units on which raters agree with ``first`` alone."""
    only_second: int
    difference: Estimate
    """Of the shares of units on which raters agree, undecided counting as disagreement, -1 to 1."""


def difference(names: tuple[str, str], first: Mapping[str, Judged], second: Mapping[str, Judged],
               sampling: Sampling | None = None) -> Difference | Abstained:
    """Compare two metrics unit by unit; two separate agreements would say little of which is better."""
    shared = [first[unit] for unit in sorted(first.keys() & second.keys())]
    if not shared:
        return Abstained(f"{names[0]} and {names[1]} share no judged unit.")
    own = np.array([unit.majority > 0 for unit in shared])
    other = np.array([second[unit.unit].majority > 0 for unit in shared])
    edge, every = _by_prompt(shared, own.astype(np.float64) - other, np.ones(len(shared)))
    value, why = float(edge.sum() / every.sum()), ""
    low = high = None
    if len(edge) < MIN_PROMPTS:
        why = f"no limits: {len(edge)} of the {MIN_PROMPTS} prompts that they need"
    else:
        sampling = sampling or Sampling()
        weights = draws(len(edge), sampling.draws, sampling.seed)
        width = float(half_widths((weights @ edge) / (weights @ every), len(edge), _alone(own, other)))
        low, high = max(value - width, -1.0), min(value + width, 1.0)
    return Difference(*names, len(shared), len(edge), int((own & ~other).sum()), int((other & ~own).sum()),
                      Estimate(value, low, high, why))


def _alone(own: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Standard deviation of the difference of two shares of the same units, were these independent.

    Half a unit is added to each of the four cells (Agresti and Min 2005), so that it is above 0.
    """
    units, first, second = len(own) + 2.0, (own & ~other).sum() + 0.5, (other & ~own).sum() + 0.5
    return float(np.sqrt(first + second - (first - second) ** 2 / units) / units)

"""Who is better: strengths with limits, limits of ranks, who is told apart, how often people tie."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.ranks import LEVEL, Pair, holm, rank_limits
from reports.study.counting import Tally, unfit
from reports.study.davidson import RIDGE, Fit, chances, covariance, fit
from reports.study.estimate import Abstained, Estimate
from reports.study.letters import letters
from reports.study.resample import (
    Sampling,
    by_prompts,
    by_prompts_and_raters,
    by_raters,
    half_widths,
    p_values,
)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one system stands."""

    system: str
    strength: Estimate
    """Log odds on Davidson's scale, centred over the systems; limits over prompts."""
    half_width: float
    """Of these limits."""
    cautious_low: float
    """Limits with raters resampled too, wider than 95 % needs."""
    cautious_high: float
    best_rank: int
    """Limits of the rank, 1 is best, at 95 % for all systems together: behind all that are told to be
    better."""
    worst_rank: int
    letters: str
    """Compact letters, with a space between two: systems share one where they are not told apart."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two systems by the fit over all votes, the stronger first."""

    first: str
    second: str
    difference: Estimate
    """Of strengths, log odds, 0 or more."""
    wins: float
    """Expected share of ``first`` among decided votes, by the fit."""
    ahead: float
    """Share of the resamples of prompts in which ``first`` is the stronger, ties counting half."""
    p: float
    """Two-sided, of the difference."""
    p_holm: float
    """Corrected for all pairs of systems (Holm 1979)."""
    apart: bool
    """Whether the two are told apart at 95 %, after the correction."""


@dataclass(frozen=True, slots=True)
class Strengths:
    """Davidson's model over all votes of a question."""

    standings: tuple[Standing, ...]
    """Strongest first."""
    contrasts: tuple[Contrast, ...]
    """Every pair of systems, in the order of the standings."""
    nu: Estimate
    """Tie tendency: equals tie in ``nu / (2 + nu)`` of their trials. How readily somebody says that there is
    no difference is a habit, so the limits are the wider ones of those over prompts and those over raters."""
    equals_tie: Estimate
    """That share, 0 to 1."""
    prompts: int
    raters: int
    votes: int
    """Judgements fitted, ties among them."""
    ridge: float


def strengths(counted: Tally, sampling: Sampling | None = None, ridge: float = RIDGE
              ) -> Strengths | Abstained:
    """Fit Davidson's model and resample prompts for its limits."""
    if (why := unfit(counted)) is not None:
        return why
    sampling = sampling or Sampling()
    size = len(counted.systems)
    counts = counted.by_prompt().sum(axis=0)
    own = fit(counts[None], counted.pairs, size, ridge)
    least = covariance(counts, counted.pairs, own, ridge)
    drawn = fit(by_prompts(counted, sampling), counted.pairs, size, ridge)
    cautious = fit(by_prompts_and_raters(counted, sampling), counted.pairs, size, ridge)
    order = sorted(range(size), key=lambda i: (-own.strengths[0, i], counted.systems[i]))
    raters = fit(by_raters(counted, sampling), counted.pairs, size, ridge)
    contrasts = _contrasts(counted, own, drawn, least, order)
    widths = [_tie_width(drawn.nu, len(counted.prompts)), _tie_width(raters.nu, len(counted.raters))]
    return Strengths(_standings(counted, own, drawn, cautious, least, order, contrasts), contrasts,
                     *_ties(float(own.nu[0]), widths), len(counted.prompts), len(counted.raters),
                     len(counted.outcome), ridge)


def _standings(counted: Tally, own: Fit, drawn: Fit, cautious: Fit, least: Floats,
               order: Sequence[int], contrasts: Sequence[Contrast]) -> tuple[Standing, ...]:
    names = [counted.systems[i] for i in order]
    compared = [Pair(c.first, c.second, len(counted.prompts), c.difference.value, c.p, c.p_holm)
                for c in contrasts]
    limits = rank_limits(names, compared)
    signs = letters(names, [(c.first, c.second) for c in contrasts if c.apart])
    width = half_widths(drawn.strengths, len(counted.prompts), np.sqrt(np.diag(least)))
    wide = np.maximum(half_widths(cautious.strengths, len(counted.prompts)), width)
    found = []
    for i, name in zip(order, names, strict=True):
        value = float(own.strengths[0, i])
        around = Estimate(value, value - float(width[i]), value + float(width[i]))
        found.append(Standing(name, around, float(width[i]), value - float(wide[i]), value + float(wide[i]),
                              *limits[name], signs[name]))
    return tuple(found)


def _contrasts(counted: Tally, own: Fit, drawn: Fit, least: Floats, order: Sequence[int]
               ) -> tuple[Contrast, ...]:
    pairs = np.array(list(itertools.combinations(order, 2)))
    leads, resampled = (by.strengths[:, pairs[:, 0]] - by.strengths[:, pairs[:, 1]] for by in (own, drawn))
    one, other = pairs.T
    alone = np.sqrt(least[one, one] + least[other, other] - 2 * least[one, other])
    p = p_values(leads[0], resampled, len(counted.prompts), alone)
    width = half_widths(resampled, len(counted.prompts), alone)
    ahead = (resampled > 0).mean(axis=0) + (resampled == 0).mean(axis=0) / 2
    wins = chances(leads[0], np.zeros(1))[:, 0]
    return tuple(
        Contrast(counted.systems[i], counted.systems[j], Estimate(lead, lead - w, lead + w), win, over, raw,
                 corrected, corrected <= LEVEL)
        for (i, j), lead, w, win, over, raw, corrected in zip(
            pairs.tolist(), leads[0].tolist(), width.tolist(), wins.tolist(), ahead.tolist(), p.tolist(),
            holm(p.tolist()), strict=True))


def _tie_width(drawn: Floats, clusters: int) -> float | None:
    """Half-width of limits of log nu from resamples of so many prompts or raters, (R,)."""
    usable = drawn[np.isfinite(drawn) & (drawn > 0)]
    return float(half_widths(np.log(usable), clusters)) if len(usable) > len(drawn) / 2 else None


def _ties(nu: float, widths: Sequence[float | None]) -> tuple[Estimate, Estimate]:
    """Tie tendency and the share of ties among equals; limits are symmetric in the logarithm of nu."""
    known = [width for width in widths if width is not None]
    if nu == 0 or len(known) < len(widths):
        why = "no limits: there is no tie" if nu == 0 else "no limits: there are too few ties"
        return Estimate(nu, None, None, why), Estimate(nu / (2 + nu), None, None, why)
    low, high = nu * float(np.exp(-max(known))), nu * float(np.exp(max(known)))
    return Estimate(nu, low, high), Estimate(nu / (2 + nu), low / (2 + low), high / (2 + high))

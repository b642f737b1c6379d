"""Who is better: strengths with limits, limits of ranks, who is told apart, how often people tie."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.ranks import LEVEL, Pair, holm, rank_limits
from reports.study.counting import Tally, unfit
from reports.study.davidson import RIDGE, Fit, chances, fit
from reports.study.estimate import Abstained, Estimate
from reports.study.letters import letters
from reports.study.resample import Sampling, by_prompts, by_prompts_and_raters, by_raters, half_widths
from reports.study.spread import WEAKER, Spread, limits, spread

Floats = NDArray[np.float64]
_PULLED = 0.25
"""Share of a half-width by which limits reach further where the ridge has a say in them."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one system stands."""

    system: str
    strength: Estimate
    """Log odds on Davidson's scale, centred over the systems; limits over prompts and raters that hold for
    the ridge and for a weaker one."""
    cautious_low: float
    """Limits from resamples of prompts times those of raters, wider than 95 % needs."""
    cautious_high: float
    best_rank: int
    """Limits of the rank, 1 is best, at 95 % for all systems together: behind all that are told to be
    better."""
    worst_rank: int
    letters: str
    """Compact letters, with a space between two: systems share one where they are not told apart."""
    pulled: bool
    """Whether the ridge, too, says how far it lies off: nearly all votes between some systems fall one way,
    or votes are few."""

    @property
    def half_width(self) -> float:
        """Half the distance of the limits, which need not lie evenly about the strength."""
        assert self.strength.low is not None and self.strength.high is not None  # noqa: S101, PT018
        return (self.strength.high - self.strength.low) / 2


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
    """Fit Davidson's model, with limits for what prompts and raters differ by and for the ridge's pull."""
    if (why := unfit(counted)) is not None:
        return why
    sampling = sampling or Sampling()
    size, prompts, raters = len(counted.systems), len(counted.prompts), len(counted.raters)
    resampled = by_prompts(counted, sampling)
    spreads = [spread(counted, resampled, own) for own in (ridge, ridge / WEAKER)]
    own, drawn = spreads[0].own, spreads[0].drawn
    cautious, over_raters = (fit(by(counted, sampling), counted.pairs, size, ridge)
                             for by in (by_prompts_and_raters, by_raters))
    order = sorted(range(size), key=lambda i: (-own.strengths[0, i], counted.systems[i]))
    contrasts = _contrasts(counted.systems, spreads, order)
    widths = [_tie_width(drawn.nu, prompts), _tie_width(over_raters.nu, raters)]
    return Strengths(_standings(counted, spreads, cautious, order, contrasts), contrasts,
                     *_ties(float(own.nu[0]), widths), prompts, raters, len(counted.outcome), ridge)


def _standings(counted: Tally, spreads: Sequence[Spread], cautious: Fit, order: Sequence[int],
               contrasts: Sequence[Contrast]) -> tuple[Standing, ...]:
    names = [counted.systems[i] for i in order]
    compared = [Pair(c.first, c.second, len(counted.prompts), c.difference.value, c.p, c.p_holm)
                for c in contrasts]
    ranks = rank_limits(names, compared)
    signs = letters(names, [(c.first, c.second) for c in contrasts if c.apart])
    each = np.eye(len(names))
    values, width = spreads[0].values(each), spreads[0].half_widths(each)
    low, high = limits(spreads, each)
    wide = half_widths(cautious.strengths, len(counted.prompts))
    pulled = np.maximum(values - width - low, high - values - width) > _PULLED * width
    return tuple(
        Standing(name, Estimate(float(values[i]), float(low[i]), float(high[i])),
                 float(min(values[i] - wide[i], low[i])), float(max(values[i] + wide[i], high[i])),
                 *ranks[name], signs[name], bool(pulled[i]))
        for i, name in zip(order, names, strict=True))


def _contrasts(systems: Sequence[str], spreads: Sequence[Spread], order: Sequence[int]
               ) -> tuple[Contrast, ...]:
    pairs = np.array(list(itertools.combinations(order, 2)))
    each = np.eye(len(systems))
    weights = each[pairs[:, 0]] - each[pairs[:, 1]]
    leads, p, resampled = (of(weights) for of in (spreads[0].values, spreads[0].p_values,
                                                  spreads[0].resampled))
    low, high = limits(spreads, weights)
    ahead = (resampled > 0).mean(axis=0) + (resampled == 0).mean(axis=0) / 2
    wins = chances(leads, np.zeros(1))[:, 0]
    return tuple(
        Contrast(systems[i], systems[j], Estimate(lead, least, most), win, over, raw, corrected,
                 corrected <= LEVEL)
        for (i, j), lead, least, most, win, over, raw, corrected in zip(
            pairs.tolist(), leads.tolist(), low.tolist(), high.tolist(), wins.tolist(), ahead.tolist(),
            p.tolist(), holm(p.tolist()), strict=True))


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

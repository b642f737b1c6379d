"""How far strengths may be off: over prompts and raters, and for want of votes beyond the ridge's pull."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.study.counting import OUTCOMES, Tally
from reports.study.davidson import Fit, covariance, fit, influences
from reports.study.resample import Tastes, half_widths, p_values

Floats = NDArray[np.float64]
WEAKER = 10.0
"""Limits hold for the ridge and for one so many times weaker."""


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """One fit, with what its limits rest on. Figures are sums of strengths times weights (M, K)."""

    own: Fit
    drawn: Fit
    """Of R resamples of prompts."""
    least: Floats
    """Covariance of strengths if votes were independent, (K, K)."""
    added: Floats
    """Covariance that raters add across prompts, (K, K)."""
    prompts: int
    raters: int

    def values(self, weights: Floats) -> Floats:
        """The figures, (M,)."""
        return np.asarray(weights @ self.own.strengths[0], np.float64)

    def resampled(self, weights: Floats) -> Floats:
        """The figures of each resample of prompts, (R, M)."""
        return np.asarray(self.drawn.strengths @ weights.T, np.float64)

    def half_widths(self, weights: Floats) -> Floats:
        """Half-widths of limits at 95 %, (M,)."""
        return half_widths(self.resampled(weights), self.prompts, *self._rest(weights))

    def p_values(self, weights: Floats) -> Floats:
        """Two-sided p of the figures against 0, (M,)."""
        return p_values(self.values(weights), self.resampled(weights), self.prompts, *self._rest(weights))

    def _rest(self, weights: Floats) -> tuple[Floats, Tastes]:
        least, added = (np.einsum("mi,ij,mj->m", weights, own, weights) for own in (self.least, self.added))
        return np.sqrt(least), Tastes(added, self.raters)


def spread(counted: Tally, resampled: Floats, ridge: float) -> Spread:
    """Fit all votes and resamples of prompts (R, Q, 3) with a ridge."""
    counts, size = counted.by_prompt().sum(axis=0), len(counted.systems)
    own = fit(counts[None], counted.pairs, size, ridge)
    return Spread(own, fit(resampled, counted.pairs, size, ridge),
                  covariance(counts, counted.pairs, own, ridge), _added(counted, counts, own, ridge),
                  len(counted.prompts), len(counted.raters))


def limits(spreads: Sequence[Spread], weights: Floats) -> tuple[Floats, Floats]:
    """Limits of figures that hold whichever of the fits is taken, (M,) each.

    The ridge pulls a system that wins or loses nearly all its votes towards the others, in every resample
    alike, so that limits of one fit alone do not tell of it.
    """
    ends = [(own.values(weights), own.half_widths(weights)) for own in spreads]
    low = np.min([value - width for value, width in ends], axis=0)
    high = np.max([value + width for value, width in ends], axis=0)
    return np.asarray(low, np.float64), np.asarray(high, np.float64)


def _added(counted: Tally, counts: Floats, own: Fit, ridge: float) -> Floats:
    """Covariance of strengths between votes of one rater on different prompts, (K, K).

    Sums of influences by rater, less those by rater and prompt, which are in the spread over prompts already:
    0 in the mean where raters share their tastes.
    """
    moves = influences(counts, counted.pairs, own, ridge).reshape(-1, len(counted.systems))
    vote = moves[counted.pair * OUTCOMES + counted.outcome]
    raters = len(counted.raters)
    by_rater = _sums(vote, counted.rater)
    within = _sums(vote, counted.rater * len(counted.prompts) + counted.prompt)
    return np.asarray(raters / (raters - 1) * by_rater.T @ by_rater - within.T @ within, np.float64)


def _sums(values: Floats, whose: NDArray[np.int64]) -> Floats:
    """Sums of rows (N, K) by group, (G, K)."""
    groups, group = np.unique(whose, return_inverse=True)
    found = np.zeros((len(groups), values.shape[1]))
    np.add.at(found, group.reshape(-1), values)
    return found

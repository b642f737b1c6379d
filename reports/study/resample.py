"""Limits from resamples: of prompts as a rule, of raters for their habits, of both to be cautious."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, t

from reports.bootstrap import MIN_PROMPTS, TAIL, draws, share_limits
from reports.study.counting import OUTCOMES, Tally
from reports.study.estimate import Estimate

Floats = NDArray[np.float64]
DRAWS = 2000
SEED = 20_000
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Sampling:
    """How resamples are drawn."""

    draws: int = DRAWS
    seed: int = SEED
    """Of the generator; the same votes and seed give the same limits."""


def by_prompts(counted: Tally, sampling: Sampling) -> Floats:
    """Counts of resamples of prompts with all their votes, (R, Q, 3)."""
    weights = draws(len(counted.prompts), sampling.draws, sampling.seed)
    cells = counted.by_prompt().reshape(len(counted.prompts), -1)
    return np.asarray(weights @ cells, np.float64).reshape(len(weights), -1, OUTCOMES)


def by_raters(counted: Tally, sampling: Sampling) -> Floats:
    """Counts of resamples of raters with all their votes, (R, Q, 3)."""
    raters = draws(len(counted.raters), sampling.draws, sampling.seed + 1)
    return np.concatenate([counted.weighted(own[:, counted.rater]) for own in np.array_split(raters, 20)])


def by_prompts_and_raters(counted: Tally, sampling: Sampling) -> Floats:
    """Counts of resamples of prompts and, independently, of raters, (R, Q, 3).

    A vote counts as often as its prompt was drawn times as often as its rater was (the pigeonhole bootstrap
    of Owen 2007), which overstates the spread: hence a cautious bound, not an interval of 95 %.
    """
    prompts = draws(len(counted.prompts), sampling.draws, sampling.seed)
    raters = draws(len(counted.raters), sampling.draws, sampling.seed + 1)
    parts = zip(np.array_split(prompts, 20), np.array_split(raters, 20), strict=True)
    return np.concatenate([
        counted.weighted(own[:, counted.prompt] * other[:, counted.rater]) for own, other in parts])


@dataclass(frozen=True, slots=True, eq=False)
class Tastes:
    """What raters add to the spread over prompts: the same rater leans the same way on all prompts."""

    variance: Floats
    """(...), below 0 where raters happen to differ less than chance lets them."""
    raters: int


def half_widths(drawn: Floats, prompts: int, least: Floats | float = 0.0, tastes: Tastes | None = None
                ) -> Floats:
    """Half-widths of limits at 95 % from resamples (R, ...) of so many prompts, (...).

    Student's quantile with n - 1 degrees of freedom times the standard deviation of the resamples, times
    ``sqrt(n / (n - 1))`` since resamples of n prompts vary less than n prompts do. What such limits cover is
    measured by ``benchmarks.study_statistics``.

    Args:
        drawn: (R, ...).
        prompts: their number n.
        least: (...), standard deviation if votes were independent. Limits are never narrower than it gives:
            where prompts happen to be alike, as with unanimous votes, resamples hardly vary. Where they do
            not vary at all, Student's quantile counts here too.
        tastes: added to the variance over prompts, which makes it that of two-way clusters (Cameron, Gelbach
            and Miller 2011). n is then the number of prompts or of raters, whichever is less. None where
            raters are not reckoned with.
    """
    spread, freedom, alike = _spread(drawn, prompts, least, tastes)
    alone = np.where(alike, t.ppf(1 - TAIL, freedom), norm.ppf(1 - TAIL)) * least
    return np.asarray(np.maximum(spread * t.ppf(1 - TAIL, freedom), alone), np.float64)


def p_values(values: Floats, drawn: Floats, prompts: int, least: Floats | float = 0.0,
             tastes: Tastes | None = None) -> Floats:
    """Two-sided p of values (...) against 0, that of :func:`half_widths`: 0.05 where a limit touches 0."""
    spread, freedom, alike = _spread(drawn, prompts, least, tastes)
    by_clusters, by_votes = (np.divide(np.abs(values), own, out=np.full_like(values, np.inf), where=own > 0)
                             for own in (spread, np.broadcast_to(least, spread.shape)))
    alone = np.where(alike, t.sf(by_votes, freedom), norm.sf(by_votes))
    return np.asarray(2 * np.maximum(t.sf(by_clusters, freedom), alone), np.float64)


def _spread(drawn: Floats, prompts: int, least: Floats | float, tastes: Tastes | None
            ) -> tuple[Floats, int, NDArray[np.bool_]]:
    """Standard deviation of resamples (R, ...), its degrees of freedom, and whether prompts are alike.

    Alike but for rounding they say nothing of how others would differ.
    """
    own = drawn.std(axis=0, ddof=1) * np.sqrt(prompts / (prompts - 1))
    alike = np.asarray(own <= _ROUNDING * np.asarray(least), np.bool_)
    if tastes is None:
        return np.asarray(own, np.float64), prompts - 1, alike
    both = np.sqrt(np.maximum(own**2 + tastes.variance, 0.0))
    return np.asarray(both, np.float64), min(prompts, tastes.raters) - 1, alike


def share_by_cluster(hits: NDArray[Any], total: NDArray[Any], sampling: Sampling, what: str = "prompts"
                     ) -> Estimate | None:
    """A share of votes or units with limits over prompts, 0 to 1; None where there is nothing to count.

    Limits are never narrower than those of independent votes, as they would be where prompts are alike.

    Args:
        hits: (P,), by prompt.
        total: (P,), by prompt; prompts without any are left out.
        sampling: of prompts.
        what: clusters other than prompts, if so.
    """
    hits, total = hits[total > 0].astype(np.float64), total[total > 0].astype(np.float64)
    if not len(total):
        return None
    share = float(hits.sum() / total.sum())
    if len(total) < MIN_PROMPTS:
        told = f"no limits: {len(total)} of the {MIN_PROMPTS} {what} that they need"
        return Estimate(share, None, None, told)
    weights = draws(len(total), sampling.draws, sampling.seed)
    low, high = share_limits((weights @ hits) / (weights @ total), len(total), share)
    least, most = _wilson(share, float(total.sum()))
    return Estimate(share, min(low, least), max(high, most))


def _wilson(share: float, number: float) -> tuple[float, float]:
    """Limits of a share of independent votes (Wilson 1927), which hold the share."""
    z = float(norm.ppf(1 - TAIL))
    middle = (share + z**2 / (2 * number)) / (1 + z**2 / number)
    reach = z * np.sqrt(share * (1 - share) / number + z**2 / (4 * number**2)) / (1 + z**2 / number)
    return max(min(middle - float(reach), share), 0.0), min(max(middle + float(reach), share), 1.0)

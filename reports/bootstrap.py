"""Intervals over prompts: survival estimates of many resamples at once, limits that hold for few prompts."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from scipy.stats import norm, t

Floats = NDArray[np.float64]

DRAWS = 10_000
SEED = 20_000
MIN_PROMPTS = 3
"""Fewer prompts than this have no interval."""
TAIL = 0.025
"""Share of the draws beyond each limit of a 95 % interval."""
_BOUNDING = 5
"""Prompts that it takes to bound a median from both sides: all of 4 lie beyond it in 1 of 8 cases."""
_SHIFT = 6.0
"""How many prompts' worth the median's limits are widened by, over the number of prompts."""
_FURTHER = 0.1
"""Share of one more prompt that counts against each limit of a mean."""
_BATCH = 1000


@functools.lru_cache(maxsize=16)
def draws(prompts: int, number: int = DRAWS, seed: int = SEED) -> Floats:
    """How often each prompt is drawn: (number, prompts), every row a sample of as many with replacement."""
    found = np.random.default_rng(seed).multinomial(prompts, np.full(prompts, 1 / prompts), number)
    drawn = found.astype(np.float64)
    drawn.setflags(write=False)
    return drawn


def resampled_means(values: Sequence[float], prompts: Sequence[str]) -> Floats:
    """Mean of one number a clip in each resample, (R,); prompts are drawn with all their clips."""
    names, whose = np.unique(np.array(prompts, dtype=str), return_inverse=True)
    sums, clips = np.zeros((2, len(names)))
    np.add.at(sums, whose, np.asarray(values, np.float64))
    np.add.at(clips, whose, 1.0)
    weights = draws(len(names))
    return np.asarray((weights @ sums) / (weights @ clips), np.float64)


def stretch(prompts: int) -> float:
    """By how much percentiles of the resamples of so few prompts are too near to the mean, above 1.

    ``t(n-1) / z * sqrt(n / (n-1))``: Student's quantile in place of the normal one, and the variance of n
    values in place of that of their resamples.
    """
    return float(t.ppf(1 - TAIL, prompts - 1) / norm.ppf(1 - TAIL) * np.sqrt(prompts / (prompts - 1)))


def tallies(seconds: Floats, happened: NDArray[np.bool_], prompts: Sequence[str]
            ) -> tuple[Floats, Floats, Floats]:
    """Count clips by prompt and time.

    Returns the distinct times (T,), and for each prompt, by name, how many of its clips failed (P, T) and how
    many ended in whatever way (P, T) at each time.
    """
    times, when = np.unique(seconds, return_inverse=True)
    names, whose = np.unique(np.array(prompts, dtype=str), return_inverse=True)
    failing, leaving = np.zeros((2, len(names), len(times)))
    np.add.at(leaving, (whose, when), 1.0)
    np.add.at(failing, (whose, when), happened.astype(np.float64))
    return times, failing, leaving


def weighted_shares(failing: Floats, leaving: Floats, weights: Floats) -> Floats:
    """Kaplan-Meier estimate just after each time, (R, T), of R samples in which prompts weigh (R, P)."""
    found = []
    for part in np.array_split(weights, max(1, len(weights) // _BATCH)):
        failed, left = part @ failing, part @ leaving
        at_risk = np.cumsum(left[:, ::-1], axis=1)[:, ::-1]
        hazard = np.divide(failed, at_risk, out=np.zeros_like(failed), where=at_risk > 0)
        found.append(np.cumprod(1.0 - hazard, axis=1))
    return np.concatenate(found)


def resampled(seconds: Floats, happened: NDArray[np.bool_], prompts: Sequence[str]) -> tuple[Floats, Floats]:
    """Draw prompts with all their clips: the distinct times (T,) and the estimate of each draw (DRAWS, T)."""
    times, failing, leaving = tallies(seconds, happened, prompts)
    return times, weighted_shares(failing, leaving, draws(len(failing)))


def falls_to(times: Floats, shares: Floats, level: float) -> Floats:
    """First time at which the shares (R, T) are at most ``level``, (R,); infinity where they never are."""
    below = shares <= level + 1e-12
    return np.where(below.any(axis=1), times[below.argmax(axis=1)], np.inf)


def restricted_mean(times: Floats, shares: Floats, horizon: float) -> Floats:
    """Area under the shares (R, T) from 0 to the horizon, seconds, (R,); level after the last time."""
    edges = np.minimum([0.0, *times, max(horizon, times[-1])], horizon)
    widths = np.diff(edges)
    return np.asarray(widths[0] + shares @ widths[1:], np.float64)


def median_limits(times: Floats, shares: Floats, prompts: int) -> tuple[float, float]:
    """Percentile limits of the median from resampled shares (R, T).

    The lower limit is read where the share falls to a little more than one half, the upper where it falls to
    a little less, ``1/2 (1 ± 6/n²)`` for n prompts: plain percentiles of so few values are too narrow. Fewer
    than five prompts bound no median, and the limits are 0 and infinity.
    """
    if prompts < _BOUNDING:
        return 0.0, float(np.inf)
    shift = _SHIFT / prompts**2
    low = np.quantile(falls_to(times, shares, (1 + shift) / 2), TAIL, method="inverted_cdf")
    high = np.quantile(falls_to(times, shares, (1 - shift) / 2), 1 - TAIL, method="inverted_cdf")
    return float(low), float(high)


def mean_limits(times: Floats, shares: Floats, prompts: int, mean: float, horizon: float
                ) -> tuple[float, float]:
    """Limits of the restricted mean from resampled shares (R, T): those of its share of the horizon."""
    low, high = share_limits(restricted_mean(times, shares, horizon) / horizon, prompts, mean / horizon)
    return horizon * low, horizon * high


def share_limits(drawn: Floats, prompts: int, mean: float) -> tuple[float, float]:
    """Percentile limits of a mean between 0 and 1 from its resamples (R,), stretched for few prompts.

    On the log-odds scale, the distance of each percentile from the estimate grows by :func:`stretch`. A
    tenth of one more prompt counts as 0 for the lower limit, as 1 for the upper one, since a few failures say
    little about their spread. Where all values are 0 or all are 1 there is nothing to resample; the limit is
    then the exact binomial one. The constants were set by simulation (``benchmarks.steady_statistics``).
    """
    bound = TAIL ** (1 / prompts)
    if np.isclose(mean, 1):
        return bound, 1.0
    if np.isclose(mean, 0):
        return 0.0, 1.0 - bound
    ends = np.quantile(drawn, [TAIL, 1 - TAIL], method="inverted_cdf").clip(0, 1)
    ends = np.array([ends[0] * prompts, ends[1] * prompts + _FURTHER]) / (prompts + _FURTHER)
    middle = logit(mean)
    low, high = expit(middle + stretch(prompts) * (logit(ends) - middle))
    return float(low), float(high)

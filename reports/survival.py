"""Times to a failure that may not have come yet: Kaplan-Meier median and its interval over prompts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
SEED = 20_000
MIN_PROMPTS = 5
"""Below this many prompts a bootstrap interval would show the prompts drawn, not the method."""


@dataclass(frozen=True, slots=True)
class Time:
    """A right-censored time in seconds: when it happened, or until when it had not."""

    seconds: float
    happened: bool


@dataclass(frozen=True, slots=True)
class Median:
    """Kaplan-Meier median of a set of times, in seconds."""

    seconds: float
    """Infinity where more than half had not failed when the last clip ended."""
    clips: int
    held: int
    """Clips in which it never happened."""
    until: float
    """The longest time seen, seconds."""
    surviving: float
    """Estimated share that has not failed at ``until``, 0 to 1."""
    low: float | None = None
    """95 % interval by resampling prompts; None where there are too few."""
    high: float | None = None

    @property
    def reached(self) -> bool:
        """Whether half of the clips failed within the time seen."""
        return math.isfinite(self.seconds)


def survival(times: Sequence[Time], weights: NDArray[np.float64] | None = None
             ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Kaplan-Meier estimate of the share not yet failed just after each distinct time.

    ``weights`` is (R, N), how often each of the N times counts in each of R samples; one sample of ones if
    left out. Returns the distinct times (T,), ascending, and the shares (R, T). Kaplan and Meier 1958.
    """
    at = np.array([time.seconds for time in times], dtype=np.float64)
    happened = np.array([time.happened for time in times], dtype=np.float64)
    weights = np.ones((1, len(at))) if weights is None else weights
    distinct, where = np.unique(at, return_inverse=True)
    member = np.eye(len(distinct))[where]
    failing = (weights * happened) @ member
    leaving = weights @ member
    at_risk = np.cumsum(leaving[:, ::-1], axis=1)[:, ::-1]
    hazard = np.divide(failing, at_risk, out=np.zeros_like(failing), where=at_risk > 0)
    return distinct, np.asarray(np.cumprod(1.0 - hazard, axis=1), np.float64)


def medians(times: Sequence[Time], weights: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    """First time at which the estimate is at or below one half, one per sample; infinity if it never is."""
    distinct, shares = survival(times, weights)
    below = shares <= 0.5 + 1e-12
    return np.where(below.any(axis=1), distinct[below.argmax(axis=1)], np.inf)


def median(times: Sequence[Time], prompts: Sequence[str]) -> Median | None:
    """Kaplan-Meier median with a 95 % percentile interval over prompts; None where there are no times.

    ``prompts`` names the prompt of each time. Clips of one prompt are resampled together, because their
    times depend on each other. The interval is left out below ``MIN_PROMPTS`` prompts.
    """
    if not times:
        return None
    distinct, shares = survival(times)
    low, high = _interval(times, prompts)
    return Median(
        seconds=float(medians(times)[0]),
        clips=len(times),
        held=sum(not time.happened for time in times),
        until=float(distinct[-1]),
        surviving=float(shares[0, -1]),
        low=low,
        high=high,
    )


def _interval(times: Sequence[Time], prompts: Sequence[str]) -> tuple[float | None, float | None]:
    names, member = np.unique(np.array(prompts, dtype=object).astype(str), return_inverse=True)
    if len(names) < MIN_PROMPTS or "" in names:
        return None, None
    draws = np.random.default_rng(SEED).integers(0, len(names), (RESAMPLES, len(names)))
    times_drawn = np.stack([np.bincount(draw, minlength=len(names)) for draw in draws])
    resampled = medians(times, times_drawn[:, member].astype(np.float64))
    low, high = np.quantile(resampled, [0.025, 0.975], method="inverted_cdf")
    return float(low), float(high)

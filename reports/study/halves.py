"""Whether half of the raters would rank the systems as the other half does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.agreement import MIN_METHODS, kendall
from reports.study.counting import Tally, unfit
from reports.study.davidson import RIDGE, fit
from reports.study.estimate import Abstained
from reports.study.resample import SEED

Floats = NDArray[np.float64]
SPLITS = 500
MIN_RATERS = 4


@dataclass(frozen=True, slots=True)
class Halves:
    """Kendall's tau-b between the rankings of two random halves of the raters, over many splits."""

    median: float
    low: float
    """The twentieth part of the splits agrees less."""
    high: float
    splits: int
    raters: int


def halves(counted: Tally, splits: int = SPLITS, seed: int = SEED, ridge: float = RIDGE
           ) -> Halves | Abstained:
    """Split the raters at random, rank the systems by either half, and hold the ranks against each other."""
    if (why := unfit(counted)) is not None:
        return why
    raters, size = len(counted.raters), len(counted.systems)
    if raters < MIN_RATERS or size < MIN_METHODS:
        return Abstained(f"{raters} raters of {size} systems; halves need {MIN_RATERS} and {MIN_METHODS}.")
    rng = np.random.default_rng(seed)
    chosen = rng.permuted(np.tile(np.arange(raters) % 2, (splits, 1)), axis=1).astype(np.float64)
    one, other = (fit(counted.weighted(side[:, counted.rater]), counted.pairs, size, ridge).strengths
                  for side in (chosen, 1 - chosen))
    agreed = kendall(one, other)
    agreed = agreed[np.isfinite(agreed)]
    if not len(agreed):
        return Abstained("No half of the raters tells any systems apart.")
    low, median, high = (float(value) for value in np.quantile(agreed, [0.05, 0.5, 0.95]))
    return Halves(median, low, high, len(agreed), raters)

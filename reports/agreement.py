"""Whether two measures rank methods alike: Kendall's tau-b with limits over prompts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.bootstrap import MIN_PROMPTS, TAIL, draws

MIN_METHODS = 3
"""Two methods agree or do not; that is no rank correlation."""
_ALIKE = 1e-12

Floats = NDArray[np.float64]
ByPrompt = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Kendall's tau-b of two orders of methods, and its limits at 95 %."""

    tau: float | None
    """-1 to 1; None where one of the two does not tell any methods apart."""
    low: float | None
    high: float | None
    methods: int
    prompts: int
    """Prompts that every method has under both measures."""


def agreement(first: Sequence[ByPrompt], second: Sequence[ByPrompt]) -> Agreement:
    """Hold two measures against each other, given as one number a prompt of each method, in one order.

    Every method counts with its mean over the prompts that all have under both measures. The limits are the
    percentiles over resamples of these prompts; a resample in which a measure ties all methods is left out.
    """
    prompts = sorted(set.intersection(*(set(own) for own in (*first, *second)))) if first else []
    if len(first) < MIN_METHODS or not prompts:
        return Agreement(None, None, None, len(first), len(prompts))
    x, y = (np.array([[own[prompt] for own in side] for prompt in prompts]) for side in (first, second))
    tau = float(kendall(x.mean(axis=0)[None], y.mean(axis=0)[None])[0])
    low = high = None
    if len(prompts) >= MIN_PROMPTS and np.isfinite(tau):
        weights = draws(len(prompts)) / len(prompts)
        drawn = kendall(weights @ x, weights @ y)
        low, high = (float(end) for end in np.quantile(
            drawn[np.isfinite(drawn)], [TAIL, 1 - TAIL], method="inverted_cdf"))
    return Agreement(tau if np.isfinite(tau) else None, low, high, len(first), len(prompts))


def kendall(x: Floats, y: Floats) -> Floats:
    """Kendall's tau-b (Kendall 1945) of each row of two arrays (R, M), (R,); NaN where a row is all ties."""
    one, other = np.triu_indices(x.shape[1], 1)
    dx, dy = (np.where(np.abs(d) > _ALIKE, np.sign(d), 0.0)
              for d in (side[:, one] - side[:, other] for side in (x, y)))
    scale = np.sqrt((dx**2).sum(axis=1) * (dy**2).sum(axis=1))
    with np.errstate(invalid="ignore"):
        return np.asarray((dx * dy).sum(axis=1) / scale, np.float64)

"""The validation suite's statistics: how strongly, how surely and how alone a number answers.

Everything here takes plain sequences of numbers; :mod:`metrics.validation.responses` says what they are of.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_SAME = 1e-12
"""A spread below this share of the mean is rounding, not spread."""


def paired_dz(differences: Sequence[float]) -> float | None:
    """Cohen's d_z of paired differences: mean over sample standard deviation (n - 1).

    It tells how alike the clips answer, not how much: an answer that is small and the same in every clip has
    a large d_z. Read it beside the mean difference.

    Args:
        differences: perturbed minus clean, one a clip, any unit.

    Returns:
        0 where every difference is exactly zero; infinity, with the mean's sign, where all differences are
        the same other number; None with fewer than two clips.

    """
    if len(differences) < 2:
        return None
    values = np.asarray(differences, dtype=np.float64)
    if not values.any():
        return 0.0
    mean, spread = float(values.mean()), float(values.std(ddof=1))
    if spread <= _SAME * abs(mean):
        return math.copysign(math.inf, mean)
    return mean / spread


def standard_deviation(values: Sequence[float]) -> float | None:
    """Sample standard deviation (n - 1), in the unit of the values; None with fewer than two."""
    return float(np.std(np.asarray(values, dtype=np.float64), ddof=1)) if len(values) > 1 else None


def auc(failed: Sequence[float], others: Sequence[float]) -> float | None:
    """Probability that a failed clip scores higher than another one, ties counted half (Mann-Whitney U / nm).

    Returns:
        0 to 1; 0.5 is chance, 0 is perfect the wrong way round. None where either side is empty.

    """
    if not failed or not others:
        return None
    order = _ranks(np.asarray([*failed, *others], dtype=np.float64))
    n, m = len(failed), len(others)
    return float((order[:n].sum() - n * (n + 1) / 2) / (n * m))


def spearman(values: Sequence[float]) -> float | None:
    """Rank correlation of a series with its own order: severities from none to strong.

    Args:
        values: the metric at no perturbation first, then at rising severity.

    Returns:
        -1 to 1; 0 where the metric never changes. None with fewer than three values.

    """
    if len(values) < 3:
        return None
    order = _ranks(np.asarray(values, dtype=np.float64))
    steps = np.arange(len(values), dtype=np.float64)
    order, steps = order - order.mean(), steps - steps.mean()
    length = math.sqrt(float((order**2).sum() * (steps**2).sum()))
    return float((order * steps).sum()) / length if length > 0 else 0.0


def median(values: Sequence[float]) -> float | None:
    """Median; None of nothing."""
    return float(np.median(values)) if len(values) else None


def ratio(weakest: float | None, strongest: float | None) -> float | None:
    """Selectivity: the weakest target response over the strongest nuisance response, both at least 0.

    Returns:
        0 where a target shows nothing; infinity where no nuisance shows anything; None where either is
        unknown or both are infinite.

    """
    if weakest is None or strongest is None or (math.isinf(weakest) and math.isinf(strongest)):
        return None
    if weakest == 0:
        return 0.0
    return math.inf if strongest == 0 else weakest / strongest


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks from 1, equal values sharing the mean of theirs."""
    _, where, counts = np.unique(values, return_inverse=True, return_counts=True)
    shared = np.cumsum(counts) - (counts - 1) / 2
    return np.asarray(shared[where], dtype=np.float64)

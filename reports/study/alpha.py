"""Whether raters agree beyond chance: Krippendorff's alpha for nominal data, coded by slot.

K. Krippendorff, "Content Analysis" (2004), chapter 11. What is coded is which of the unit's two slots won,
never the name of the system that won: names make chance agreement look rarer than it is, since each unit has
its own two names while chance is reckoned over all of them, and guessing would reach an alpha above 0.4.
Which system takes the first slot of a unit says nothing of who is better, so the two slots are exchangeable
in each unit. Chance agreement is therefore averaged over all ways of exchanging them, in closed form: the
figure depends neither on a draw nor on the order in which pairs were written down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.bootstrap import TAIL, draws
from reports.study.counting import MIN_RATERS
from reports.study.estimate import Abstained, Estimate
from reports.study.model import Vote
from reports.study.resample import Sampling

Floats = NDArray[np.float64]
MIN_UNITS = 3
GATE_UNITS = 10
"""Units with two votes or more without which no gate on alpha is met, however well raters agree."""
_SLOTS = {"first": 0, "second": 1, "tie": 2}


@dataclass(frozen=True, slots=True)
class Alpha:
    """Agreement of raters on the same units."""

    alpha: Estimate
    """1 is full agreement, 0 chance, below 0 less than chance; limits over units, percentiles. Where raters
    agree on every unit nothing varies: the lower limit is then the exact binomial one, ``0.025^(1/n)``, with
    units that may fail being guessed."""
    units: int
    """Units with two judgements or more; others say nothing of agreement."""
    votes: int
    raters: int


def nominal(counts: Floats) -> float:
    """Krippendorff's alpha for nominal codes that mean the same in every unit.

    Args:
        counts: (U, C), how often each unit got each code; units with fewer than two are left out.

    Returns:
        At most 1; NaN where all codes are alike, which leaves nothing to agree on.
    """
    used = counts[counts.sum(axis=1) >= 2]
    votes, total = used.sum(axis=1), used.sum()
    observed = ((votes**2 - (used**2).sum(axis=1)) / (votes - 1)).sum() / total
    codes = used.sum(axis=0)
    chance = (total**2 - (codes**2).sum()) / (total * (total - 1))
    return float(1 - observed / chance) if chance > 0 else float("nan")


def by_slot(counts: Floats, weights: Floats) -> Floats:
    """Alpha with exchangeable slots of R resamples of units, (R,); NaN where all judgements are ties.

    Args:
        counts: (U, 3), judgements for the first slot, the second, ties, two or more in all.
        weights: (R, U), how often each unit counts.
    """
    votes, decided = counts.sum(axis=1), counts[:, :2].sum(axis=1)
    differing = (votes**2 - (counts**2).sum(axis=1)) / (votes - 1)
    within = (counts[:, :2] * (counts[:, :2] - 1)).sum(axis=1) - decided * (decided - 1) / 2
    total, all_decided, ties = weights @ votes, weights @ decided, weights @ counts[:, 2]
    alike = weights @ within + all_decided * (all_decided - 1) / 2 + ties * (ties - 1)
    chance = 1 - alike / (total * (total - 1))
    observed = (weights @ differing) / total
    return np.asarray(1 - np.divide(observed, chance, out=np.full_like(chance, np.nan), where=chance > 1e-12),
                      np.float64)


def alpha(votes: Sequence[Vote], sampling: Sampling | None = None) -> Alpha | Abstained:
    """Agreement on units, with limits from resampled units."""
    sampling = sampling or Sampling()
    judged = [vote for vote in votes if vote.choice != "unable"]
    units = {name: i for i, name in enumerate(sorted({vote.unit for vote in judged}))}
    counts = np.zeros((len(units), 3))
    for vote in judged:
        counts[units[vote.unit], _SLOTS[vote.choice]] += 1
    shared = counts[counts.sum(axis=1) >= 2]
    raters = len({vote.rater for vote in judged})
    if raters < MIN_RATERS or len(shared) < MIN_UNITS:
        return Abstained(f"{raters} raters with {len(shared)} units judged twice or more; agreement needs "
                         f"{MIN_RATERS} and {MIN_UNITS}.")
    value = float(by_slot(shared, np.ones((1, len(shared))))[0])
    if np.isnan(value):
        return Abstained("All judgements are ties: there is nothing to agree on.")
    drawn = by_slot(shared, draws(len(shared), sampling.draws, sampling.seed))
    low, high = np.nanquantile(drawn, [TAIL, 1 - TAIL])
    if np.isclose(value, 1):
        low = TAIL ** (1 / len(shared))
    return Alpha(Estimate(value, float(low), float(high)), len(shared), int(shared.sum()), raters)

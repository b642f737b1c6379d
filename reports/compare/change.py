"""How a number changed between the clips of two runs that belong together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

import numpy as np

from reports.bootstrap import Floats, draws, restricted_mean, tallies, weighted_shares
from reports.means import Mean, limits, mean
from reports.survival import Time, arrays, censored, no_interval
from reports.verdict import BIN_S

State = Literal["same", "better", "worse", "within", "untold"]
_ROUNDING = BIN_S / math.sqrt(6)
"""Standard deviation of the difference of two times that are both read off in bins."""


@dataclass(frozen=True, slots=True)
class Change:
    """One quantity of one method in both runs, over the clips that have it in both."""

    row: str
    quantity: str
    """``steady``, ``drift.onset``, ``drift.late`` and so on."""
    identity: str
    """The identity that both share; empty for steady seconds, which take one an axis."""
    unit: str
    higher: bool
    """Whether higher is better."""
    before: float
    after: float
    difference: Mean
    """After less before, with its limits over prompts."""
    same: int
    """Clips whose number is the same to the last digit."""

    @property
    def id(self) -> str:
        """Name of the change for scripts: ``causvid:long/drift.late``."""
        return f"{self.row}/{self.quantity}"

    @property
    def state(self) -> State:
        """What to make of it: ``within`` its limits, ``untold`` where there are none."""
        if self.same == self.difference.clips:
            return "same"
        if self.difference.why:
            return "untold"
        if not self.difference.excludes_zero:
            return "within"
        return "better" if (self.difference.value > 0) == self.higher else "worse"


Pair = tuple[str, Time, Time]
"""Prompt, and a clip's time in the first and in the second run."""


def times(row: str, quantity: str, identity: str, pairs: Sequence[Pair], horizon: float) -> Change:
    """Hold times against each other by their restricted means, whose prompts are drawn together.

    Args:
        row: the method.
        quantity: what the times are of.
        identity: the identity that they share.
        pairs: one a clip, at least one.
        horizon: seconds to which the means are restricted.

    """
    prompts = [prompt for prompt, *_ in pairs]
    sides = ([censored(time, horizon) for _, time, _ in pairs],
             [censored(time, horizon) for *_, time in pairs])
    same = sum(one == other for one, other in zip(*sides, strict=True))
    means = [_restricted(side, horizon) for side in sides]
    value, why = means[1] - means[0], no_interval(prompts)
    named = len(set(prompts) - {""})
    if why:
        found = Mean(value, None, None, len(pairs), named, why)
    elif same == len(pairs):
        found = Mean(0.0, 0.0, 0.0, len(pairs), named)
    else:
        drawn = [_drawn(side, prompts, horizon) for side in sides]
        low, high = limits(value, drawn[1] - drawn[0], named, _ROUNDING)
        found = Mean(value, low, high, len(pairs), named)
    return Change(row, quantity, identity, "s", True, means[0], means[1], found, same)


def _drawn(side: Sequence[Time], prompts: Sequence[str], horizon: float) -> Floats:
    at, failing, leaving = tallies(*arrays(side), prompts)
    return restricted_mean(at, weighted_shares(failing, leaving, draws(len(failing))), horizon)


def _restricted(side: Sequence[Time], horizon: float) -> float:
    at, failing, leaving = tallies(*arrays(side), [""] * len(side))
    return float(restricted_mean(at, weighted_shares(failing, leaving, np.ones((1, 1))), horizon)[0])


def levels(row: str, quantity: str, identity: str, pairs: Sequence[tuple[str, float, float]]) -> Change:
    """Hold late levels against each other, given with their prompt, at least one."""
    same = sum(one == other for _, one, other in pairs)
    prompts = [prompt for prompt, *_ in pairs]
    found = mean([other - one for _, one, other in pairs], prompts)
    return Change(row, quantity, identity, "", False, fmean(one for _, one, _ in pairs),
                  fmean(other for *_, other in pairs), found, same)

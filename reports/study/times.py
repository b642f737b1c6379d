"""How long raters take to answer once they may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reports.study.model import Vote


@dataclass(frozen=True, slots=True)
class Times:
    """Quantiles of response times, seconds from unlocking to the answer."""

    of: str
    """``all``, a choice, or a rater."""
    votes: int
    fastest: float
    q05: float
    q25: float
    median: float
    q75: float
    q95: float
    slowest: float


@dataclass(frozen=True, slots=True)
class Responses:
    """Response times of all, by what was chosen, and by rater."""

    together: Times
    by_choice: tuple[Times, ...]
    """``decided``, ``tie``, ``unable``, as far as they occur."""
    by_rater: tuple[Times, ...]
    """Fastest median first."""


def responses(votes: Sequence[Vote]) -> Responses | None:
    """Response times; None without votes."""
    if not votes:
        return None
    choices: dict[str, list[float]] = {"decided": [], "tie": [], "unable": []}
    raters: dict[str, list[float]] = {}
    for vote in votes:
        choices[vote.choice if vote.choice in choices else "decided"].append(vote.seconds)
        raters.setdefault(vote.rater, []).append(vote.seconds)
    by_rater = sorted((_times(name, own) for name, own in raters.items()),
                      key=lambda times: (times.median, times.of))
    return Responses(_times("all", [vote.seconds for vote in votes]),
                     tuple(_times(name, own) for name, own in choices.items() if own), tuple(by_rater))


def _times(of: str, seconds: Sequence[float]) -> Times:
    found = np.quantile(seconds, [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1])
    return Times(of, len(seconds), *(float(value) for value in found))

"""Which methods can be told apart: log-rank over paired prompts, Holm's correction, ranks with ties."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from reports.bootstrap import DRAWS, SEED
from reports.survival import Time

LEVEL = 0.05
"""Two methods are told apart where the corrected p is at most this."""
_EXACT = 13
"""Up to so many prompts all exchanges are tried, 8192; beyond, ``DRAWS`` random ones."""
_SLACK = 1e-9

Name = TypeVar("Name")
Floats = NDArray[np.float64]
ByPrompt = Mapping[str, Sequence[Time]]
"""The times of a method's clips by prompt."""


@dataclass(frozen=True, slots=True)
class Pair(Generic[Name]):
    """Two methods held against each other on the prompts that both have."""

    first: Name
    second: Name
    prompts: int
    """Prompts that both have."""
    lead: float
    """Above 0 where ``first`` does better: mean over prompts."""
    p: float
    """Two-sided, by exchanging the methods within prompts."""
    p_holm: float = 1.0
    """``p`` corrected for all pairs compared (Holm 1979)."""

    @property
    def apart(self) -> bool:
        """Whether the two are told apart at 95 %."""
        return self.p_holm <= LEVEL


@dataclass(frozen=True, slots=True)
class Comparison(Pair[Name]):
    """Two methods held against each other by their times; the lead is in clips not failed."""

    statistic: float = 0.0
    """Log-rank chi-square with one degree of freedom; 0 where nothing failed."""
    p_clips: float = 1.0
    """Its own p, which takes all clips for independent: for reference, never for a rank."""


def compare(methods: Mapping[Name, ByPrompt]) -> tuple[Comparison[Name], ...]:
    """Test every pair of methods on the prompts they share; pairs that share none are left out."""
    found = [
        _pair(first, second, methods[first], methods[second])
        for first, second in itertools.combinations(methods, 2) if methods[first].keys() & methods[second]
    ]
    return _corrected(found)


def compare_levels(methods: Mapping[Name, Mapping[str, float]]) -> tuple[Pair[Name], ...]:
    """Test every pair of methods by one number a prompt, lower is better; a pair needs a prompt in common.

    The lead is the mean difference over the prompts that both have, the p that of exchanging the methods
    within prompts, as for times.
    """
    found = []
    for first, second in itertools.combinations(methods, 2):
        own, other = methods[first], methods[second]
        if prompts := sorted(own.keys() & other.keys()):
            leads = np.array([other[prompt] - own[prompt] for prompt in prompts])
            found.append(Pair(first, second, len(prompts), float(leads.mean()), exchange_p(leads)))
    return _corrected(found)


_Found = TypeVar("_Found", bound=Pair[Any])


def _corrected(pairs: Sequence[_Found]) -> tuple[_Found, ...]:
    corrected = holm([pair.p for pair in pairs])
    return tuple(replace(pair, p_holm=p) for pair, p in zip(pairs, corrected, strict=True))


def holm(p: Sequence[float]) -> list[float]:
    """Correct p values for their number: the smallest of n counts n times, the next n - 1 times (1979)."""
    order = np.argsort(p, kind="stable")
    raised = np.asarray(p, np.float64)[order] * np.arange(len(p), 0, -1)
    found = np.empty(len(p))
    found[order] = np.minimum(np.maximum.accumulate(raised), 1.0)
    return [float(value) for value in found]


def _pair(first: Name, second: Name, own: ByPrompt, other: ByPrompt) -> Comparison[Name]:
    prompts = sorted(own.keys() & other.keys())
    clips = [(time, i, side) for i, prompt in enumerate(prompts)
             for side, times in enumerate((own[prompt], other[prompt])) for time in times]
    seconds = np.array([time.seconds for time, _, _ in clips])
    happened = np.array([int(time.happened) for time, _, _ in clips])
    prompt, side = (np.array(column) for column in list(zip(*clips, strict=True))[1:])
    statistic, p_clips = _log_rank(seconds, happened, side)
    leads = prompt_leads(seconds, happened, prompt, side)
    return Comparison(first, second, len(prompts), float(leads.mean()), exchange_p(leads),
                      statistic=statistic, p_clips=p_clips)


def _log_rank(seconds: Floats, happened: NDArray[np.int_], side: NDArray[np.int_]) -> tuple[float, float]:
    """Chi-square and p; 0 and 1 where no failure came while clips of both were still seen."""
    if not happened.any():
        return 0.0, 1.0
    try:
        statistic, p = survdiff(seconds, happened, side)
    except np.linalg.LinAlgError:
        return 0.0, 1.0
    return _finite(statistic, 0.0), _finite(p, 1.0)


def _finite(value: float, otherwise: float) -> float:
    return float(value) if np.isfinite(value) else otherwise


def scores(seconds: Floats, happened: NDArray[np.int_]) -> Floats:
    """Log-rank scores (N,): failed or not, less the Nelson-Aalen hazard of both methods up to that time.

    Their sum over a method's clips is the log-rank statistic's observed less expected (Peto and Peto 1972).
    """
    fit = SurvfuncRight(seconds, happened)
    hazard = np.concatenate([[0.0], np.cumsum(fit.n_events / fit.n_risk)])
    return np.asarray(happened - hazard[np.searchsorted(fit.surv_times, seconds, side="right")], np.float64)


def prompt_leads(seconds: Floats, happened: NDArray[np.int_], prompt: NDArray[np.int_],
                 side: NDArray[np.int_]) -> Floats:
    """How much better the first method (side 0) does than the second on each prompt, (P,).

    The difference of the mean log-rank scores of their clips. With as many clips of each, the sum over
    prompts is proportional to the log-rank numerator.
    """
    score = scores(seconds, happened)
    sums, clips = np.zeros((2, 2, prompt.max() + 1))
    np.add.at(sums, (side, prompt), score)
    np.add.at(clips, (side, prompt), 1.0)
    means = sums / clips
    return np.asarray(means[1] - means[0], np.float64)


@functools.lru_cache(maxsize=16)
def exchanges(prompts: int) -> Floats:
    """Signs (R, P): which prompts exchange their methods. All of them for few prompts, else a seeded sample.

    The first row exchanges nothing: the data at hand are one of the ways in which they could have come.
    """
    if prompts <= _EXACT:
        return 1.0 - 2.0 * np.array(list(itertools.product((0, 1), repeat=prompts)), np.float64)
    signs = 1.0 - 2.0 * np.random.default_rng(SEED).integers(0, 2, (DRAWS, prompts)).astype(np.float64)
    return np.concatenate([np.ones((1, prompts)), signs])


def exchange_p(leads: Floats) -> float:
    """Share of the exchanges that part the methods at least as far as the data do: two-sided, above 0.

    If two methods are alike, either could have made either clip of a prompt, whatever the prompt does to
    both. The level then holds for any number of prompts and seeds (Fisher 1935; Pitman 1937).
    """
    apart = np.abs(exchanges(len(leads)) @ leads)
    return float(np.mean(apart >= apart[0] * (1 - _SLACK) - _SLACK))


def least_p(prompts: int) -> float:
    """Smallest p that so many prompts can give: all of them speak for the same method."""
    return 2.0 ** (1 - prompts) if prompts <= _EXACT else 1 / (DRAWS + 1)


def beaten(comparisons: Iterable[Pair[Name]]) -> set[tuple[Name, Name]]:
    """Return the pairs that are told apart, the better one first."""
    return {(c.first, c.second) if c.lead > 0 else (c.second, c.first)
            for c in comparisons if c.p_holm <= LEVEL}


def ranks(order: Sequence[Name], comparisons: Iterable[Pair[Name]]) -> dict[Name, int]:
    """Rank methods that stand in ``order``, best first; who cannot be told apart shares a rank.

    Between two neighbours lies a step where each method above is told apart, and as the better, from each
    below. A rank is one more than the number of methods above its step.
    """
    apart = beaten(comparisons)
    found: dict[Name, int] = {}
    rank = 1
    for place, name in enumerate(order):
        above, below = order[:place], order[place:]
        if above and all((upper, lower) in apart for upper in above for lower in below):
            rank = place + 1
        found[name] = rank
    return found


def rank_limits(names: Sequence[Name], comparisons: Iterable[Pair[Name]]) -> dict[Name, tuple[int, int]]:
    """Best and worst rank that each method can have: behind all that beat it, before all that it beats."""
    apart = beaten(comparisons)
    return {name: (1 + sum((other, name) in apart for other in names),
                   len(names) - sum((name, other) in apart for other in names)) for name in names}


def tie_groups(found: Mapping[Name, int]) -> dict[Name, str]:
    """Name the groups that share a rank: ``a`` for the best, then ``b``; after ``z`` comes ``aa``."""
    letters = {rank: _letters(i) for i, rank in enumerate(sorted(set(found.values())))}
    return {name: letters[rank] for name, rank in found.items()}


def _letters(number: int) -> str:
    return (_letters(number // 26 - 1) if number >= 26 else "") + chr(ord("a") + number % 26)

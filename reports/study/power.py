"""What a study of a given size can tell apart, before anybody has voted."""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import brentq
from scipy.stats import betabinom, binom, norm

from reports.bootstrap import MIN_PROMPTS, stretch
from reports.ranks import LEVEL

POWER = 0.8
DESIGN_EFFECT = 1.8
"""Variance of a share of votes over that of independent votes: five votes a unit, correlated by 0.2."""
CORRELATION = 0.2
"""Of two votes on one unit, assumed where nothing is known."""
TIES = 0.2
"""Share of ties assumed where nothing is known."""
_HIGHEST = 0.995


def design_effect(votes_a_unit: int, correlation: float = CORRELATION) -> float:
    """By how much votes on the same unit swell the variance of a share: ``1 + (m - 1) rho`` (Kish 1965)."""
    return 1.0 + (votes_a_unit - 1) * correlation


def votes_needed(win_rate: float, comparisons: int = 1, design_effect: float = DESIGN_EFFECT,
                 power: float = POWER, level: float = LEVEL) -> int:
    """Decided votes on one pair of systems that tell a win rate from one half, two-sided.

    Normal approximation of the binomial test, to the nearest vote, but never fewer than the exact test needs
    to reach the level at all.

    Args:
        win_rate: true share of decided votes for the better system, above 0.5, at most 1.
        comparisons: size of the family; the smallest p of n is held to ``level / n`` (Holm's worst case).
        design_effect: variance of the share over that of independent votes, at least 1.
        power: chance of telling the two apart, between 0 and 1.
        level: two-sided.

    Raises:
        ValueError: the win rate is not in (0.5, 1].
    """
    if not 0.5 < win_rate <= 1:
        raise ValueError(f"a win rate to be told from one half lies above 0.5, at most 1; got {win_rate}")
    away, spread = win_rate - 0.5, math.sqrt(win_rate * (1 - win_rate))
    independent = ((_z(comparisons, level) * 0.5 + float(norm.ppf(power)) * spread) / away) ** 2
    return round(max(independent, least_prompts(comparisons, level)) * design_effect)


def least_win_rate(votes: int, comparisons: int = 1, design_effect: float = DESIGN_EFFECT,
                   power: float = POWER, level: float = LEVEL) -> float | None:
    """Smallest win rate that so many decided votes on a pair tell from one half.

    Arguments as for :func:`votes_needed`. None where even a system that wins every vote is not told apart.
    """
    if votes < votes_needed(1.0, comparisons, design_effect, power, level):
        return None
    normal, effective = float(norm.ppf(power)), votes / design_effect

    def missing(rate: float) -> float:
        spread = math.sqrt(rate * (1 - rate))
        return _z(comparisons, level) * 0.5 + normal * spread - (rate - 0.5) * math.sqrt(effective)

    return float(brentq(missing, 0.5, 1.0))


def share_half_width(votes: int, design_effect: float = DESIGN_EFFECT, level: float = LEVEL) -> float:
    """Half-width of the interval of a share near one half, between 0 and 0.5 or more for few votes."""
    return _z(1, level) * 0.5 * math.sqrt(design_effect / votes)


def half_width(systems: int, votes_a_pair: float, ties: float = TIES, design_effect: float = DESIGN_EFFECT,
               level: float = LEVEL, prompts: int | None = None) -> float:
    """Half-width of the interval of a system's strength on the Davidson scale (log odds), all pairs alike.

    A vote between equals carries ``(1 - ties) / 4`` of Fisher information on the difference of their
    strengths. Summed over the pairs this is a multiple of the complete graph's Laplacian, whose inverse gives
    the variance of a centred strength, ``4 (k - 1) / (k² m (1 - ties))`` for m votes a pair of k systems.

    Args:
        systems: at least 2.
        votes_a_pair: votes on each pair over all its prompts, ties among them.
        ties: expected share of ties, below 1.
        design_effect: variance over that of independent votes.
        level: of the two-sided interval's miss.
        prompts: of the study; few of them widen the limits, by :func:`reports.bootstrap.stretch`. None for
            many.

    Returns:
        A width in log odds; infinity for fewer prompts than limits need.
    """
    if prompts is not None and prompts < MIN_PROMPTS:
        return math.inf
    variance = 4 * (systems - 1) / (systems**2 * votes_a_pair * (1 - ties))
    wider = stretch(prompts) if prompts else 1.0
    return _z(1, level) * math.sqrt(design_effect * variance) * wider


def least_prompts(comparisons: int = 1, level: float = LEVEL) -> int:
    """Fewest prompts with which an exact sign test can reach the level: all of them speak for one system."""
    return math.ceil(1 + math.log2(comparisons / level) - 1e-12)


def least_prompt_share(prompts: int, comparisons: int = 1, power: float = POWER, level: float = LEVEL
                       ) -> float | None:
    """Smallest share of prompts with a majority for the better system that the exact sign test tells.

    Args:
        prompts: with a majority either way.
        comparisons: size of the family, as in :func:`votes_needed`.
        power: chance of telling the two apart.
        level: two-sided.

    Returns:
        A share above 0.5 and below 1; None where so few prompts never reach the level.
    """
    if prompts < least_prompts(comparisons, level):
        return None
    fewest = _critical(prompts, level / comparisons)
    return float(brentq(lambda share: float(binom.sf(fewest - 1, prompts, share)) - power, 0.5, 1.0))


def sign_test_win_rate(prompts: int, votes_a_prompt: int, comparisons: int = 1, ties: float = TIES,
                       correlation: float = CORRELATION, power: float = POWER, level: float = LEVEL
                       ) -> float | None:
    """Smallest win rate among decided votes that the exact sign test over prompts tells from one half.

    This is the test of planned comparisons. It counts a prompt once, by the majority of its decided votes, so
    it resolves less than :func:`least_win_rate` says of the votes themselves.

    Args:
        prompts: on which the two systems meet.
        votes_a_prompt: judgements on each, ties among them.
        comparisons: size of the family, as in :func:`votes_needed`.
        ties: expected share of ties, below 1.
        correlation: of two decided votes on one prompt (beta-binomial), at least 0, below 1.
        power: chance of telling the two apart.
        level: two-sided.

    Returns:
        A win rate above 0.5; None where even a rate of 0.995 is not told.
    """
    if prompts < least_prompts(comparisons, level):
        return None
    fewest = [_critical(number, level / comparisons) for number in range(prompts + 1)]

    def missing(rate: float) -> float:
        right, wrong = _majorities(votes_a_prompt, rate, ties, correlation)
        told = np.array([binom.sf(least - 1, number, right / (right + wrong))
                         for number, least in enumerate(fewest)])
        return float(told @ binom.pmf(np.arange(prompts + 1), prompts, right + wrong)) - power

    return float(brentq(missing, 0.5, _HIGHEST)) if missing(_HIGHEST) > 0 else None


def _majorities(votes: int, rate: float, ties: float, correlation: float) -> tuple[float, float]:
    """Chances that most decided votes on a prompt are for the better system, and for the worse one."""
    decided = binom.pmf(np.arange(votes + 1), votes, 1 - ties)
    both = np.zeros(2)
    for number, chance in enumerate(decided):
        wins = np.arange(number + 1)
        if correlation:
            size = 1 / correlation - 1
            spread = betabinom.pmf(wins, number, rate * size, (1 - rate) * size)
        else:
            spread = binom.pmf(wins, number, rate)
        both += chance * np.array([spread[2 * wins > number].sum(), spread[2 * wins < number].sum()])
    return float(both[0]), float(both[1])


def _critical(prompts: int, level: float) -> int:
    """Fewest prompts of so many that must speak for one system for a two-sided p of at most the level."""
    wins = range(prompts // 2 + 1, prompts + 1)
    return next((k for k in wins if 2 * float(binom.sf(k - 1, prompts, 0.5)) <= level + 1e-15), prompts + 1)


def _z(comparisons: int, level: float) -> float:
    return float(norm.ppf(1 - level / comparisons / 2))

"""What a made-up crowd would say in the long run: over all prompts and raters, not those of one study.

Where systems vary from prompt to prompt, shares of votes lie nearer to one half than mean strengths say, and
strengths fitted to votes are smaller. Limits of a study are about these, so coverage is judged against them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from steadybench.study.simulating.raters import Truth

Floats = NDArray[np.float64]
_NODES = 41
_VOTES, _RIDGE = 1e6, 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Marginal:
    """Davidson's model fitted to expected votes, every pair of systems met alike and from both sides."""

    strengths: Floats
    """(K,), in the order of the truth's systems, centred."""
    nu: float
    ties: float
    """Expected share of ties among all votes, 0 to 1."""
    chances: Floats
    """(Q, 3): of the first winning, the second winning and a tie, for every two systems i < j."""


def marginal(truth: Truth) -> Marginal:
    """Average the chances of each pair over prompts, raters and sides, by Gauss-Hermite quadrature."""
    from reports.study.davidson import fit

    strengths = np.array(list(truth.strengths.values()))
    pairs = np.array(list(combinations(range(len(strengths)), 2)))
    expected = np.array([_pair(truth, float(strengths[i] - strengths[j])) for i, j in pairs])
    found = fit(_VOTES * expected[None], pairs, len(strengths), _RIDGE)
    return Marginal(found.strengths[0], float(found.nu[0]), float(expected[:, 2].mean()), expected)


def _pair(truth: Truth, lead: float) -> Floats:
    """Chances of the first winning, the second winning and a tie, (3,)."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    weights = weights / weights.sum()
    leads = lead + np.sqrt(2 * (truth.prompt_sd**2 + truth.taste_sd**2)) * nodes
    with np.errstate(divide="ignore"):
        log_ties = np.log(truth.ties) + truth.ties_sd * nodes
    found = np.zeros(3)
    for side in (truth.side_bias, -truth.side_bias):
        half = np.broadcast_to(((leads + side) / 2)[:, None], (_NODES, _NODES))
        logs = np.stack([half, -half, np.broadcast_to(log_ties, half.shape)], axis=2)
        odds = np.exp(logs - logs.max(axis=2, keepdims=True))
        found += np.einsum("i,j,ijk->k", weights, weights, odds / odds.sum(axis=2, keepdims=True)) / 2
    return np.asarray((1 - truth.careless) * found + truth.careless / 3, np.float64)

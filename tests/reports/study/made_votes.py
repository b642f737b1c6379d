"""Made-up votes: every two systems on every prompt, each unit judged by several raters of known taste."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

import numpy as np

from reports.study.davidson import RIDGE, Floats, Indices, chances
from reports.study.model import Choice, Vote

CHOICES: tuple[Choice, Choice, Choice] = ("first", "second", "tie")
Choose = Callable[[str, str, bool, int], Choice]
"""From the unit's first and second system, whether the first is left, and the rater."""


def design(choose: Choose, systems: Sequence[str], prompts: int = 8, raters: int = 6, seed: int = 0
           ) -> list[Vote]:
    """Each rater judges every unit once; which system of a unit is first is drawn, sides alternate."""
    rng = np.random.default_rng(seed)
    found = []
    for prompt in range(prompts):
        for pair in combinations(systems, 2):
            first, second = pair if rng.random() < 0.5 else pair[::-1]
            for rater in range(raters):
                left = (rater + prompt) % 2 == 0
                unit, chosen = f"p{prompt} {first} {second}", choose(first, second, left, rater)
                found.append(Vote(f"r{rater}", unit, "stillness", f"p{prompt}", first, second, chosen, left,
                                  1.0 + 0.1 * rater))
    return found


def by_strength(strengths: Mapping[str, float], nu: float = 0.5, prompts: int = 8, raters: int = 6,
                seed: int = 0) -> list[Vote]:
    """Votes by Davidson's model."""
    rng = np.random.default_rng((seed, 1))

    def choose(first: str, second: str, left: bool, rater: int) -> Choice:
        own = chances(np.array(strengths[first] - strengths[second]), np.array(nu))
        return CHOICES[int(rng.choice(3, p=own))]

    return design(choose, list(strengths), prompts, raters, seed)


def guesses(systems: int = 8, ties: float = 0.2, prompts: int = 8, raters: int = 6, seed: int = 0
            ) -> list[Vote]:
    """Votes of raters who look at nothing."""
    rng = np.random.default_rng((seed, 2))
    share = [(1 - ties) / 2, (1 - ties) / 2, ties]
    return design(lambda *_: CHOICES[int(rng.choice(3, p=share))], [f"s{i}" for i in range(systems)], prompts,
                  raters, seed)


def objective(counts: Floats, pairs: Indices, strengths: Floats, log_nu: float, ridge: float = RIDGE
              ) -> float:
    """Log-likelihood of one set of counts (Q, 3) less the penalty; what Davidson's fit maximises."""
    expected = chances(strengths[pairs[:, 0]] - strengths[pairs[:, 1]], np.exp(log_nu))
    used = counts > 0
    return float((counts[used] * np.log(expected[used])).sum() - ridge / 2 * (strengths**2).sum())

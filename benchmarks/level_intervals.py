"""Do the intervals of mean late levels cover the truth? Simulated levels of known mean; no clip is read.

``python -m benchmarks.level_intervals`` (part of ``make validate-statistics``) prints a table in Markdown.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.share import share

Floats = NDArray[np.float64]
PROMPTS = (3, 5, 8, 12, 24)


@dataclass(frozen=True)
class World:
    """How levels fall: a logistic normal, of which a share fails completely."""

    told: str
    middle: float
    """Mean of the log-odds."""
    spread: float
    """Standard deviation of the log-odds."""
    lost: float = 0.0
    """Share of the prompts whose clip is at level 1."""

    def levels(self, rng: np.random.Generator, n: int) -> Floats:
        """One level for each of ``n`` prompts."""
        usual = 1 / (1 + np.exp(-(self.middle + self.spread * rng.normal(size=n))))
        return np.where(rng.random(n) < self.lost, 1.0, usual)

    def truth(self, rng: np.random.Generator) -> float:
        """Mean of a million levels."""
        return float(self.levels(rng, 1_000_000).mean())


WORLDS = (
    World("low, 0.11", -2.5, 1.0),
    World("a third", -1.0, 1.0),
    World("anywhere", 0.0, 2.0),
    World("high, 0.89", 2.5, 1.0),
    World("low, half at 1", -2.5, 1.0, 0.5),
    World("low, a tenth at 1", -2.5, 1.0, 0.1),
)


def coverage(world: World, prompts: int, studies: int, seed: int) -> float:
    """Share of the studies whose interval holds the true mean."""
    rng = np.random.default_rng([seed, prompts])
    truth = world.truth(np.random.default_rng([seed, 0]))
    held = 0
    for _ in range(studies):
        found = share(world.levels(rng, prompts).tolist(), [str(i) for i in range(prompts)])
        held += found.low is not None and found.high is not None and found.low <= truth <= found.high
    return held / studies


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.level_intervals", description=__doc__)
    parser.add_argument("--studies", type=int, default=600)
    studies = parser.parse_args().studies
    print(f"| levels | {' | '.join(f'{n} prompts' for n in PROMPTS)} |")
    print(f"|---|{'---:|' * len(PROMPTS)}")
    for seed, world in enumerate(WORLDS):
        found = [f"{coverage(world, n, studies, seed):.3f}" for n in PROMPTS]
        print(f"| {world.told} | {' | '.join(found)} |", flush=True)


if __name__ == "__main__":
    main()

"""Simulated studies with known truth: do the intervals cover it, do the tests keep their level?

``python -m benchmarks.steady_statistics`` (or ``make validate-statistics``) prints both tables in Markdown.
Made-up systems and prompts only; no clip is read.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.bootstrap import draws, mean_limits, median_limits, restricted_mean, weighted_shares

Floats = NDArray[np.float64]
HORIZON = 30.0
GRID = np.arange(HORIZON + 1)
"""Onsets are whole seconds."""


@dataclass(frozen=True)
class World:
    """A kind of study: how many prompts and seeds, and how much of a clip's fate lies in its prompt."""

    prompts: int
    seeds: int
    scene: float
    """Standard deviation of the prompt's effect on the logarithm of the time, shared by all methods."""
    own: float = 0.0
    """The same for what a method makes of a prompt: its own effect, shared by its seeds."""
    scale: float = 15.0
    """Seconds; about 15: most clips fail before the horizon; 30: a third holds; 60: two thirds hold."""

    def times(self, rng: np.random.Generator, systems: int, factor: float = 1.0) -> Floats:
        """Onsets in whole seconds, (systems, prompts, seeds), infinity where beyond the horizon.

        ``factor`` multiplies the times of the second system.
        """
        shape = (systems, self.prompts, self.seeds)
        effect = self.scene * rng.normal(size=(1, self.prompts, 1))
        effect = effect + self.own * rng.normal(size=(systems, self.prompts, 1))
        found = np.ceil(self.scale * np.exp(effect) * rng.exponential(size=shape) ** (1 / 1.5))
        found[1:] = np.ceil(found[1:] * factor) if factor != 1 else found[1:]
        return np.where(found < HORIZON, found, np.inf)


def counts(times: Floats) -> tuple[Floats, Floats]:
    """Clips that fail and that end, by prompt and second of ``GRID``, each (prompts, 31)."""
    prompts = len(times)
    ends = np.minimum(times, HORIZON).astype(int)
    failing, leaving = np.zeros((2, prompts, len(GRID)))
    whose = np.broadcast_to(np.arange(prompts)[:, None], ends.shape)
    np.add.at(leaving, (whose, ends), 1.0)
    np.add.at(failing, (whose, ends), np.isfinite(times).astype(float))
    return failing, leaving


@functools.cache
def truth(world: World, size: int = 400_000) -> tuple[float, float]:
    """Median (infinity where not reached) and mean up to the horizon of one clip of a new prompt."""
    many = World(size, 1, world.scene, world.own, world.scale)
    times = many.times(np.random.default_rng(1), 1).ravel()
    return float(np.sort(times)[(size - 1) // 2]), float(np.minimum(times, HORIZON).mean())


def coverage(world: World, studies: int, number: int, seed: int = 0, first: int = 0) -> tuple[float, float]:
    """Share of simulated studies whose 95 % interval holds the truth: for the median and for the mean."""
    median, mean = truth(world)
    hits = np.zeros(2)
    for study in range(first, first + studies):
        rng = np.random.default_rng((seed, study))
        failing, leaving = counts(world.times(rng, 1)[0])
        drawn = weighted_shares(failing, leaving, draws(world.prompts, number, study))
        own = weighted_shares(failing, leaving, np.ones((1, world.prompts)))
        found = float(restricted_mean(GRID, own, HORIZON)[0])
        low, high = median_limits(GRID, drawn, world.prompts)
        mean_low, mean_high = mean_limits(GRID, drawn, world.prompts, found, HORIZON)
        hits += (low <= median <= high, mean_low <= mean <= mean_high)
    covered_median, covered_mean = hits / studies
    return float(covered_median), float(covered_mean)


def worlds() -> Iterator[World]:
    """The studies of the full table."""
    for prompts in (3, 4, 5, 6, 8, 12, 24):
        for seeds in (1, 2, 4):
            for scene, scale in ((0.3, 15.0), (0.8, 15.0), (0.5, 30.0), (0.8, 60.0)):
                yield World(prompts, seeds, scene, 0.0, scale)


def main() -> None:
    """Print the tables."""
    for world in worlds():
        print(world, *coverage(world, 500, 500), flush=True)


if __name__ == "__main__":
    main()

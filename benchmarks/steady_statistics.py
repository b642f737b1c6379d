"""Simulated studies with known truth: do the intervals cover it, do the tests keep their level?

``python -m benchmarks.steady_statistics`` (or ``make validate-statistics``) prints both tables in Markdown.
Made-up systems and prompts only; no clip is read.
"""

from __future__ import annotations

import argparse
import functools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from statsmodels.duration.survfunc import survdiff

from reports.bootstrap import draws, mean_limits, median_limits, restricted_mean, weighted_shares
from reports.ranks import LEVEL, compare, ranks
from reports.survival import Time

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


def parted(world: World, systems: int, studies: int, seed: int = 0, factor: float = 1.0
           ) -> dict[str, float]:
    """Share of simulated studies that part methods, at the level 0.05.

    With ``factor`` 1 the methods are alike, and the shares are false positives: ``ranks`` where not all share
    a rank; for the first two methods alone ``exchange`` by the test that ranks rest on, ``clips`` by the
    plain log-rank test, ``strata`` by the log-rank test stratified by prompt.
    """
    found = dict.fromkeys(("ranks", "exchange", "clips", "strata"), 0.0)
    for study in range(studies):
        times = world.times(np.random.default_rng((seed, study)), systems, factor)
        methods = {i: _by_prompt(own) for i, own in enumerate(times)}
        pairs = compare(methods)
        means = np.minimum(times, HORIZON).mean(axis=(1, 2))
        places = ranks([int(i) for i in np.argsort(-means, kind="stable")], pairs)
        happened = np.isfinite(times[:2]).astype(int)
        side, prompt, _ = np.indices(happened.shape)
        strata = survdiff(np.minimum(times[:2], HORIZON).ravel(), happened.ravel(), side.ravel(),
                          strata=prompt.ravel())[1]
        ranked_apart = len(set(places.values())) > 1
        told = (ranked_apart, pairs[0].p <= LEVEL, pairs[0].p_clips <= LEVEL, strata <= LEVEL)
        for name, apart in zip(found, told, strict=True):
            found[name] += bool(apart) / studies
    return found


def _by_prompt(times: Floats) -> dict[str, list[Time]]:
    return {str(i): [Time(min(t, HORIZON), bool(np.isfinite(t))) for t in own] for i, own in enumerate(times)}


def covering() -> Iterator[World]:
    """The studies of the table of intervals."""
    for prompts in (3, 5, 8, 12, 24):
        for seeds in (1, 2):
            for scene, scale in ((0.3, 15.0), (0.8, 15.0), (0.5, 30.0), (0.8, 60.0)):
                yield World(prompts, seeds, scene, 0.0, scale)


def parting() -> Iterator[World]:
    """The studies of the table of tests."""
    for prompts, seeds in ((6, 1), (12, 1), (12, 2), (24, 2)):
        yield World(prompts, seeds, 0.8)
        yield World(prompts, seeds, 0.8, 0.5)
    yield World(24, 4, 0.3, 0.8)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.steady_statistics", description=__doc__)
    parser.add_argument("--studies", type=int, default=600, help="simulated studies of each kind")
    parser.add_argument("--draws", type=int, default=400, help="resamples of prompts in each")
    chosen = parser.parse_args()
    print("| prompts | seeds | prompt effect | scale, s | median | mean |\n|---:|---:|---:|---:|---:|---:|")
    for world in covering():
        median, mean = coverage(world, chosen.studies, chosen.draws)
        shape = f"| {world.prompts} | {world.seeds} | {world.scene:g} | {world.scale:g} "
        print(f"{shape}| {median:.3f} | {mean:.3f} |", flush=True)
    kinds = ("ranks of 4", "exchange", "plain", "stratified", "exchange, 1.6 times as long")
    print(f"\n| prompts | seeds | prompt effect | own effect | {' | '.join(kinds)} |")
    print(f"|{'---:|' * (4 + len(kinds))}")
    for world in parting():
        alike = parted(world, 4, chosen.studies // 2)
        power = parted(world, 2, chosen.studies // 2, seed=1, factor=1.6)["exchange"]
        figures = " | ".join(f"{figure:.3f}" for figure in (*alike.values(), power))
        shape = f"| {world.prompts} | {world.seeds} | {world.scene:g} | {world.own:g} "
        print(f"{shape}| {figures} |", flush=True)


if __name__ == "__main__":
    main()

"""Simulated blind studies with known truth: do limits cover it, do tests keep their level, is it found?

``python -m benchmarks.study_statistics`` (part of ``make validate-statistics``) prints three tables in
Markdown. Raters, systems and prompts are made up; no clip is shown to anybody.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise, product
from math import log

import numpy as np
from numpy.typing import NDArray

from reports.agreement import kendall
from reports.bootstrap import TAIL
from reports.ranks import LEVEL
from reports.study.alpha import Alpha, alpha
from reports.study.counting import Tally, tally
from reports.study.davidson import fit
from reports.study.model import Choice, Vote
from reports.study.pairs import Planned, duels, planned
from reports.study.power import TIES, design_effect, least_win_rate, sign_test_win_rate
from reports.study.resample import Sampling, by_prompts
from reports.study.strengths import Strengths, strengths
from steadybench.study.simulating.marginal import Marginal, marginal
from steadybench.study.simulating.raters import LEFT, TIE, Seats, Truth, choose, crowd

Floats = NDArray[np.float64]
_CHOICES: tuple[Choice, Choice, Choice] = ("first", "second", "tie")


@dataclass(frozen=True)
class World:
    """A kind of study. Each pair of systems meets on so many prompts; each rater judges so many units."""

    systems: int = 8
    prompts: int = 24
    a_pair: int = 12
    votes: int = 6
    trials: int = 20
    truth: Truth = field(default_factory=lambda: Truth({}, prompt_sd=0.4, ties_sd=0.5))

    @property
    def votes_a_pair(self) -> int:
        """Judgements of each pair of systems."""
        return self.a_pair * self.votes


def spread(world: World, step: float) -> World:
    """The same with strengths in even steps, log odds; system 0 is best."""
    middle = (world.systems - 1) / 2
    return replace(world, truth=replace(world.truth, strengths={
        f"s{i:02d}": step * (middle - i) for i in range(world.systems)}))


def played(world: World, rng: np.random.Generator) -> list[Vote]:
    """One study. Units go to raters at random, each unit to ``votes`` raters, half of them mirrored."""
    units = np.array([(i, j, (number + k * max(world.prompts // world.a_pair, 1)) % world.prompts)
                      for number, (i, j) in enumerate(combinations(range(world.systems), 2))
                      for k in range(world.a_pair)])
    block = np.empty(len(units), np.int64)
    block[rng.permutation(len(units))] = np.arange(len(units)) // world.trials
    unit = np.repeat(np.arange(len(units)), world.votes)
    turn = np.tile(np.arange(world.votes), len(units))
    rater = block[unit] * world.votes + turn
    first, second, prompt = units[unit].T
    straight = turn % 2 == 0
    seats = Seats(rater, np.where(straight, first, second), np.where(straight, second, first), prompt)
    chosen = choose(rng, world.truth, crowd(rng, world.truth, int(rater.max()) + 1, world.prompts), seats)
    outcome = np.where(chosen == TIE, 2, np.where((chosen == LEFT) == straight, 0, 1))
    names = list(world.truth.strengths)
    rows = zip(rater.tolist(), unit.tolist(), prompt.tolist(), first.tolist(), second.tolist(),
               outcome.tolist(), straight.tolist(), strict=True)
    return [Vote(f"r{r}", f"u{u:05d}", "stillness", f"p{p:02d}", names[a], names[b], _CHOICES[o], left, 2.0)
            for r, u, p, a, b, o, left in rows]


def fitted(counted: Tally, sampling: Sampling) -> Strengths:
    """Strengths, which none of these studies may lack."""
    found = strengths(counted, sampling)
    if not isinstance(found, Strengths):
        raise TypeError(found.why)
    return found


def covered(world: World, truth: Marginal, seed: tuple[int, ...], draws: int) -> dict[str, float]:
    """Shares of one study's limits that hold the truth, and their half-width."""
    counted, sampling = tally(played(world, np.random.default_rng(seed))), Sampling(draws, seed[-1])
    found = fitted(counted, sampling)
    true = dict(zip(world.truth.strengths, truth.strengths.tolist(), strict=True))
    shares = {(a, b): own[0] / (own[0] + own[1])
              for (a, b), own in zip(combinations(true, 2), truth.chances, strict=True)}
    drawn = fit(by_prompts(counted, sampling), counted.pairs, world.systems).strengths
    low, high = np.quantile(drawn, [TAIL, 1 - TAIL], axis=0)
    values = np.array([true[name] for name in counted.systems])
    return {
        "strengths": float(np.mean([one.strength.holds(true[one.system]) for one in found.standings])),
        "percentiles": float(((low <= values) & (values <= high)).mean()),
        "cautious": float(np.mean([one.cautious_low <= true[one.system] <= one.cautious_high
                                   for one in found.standings])),
        "differences": float(np.mean([one.difference.holds(true[one.first] - true[one.second])
                                      for one in found.contrasts])),
        "shares": float(np.mean([one.share is not None and one.share.holds(shares[one.first, one.second])
                                 for one in duels(counted, sampling)])),
        "nu": float(found.nu.holds(truth.nu)),
        "half-width": float(np.mean([one.half_width for one in found.standings])),
    }


def covering() -> Iterator[tuple[str, World]]:
    """The studies of the first table."""
    usual = World()
    for prompts, a_pair in ((8, 8), (12, 12), (24, 12), (24, 24)):
        yield "usual", replace(usual, prompts=prompts, a_pair=a_pair)
    for prompts in (5, 8, 12, 24):
        yield "3 systems", replace(usual, systems=3, prompts=prompts, a_pair=prompts)
    for prompts, a_pair in ((8, 8), (24, 12)):
        leaning = replace(usual.truth, ties=1.5, side_bias=0.5)
        yield "nu 1.5, side bias 0.5", replace(usual, prompts=prompts, a_pair=a_pair, truth=leaning)
    yield "no ties, prompts alike", replace(usual, truth=replace(usual.truth, ties=0.0, prompt_sd=0.0))
    yield "prompts differ by 0.8", replace(usual, truth=replace(usual.truth, prompt_sd=0.8))
    yield "tastes differ by 0.8", replace(usual, truth=replace(usual.truth, taste_sd=0.8))
    yield "a tenth careless", replace(usual, truth=replace(usual.truth, careless=0.1))
    yield "2 votes a unit", replace(usual, votes=2)


def coverage_table(studies: int, draws: int) -> None:
    """Nominal 0.95 everywhere."""
    kinds = ("strengths", "percentiles", "cautious", "differences", "shares", "nu", "half-width")
    print(f"| study | systems | prompts | a pair | {' | '.join(kinds)} |\n|---|{'---:|' * (3 + len(kinds))}")
    for number, (told, world) in enumerate(covering()):
        world = spread(world, 0.2)
        truth = marginal(world.truth)
        runs = [covered(world, truth, (1, number, study), draws) for study in range(studies)]
        own = np.array([run["strengths"] for run in runs])
        error = 1.96 * own.std() / studies**0.5
        figures = [f"{np.mean([run[kind] for run in runs]):.3f}" for kind in kinds]
        figures[0] += f" ± {error:.3f}"
        if world.truth.ties == 0:
            figures[kinds.index("nu")] = "no ties"
        print(f"| {told} | {world.systems} | {world.prompts} | {world.a_pair} | {' | '.join(figures)} |",
              flush=True)


def level_table(studies: int, draws: int) -> None:
    """All systems alike, or all raters guessing: what is told apart is told apart wrongly."""
    kinds = ("any pair apart", "sign test", "any of 7 planned", "alpha", "lowest", "highest",
             "its limits hold 0")
    print(f"\n| study | prompts | a pair | {' | '.join(kinds)} |\n|---|{'---:|' * (2 + len(kinds))}")
    for prompts, a_pair in ((8, 8), (24, 12)):
        for told, truth in (("systems alike", World().truth), ("all guess", Truth({}, careless=1.0)),
                            ("all guess, no ties", Truth({}, ties=0.0))):
            world = spread(World(prompts=prompts, a_pair=a_pair, truth=truth), 0.0)
            runs = np.array([_false(world, (2, prompts, a_pair, study), draws) for study in range(studies)])
            middle = runs.mean(axis=0)
            print(f"| {told} | {prompts} | {a_pair} | {middle[0]:.3f} | {middle[1]:.3f} | {middle[2]:.3f} | "
                  f"{middle[3]:.3f} | {runs[:, 3].min():.3f} | {runs[:, 3].max():.3f} | {middle[4]:.3f} |",
                  flush=True)


def _false(world: World, seed: tuple[int, ...], draws: int) -> tuple[float, ...]:
    votes, sampling = played(world, np.random.default_rng(seed)), Sampling(draws, seed[-1])
    counted = tally(votes)
    found, agreed = fitted(counted, sampling), alpha(votes, sampling)
    names = list(world.truth.strengths)
    tested = [one for one in planned(list(pairwise(names)), duels(counted, sampling))
              if isinstance(one, Planned)]
    if not isinstance(agreed, Alpha):
        raise TypeError(agreed.why)
    return (float(any(one.apart for one in found.contrasts)),
            float(np.mean([one.p <= LEVEL for one in tested])),
            float(any(one.verdict != "open" for one in tested)), agreed.alpha.value,
            float(agreed.alpha.holds(0.0)))


def recovery_table(studies: int, draws: int) -> None:
    """Neighbours lie as far apart as the planner says that 7 planned comparisons resolve."""
    print("\n| prompts | a pair | votes | planned by | neighbours, log odds | order found | Kendall | "
          "true share of ties | its mean error | within 0.02 | neighbours confirmed |")
    print(f"|---:|---:|---:|---|{'---:|' * 7}")
    for (prompts, a_pair), by in product(((12, 12), (24, 12), (24, 24)), ("votes", "sign test")):
        world = World(prompts=prompts, a_pair=a_pair)
        family = world.systems - 1
        rate = (least_win_rate(round(world.votes_a_pair * (1 - TIES)), family, design_effect(world.votes))
                if by == "votes" else sign_test_win_rate(a_pair, world.votes, family))
        if rate is None:
            raise ValueError("so few votes resolve nothing")
        step = log(rate / (1 - rate))
        world = spread(world, step)
        truth = marginal(world.truth)
        runs = np.array([_recovered(world, truth, (3, prompts, a_pair, study), draws)
                         for study in range(studies)])
        tau, error, confirmed = runs.T
        print(f"| {prompts} | {a_pair} | {world.votes_a_pair * 28} | {by} | {step:.2f} | "
              f"{(tau > 1 - 1e-9).mean():.3f} | {tau.mean():.4f} | {truth.ties:.3f} | "
              f"{error.mean():+.4f} | {(np.abs(error) <= 0.02).mean():.3f} | {confirmed.mean():.3f} |",
              flush=True)


def _recovered(world: World, truth: Marginal, seed: tuple[int, ...], draws: int) -> tuple[float, ...]:
    counted = tally(played(world, np.random.default_rng(seed)))
    own = fit(counted.by_prompt().sum(axis=0)[None], counted.pairs, world.systems).strengths
    names = list(world.truth.strengths)
    tested = planned(list(pairwise(names)), duels(counted, Sampling(draws, seed[-1])))
    return (float(kendall(own, truth.strengths[None])[0]),
            float((counted.outcome == 2).mean() - truth.ties),
            float(np.mean([isinstance(one, Planned) and one.verdict == "confirmed" for one in tested])))


TABLES = {"coverage": coverage_table, "level": level_table, "recovery": recovery_table}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.study_statistics", description=__doc__)
    parser.add_argument("--studies", type=int, default=300, help="simulated studies of each kind")
    parser.add_argument("--draws", type=int, default=400, help="resamples in each")
    parser.add_argument("--table", choices=TABLES, help="only this one")
    chosen = parser.parse_args()
    for table in (chosen.table,) if chosen.table else TABLES:
        TABLES[table](chosen.studies, chosen.draws)


if __name__ == "__main__":
    main()

"""Whether one strength a system and one tie tendency describe the votes."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.study.counting import Tally, unfit
from reports.study.davidson import RIDGE, Fit, chances, fit
from reports.study.estimate import Abstained
from reports.study.resample import SEED

Floats = NDArray[np.float64]
SIMULATIONS = 1000


@dataclass(frozen=True, slots=True)
class Fitted:
    """One pair: votes counted, and votes that the fit expects."""

    first: str
    second: str
    observed: tuple[int, int, int]
    """``first`` wins, ``second`` wins, ties."""
    expected: tuple[float, float, float]
    residual: float
    """Of the wins of ``first`` less those of ``second``, in standard deviations, design effect reckoned in:
    beyond 3 either way the pair does not fit."""


@dataclass(frozen=True, slots=True)
class FitCheck:
    """The whole table against the model, and against simulations from the model."""

    pairs: tuple[Fitted, ...]
    """Worst residual first."""
    chi_square: float
    """Pearson's, over wins and ties of all pairs, divided by the design effect."""
    p: float
    """Share of simulated studies with at least that much misfit."""
    design_effect: float
    """Variance of a pair's counts from prompt to prompt over that of independent votes, 1 or more: what
    planning reckons by :func:`reports.study.power.design_effect`."""
    triples: int
    """Of systems that all met each other."""
    circular: tuple[tuple[str, str, str], ...]
    """Each beats the next, and the last the first, by decided votes."""
    circular_expected: float
    """Mean number in simulated studies."""
    circular_p: float
    """Share of simulated studies with as many or more."""


def fit_check(counted: Tally, ridge: float = RIDGE, simulations: int = SIMULATIONS, seed: int = SEED
              ) -> FitCheck | Abstained:
    """Compare counts with the fit; chance is what studies made by the fit itself show.

    A simulated study has each pair's votes divided by the design effect, as votes on one prompt are alike.
    """
    if (why := unfit(counted)) is not None:
        return why
    cells = counted.by_prompt()
    counts, size = cells.sum(axis=0), len(counted.systems)
    own = fit(counts[None], counted.pairs, size, ridge)
    effect = design_effect(cells)
    expected = _expected(own, counts[None], counted)
    votes = np.maximum(np.round(counts.sum(axis=1) / effect), 1).astype(np.int64)
    shares = (expected[0] / expected[0].sum(axis=1, keepdims=True)).clip(0, 1)
    rng = np.random.default_rng(seed)
    made = rng.multinomial(votes, shares, (simulations, len(votes))).astype(np.float64)
    found = float(_misfit(counts[None], expected)[0]) / effect
    chance = _misfit(made, _expected(fit(made, counted.pairs, size, ridge), made, counted))
    triples = _triples(counted)
    turns, by_chance = _turns(counts[None], triples)[0], (_turns(made, triples) != 0).sum(axis=1)
    circular = tuple(_named(counted, triple, turn)
                     for triple, turn in zip(triples, turns, strict=True) if turn)
    return FitCheck(_fitted(counted, counts, expected[0], effect), found, _beyond(chance, found), effect,
                    len(triples), circular, float(by_chance.mean()), _beyond(by_chance, len(circular)))


def design_effect(cells: Floats) -> float:
    """Pearson's dispersion of votes over prompts within pairs, from (P, Q, 3), at least 1.

    Each pair's votes on each prompt against the pair's own shares over its prompts; independent votes give 1.
    """
    votes, totals = cells.sum(axis=2, keepdims=True), cells.sum(axis=0)
    expected = votes * totals / totals.sum(axis=1, keepdims=True)
    parts = np.divide((cells - expected) ** 2, expected, out=np.zeros_like(cells), where=expected > 0)
    freedom = (((votes[..., 0] > 0).sum(axis=0) - 1) * ((totals > 0).sum(axis=1) - 1)).sum()
    return max(1.0, float(parts.sum() / freedom)) if freedom else 1.0


def _expected(own: Fit, counts: Floats, counted: Tally) -> Floats:
    """Votes that fits expect of as many votes, (R, Q, 3)."""
    leads = own.strengths[:, counted.pairs[:, 0]] - own.strengths[:, counted.pairs[:, 1]]
    finite = np.where(np.isfinite(own.nu), own.nu, 1e12)
    return np.asarray(chances(leads, finite[:, None]) * counts.sum(axis=2, keepdims=True), np.float64)


def _misfit(counts: Floats, expected: Floats) -> Floats:
    parts = np.divide((counts - expected) ** 2, expected, out=np.zeros_like(counts), where=expected > 0)
    return np.asarray(parts.sum(axis=(1, 2)), np.float64)


def _beyond(chance: NDArray[Any], found: float) -> float:
    """Share of the simulations at or beyond what was found, which counts as one of them."""
    return float(((chance >= found - 1e-9).sum() + 1) / (len(chance) + 1))


def _fitted(counted: Tally, counts: Floats, expected: Floats, effect: float) -> tuple[Fitted, ...]:
    found = []
    for (i, j), seen, fits in zip(counted.pairs, counts, expected, strict=True):
        votes, lead = seen.sum(), fits[0] - fits[1]
        spread = np.sqrt(effect * max(fits[0] + fits[1] - lead**2 / votes, 1e-12))
        wins, losses, ties = (int(value) for value in seen)
        found.append(Fitted(counted.systems[i], counted.systems[j], (wins, losses, ties),
                            (float(fits[0]), float(fits[1]), float(fits[2])),
                            float((seen[0] - seen[1] - lead) / spread)))
    return tuple(sorted(found, key=lambda pair: (-abs(pair.residual), pair.first, pair.second)))


def _triples(counted: Tally) -> list[tuple[int, int, int]]:
    """Indices of the pairs (i, j), (j, k) and (i, k) of all systems i < j < k that met each other."""
    place = {(int(i), int(j)): q for q, (i, j) in enumerate(counted.pairs)}
    return [(place[i, j], place[j, k], place[i, k])
            for i, j, k in itertools.combinations(range(len(counted.systems)), 3)
            if {(i, j), (j, k), (i, k)} <= place.keys()]


def _turns(counts: Floats, triples: list[tuple[int, int, int]]) -> NDArray[np.int64]:
    """Which triples go in a circle, (R, T): 1 where i beats j, j beats k and k beats i, -1 the other way."""
    signs = np.sign(counts[..., 0] - counts[..., 1])
    one, other, across = np.array(triples, np.int64).reshape(-1, 3).T
    circle = (signs[:, one] == signs[:, other]) & (signs[:, one] == -signs[:, across])
    return np.where(circle, signs[:, one], 0).astype(np.int64)


def _named(counted: Tally, triple: tuple[int, int, int], turn: int) -> tuple[str, str, str]:
    i, j = counted.pairs[triple[0]]
    k = counted.pairs[triple[1]][1]
    ordered = (i, j, k) if turn > 0 else (k, j, i)
    first, second, third = (counted.systems[own] for own in ordered)
    return first, second, third

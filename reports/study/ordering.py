"""Whether a metric puts the systems in the order that raters do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from reports.agreement import MIN_METHODS, kendall
from reports.bootstrap import MIN_PROMPTS, draws
from reports.study.counting import parted
from reports.study.davidson import RIDGE, fit
from reports.study.estimate import Abstained, Estimate
from reports.study.metric import Judged
from reports.study.resample import Sampling

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ordering:
    """Rank correlations over systems; percentile limits over prompts, the systems being taken as given."""

    kendall: Estimate
    """Tau-b, -1 to 1."""
    spearman: Estimate
    """Rho, -1 to 1."""
    systems: int
    prompts: int
    scores: tuple[tuple[str, float, float], ...]
    """System, its strength by the raters (log odds), its score by the metric (in the metric's unit, higher is
    better), both centred; strongest first."""


def ordering(units: Sequence[Judged], sampling: Sampling | None = None, ridge: float = RIDGE
             ) -> Ordering | Abstained:
    """Correlate strengths with the scores that explain the metric's gaps best, on the same units.

    Scores are the least-squares solution of ``score(better) - score(worse) = gap`` over the units.
    """
    systems = sorted({name for unit in units for name in (unit.better, unit.worse)})
    prompts = sorted({unit.prompt for unit in units})
    if len(systems) < MIN_METHODS or len(prompts) < MIN_PROMPTS:
        return Abstained(f"{len(systems)} systems on {len(prompts)} prompts; rank correlations need "
                         f"{MIN_METHODS} and {MIN_PROMPTS}.")
    sampling = sampling or Sampling()
    whose = np.array([prompts.index(unit.prompt) for unit in units])
    weights = draws(len(prompts), sampling.draws, sampling.seed)[:, whose]
    if (why := parted(systems, [(unit.better, unit.worse) for unit in units])) is not None:
        return why
    human, machine = _scores(units, systems, np.ones((1, len(units))), ridge)
    drawn = _scores(units, systems, weights, ridge)
    tau, rho = (_estimate(by(human, machine), by(*drawn)) for by in (kendall, spearman))
    if tau is None or rho is None:
        return Abstained("Raters or the metric tell no systems apart.")
    rows = sorted(zip(systems, human[0].tolist(), machine[0].tolist(), strict=True),
                  key=lambda row: (-row[1], row[0]))
    return Ordering(tau, rho, len(systems), len(prompts), tuple(rows))


def spearman(x: Floats, y: Floats) -> Floats:
    """Spearman's rho (1904) of each row of two arrays (R, M), mid-ranks for ties; NaN where all are ties."""
    ranked = [rankdata(np.round(side, 12), axis=1) for side in (x, y)]
    one, other = (side - side.mean(axis=1, keepdims=True) for side in ranked)
    scale = np.sqrt((one**2).sum(axis=1) * (other**2).sum(axis=1))
    return np.asarray(np.divide((one * other).sum(axis=1), scale, out=np.full_like(scale, np.nan),
                                where=scale > 0), np.float64)


def _estimate(value: Floats, drawn: Floats) -> Estimate | None:
    drawn = drawn[np.isfinite(drawn)]
    if not np.isfinite(value[0]) or not len(drawn):
        return None
    low, high = (float(end) for end in np.quantile(drawn, [0.025, 0.975], method="inverted_cdf"))
    return Estimate(float(value[0]), low, high)


def _scores(units: Sequence[Judged], systems: Sequence[str], weights: Floats, ridge: float
            ) -> tuple[Floats, Floats]:
    """Strengths by raters and scores by the metric for weights of units (R, U), (R, K) each."""
    place = {name: i for i, name in enumerate(systems)}
    met = np.array([(place[unit.better], place[unit.worse]) for unit in units])
    pairs, pair = np.unique(met, axis=0, return_inverse=True)
    into = np.zeros((len(units), len(pairs)))
    into[np.arange(len(units)), pair.reshape(-1)] = 1.0
    votes = np.array([(unit.agree, unit.disagree, unit.ties) for unit in units], np.float64)
    counts = np.stack([(weights * votes[:, k]) @ into for k in range(3)], axis=2)
    gaps = np.array([unit.gap for unit in units])
    edges = np.zeros((len(pairs), len(systems)))
    edges[np.arange(len(pairs)), pairs[:, 0]], edges[np.arange(len(pairs)), pairs[:, 1]] = 1.0, -1.0
    squares = np.einsum("rq,qi,qj->rij", weights @ into, edges, edges, optimize=True)
    right = ((weights * gaps) @ into) @ edges
    machine = (np.linalg.pinv(squares, hermitian=True) @ right[..., None])[..., 0]
    return fit(counts, pairs, len(systems), ridge).strengths, np.round(machine, 12)

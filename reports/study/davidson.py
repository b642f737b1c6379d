"""Davidson's model of paired comparisons with ties, fitted to many resamples at once.

R. R. Davidson, "On extending the Bradley-Terry model to accommodate ties in paired comparison experiments",
Journal of the American Statistical Association 65 (1970). With strengths ``theta`` on the log scale the
chances of i winning, of j winning and of a tie are as ``exp((theta_i - theta_j) / 2)``, ``exp((theta_j -
theta_i) / 2)`` and ``nu``. Without ties, or with nu = 0, this is the model of Bradley and Terry (1952).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
RIDGE = 0.5
"""Weight of the penalty ``ridge / 2 * sum(theta²)``: without one the fit does not exist where a system wins
all or none of its votes. It is that of two votes or so between equals, and vanishes as votes grow."""
_STEPS = 200
_NEAR = 1e-10
_LONGEST = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Estimates for R sets of counts over K systems."""

    strengths: Floats
    """(R, K), log odds, higher is better; each row sums to 0."""
    nu: Floats
    """(R,), tie tendency, 0 or more; infinity where all votes are ties."""


def chances(leads: Floats, nu: Floats) -> Floats:
    """Chances of the first winning, the second winning and a tie, (..., 3), summing to 1.

    Args:
        leads: strength of the first less that of the second, any shape.
        nu: tie tendency, 0 or more and finite, broadcast against ``leads``.
    """
    half = np.abs(leads) / 2
    falls = np.exp(-2 * half)
    found = np.stack([np.where(leads > 0, 1.0, falls), np.where(leads > 0, falls, 1.0),
                      np.broadcast_to(nu * np.exp(-half), half.shape)], axis=-1)
    return np.asarray(found / found.sum(axis=-1, keepdims=True), np.float64)


def fit(counts: Floats, pairs: Indices, systems: int, ridge: float = RIDGE) -> Fit:
    """Maximise the penalised likelihood by Newton's method, which is concave in ``theta`` and ``log nu``.

    Args:
        counts: (R, Q, 3), votes or weights of votes: first wins, second wins, ties of each pair.
        pairs: (Q, 2), the two systems of each pair as indices.
        systems: their number K.
        ridge: above 0.

    Raises:
        ArithmeticError: no convergence, which concavity rules out for finite counts.
    """
    ties, total = counts[..., 2].sum(axis=1), counts.sum(axis=(1, 2))
    all_ties = ties >= total
    free = (ties > 0) & ~all_ties
    start = np.divide(2 * ties, total - ties, out=np.ones_like(ties), where=free)
    values = np.zeros((len(counts), systems + 1))
    values[:, -1] = np.where(free, np.log(start), 0.0)
    moving = np.flatnonzero(~all_ties)
    for _ in range(_STEPS):
        steps = _steps(counts[moving], pairs, values[moving], free[moving], ridge)
        values[moving] += steps
        moving = moving[np.abs(steps).max(axis=1, initial=0.0) > _NEAR]
        if not len(moving):
            break
    else:
        raise ArithmeticError(f"{len(moving)} fits did not converge in {_STEPS} steps")
    nu = np.where(free, np.exp(values[:, -1]), np.where(all_ties, np.inf, 0.0))
    return Fit(values[:, :-1], nu)


def covariance(counts: Floats, pairs: Indices, found: Fit, ridge: float = RIDGE) -> Floats:
    """Covariance of centred strengths, (K, K), if every vote were independent of all others.

    The inverse of the penalised likelihood's curvature, less what it says of the mean of all strengths, which
    is 0 by construction.

    Args:
        counts: (Q, 3), of which ``found`` is the fit.
        pairs: (Q, 2).
        found: one fit.
        ridge: that of the fit.
    """
    centring = _centring(found)
    return np.asarray(_spread(counts, pairs, found, ridge)[:, :-1] @ centring, np.float64)


def influences(counts: Floats, pairs: Indices, found: Fit, ridge: float = RIDGE) -> Floats:
    """By how much one vote moves centred strengths, to first order, (Q, 3, K), by its pair and its outcome.

    A vote's part in the slope of the likelihood at the fit, times the inverse of the curvature (Huber 1967).

    Args:
        counts: (Q, 3), of which ``found`` is the fit.
        pairs: (Q, 2).
        found: one fit.
        ridge: that of the fit.
    """
    _, edge, tie = _expected(pairs, found)
    slopes = np.empty((len(pairs), 3, found.strengths.shape[1] + 1))
    slopes[..., :-1] = (np.array([1.0, -1.0, 0.0]) - edge[0, :, None])[..., None] * _incidence(
        pairs, found.strengths.shape[1])[:, None]
    slopes[..., -1] = np.array([0.0, 0.0, 1.0]) - tie[0, :, None]
    return np.asarray(slopes @ _spread(counts, pairs, found, ridge).T, np.float64)


def _spread(counts: Floats, pairs: Indices, found: Fit, ridge: float) -> Floats:
    """Inverse of the curvature at one fit, centred over the systems, (K, K + 1)."""
    free, edge, tie = _expected(pairs, found)
    incidence = _incidence(pairs, found.strengths.shape[1])
    bend = _curvature(counts.sum(axis=1)[None], edge, tie, incidence, free, ridge)
    turned = np.linalg.inv(bend)[0, :-1]
    if not free[0]:
        turned[:, -1] = 0.0
    return np.asarray(_centring(found) @ turned, np.float64)


def _expected(pairs: Indices, found: Fit) -> tuple[NDArray[np.bool_], Floats, Floats]:
    """Whether one fit has ties, and by pair its wins less losses and its ties, as chances, (1, Q) each."""
    strengths, nu = found.strengths[:1], found.nu[:1]
    free = np.isfinite(nu) & (nu > 0)
    expected = chances(strengths[:, pairs[:, 0]] - strengths[:, pairs[:, 1]],
                       np.where(free, nu, 0.0)[:, None])
    return free, expected[..., 0] - expected[..., 1], expected[..., 2]


def _centring(found: Fit) -> Floats:
    size = found.strengths.shape[1]
    return np.asarray(np.eye(size) - 1 / size, np.float64)


def _incidence(pairs: Indices, systems: int) -> Floats:
    """Half of what each system's strength adds to each pair's lead, (Q, K)."""
    found = np.zeros((len(pairs), systems))
    found[np.arange(len(pairs)), pairs[:, 0]], found[np.arange(len(pairs)), pairs[:, 1]] = 0.5, -0.5
    return found


def _steps(counts: Floats, pairs: Indices, values: Floats, free: NDArray[np.bool_], ridge: float) -> Floats:
    """Newton's step of each row, (R, K + 1), none longer than ``_LONGEST`` in any coordinate."""
    strengths, nu = values[:, :-1], np.where(free, np.exp(values[:, -1]), 0.0)
    expected = chances(strengths[:, pairs[:, 0]] - strengths[:, pairs[:, 1]], nu[:, None])
    votes = counts.sum(axis=2)
    edge, tie = expected[..., 0] - expected[..., 1], expected[..., 2]
    incidence = _incidence(pairs, strengths.shape[1])
    slope = np.empty_like(values)
    slope[:, :-1] = (counts[..., 0] - counts[..., 1] - votes * edge) @ incidence - ridge * strengths
    slope[:, -1] = np.where(free, (counts[..., 2] - votes * tie).sum(axis=1), 0.0)
    bend = _curvature(votes, edge, tie, incidence, free, ridge)
    steps = np.linalg.solve(bend, slope[..., None])[..., 0]
    longest = np.abs(steps).max(axis=1, keepdims=True, initial=0.0)
    return np.asarray(steps * np.minimum(1.0, _LONGEST / np.maximum(longest, _LONGEST)), np.float64)


def _curvature(votes: Floats, edge: Floats, tie: Floats, incidence: Floats, free: NDArray[np.bool_],
               ridge: float) -> Floats:
    """Negative Hessian, (R, K + 1, K + 1), the row of a tie tendency that is not fitted being the unit's."""
    rows, systems = len(votes), incidence.shape[1]
    squares = (incidence[:, :, None] * incidence[:, None, :]).reshape(len(incidence), -1)
    found = np.zeros((rows, systems + 1, systems + 1))
    found[:, :-1, :-1] = ((votes * (1 - tie - edge**2)) @ squares).reshape(rows, systems, systems)
    found[:, :-1, :-1] += ridge * np.eye(systems)
    mixed = np.where(free[:, None], -(votes * edge * tie) @ incidence, 0.0)
    found[:, :-1, -1] = found[:, -1, :-1] = mixed
    found[:, -1, -1] = np.where(free, (votes * tie * (1 - tie)).sum(axis=1), 1.0)
    return found

"""Davidson's fit against another library, against finite differences, and where data are odd."""

from __future__ import annotations

from itertools import combinations

import choix
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import approx_fprime

from reports.study.davidson import chances, fit
from tests.reports.study.made_votes import objective

SYSTEMS = 6
PAIRS = np.array(list(combinations(range(SYSTEMS), 2)))


def made(seed: int, ties: float = 0.2, rows: int = 1) -> np.ndarray:
    shares = [(1 - ties) * 0.6, (1 - ties) * 0.4, ties]
    return np.random.default_rng(seed).multinomial(30, shares, (rows, len(PAIRS))).astype(float)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("ridge", [0.5, 0.01])
def test_without_ties_it_is_what_choix_finds(seed: int, ridge: float) -> None:
    counts = made(seed, ties=0.0)[0]
    won = [(int(i), int(j)) if side == 0 else (int(j), int(i))
           for (i, j), own in zip(PAIRS, counts, strict=True)
           for side in (0, 1) for _ in range(int(own[side]))]
    theirs = choix.opt_pairwise(SYSTEMS, won, alpha=ridge / 2, tol=1e-12)
    found = fit(counts[None], PAIRS, SYSTEMS, ridge)
    assert found.strengths[0] == pytest.approx(theirs, abs=1e-6)
    assert found.nu[0] == 0


@pytest.mark.parametrize("seed", range(5))
def test_no_direction_leads_uphill(seed: int) -> None:
    counts = made(seed)
    found = fit(counts, PAIRS, SYSTEMS)
    at = np.array([*found.strengths[0], np.log(found.nu[0])])

    def height(values: np.ndarray) -> float:
        return objective(counts[0], PAIRS, values[:-1], float(values[-1]))

    assert approx_fprime(at, height, 1e-6) == pytest.approx(0, abs=1e-3)
    away = np.random.default_rng(seed).normal(size=(20, len(at))) * 0.05
    assert all(height(at + step) < height(at) for step in away)


def test_each_of_many_sets_of_counts_is_fitted_as_if_alone() -> None:
    counts = made(3, rows=7)
    together = fit(counts, PAIRS, SYSTEMS)
    for row, own in enumerate(counts):
        alone = fit(own[None], PAIRS, SYSTEMS)
        assert together.strengths[row] == pytest.approx(alone.strengths[0], abs=1e-9)
        assert together.nu[row] == pytest.approx(alone.nu[0])


def test_fitted_ties_are_as_many_as_those_seen() -> None:
    counts = made(1)
    found = fit(counts, PAIRS, SYSTEMS)
    leads = found.strengths[0, PAIRS[:, 0]] - found.strengths[0, PAIRS[:, 1]]
    expected = chances(leads, found.nu) * counts[0].sum(axis=1, keepdims=True)
    assert expected[:, 2].sum() == pytest.approx(counts[0, :, 2].sum())


def test_one_who_always_wins_gets_a_finite_strength() -> None:
    counts = np.zeros((1, len(PAIRS), 3))
    counts[..., 0] = 1000
    found = fit(counts, PAIRS, SYSTEMS)
    assert np.isfinite(found.strengths).all() and (np.diff(found.strengths[0]) < 0).all()


def test_all_ties_are_no_order() -> None:
    counts = np.zeros((1, len(PAIRS), 3))
    counts[..., 2] = 5
    found = fit(counts, PAIRS, SYSTEMS)
    assert (found.strengths == 0).all() and found.nu[0] == np.inf


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 2000), min_size=3, max_size=3), min_size=15, max_size=15))
def test_any_counts_converge_and_are_centred(counts: list[list[int]]) -> None:
    found = fit(np.array([counts], float), PAIRS, SYSTEMS)
    assert np.isfinite(found.strengths).all()
    assert found.strengths.sum() == pytest.approx(0, abs=1e-6)


def test_chances_of_the_model() -> None:
    win, lose, tie = chances(np.array(np.log(4)), np.array(1.0))
    assert win / lose == pytest.approx(4)
    assert tie**2 == pytest.approx(win * lose)
    sure = chances(np.array([-2000.0, 2000.0]), np.array(0.5))
    assert sure == pytest.approx(np.array([[0, 1, 0], [1, 0, 0]]))

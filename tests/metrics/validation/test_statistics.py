"""The statistics against values worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from metrics.validation import statistics


def test_dz_is_the_mean_over_the_sample_deviation() -> None:
    # mean 2, deviations -1 0 1, sample variance 2/2 = 1
    assert statistics.paired_dz([1.0, 2.0, 3.0]) == pytest.approx(2.0)
    # mean -2, deviations -2 0 0 2, sample variance 8/3
    assert statistics.paired_dz([-4.0, -2.0, -2.0, 0.0]) == pytest.approx(-2 / math.sqrt(8 / 3))


def test_dz_is_not_the_population_version() -> None:
    # an earlier, wrong version of a published suite divided by n; it would give 2 / sqrt(2/3) = 2.449
    assert statistics.paired_dz([1.0, 2.0, 3.0]) != pytest.approx(2 / math.sqrt(2 / 3))


@pytest.mark.parametrize(
    ("differences", "expected"),
    [
        ([0.0, 0.0, 0.0], 0.0),
        ([0.5, 0.5, 0.5], math.inf),
        ([-0.5, -0.5], -math.inf),
        ([0.1 + 0.2, 0.3, 0.3], math.inf),  # differs by rounding alone
        ([1.0], None),
        ([], None),
    ],
)
def test_dz_without_spread(differences: list[float], expected: float | None) -> None:
    assert statistics.paired_dz(differences) == expected


def test_auc_by_counting_pairs() -> None:
    # 3 over 1, 2: two pairs won; 2 over 1 won and tied with 2: one and a half; 3.5 of 4
    assert statistics.auc([3.0, 2.0], [1.0, 2.0]) == pytest.approx(3.5 / 4)
    assert statistics.auc([2.0, 3.0], [0.0, 1.0]) == 1.0
    assert statistics.auc([0.0, 1.0], [2.0, 3.0]) == 0.0
    assert statistics.auc([1.0, 1.0], [1.0]) == 0.5
    assert statistics.auc([], [1.0]) is None


def test_auc_agrees_with_another_implementation() -> None:
    from scipy.stats import mannwhitneyu

    rng = np.random.default_rng(4)
    failed, others = rng.integers(0, 9, 40) + 1.0, rng.integers(0, 9, 70) * 1.0
    expected = mannwhitneyu(failed, others).statistic / (40 * 70)
    assert statistics.auc(list(failed), list(others)) == pytest.approx(expected)


def test_spearman_by_hand() -> None:
    assert statistics.spearman([0.0, 0.1, 0.5, 0.7, 9.0]) == pytest.approx(1.0)
    assert statistics.spearman([5.0, 4.0, 3.0]) == pytest.approx(-1.0)
    # ranks 1 3 2 4: 1 - 6 * (0 + 1 + 1 + 0) / (4 * 15)
    assert statistics.spearman([0.0, 2.0, 1.0, 3.0]) == pytest.approx(0.8)
    # ranks 1.5 1.5 3 against 1 2 3: cov 1.5, lengths sqrt(1.5) and sqrt(2)
    assert statistics.spearman([0.0, 0.0, 1.0]) == pytest.approx(1.5 / math.sqrt(3))
    assert statistics.spearman([1.0, 1.0, 1.0]) == 0.0
    assert statistics.spearman([0.0, 1.0]) is None


@pytest.mark.parametrize(
    ("weakest", "strongest", "expected"),
    [
        (1.84, 1.0, 1.84),
        (0.3, 1.97, 0.3 / 1.97),
        (0.0, 0.0, 0.0),
        (0.0, 2.0, 0.0),
        (3.0, 0.0, math.inf),
        (math.inf, 2.0, math.inf),
        (5.0, math.inf, 0.0),
        (math.inf, math.inf, None),
        (None, 1.0, None),
        (1.0, None, None),
    ],
)
def test_selectivity_is_a_ratio(
    weakest: float | None, strongest: float | None, expected: float | None
) -> None:
    assert statistics.ratio(weakest, strongest) == expected

"""Do intervals cover the truth, do tests keep their level? Simulated studies with known answers."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.steady_statistics import World, coverage, parted
from reports.bootstrap import draws, falls_to, mean_limits, median_limits, restricted_mean

STUDIES = 300


@pytest.mark.parametrize("world", [
    World(prompts=5, seeds=2, scene=0.8),
    World(prompts=8, seeds=1, scene=0.8),
    World(prompts=12, seeds=2, scene=0.3, scale=30.0),
    World(prompts=24, seeds=1, scene=0.5, scale=30.0),
], ids=str)
def test_intervals_cover_the_truth(world: World) -> None:
    """Nominal 0.95; the prompts' effects are those of ``scene``."""
    median, mean = coverage(world, STUDIES, 400)
    assert 0.92 <= median <= 0.98
    assert 0.92 <= mean <= 0.98


def test_three_prompts_have_a_mean_and_no_bound_on_the_median() -> None:
    median, mean = coverage(World(prompts=3, seeds=2, scene=0.5), STUDIES, 400)
    assert median == 1.0
    assert 0.92 <= mean <= 0.98


@pytest.mark.parametrize("world", [World(8, 2, scene=0.8), World(12, 2, scene=0.8, own=0.5)], ids=str)
def test_alike_methods_seldom_get_different_ranks(world: World) -> None:
    """At most 0.05 by chance among three; for two alone within what 300 studies can tell from 0.05."""
    found = parted(world, 3, 300)
    assert found["ranks"] <= 0.05
    assert found["exchange"] <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 300)


def test_the_plain_log_rank_tests_do_not_keep_the_level() -> None:
    """Why ranks do not rest on them: seeds of one prompt are alike, and they count each as news."""
    found = parted(World(24, 4, scene=0.3, own=0.8), 2, 150)
    assert found["clips"] > 0.1 and found["strata"] > 0.1
    assert found["exchange"] <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 150)


def test_a_clear_difference_is_found() -> None:
    assert parted(World(24, 1, scene=0.8), 2, 30, factor=3.0)["ranks"] > 0.9


def test_draws_are_samples_with_replacement_and_the_same_every_time() -> None:
    drawn = draws(7)
    assert drawn.shape == (10_000, 7)
    assert (drawn.sum(axis=1) == 7).all()
    assert drawn.mean() == 1 and drawn.std() == pytest.approx(np.sqrt(6 / 7), abs=0.01)
    draws.cache_clear()
    assert (draws(7) == drawn).all()


def test_limits_by_hand() -> None:
    """Ten draws that fall to a half at 1, 2, ... 10 s: the percentiles are the first and the last."""
    times = np.arange(1.0, 11.0)
    shares = np.where(times[None] >= times[:, None], 0.2, 1.0)
    assert (falls_to(times, shares, 0.5) == times).all()
    assert median_limits(times, shares, 12) == (1.0, 10.0)
    assert median_limits(times, shares, 4) == (0.0, np.inf)
    assert restricted_mean(times, shares[:1], 10.0)[0] == pytest.approx(1 + 9 * 0.2)
    few, many = (mean_limits(times, shares, prompts, 6.0, 10.0) for prompts in (5, 500))
    assert few[0] < many[0] < 6.0 < many[1] <= few[1]
    plain = np.quantile(restricted_mean(times, shares, 10.0), [0.025, 0.975], method="inverted_cdf")
    assert many == pytest.approx(plain, abs=0.02)

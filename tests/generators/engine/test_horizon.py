"""Arithmetic of latents and pictures."""

from __future__ import annotations

import pytest

from generators.engine.catalogue import recipes
from generators.engine.horizon import Horizon, latents_of, pictures_of, plan, reach


@pytest.mark.parametrize(
    ("pictures", "latents"), [(1, 1), (2, 2), (5, 2), (6, 3), (80, 21), (81, 21), (82, 22)]
)
def test_fewest_latents_that_hold_the_pictures(pictures: int, latents: int) -> None:
    assert latents_of(pictures) == latents
    assert pictures_of(latents) >= pictures > pictures_of(latents) - 4


@pytest.mark.parametrize(
    ("method", "pictures", "horizon"),
    [
        ("self-forcing", 80, Horizon(21, 21)),
        ("steady-forcing", 80, Horizon(21, 24)),
        ("steady-forcing", 957, Horizon(240, 240)),
        ("reward-forcing", 960, Horizon(241, 243)),
        ("causvid", 20, Horizon(6, 6)),
        ("causvid", 81, Horizon(21, 21)),
        ("causvid", 82, Horizon(22, 21, 2)),
        ("causvid", 960, Horizon(241, 21, 14)),
        ("causvid", 1920, Horizon(481, 21, 27)),
        ("causvid", 3840, Horizon(961, 21, 54)),
    ],
)
def test_rollouts_that_make_the_pictures(method: str, pictures: int, horizon: Horizon) -> None:
    assert plan(recipes(method)["engine-native"], pictures) == horizon


@pytest.mark.parametrize(
    ("method", "configuration", "pictures"),
    [
        ("self-forcing", "engine-native", 81),
        ("self-forcing", "long", 4089),
        ("causvid", "engine-native", None),
        ("steady-forcing", "engine-native", None),
        ("steady-forcing", "engine-native-absolute", 4077),
        ("longlive", "infinity", None),
    ],
)
def test_longest_clip(method: str, configuration: str, pictures: int | None) -> None:
    assert reach(recipes(method)[configuration]) == pictures

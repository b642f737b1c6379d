"""What light explains, and what it does not."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import color

from metrics.colour import ciede2000
from metrics.light import relit

RNG = np.random.default_rng(5)
LIGHT = RNG.uniform(0.05, 0.5, (400, 3))


def lab(light: NDArray[np.float64]) -> NDArray[np.float32]:
    code = np.where(light > 0.0031308, 1.055 * light ** (1 / 2.4) - 0.055, light * 12.92)
    return np.asarray(color.rgb2lab(code[None])[0], dtype=np.float32)


def left_over(after: NDArray[np.float64]) -> float:
    lit = relit(lab(LIGHT), lab(after))
    return float(np.median(ciede2000(lit.astype(np.float64), lab(after).astype(np.float64))))


@pytest.mark.parametrize(
    "after",
    [LIGHT, LIGHT * 1.5, LIGHT * 0.6, LIGHT**1.2, LIGHT * [1.2, 1.0, 0.8], (LIGHT * [0.9, 1.0, 1.1]) ** 0.9],
    ids=["none", "brighter", "darker", "power", "warmer", "all three"],
)
def test_exposure_white_balance_and_gamma_are_explained(after: NDArray[np.float64]) -> None:
    assert left_over(after) < 0.5


def test_fading_and_a_strong_cast_are_not() -> None:
    grey = LIGHT.mean(axis=1, keepdims=True)
    assert left_over(grey + 0.3 * (LIGHT - grey)) > 3
    assert left_over(LIGHT * [1.9, 1.0, 0.4]) > 5


def test_a_splash_over_a_fifth_of_the_region_does_not_decide() -> None:
    after = LIGHT * 1.3
    after[:80] = 0.9
    lit = relit(lab(LIGHT), lab(after))
    rest = ciede2000(lit[80:].astype(np.float64), lab(after)[80:].astype(np.float64))
    assert float(np.median(rest)) < 0.5


def test_a_region_of_one_tone_keeps_its_power() -> None:
    flat = np.full((200, 3), 0.3)
    lit = relit(lab(flat), lab(flat * 1.2))
    assert float(np.median(ciede2000(lit.astype(np.float64), lab(flat * 1.2).astype(np.float64)))) < 0.5

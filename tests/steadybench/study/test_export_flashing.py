"""The screen for flashes against the definition in WCAG 2.2."""

from __future__ import annotations

import numpy as np
import pytest

from steadybench.study.exporting.canvas import Planes
from steadybench.study.exporting.flashing import MOST, FlashScreen

_RATE = 24


def _grey(level: float, area: float = 1.0, size: tuple[int, int] = (192, 108), ground: int = 40) -> Planes:
    """A picture whose left part has a luma level from 16 to 235, the rest another."""
    width, height = size
    y = np.full((height, width), ground, np.uint8)
    y[:, :round(area * width)] = level
    neutral = np.full((height // 2, width // 2), 128, np.uint8)
    return y, neutral, neutral


def _strobe(flashes: float, low: int, high: int, area: float = 1.0, seconds: float = 3) -> FlashScreen:
    screen = FlashScreen()
    for i in range(round(seconds * _RATE)):
        is_high = (i / _RATE * flashes) % 1 >= 0.5
        screen.see(i / _RATE, _grey(high if is_high else low, area))
    return screen


@pytest.mark.parametrize(("flashes", "is_flashing"), [(2, False), (3, False), (4, True), (12, True)])
def test_more_than_three_flashes_a_second_are_too_many(flashes: int, is_flashing: bool) -> None:
    """Dark against bright over the whole picture."""
    screen = _strobe(flashes, 40, 200)
    assert (screen.flashes > MOST) == is_flashing
    assert screen.flashes == pytest.approx(flashes, abs=0.5)


@pytest.mark.parametrize(("low", "high", "is_flashing"), [
    (40, 70, False),  # both dark: less than a tenth of the highest luminance apart
    (110, 140, True),  # luminance 0.15 against 0.28
    (215, 235, False),  # the darker one is above 0.80
])
def test_a_flash_needs_a_tenth_of_luminance_and_a_dark_side(low: int, high: int, is_flashing: bool) -> None:
    """Luminance is linear light, not code values."""
    assert (_strobe(6, low, high).flashes > MOST) == is_flashing


@pytest.mark.parametrize(("area", "is_flashing"), [(0.2, False), (0.3, True)])
def test_small_flashes_do_not_count(area: float, is_flashing: bool) -> None:
    """A quarter of the picture is the limit."""
    assert (_strobe(6, 40, 200, area).flashes > MOST) == is_flashing


def test_a_saturated_red_counts_although_it_is_dark() -> None:
    """Luminance of full red changes too; a dim red stays below a tenth and counts as red alone."""
    screen = FlashScreen()
    black, (y, u, v) = _grey(16), _grey(16)
    red = np.full_like(y, 35), np.full_like(u, 118), np.full_like(v, 175)
    for i in range(72):
        screen.see(i / _RATE, red if i % 4 < 2 else black)
    assert screen.flashes > MOST
    assert _strobe(6, 16, 60).flashes <= MOST


def test_grain_glitter_and_slow_light_are_no_flashes() -> None:
    """Noise is averaged, cells out of step do not come together, and a swell is too slow."""
    chance = np.random.default_rng(1)
    neutral = np.full((54, 96), 128, np.uint8)
    grain, swell = FlashScreen(), FlashScreen()
    for i in range(96):
        noisy = chance.normal(125, 30, (108, 192)).clip(16, 235).astype(np.uint8)
        grain.see(i / _RATE, (noisy, neutral, neutral))
        swell.see(i / _RATE, _grey(120 + 90 * np.sin(2 * np.pi * i / _RATE)))
    assert grain.flashes == 0
    assert 0.5 <= swell.flashes <= 1.5


@pytest.mark.parametrize("size", [(96, 64), (870, 480), (64, 200)])
def test_any_size_can_be_screened(size: tuple[int, int]) -> None:
    """Cells of luma and colour always fit each other."""
    screen = FlashScreen()
    for i in range(48):
        screen.see(i / _RATE, _grey(200 if i % 4 < 2 else 40, size=size))
    assert screen.flashes > MOST

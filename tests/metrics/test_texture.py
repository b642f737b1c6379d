"""Band vectors with known statistics."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from metrics.hardening import texture_bands
from metrics.texture import PixelSet, correlations, noise_variance, pinned_fraction

FRAMES, PIXELS = 17, 4000
F32 = NDArray[np.float32]


def white(seed: int, frames: int = FRAMES, sigma: float = 1.0) -> F32:
    return (np.random.default_rng(seed).normal(size=(frames, PIXELS)) * sigma).astype(np.float32)


# ---- correlations


def test_correlations_of_known_signals() -> None:
    a, b = white(1, 2, 5.0)
    rows = np.stack([a, 3 * a + 7, -a, b, (a + b) / np.sqrt(2)]).astype(np.float32)
    found = correlations(rows, 0.0)
    assert np.allclose(found, found.T, atol=1e-5)
    assert np.allclose(np.diag(found), 1, atol=1e-4)
    assert found[0, 1] == pytest.approx(1, abs=1e-4)
    assert found[0, 2] == pytest.approx(-1, abs=1e-4)
    assert found[0, 3] == pytest.approx(0, abs=0.05)
    assert found[0, 4] == pytest.approx(np.sqrt(0.5), abs=0.05)


def test_known_noise_is_taken_out_of_the_power() -> None:
    seen = np.tile(white(2, 1, 4.0), (6, 1)) + white(3, 6, 3.0)
    off = ~np.eye(6, dtype=bool)
    assert correlations(seen, 0.0)[off].mean() == pytest.approx(16 / 25, abs=0.04)
    assert correlations(seen, 9.0)[off].mean() == pytest.approx(1, abs=0.06)


def test_pure_noise_does_not_blow_up() -> None:
    found = correlations(white(4, 8), 1.5)
    assert np.isfinite(found).all()
    assert np.abs(found[~np.eye(8, dtype=bool)]).max() < 1


def test_empty_pictures_are_all_alike_and_like_nothing_else() -> None:
    """Else a medium that turns black, white or grey would be new in every frame."""
    rows = np.concatenate([np.zeros((2, PIXELS), np.float32), white(6, 1, 5.0), 0.01 * white(7, 1) + 9])
    expected = np.ones((4, 4), np.float32)
    expected[2, :] = expected[:, 2] = (0, 0, 1, 0)
    assert np.allclose(correlations(rows, 0.0), expected, atol=1e-4)


# ---- pinned detail


def test_white_noise_is_not_pinned() -> None:
    assert pinned_fraction(white(5), 0.0) < 0.03


def test_a_still_is_pinned() -> None:
    assert pinned_fraction(np.tile(white(6, 1, 6.0), (FRAMES, 1)), 0.0) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_a_mixture_is_pinned_by_its_share_of_energy(share: float) -> None:
    still = np.tile(white(7, 1, 5 * share**0.5), (FRAMES, 1))
    flowing = white(8, sigma=5 * (1 - share) ** 0.5)
    assert pinned_fraction(still + flowing, 0.0) == pytest.approx(share, abs=0.05)


def test_sensor_noise_does_not_hide_what_is_pinned() -> None:
    seen = np.tile(white(9, 1, 3.0), (FRAMES, 1)) + white(10, sigma=3.0)
    assert pinned_fraction(seen, 9.0) == pytest.approx(1, abs=0.08)


def test_nothing_but_noise_is_not_pinned() -> None:
    assert pinned_fraction(white(11), 1.2) == 0.0


@given(st.floats(0, 50), st.integers(4, 20), st.integers(0, 1000))
@settings(deadline=None, derandomize=True, max_examples=40)
def test_a_share_is_a_share(noise: float, frames: int, seed: int) -> None:
    assert 0 <= pinned_fraction(white(seed, frames, 2.0)[:, :50], noise) <= 1


# ---- noise


@pytest.mark.parametrize("sigma", [0.5, 2.0, 6.0])
def test_the_variance_of_gaussian_noise_is_found_on_a_textured_still(sigma: float) -> None:
    seen = white(12, 1, 40.0) + white(13, 24, sigma)
    assert noise_variance(seen) == pytest.approx(sigma**2, rel=0.3)


def test_moving_pixels_do_not_raise_the_noise() -> None:
    seen = white(14, 1, 40.0) + white(15, 24, 1.0)
    seen[:, : PIXELS // 2] += white(16, 24, 30.0)[:, : PIXELS // 2]
    assert noise_variance(seen) < 2


def test_too_little_to_measure_noise() -> None:
    assert noise_variance(white(17, 1)) == 0.0
    assert noise_variance(white(18)[:, :20]) == 0.0


# ---- pixel sets


def test_a_pixel_set_reads_its_own_pixels() -> None:
    mask = np.zeros((12, 20), bool)
    mask[3:9, 5:15] = True
    pixels = PixelSet.of(mask, 2)
    picture = np.arange(240, dtype=np.float32).reshape(12, 20)
    assert len(pixels) == 3 * 5
    assert set(pixels.read(picture)) == {20.0 * y + x for y in (4, 6, 8) for x in (6, 8, 10, 12, 14)}
    half = mask.copy()
    half[:, 10:] = False
    assert pixels.inside(half).sum() == 3 * 2


# ---- octave bands


@pytest.fixture
def light() -> F32:
    """A textured picture in linear light with detail at all four scales, 0.05 to 0.45."""
    rng = np.random.default_rng(19)
    total = np.zeros((240, 320), np.float32)
    for sigma in (0.7, 1.5, 3, 6, 12):
        noise = cv2.GaussianBlur(rng.normal(size=total.shape).astype(np.float32), (0, 0), sigma)
        total += noise / noise.std()
    return np.clip(0.25 + 0.04 * total, 0.05, 0.45).astype(np.float32)


def code(light: F32, gamma: float = 1.0) -> NDArray[np.uint8]:
    srgb = np.where(light > 0.0031308, 1.055 * light ** (1 / 2.4) - 0.055, 12.92 * light)
    return np.rint(np.clip(srgb, 0, 1) ** gamma * 255).astype(np.uint8)


def decibels(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    bands = texture_bands(picture, picture)
    return np.array([10 * np.log10(np.mean(b.astype(np.float64) ** 2)) for b in bands])


@pytest.mark.parametrize("gain", [0.6, 1.6, 2.0])
def test_exposure_cancels_in_every_band(light: F32, gain: float) -> None:
    assert np.abs(decibels(code(light * gain)) - decibels(code(light))).max() < 0.35


@pytest.mark.parametrize("gamma", [0.8, 1.25])
def test_a_gamma_curve_leaves_the_ratios_of_bands(light: F32, gamma: float) -> None:
    change = decibels(code(light, gamma)) - decibels(code(light))
    assert abs(change.mean()) > 1
    assert np.ptp(change) < 0.3


def test_each_scale_of_detail_shows_in_its_own_band(light: F32) -> None:
    soft = cv2.GaussianBlur(light, (0, 0), 1.0).astype(np.float32)
    change = decibels(code(soft)) - decibels(code(light))
    assert change[0] < -6 and change[0] < change[1] - 3
    assert abs(change[3]) < 0.5
    crisp = np.clip(light + 1.5 * (light - soft), 0.01, 0.6).astype(np.float32)
    change = decibels(code(crisp)) - decibels(code(light))
    assert change[0] > 3 and change[0] > change[1] + 1


def test_bands_share_one_grid_at_two_sizes(light: F32) -> None:
    fine = code(light)
    work = cv2.resize(fine, (160, 120), interpolation=cv2.INTER_AREA).astype(np.uint8)
    bands = texture_bands(fine, work)
    assert len(bands) == 4
    assert {b.shape for b in bands} == {(80, 107)}
    assert all(b.dtype == np.float32 and np.isfinite(b).all() for b in bands)


def test_black_gives_no_texture_and_no_nan() -> None:
    black = np.zeros((64, 64), np.uint8)
    assert all(np.array_equal(b, np.zeros_like(b)) for b in texture_bands(black, black))

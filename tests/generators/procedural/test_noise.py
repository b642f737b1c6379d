"""Noise: unit variance at every time, carried at the stated speed, renewed in its lifetime, never back."""

from __future__ import annotations

import numpy as np
import pytest

from generators.procedural.hashing import generator, stable_hash, uniform
from generators.procedural.noise import MovingNoise, Octave, band_tile, fractal
from generators.procedural.view import View

VIEW = View(128, 128)
TILE = band_tile(1)


def moving(octave: Octave, velocity: tuple[float, float] = (0.0, 0.0), seed: int = 1) -> MovingNoise:
    return MovingNoise(TILE, seed, (octave,), (VIEW.x, VIEW.y), velocity)


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1])


def test_the_tile_is_periodic_band_noise() -> None:
    spectrum = np.abs(np.fft.fft2(TILE)) ** 2
    radius = np.hypot(np.fft.fftfreq(512)[:, None], np.fft.fftfreq(512)[None]) * 16
    middle = np.exp(np.sum(spectrum[radius > 0] * np.log(radius[radius > 0])) / np.sum(spectrum[radius > 0]))

    assert np.isclose(TILE.mean(), 0, atol=1e-6)
    assert np.isclose(TILE.std(), 1, atol=1e-5)
    assert 0.7 < middle < 1.7
    assert np.abs(TILE[:, 0] - TILE[:, -1]).mean() < 1.5 * np.abs(np.diff(TILE, axis=1)).mean()


def test_variance_is_the_same_at_every_phase_of_the_cross_fade() -> None:
    noise = moving(Octave(0.1, 1.0), (0.3, 0.1))
    spread = [
        np.sqrt(np.mean([np.mean(noise.at(n + phase) ** 2) for n in range(20)]))
        for phase in (0.0, 0.25, 0.5, 0.75)
    ]

    assert np.allclose(spread, spread[0], rtol=0.06)
    assert np.isclose(spread[0], 1.0, atol=0.12)


@pytest.mark.parametrize("velocity", [(0.4, 0.0), (-0.25, 0.0), (0.0, 0.3), (0.2, -0.2)])
def test_the_pattern_moves_at_the_stated_velocity(velocity: tuple[float, float]) -> None:
    """After the time in which it should have gone 4 px, shifting it back by 4 px fits best."""
    noise = moving(Octave(0.12, 4.0), velocity)
    dt = 4 / 128 / max(abs(v) for v in velocity)
    unit = np.sign(velocity).astype(int)

    def fit(pixels: int) -> float:
        back = tuple(-pixels * unit[::-1])
        pairs = [(noise.at(t), np.roll(noise.at(t + dt), back, (0, 1))) for t in np.arange(0.1, 6, 0.7)]
        return float(np.mean([correlation(a[8:-8, 8:-8], b[8:-8, 8:-8]) for a, b in pairs]))

    fits = {pixels: fit(pixels) for pixels in range(-6, 7)}
    assert max(fits, key=fits.__getitem__) == 4
    assert fits[4] > 0.98


def test_a_pattern_lives_for_its_lifetime_and_fine_ones_live_shorter() -> None:
    for lifetime in (0.5, 2.0):
        noise = moving(Octave(0.06, lifetime))
        near, far = (
            np.mean([correlation(noise.at(t), noise.at(t + lag)) for t in np.arange(0, 10, 0.9)])
            for lag in (0.25 * lifetime, 2.0 * lifetime)
        )

        assert near > 0.7
        assert abs(far) < 0.1


def test_no_slice_comes_back() -> None:
    """At whole multiples of the lifetime one slice shows: no two of 150 resemble each other."""
    noise = moving(Octave(0.05, 1.0))
    shots = np.stack([noise.at(float(n)).ravel() for n in range(-10, 140)])
    resemblance = np.corrcoef(shots)
    np.fill_diagonal(resemblance, 0)

    assert np.abs(resemblance).max() < 0.5


def test_time_may_be_asked_for_in_any_order_and_before_zero() -> None:
    one, two = moving(Octave(0.1, 0.7), (0.3, 0.0)), moving(Octave(0.1, 0.7), (0.3, 0.0))
    times = [5.0, -3.2, 0.0, 1e4]

    assert all(np.array_equal(a, one.at(t)) for t, a in [(t, two.at(t)) for t in reversed(times)])


def test_motion_is_continuous_when_slices_change() -> None:
    noise = moving(Octave(0.1, 1.0), (0.2, 0.0))

    assert np.abs(noise.at(1.0 + 1e-4) - noise.at(1.0 - 1e-4)).max() < 0.02


def test_static_noise_does_not_depend_on_the_size() -> None:
    small, large = View(64, 64), View(192, 192)
    a = fractal(TILE, 3, small.x, small.y, 0.5, 2)
    b = fractal(TILE, 3, large.x, large.y, 0.5, 2)[1::3, 1::3]

    assert np.abs(a - b).max() < 0.05


def test_hashed_numbers_are_uniform_stable_and_differ_by_key() -> None:
    numbers = uniform(stable_hash("x", 1), np.arange(-5000, 5000))

    assert 0 <= numbers.min() < 0.01
    assert 0.99 < numbers.max() < 1
    assert np.isclose(numbers.mean(), 0.5, atol=0.01)
    assert np.isclose(numbers.var(), 1 / 12, atol=0.003)
    assert abs(correlation(numbers[:-1], numbers[1:])) < 0.03
    assert abs(correlation(numbers, uniform(stable_hash("x", 2), np.arange(-5000, 5000)))) < 0.03
    assert stable_hash("brook-01", 1) == 4592246875734008748
    assert stable_hash("a", "bc") != stable_hash("ab", "c") != stable_hash("1") != stable_hash(1)
    assert generator("a", 1).random() == generator("a", 1).random()

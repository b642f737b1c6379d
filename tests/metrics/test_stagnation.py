"""Motion and novelty from correlation matrices of media whose clock is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from metrics.stagnation import Activity, activity

RATE, SECONDS, FAILS_S = 8, 16.0, 6.0
TIMES = np.arange(0, SECONDS, 1 / RATE)


def matrix_of(clock: NDArray[np.float64], memory_s: float = 0.5) -> NDArray[np.float32]:
    """Correlations of a medium that forgets exponentially, by its own clock."""
    return np.exp(-np.abs(clock[:, None] - clock[None]) / memory_s).astype(np.float32)


def run(clock: NDArray[np.float64], memory_s: float = 0.5) -> Activity:
    return activity(TIMES, matrix_of(clock, memory_s))


def median(values: Sequence[float | None], start: float, end: float) -> float:
    inside = [v for t, v in zip(TIMES, values, strict=True) if v is not None and start <= t < end]
    return float(np.median(inside))


def frozen(t: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.minimum(t, FAILS_S)


def slowed(t: NDArray[np.float64], speed: float) -> NDArray[np.float64]:
    return np.where(t < FAILS_S, t, FAILS_S + speed * (t - FAILS_S))


@pytest.mark.parametrize("memory_s", [0.2, 0.5, 1.5])
def test_a_steady_medium_stays_at_one(memory_s: float) -> None:
    found = run(TIMES, memory_s)
    for values in (found.motion, found.novelty):
        assert median(values, 1, 4) == pytest.approx(1, abs=0.1)
        assert median(values, 10, 15) == pytest.approx(1, abs=0.1)


def test_a_freeze_stops_motion_and_novelty() -> None:
    found = run(frozen(TIMES))
    assert median(found.motion, FAILS_S + 1, SECONDS) == pytest.approx(0, abs=1e-3)
    assert median(found.novelty, FAILS_S + 1, SECONDS) == pytest.approx(0, abs=1e-3)
    assert median(found.motion, 2, FAILS_S - 1) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("period", [2, 4])
def test_a_loop_moves_but_is_not_new_and_its_lag_is_found(period: int) -> None:
    clock = np.where(TIMES < FAILS_S, TIMES, FAILS_S - period + (TIMES - FAILS_S) % period)
    found = run(clock)
    assert median(found.motion, FAILS_S + 1, SECONDS - 1) > 0.9
    assert median(found.novelty, FAILS_S + 1, SECONDS) < 1e-3
    lags = [g for t, g in zip(TIMES, found.origin_lag_s, strict=True) if t > FAILS_S and g is not None]
    assert all(lag / period == pytest.approx(round(lag / period)) and lag > 0 for lag in lags)
    assert found.origin_lag_s[int((FAILS_S + 1) * RATE)] == pytest.approx(period)


def test_motion_falls_with_speed() -> None:
    motions = [median(run(slowed(TIMES, s)).motion, FAILS_S + 2, SECONDS - 2) for s in (1, 0.5, 0.25, 0)]
    assert motions == sorted(motions, reverse=True)
    assert motions[0] == pytest.approx(1, abs=0.05)
    assert 0.4 < motions[1] < 0.8
    assert motions[3] == pytest.approx(0, abs=1e-3)


def test_speeding_up_is_no_stagnation() -> None:
    found = run(slowed(TIMES, 2.0))
    assert median(found.motion, FAILS_S + 1, SECONDS - 1) > 1
    assert median(found.novelty, FAILS_S + 1, SECONDS) >= 0.95


def test_a_still_from_the_start_has_no_motion_and_no_division_by_zero() -> None:
    found = run(np.zeros_like(TIMES))
    known = [v for v in [*found.motion, *found.novelty] if v is not None]
    assert known and max(known) < 0.5


def test_the_frames_just_before_are_no_earlier_pictures() -> None:
    """Every medium resembles itself a moment ago; only what is half a second old can be repeated."""
    lags = [lag for lag in run(TIMES).origin_lag_s if lag is not None]
    assert lags and min(lags) >= 0.5


@given(st.integers(0, 10**6), st.integers(8, 60))
@settings(deadline=None, derandomize=True, max_examples=30)
def test_ratios_are_finite_and_not_negative(seed: int, frames: int) -> None:
    rng = np.random.default_rng(seed)
    times = np.cumsum(rng.uniform(0.05, 0.4, frames))
    vectors = rng.normal(size=(frames, 20)).astype(np.float32)
    matrix = np.corrcoef(vectors).astype(np.float32)
    found = activity(times, matrix)
    for values in (found.motion, found.novelty):
        assert len(values) == frames
        assert all(v is None or (np.isfinite(v) and v >= 0) for v in values)


def test_a_gap_in_the_clip_is_a_gap_in_the_curve() -> None:
    keep = (TIMES < 8) | (TIMES >= 11)
    found = activity(TIMES[keep], matrix_of(TIMES[keep]))
    at = {round(float(t), 3): m for t, m in zip(TIMES[keep], found.motion, strict=True)}
    assert at[7.875] is None
    assert at[7.0] is not None and at[12.0] is not None

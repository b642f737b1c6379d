"""Noise levels: the tables of the published step lists."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.engine.steps import Steps, nearest, shifted, warped


@pytest.mark.parametrize(
    ("listed", "shift", "timesteps"),
    [
        ((1000, 750, 500, 250), 5, (1000, 937.5, 833.333, 625)),
        ((1000, 800, 600, 400, 200), 5, (1000, 952.381, 882.353, 769.231, 555.556)),
        ((1000, 500), 5, (1000, 833.333)),
        ((1000, 750, 500, 250), 8, (1000, 960, 888.889, 727.273)),
    ],
)
def test_warped_lists(listed: tuple[int, ...], shift: float, timesteps: tuple[float, ...]) -> None:
    steps = warped(listed, shift)

    assert steps.timesteps == pytest.approx(timesteps, abs=5e-4)
    assert steps.sigmas == pytest.approx([t / 1000 for t in timesteps], abs=5e-7)
    assert len(steps) == len(listed)


def test_a_plain_list_is_told_as_it_is_with_the_noise_of_the_nearest_entry() -> None:
    steps = nearest((1000, 757, 522), shift=8)

    assert steps.timesteps == (1000, 757, 522)
    assert steps.sigmas == pytest.approx((1, 0.75676, 0.52174), abs=5e-6)


@settings(deadline=None, derandomize=True)
@given(st.integers(1, 999), st.floats(1, 12))
def test_a_plain_list_finds_the_nearest_entry_of_the_shifted_table(listed: int, shift: float) -> None:
    (sigma,) = nearest((listed,), shift).sigmas
    wanted = listed / 1000
    gaps = [abs(shifted(k / 1000, shift) - wanted) for k in range(1, 1001)]

    assert abs(sigma - wanted) == pytest.approx(min(gaps), abs=1e-12)


@settings(deadline=None, derandomize=True)
@given(st.floats(0, 1), st.floats(1, 12))
def test_the_shift_keeps_the_ends_and_only_adds_noise(sigma: float, shift: float) -> None:
    assert shifted(0, shift) == 0
    assert shifted(1, shift) == pytest.approx(1)
    assert sigma - 1e-12 <= shifted(sigma, shift) <= 1 + 1e-12


@pytest.mark.parametrize(
    ("timesteps", "sigmas"),
    [
        ((), ()),
        ((1000.0,), (1.0, 0.5)),
        ((1000.0, 1000.0), (1.0, 1.0)),
        ((500.0, 900.0), (0.5, 0.9)),
        ((0.0,), (0.0,)),
    ],
)
def test_steps_fall_and_stay_positive(timesteps: tuple[float, ...], sigmas: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="sigmas"):
        Steps(timesteps, sigmas)

"""Four-parameter cameras: fitted, composed, undone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from metrics.similarity import Similarity, bring_back, fit, grid, sample_field

CAMERAS = st.builds(
    lambda scale, degrees, x, y: camera(scale, degrees, x, y),
    st.floats(0.7, 1.4),
    st.floats(-40, 40),
    st.floats(-60, 60),
    st.floats(-60, 60),
)
POINTS = np.random.default_rng(1).uniform(0, 300, (200, 2))


def camera(scale: float = 1.0, degrees: float = 0.0, x: float = 0.0, y: float = 0.0) -> Similarity:
    c, s = scale * np.cos(np.radians(degrees)), scale * np.sin(np.radians(degrees))
    return Similarity(np.array([[c, -s, x], [s, c, y]]))


def test_the_parts_are_read_back() -> None:
    found = camera(1.2, -7, 3, 4)
    assert found.scale == pytest.approx(1.2)
    assert found.angle_deg == pytest.approx(-7)
    assert Similarity.identity().shift_at(10, 20) == (0, 0)
    assert camera(x=3, y=-4).shift_at(50, 60) == pytest.approx((3, -4))
    assert camera(scale=2).shift_at(10, 5) == pytest.approx((10, 5))


@given(CAMERAS)
@settings(deadline=None, derandomize=True)
def test_the_inverse_undoes(found: Similarity) -> None:
    assert np.allclose(found.inverse().apply(found.apply(POINTS)), POINTS, atol=1e-2)
    assert np.allclose(found.after(found.inverse()).matrix, np.eye(2, 3), atol=1e-6)


@given(CAMERAS, CAMERAS)
@settings(deadline=None, derandomize=True)
def test_after_does_the_first_one_first(first: Similarity, second: Similarity) -> None:
    assert np.allclose(second.after(first).apply(POINTS), second.apply(first.apply(POINTS)), atol=1e-2)


@given(CAMERAS, st.floats(0.1, 4))
@settings(deadline=None, derandomize=True)
def test_a_larger_picture_moves_in_proportion(found: Similarity, factor: float) -> None:
    expected = found.apply(POINTS) * factor
    assert np.allclose(found.scaled(factor).apply(POINTS * factor), expected, atol=1e-2)


@given(CAMERAS)
@settings(deadline=None, derandomize=True, max_examples=30)
def test_a_camera_is_found_among_outliers(truth: Similarity) -> None:
    moved = truth.apply(POINTS).astype(np.float64)
    moved[:60] += np.random.default_rng(2).uniform(20, 90, (60, 2))
    found = fit(POINTS.astype(np.float32), moved.astype(np.float32), tolerance_px=1.0)
    assert found is not None
    assert np.abs(found.similarity.apply(POINTS) - truth.apply(POINTS)).max() < 0.05
    assert found.inliers[60:].all() and not found.inliers[:60].any()


def test_the_same_pairs_give_the_same_fit() -> None:
    moved = (camera(1.1, 5, 2, 3).apply(POINTS) + np.random.default_rng(5).normal(0, 1.5, (200, 2))).astype(
        np.float32
    )
    fits = [fit(POINTS.astype(np.float32), moved, tolerance_px=1.0) for _ in range(3)]
    assert all(f is not None and np.array_equal(f.similarity.matrix, fits[0].similarity.matrix) for f in fits)  # type: ignore[union-attr]


def test_too_few_pairs_give_no_camera() -> None:
    few = POINTS[:11].astype(np.float32)
    assert fit(few, few, tolerance_px=1.0) is None


def texture() -> NDArray[np.float32]:
    noise = np.random.default_rng(6).normal(size=(120, 160)).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(noise, (0, 0), 4), np.float32)


@pytest.mark.parametrize("truth", [camera(x=7, y=-4), camera(1.08, 3, -2, 5), camera(0.95, -4, 6, 2)])
def test_bringing_back_undoes_a_camera(truth: Similarity) -> None:
    scene = texture()
    shown = np.asarray(cv2.warpAffine(scene, truth.matrix, (160, 120), flags=cv2.INTER_CUBIC), np.float32)
    inner = (slice(25, -25), slice(25, -25))
    returned = bring_back(shown, truth)
    assert np.abs(returned - scene)[inner].max() < 0.1 * np.abs(scene).max()
    assert np.abs(shown - scene)[inner].max() > 0.5 * np.abs(scene).max()


def test_bringing_back_by_whole_pixels_is_exact() -> None:
    scene = np.random.default_rng(7).integers(0, 256, (40, 50), np.uint8)
    shown = np.roll(scene, (3, 5), axis=(0, 1))
    assert np.array_equal(bring_back(shown, camera(x=5, y=3))[:-3, :-5], scene[:-3, :-5])


def test_the_grid_stays_inside_the_mask_and_the_margin() -> None:
    mask = np.zeros((60, 80), bool)
    mask[10:50, 20:70] = True
    points = grid(mask, 5, 15)
    expected = {(x, y) for x in range(20, 65, 5) for y in range(15, 45, 5)}
    assert {(int(x), int(y)) for x, y in points} == expected


def test_a_field_is_read_between_pixels() -> None:
    y, x = np.mgrid[0:20, 0:30].astype(np.float32)
    found = sample_field(np.stack([x * 2, y * 3], axis=-1), np.array([[4.5, 6.25], [10.0, 3.0]]))
    assert np.allclose(found, [[9.0, 18.75], [20.0, 9.0]], atol=0.05)
    assert sample_field(np.zeros((5, 5, 2), np.float32), np.zeros((0, 2))).shape == (0, 2)

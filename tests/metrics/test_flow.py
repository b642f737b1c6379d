"""Optical flow: known translations are recovered, whatever the backend each stays its own identity."""

from __future__ import annotations

import subprocess
import sys

import cv2
import numpy as np
import pytest

from metrics.flow import DisFlow, FlowBackend, Luma, Preset
from metrics.flow_backends import make_flow
from metrics.types import Identity

HEIGHT, WIDTH, MARGIN = 240, 416, 24


def texture(dx: float, dy: float, seed: int = 0) -> Luma:
    """Broadband texture shifted by (dx, dy) px exactly, in the Fourier domain."""
    fy, fx = np.fft.fftfreq(512)[:, None], np.fft.fftfreq(512)[None]
    radius = np.hypot(fx, fy)
    radius[0, 0] = 1.0
    noise = np.fft.fft2(np.random.default_rng(seed).standard_normal((512, 512)))
    spectrum = noise / radius * np.exp(-((radius / 0.25) ** 2))
    spectrum[0, 0] = 0.0
    spread = np.fft.ifft2(spectrum).real.std()
    shifted = np.fft.ifft2(spectrum * np.exp(-2j * np.pi * (fx * dx + fy * dy))).real
    picture: Luma = (shifted / spread * 40 + 128)[:HEIGHT, :WIDTH].clip(0, 255).round().astype(np.uint8)
    return picture


def endpoint_error(backend: FlowBackend, dx: float, dy: float) -> float:
    """Mean distance to the true shift, in px, away from the border."""
    inside = backend.flow(texture(0, 0), texture(dx, dy))[MARGIN:-MARGIN, MARGIN:-MARGIN]
    return float(np.hypot(inside[..., 0] - dx, inside[..., 1] - dy).mean())


@pytest.mark.parametrize(
    ("preset", "dx", "dy", "bound"),
    [
        ("medium", 2.0, 0.0, 0.01), ("medium", 14.0, 0.0, 0.02), ("medium", 8.0, 5.0, 0.03),
        ("medium", 3.3, -1.7, 0.07), ("medium", 0.5, 0.25, 0.09), ("medium", 0.1, 0.0, 0.04),
        ("fast", 3.3, -1.7, 0.12), ("fast", 14.0, 0.0, 0.08), ("fast", -6.0, 2.0, 0.15),
        ("ultrafast", 3.3, -1.7, 0.12), ("ultrafast", 14.0, 0.0, 0.1), ("ultrafast", -6.0, 2.0, 0.15),
    ],
)
def test_dis_recovers_a_known_translation(preset: Preset, dx: float, dy: float, bound: float) -> None:
    assert endpoint_error(make_flow("dis", preset=preset), dx, dy) < bound


def test_dis_gives_no_motion_where_there_is_none() -> None:
    still = texture(0, 0)
    assert np.abs(make_flow("dis").flow(still, still)).max() == 0.0
    flat = np.full((HEIGHT, WIDTH), 90, np.uint8)
    assert np.abs(make_flow("dis").flow(flat, flat)).max() == 0.0


def test_flow_is_float32_x_then_y_and_leaves_its_input_alone() -> None:
    a, b = texture(0, 0), texture(5, -3)
    kept = a.copy(), b.copy()
    field = make_flow("dis").flow(a, b)
    assert field.dtype == np.float32 and field.shape == (HEIGHT, WIDTH, 2)
    assert np.median(field.reshape(-1, 2), axis=0) == pytest.approx([5, -3], abs=0.05)
    assert np.array_equal(a, kept[0]) and np.array_equal(b, kept[1])


def test_dis_keeps_no_memory_and_does_not_depend_on_threads() -> None:
    a, b = texture(0, 0), texture(3.3, -1.7)
    used, before = DisFlow(), cv2.getNumThreads()
    try:
        cv2.setNumThreads(1)
        used.flow(texture(0, 0, seed=5), texture(9, 9, seed=6))
        used.flow(*(np.ascontiguousarray(p[:33, :40]) for p in (a, b)))
        one = used.flow(a, b)
        cv2.setNumThreads(2)
        assert np.array_equal(one, DisFlow().flow(a, b))
    finally:
        cv2.setNumThreads(before)


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        (np.zeros((40, 40), np.uint8), np.zeros((40, 41), np.uint8), "of one size"),
        (np.zeros((40, 40), np.float32), np.zeros((40, 40), np.uint8), "uint8 luma"),
        (np.zeros((40, 40, 3), np.uint8), np.zeros((40, 40, 3), np.uint8), "uint8 luma"),
        (np.zeros((31, 400), np.uint8), np.zeros((31, 400), np.uint8), "at least 32 px, got 400x31"),
    ],
)
def test_pairs_that_have_no_flow_are_refused(a: Luma, b: Luma, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make_flow("dis").flow(a, b)


@pytest.mark.parametrize("preset", ["medium", "fast", "ultrafast"])
@pytest.mark.parametrize(("height", "width"), [(32, 32), (32, 416), (240, 32), (33, 47)])
def test_dis_measures_the_smallest_pictures_it_accepts(height: int, width: int, preset: Preset) -> None:
    views = texture(0, 0)[:height, :width], texture(2, 0)[:height, :width]
    field = make_flow("dis", preset=preset).flow(*views)
    assert field.shape == (height, width, 2)
    assert np.median(field[..., 0]) == pytest.approx(2.0, abs=0.15)


@pytest.mark.parametrize("preset", ["medium", "fast", "ultrafast"])
def test_a_small_picture_does_not_change_how_later_ones_are_measured(preset: Preset) -> None:
    used, a, b = DisFlow(preset), texture(0, 0), texture(3.3, -1.7)
    expected = DisFlow(preset).flow(a, b)
    for side in (32, 33, 40, 48, 64, 72):
        used.flow(a[:side, :side], b[:side, :side])
        np.testing.assert_array_equal(used.flow(a, b), expected)


def test_unknown_names_are_refused_with_the_choices() -> None:
    with pytest.raises(ValueError, match="expected dis or raft, got 'farneback'"):
        make_flow("farneback")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="medium, fast, ultrafast; got 'slow'"):
        make_flow("dis", preset="slow")  # type: ignore[arg-type]


def test_presets_are_different_identities() -> None:
    digests = {
        Identity("drift", 1, dict(make_flow("dis", preset=preset).settings)).digest
        for preset in ("medium", "fast", "ultrafast")
    }
    assert len(digests) == 3


def test_the_weight_free_backend_loads_no_torch() -> None:
    work = "import sys; from metrics.flow_backends import make_flow; make_flow('dis')"
    code = f"{work}; exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

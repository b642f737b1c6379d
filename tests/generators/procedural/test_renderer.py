"""The clean clip: exact truth, exact repeatability, motion that never comes back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.contract import IGNORE, MEDIUM, OVERLAY, SUPPORT
from generators.procedural.renderer import Renderer
from generators.procedural.scenes import SCENES

MEDIA = sorted(SCENES)
WIDTH, HEIGHT, FPS = 96, 64, 8.0


def make(medium: str, seed: int = 3, **changes: object) -> Renderer:
    return Renderer(medium, seed, WIDTH, HEIGHT, FPS, **changes)  # type: ignore[arg-type]


def frames(renderer: Renderer, count: int) -> np.ndarray:
    return np.concatenate(list(renderer.blocks(count)))


@pytest.mark.parametrize("medium", MEDIA)
def test_same_seed_gives_identical_bytes_and_another_seed_another_place(medium: str) -> None:
    first, again, other = (frames(make(medium, seed), 3) for seed in (3, 3, 4))

    assert np.array_equal(first, again)
    assert np.abs(first.astype(int) - other).mean() > 5


@pytest.mark.parametrize("medium", MEDIA)
def test_a_short_clip_is_the_prefix_of_a_long_one_in_any_order(medium: str) -> None:
    long = frames(make(medium), 21)
    renderer = make(medium)
    late = renderer.frame(20)

    assert np.array_equal(frames(renderer, 5), long[:5])
    assert np.array_equal(late, long[20])


@pytest.mark.parametrize("medium", MEDIA)
def test_support_is_constant_and_medium_moves(medium: str) -> None:
    renderer = make(medium)
    clip = frames(renderer, 24).astype(int)
    spread = clip.max(axis=0) - clip.min(axis=0)
    moving = np.isin(renderer.labels, (MEDIUM, OVERLAY))

    assert spread[renderer.labels == SUPPORT].max() == 0
    assert spread[renderer.labels == MEDIUM].max(axis=-1).mean() > 15
    assert np.any(spread > 0, axis=-1)[moving].mean() > 0.3


@pytest.mark.parametrize("medium", MEDIA)
def test_truth_has_support_and_medium_and_overlay_only_for_precipitation(medium: str) -> None:
    labels = Renderer(medium, 5, 208, 120, FPS).labels
    share = {role: float(np.mean(labels == role)) for role in (IGNORE, SUPPORT, MEDIUM, OVERLAY)}

    assert labels.shape == (120, 208)
    assert labels.dtype == np.uint8
    assert share[SUPPORT] > 0.10
    assert share[MEDIUM] > 0.04
    assert (share[OVERLAY] > 0.4) == (medium in ("rain", "snow"))


@pytest.mark.parametrize("medium", MEDIA)
def test_no_frame_of_the_medium_comes_back(medium: str) -> None:
    """A medium frame and any frame at least two seconds earlier correlate well below a replay's 1."""
    renderer = make(medium, seed=11)
    moving = np.isin(renderer.labels, (MEDIUM, OVERLAY))
    grey = frames(renderer, 160).astype(np.float64).mean(axis=-1)[:, moving]
    grey -= grey.mean(axis=0)
    grey /= np.linalg.norm(grey, axis=1, keepdims=True)
    earlier = np.tril(np.abs(grey @ grey.T), k=-16)

    assert earlier.max() < 0.75


@pytest.mark.parametrize("medium", MEDIA)
def test_neighbouring_frames_show_the_same_motion(medium: str) -> None:
    """At a high rate a frame resembles its neighbour more than one half a second away."""
    renderer = Renderer(medium, 7, WIDTH, HEIGHT, 60.0)
    moving = np.isin(renderer.labels, (MEDIUM, OVERLAY))
    here, near, far = (renderer.frame(k).astype(float).mean(axis=-1)[moving] for k in (30, 31, 60))

    assert np.abs(here - near).mean() < 0.75 * np.abs(here - far).mean()


@pytest.mark.parametrize("medium", MEDIA)
def test_background_has_texture_to_register_on(medium: str) -> None:
    renderer = Renderer(medium, 2, 208, 120, FPS)
    grey = renderer.frame(0).astype(float).mean(axis=-1)
    gy, gx = np.gradient(grey)
    edges = np.hypot(gx, gy)[renderer.labels == SUPPORT]

    assert np.mean(edges > 8) > 0.08


@pytest.mark.parametrize("medium", MEDIA)
def test_the_scene_looks_the_same_at_another_size_and_rate(medium: str) -> None:
    """Twice the pixels and three times the frame rate show the same picture at the same second."""
    small = Renderer(medium, 6, 160, 96, 8.0).frame(8).astype(float)
    large = Renderer(medium, 6, 320, 192, 24.0).frame(24).astype(float)
    halved = large.reshape(96, 2, 160, 2, 3).mean(axis=(1, 3))

    assert np.corrcoef(small.ravel(), halved.ravel())[0, 1] > 0.93


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.integers(32, 131), st.integers(32, 131), st.sampled_from(MEDIA))
def test_any_size_works(width: int, height: int, medium: str) -> None:
    renderer = Renderer(medium, 1, width, height, 12.5)

    assert renderer.frame(7).shape == (height, width, 3)
    assert renderer.labels.shape == (height, width)


def test_sensor_noise_has_the_asked_deviation_and_is_repeatable() -> None:
    clean, noisy = make("river"), make("river", sensor_noise=4.0)
    change = noisy.frame(5).astype(int) - clean.frame(5)
    inner = (clean.frame(5) > 20) & (clean.frame(5) < 235)

    assert np.isclose(change[inner].std(), 4.0, atol=0.3)
    assert np.array_equal(noisy.frame(5), make("river", sensor_noise=4.0).frame(5))
    assert not np.array_equal(
        noisy.frame(5)[renderer_support(clean)], noisy.frame(6)[renderer_support(clean)]
    )


def renderer_support(renderer: Renderer) -> np.ndarray:
    return renderer.labels == SUPPORT


@pytest.mark.parametrize("direction", ["left", "right", "toward", "away"])
def test_the_river_flows_where_it_is_told(direction: str) -> None:
    """Phase correlation between frames in the middle of the water gives the direction of transport."""
    import cv2

    renderer = Renderer("river", 4, 208, 120, 30.0, direction=direction)  # type: ignore[arg-type]
    window = np.s_[72:104, 72:136]
    shifts = []
    for k in range(0, 60, 3):
        a, b = (
            np.ascontiguousarray(renderer.frame(i).astype(np.float32).mean(axis=-1)[window])
            for i in (k, k + 1)
        )
        hann = cv2.createHanningWindow((64, 32), cv2.CV_32F)
        shifts.append(cv2.phaseCorrelate(a, b, hann)[0])
    dx, dy = np.median(shifts, axis=0)
    expected = {"left": -dx, "right": dx, "toward": dy, "away": -dy}[direction]

    assert expected > 0.3


@pytest.mark.parametrize(
    ("medium", "width", "height", "fps", "words"),
    [
        ("lava", 96, 64, 8.0, "river"),
        ("river", 31, 64, 8.0, "width"),
        ("river", 96, 64, 0.0, "fps"),
        ("river", 96, 64, float("nan"), "fps"),
    ],
)
def test_impossible_requests_say_what_is_wrong(
    medium: str, width: int, height: int, fps: float, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        Renderer(medium, 1, width, height, fps)


def test_memory_does_not_grow_with_the_clip() -> None:
    import tracemalloc

    renderer = make("surf")
    renderer.frame(0)
    tracemalloc.start()
    for block in renderer.blocks(64, size=4):
        assert len(block) == 4
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 64 * WIDTH * HEIGHT * 3

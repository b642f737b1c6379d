"""Frames to blocks and back, and the principal components of blocks."""

from __future__ import annotations

import numpy as np
import pytest

from generators.tiny import basis


def noise(frames: int, height: int = 16, width: int = 24) -> np.ndarray:
    return np.random.default_rng(frames).integers(0, 256, (frames, height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("count", [1, 5, 9, 81])
def test_frames_become_blocks_and_come_back(count: int) -> None:
    frames = noise(count)

    blocks = basis.to_blocks(basis.with_still(frames))

    assert blocks.shape == (1 + (count - 1) // 4, 2, 3, basis.VALUES)
    assert blocks.dtype == np.float32
    assert -0.5 <= blocks.min() < blocks.max() <= 0.5
    assert np.array_equal(basis.to_frames(blocks)[3:], frames)


@pytest.mark.parametrize("count", [0, 2, 3, 4, 8, 80, 82])
def test_other_numbers_of_frames_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match=rf"expected 1 \+ 4 n frames, got {count}"):
        basis.with_still(noise(count))


def test_the_first_frame_stands_still_for_a_whole_latent() -> None:
    frames = noise(5)
    longer = basis.with_still(frames)
    assert all(np.array_equal(longer[k], frames[0]) for k in range(4))
    assert np.array_equal(longer[4:], frames[1:])


def test_a_block_holds_one_cell_of_four_frames() -> None:
    frames = noise(8)
    block = basis.to_blocks(frames)[1, 0, 2].reshape(4, 8, 8, 3)
    assert np.array_equal(np.rint((block + 0.5) * 255), frames[4:, :8, 16:24])


def test_values_outside_the_range_are_clipped() -> None:
    blocks = np.zeros((1, 1, 1, basis.VALUES), np.float32)
    blocks[..., 0], blocks[..., 1] = 0.9, -7
    frames = basis.to_frames(blocks)
    assert frames[0, 0, 0].tolist() == [255, 0, 128]


def test_fitting_finds_the_directions_and_their_strength() -> None:
    """Blocks made of known directions: the mean, the span and the order are found again."""
    draw = np.random.default_rng(0)
    axes = np.linalg.qr(draw.standard_normal((basis.VALUES, basis.CHANNELS)))[0]
    deviation = 2.0 ** -np.arange(basis.CHANNELS) + 0.05
    mean = draw.standard_normal(basis.VALUES)
    blocks = mean + draw.standard_normal((6000, basis.CHANNELS)) * deviation @ axes.T

    found, components, scale = basis.fit(blocks.astype(np.float32))

    assert np.allclose(found, mean, atol=0.05)
    assert np.allclose(components.T @ components, np.eye(basis.CHANNELS), atol=1e-4)
    assert np.allclose(components @ (components.T @ axes), axes, atol=1e-3)
    assert abs(components[:, 0] @ axes[:, 0]) > 0.99
    assert np.allclose(scale / scale[0], np.sqrt(deviation / deviation[0]), rtol=0.1)


def test_too_little_variety_is_refused() -> None:
    with pytest.raises(ValueError, match=f"vary in at least {basis.CHANNELS} directions"):
        basis.fit(np.eye(basis.CHANNELS, basis.VALUES, dtype=np.float32))


def test_latents_have_mean_square_one_and_fall_with_the_channel() -> None:
    draw = np.random.default_rng(1)
    blocks = np.cumsum(draw.standard_normal((3000, basis.VALUES)), 1).astype(np.float32) / 100
    mean, components, scale = basis.fit(blocks)

    latents = (blocks - mean) @ components / scale

    assert np.mean(latents**2) == pytest.approx(1, rel=1e-3)
    assert (np.diff(scale) < 0).all()
    assert (np.diff(latents.std(0)) < 0).all()

"""The linear half of the codec: principal components of blocks of 4 frames of 8 x 8 pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from generators.contract import Frames

CELL, SPAN = 8, 4
"""Pixels and frames that a latent cell covers."""
VALUES = SPAN * CELL * CELL * 3
CHANNELS = 16

F32 = NDArray[np.float32]


def with_still(frames: Frames) -> Frames:
    """1 + 4 n frames -> 4 + 4 n frames: the first frame stands still for one latent.

    Raises:
        ValueError: another number of frames.
    """
    if len(frames) % SPAN != 1:
        raise ValueError(f"expected 1 + 4 n frames, got {len(frames)}")
    return np.concatenate([np.repeat(frames[:1], SPAN - 1, 0), frames])


def to_blocks(frames: Frames) -> F32:
    """4 n frames, uint8 (T, H, W, 3) -> (n, H/8, W/8, 768), values in [-0.5, 0.5]."""
    t, height, width, _ = frames.shape
    split = frames.reshape(t // SPAN, SPAN, height // CELL, CELL, width // CELL, CELL, 3)
    blocks = split.transpose(0, 2, 4, 1, 3, 5, 6).reshape(t // SPAN, height // CELL, width // CELL, VALUES)
    return blocks.astype(np.float32) / np.float32(255) - np.float32(0.5)


def to_frames(blocks: F32) -> Frames:
    """The way back: (n, H/8, W/8, 768) -> uint8 (4 n, H, W, 3), clipped and rounded."""
    n, rows, columns, _ = blocks.shape
    split = blocks.reshape(n, rows, columns, SPAN, CELL, CELL, 3).transpose(0, 3, 1, 4, 2, 5, 6)
    pixels = np.clip((split + np.float32(0.5)) * np.float32(255), 0, 255)
    whole: Frames = np.rint(pixels).astype(np.uint8)
    return whole.reshape(SPAN * n, CELL * rows, CELL * columns, 3)


def fit(blocks: F32) -> tuple[F32, F32, F32]:
    """Principal components of blocks (N, 768).

    Returns:
        The mean (768,), the components (768, CHANNELS), and the scale of each channel (CHANNELS,): the square
        root of its deviation, so that variance still falls with frequency, with mean square 1 over channels.

    Raises:
        ValueError: the blocks vary in too few directions.
    """
    mean = blocks.mean(0)
    covariance = np.cov((blocks - mean).astype(np.float64), rowvar=False)
    power, axes = np.linalg.eigh(covariance)
    power, axes = power[::-1][:CHANNELS], axes[:, ::-1][:, :CHANNELS]
    if not power[-1] > 1e-12 * power[0]:
        raise ValueError(f"expected blocks that vary in at least {CHANNELS} directions; fit to more scenes")
    scale = power**0.25
    scale *= np.sqrt(np.mean(power / scale**2))
    return mean.astype(np.float32), axes.astype(np.float32), scale.astype(np.float32)

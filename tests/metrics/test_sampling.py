"""One clock in seconds for every frame rate, and pictures that are only ever made smaller."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from metrics.clip import ClipReader
from metrics.sampling import RATE_HZ, samples, shrink
from tests import odd_clips


def times_of(path: Path) -> list[float]:
    with ClipReader(path) as reader:
        return [s.t_s for s in samples(reader)]


@pytest.mark.parametrize("fps", [8, 16, 24, 32])
def test_multiples_of_the_rate_are_sampled_exactly(fps: int, tmp_path: Path) -> None:
    path = odd_clips.write_clip(tmp_path / "clip.mp4", odd_clips.pictures(frames=3 * fps), fps=fps)
    assert times_of(path) == pytest.approx([i / RATE_HZ for i in range(3 * int(RATE_HZ))])


@pytest.mark.parametrize("fps", [10, 25, 30])
def test_other_rates_are_sampled_at_most_one_frame_late(fps: int, tmp_path: Path) -> None:
    path = odd_clips.write_clip(tmp_path / "clip.mp4", odd_clips.pictures(frames=3 * fps), fps=fps)
    found = times_of(path)
    late = np.array(found) - np.arange(len(found)) / RATE_HZ
    assert len(found) == 3 * RATE_HZ
    assert late.min() > -1e-6 and late.max() < 1 / fps


def test_a_slow_clip_gives_every_frame(tmp_path: Path) -> None:
    path = odd_clips.write_clip(tmp_path / "clip.mp4", odd_clips.pictures(frames=12), fps=5)
    assert times_of(path) == pytest.approx([i / 5 for i in range(12)])


def test_colour_comes_with_every_second_sample(tmp_path: Path) -> None:
    path = odd_clips.write_clip(tmp_path / "clip.mp4", odd_clips.pictures(640, 480, frames=8), fps=8)
    with ClipReader(path) as reader:
        found = list(samples(reader))
    assert [s.rgb is not None for s in found] == [True, False] * 4
    assert found[0].fine.shape == (480, 640)
    assert found[0].work.shape == (240, 320)
    assert found[0].rgb is not None and found[0].rgb.shape == (120, 160, 3)


def test_shrinking_averages_and_never_enlarges() -> None:
    board = (np.indices((64, 96)).sum(axis=0) % 2 * 200).astype(np.uint8)
    assert np.all(np.abs(shrink(board, 32).astype(int) - 100) <= 1)
    assert shrink(board, 32).shape == (32, 48)
    assert shrink(board, 64) is board and shrink(board, 500) is board

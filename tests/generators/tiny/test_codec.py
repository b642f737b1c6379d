"""The codec: what a latent stands for, streaming, size, and what training the decoder brings."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from torch import Tensor

from generators.contract import Frames
from generators.tiny import basis
from generators.tiny.codec import TinyCodec
from generators.tiny.train_codec import fit_decoder, psnr
from generators.tiny.trainer import Budget
from tests.generators.tiny.small import films, normal

SHAPE = (basis.CHANNELS, 12, 20)


def random_codec(linear: TinyCodec) -> TinyCodec:
    """With a correction that does something."""
    codec = copy.deepcopy(linear)
    torch.nn.init.normal_(codec.leave.weight, std=0.05, generator=torch.Generator().manual_seed(0))
    return codec


def some_latents(frames: int, seed: int = 0) -> Tensor:
    return normal(seed, SHAPE[0], frames, *SHAPE[1:])


def test_it_is_small() -> None:
    assert sum(value.numel() for value in TinyCodec().parameters()) < 500_000


@pytest.mark.parametrize("count", [1, 5, 9])
def test_frame_counts_both_ways(linear: TinyCodec, seen: list[Frames], count: int) -> None:
    latents = linear.encode(seen[0][:count])
    assert latents.shape == (SHAPE[0], 1 + (count - 1) // 4, *SHAPE[1:])
    assert latents.dtype == torch.float32
    frames = linear.decoder().push(latents)
    assert frames.shape == (count, 96, 160, 3)
    assert frames.dtype == np.uint8


@pytest.mark.parametrize("count", [2, 4, 8])
def test_other_frame_counts_are_refused(linear: TinyCodec, seen: list[Frames], count: int) -> None:
    with pytest.raises(ValueError, match="expected 1 \\+ 4 n frames"):
        linear.encode(seen[0][:count])


def test_the_first_latent_stands_for_one_frame_and_each_other_one_for_four(
    linear: TinyCodec, seen: list[Frames]
) -> None:
    clip = seen[2]
    latents = linear.encode(clip)
    torch.testing.assert_close(latents[:, :1], linear.encode(clip[:1]), atol=1e-5, rtol=0)
    changed = clip.copy()
    changed[5:9] = 255 - changed[5:9]
    again = linear.encode(changed)
    assert torch.equal(again[:, :2], latents[:, :2])
    assert not torch.allclose(again[:, 2], latents[:, 2], atol=0.1)


def test_content_inside_the_basis_survives_up_to_rounding(linear: TinyCodec, seen: list[Frames]) -> None:
    """What the linear half decodes, it encodes and decodes again unchanged.

    Not so the first latent: one of its four frames is handed out, and that one is then repeated.
    """
    latents = linear.encode(seen[1] // 2 + 64)
    inside = linear.decoder().push(latents)
    assert inside.min() > 0
    assert inside.max() < 255  # clipping would leave the basis
    twice = linear.encode(inside)
    torch.testing.assert_close(twice[:, 1:], latents[:, 1:], atol=0.02, rtol=0)
    again = linear.decoder().push(twice)[1:]
    assert np.abs(again.astype(int) - inside[1:].astype(int)).max() <= 1


@pytest.mark.parametrize("split", [[1] * 9, [3, 3, 3], [6, 3], [1, 8], [8, 1], [2, 5, 2]])
def test_streaming_equals_the_whole(linear: TinyCodec, split: list[int]) -> None:
    codec, latents = random_codec(linear), some_latents(9)
    decoder = codec.decoder()
    parts = [decoder.push(part) for part in latents.split(split, 1)]
    assert [len(part) for part in parts] == [4 * split[0] - 3, *(4 * size for size in split[1:])]
    assert np.array_equal(np.concatenate(parts), codec.decoder().push(latents))


def test_decoders_of_two_clips_do_not_meet(linear: TinyCodec) -> None:
    codec = random_codec(linear)
    clips = [some_latents(3, seed) for seed in (1, 2)]
    alone = [codec.decoder().push(clip) for clip in clips]
    decoders = [codec.decoder() for _ in clips]
    by_turns = [
        [decoder.push(clip[:, k : k + 1]) for decoder, clip in zip(decoders, clips, strict=True)]
        for k in range(3)
    ]
    for number in range(2):
        together = np.concatenate([turn[number] for turn in by_turns])
        assert np.array_equal(together, alone[number])


def test_the_decoder_looks_one_latent_back_and_two_cells_around(linear: TinyCodec) -> None:
    codec, latents = random_codec(linear), some_latents(5)
    changed = latents.clone()
    changed[:, 2, 6, 10] += 5
    moved = codec.decoder().push(changed) != codec.decoder().push(latents)
    frames = moved.any((1, 2, 3)).nonzero()[0]
    assert (frames.min(), frames.max()) == (5, 12)  # latents 2 and 3
    rows, columns = (moved.any((0, 3)).any(axis).nonzero()[0] // 8 for axis in (1, 0))
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (4, 8, 8, 12)


def test_a_few_steps_of_training_beat_the_linear_codec_on_unseen_scenes(
    linear: TinyCodec, seen: list[Frames]
) -> None:
    codec, unseen = copy.deepcopy(linear), films("unseen", 3, frames=5)
    before = psnr(codec, unseen)

    curve = fit_decoder(codec, seen, Budget(51, "steps"))

    after = psnr(codec, unseen)
    assert len(curve) == 2
    assert curve[1] < curve[0]
    assert np.mean(after) > np.mean(before) + 0.1


def test_training_in_steps_repeats_itself(linear: TinyCodec, seen: list[Frames]) -> None:
    curves, weights = [], []
    for seed in (0, 0, 1):
        codec = random_codec(linear)
        curves.append(fit_decoder(codec, seen[:2], Budget(3, "steps"), seed))
        weights.append(codec.leave.weight)
    assert curves[0] == curves[1] != curves[2]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_peak_signal_to_noise_of_a_known_error() -> None:
    """A codec that knows no direction decodes 0.5, which is grey level 128."""
    flat = np.full((5, 16, 16, 3), 118, np.uint8)
    assert psnr(TinyCodec(), [flat]) == pytest.approx([20 * np.log10(255 / 10)])

"""FLOPs of the autoencoder against PyTorch's counter, at full size on the meta device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from generators.contract import Frames
from generators.engine.catalogue import recipe
from generators.engine.segments import pictures as made
from generators.wan.flops import FIRST_LATENT, NEXT_LATENT, ONE_PICTURE, of_codec
from tests.generators.engine.small import backbone, clip


@pytest.fixture(scope="module")
def vae() -> nn.Module:
    pytest.importorskip("diffusers")
    from diffusers import AutoencoderKLWan

    with torch.device("meta"):
        return AutoencoderKLWan().to(torch.bfloat16)


def counted(work: Callable[[Tensor], object], *shape: int) -> int:
    given = torch.empty(*shape, dtype=torch.bfloat16, device="meta")
    with torch.inference_mode(), FlopCounterMode(display=False) as counter:
        work(given)
    return int(counter.get_total_flops())


def test_decoding_is_what_pytorch_counts(vae: nn.Module) -> None:
    one, two, four = (counted(vae.decode, 1, 16, frames, 60, 104) for frames in (1, 2, 4))
    assert (one, two) == (FIRST_LATENT, FIRST_LATENT + NEXT_LATENT)
    assert four == FIRST_LATENT + 3 * NEXT_LATENT


def test_encoding_a_picture_is_what_pytorch_counts(vae: nn.Module) -> None:
    assert counted(vae.encode, 1, 3, 1, 480, 832) == ONE_PICTURE


class Counting:
    """A codec that counts what it is asked for, in FLOPs."""

    def __init__(self) -> None:
        self.flops = 0

    def decoder(self) -> CountingDecoder:
        return CountingDecoder(self)

    def encode(self, frames: Frames) -> Tensor:
        self.flops += ONE_PICTURE
        return torch.zeros(4, 1, 4, 6)


class CountingDecoder:
    def __init__(self, codec: Counting) -> None:
        self.codec, self.first = codec, True

    def push(self, latents: Tensor) -> Frames:
        count = latents.shape[1]
        self.codec.flops += count * NEXT_LATENT - self.first * (NEXT_LATENT - FIRST_LATENT)
        pictures = 4 * count - 3 * self.first
        self.first = False
        return np.zeros((pictures, 16, 24, 3), np.uint8)


@pytest.mark.parametrize(
    ("method", "pictures"),
    [("causvid", 81), ("causvid", 82), ("causvid", 144), ("causvid", 200), ("longlive", 70)],
)
def test_a_clip_decodes_what_the_engine_decodes(method: str, pictures: int) -> None:
    of, codec = backbone(), Counting()
    chosen = recipe(method, "engine-native")
    for _ in made(replace(of, codec=codec), chosen, clip(of), pictures):
        pass
    assert of_codec(chosen, pictures) == codec.flops


def test_four_minutes_are_decoded_once() -> None:
    assert of_codec(recipe("steady-forcing", "engine-native"), 3840) == FIRST_LATENT + 965 * NEXT_LATENT

"""What the autoencoder and the text encoder take: the published networks, counted on the meta device."""

from __future__ import annotations

from importlib.metadata import version
from typing import Literal

import pytest
import torch
from torch import nn

pytest.importorskip("diffusers")
pytest.importorskip("transformers")

from diffusers import AutoencoderKLWan
from transformers import UMT5EncoderModel

from benchmarks.live import LiveBytes
from generators.wan import cost, words
from generators.wan.codec import WAN_VAE, WanCodec, to_levels
from generators.wan.text import UMT5_XXL, config_of

GIB = 2**30
TYPES = {4: torch.float32, 2: torch.bfloat16}


# The autoencoder.


def published(dtype: torch.dtype) -> WanCodec:
    with torch.device("meta"):
        network = AutoencoderKLWan(**WAN_VAE)
    for parameter in network.parameters():
        parameter.data = parameter.data.to(dtype)
    return WanCodec(network.eval().requires_grad_(requires_grad=False))


@pytest.mark.parametrize("size", [(832, 480), (416, 240)])
@pytest.mark.parametrize("number_bytes", [4, 2])
def test_the_autoencoder_takes_what_is_said(size: tuple[int, int], number_bytes: Literal[2, 4]) -> None:
    width, height = size
    of, said = published(TYPES[number_bytes]), cost.codec(width, height, number_bytes)
    decoder, latent = of.decoder(), torch.empty(16, 1, height // 8, width // 8, device="meta")
    kept, peaks = [], []
    with torch.no_grad(), LiveBytes() as live:
        for _ in range(5):
            levels = to_levels(decoder.pixels(latent))
            assert levels.shape[1:] == (height, width, 3)
            del levels
            peaks.append(live.step())
            kept.append(live.now)
    with torch.no_grad(), LiveBytes() as encoding:
        of.encoded(torch.empty(1, height, width, 3, dtype=torch.uint8, device="meta"))
    assert sum(p.numel() * p.element_size() for p in of.network.parameters()) == said.weights
    assert kept[0] < kept[1] == kept[4] == said.kept
    assert peaks[0] < peaks[2] == peaks[4] == max(peaks)
    # A smaller picture has more edge for its area, and convolutions pad edges; diffusers 0.35 takes less.
    assert peaks[4] - kept[4] == pytest.approx(said.work, rel=5e-3)
    assert encoding.peak == pytest.approx(said.encode, rel=5e-3)
    assert said.encode < said.work
    if size == (832, 480):
        assert peaks[4] - kept[4] <= said.work
        assert encoding.peak <= said.encode


def test_four_minutes_decode_within_eight_gigabytes() -> None:
    assert cost.codec(832, 480, 4).total < 8 * GIB
    assert cost.codec(832, 480, 2).total < 4.1 * GIB


@pytest.mark.parametrize("latents", [3, 8])
def test_the_authors_decode_takes_what_is_said(latents: int) -> None:
    """Their steps on a whole video, from the decoder on; ``WanVAEWrapper`` and the end of ``inference``."""
    with torch.no_grad(), torch.device("meta"), LiveBytes() as live:
        video = torch.empty(1, 3, 1, 48, 80, dtype=torch.bfloat16)
        for _ in range(latents - 1):
            video = torch.cat([video, torch.empty(1, 3, 4, 48, 80, dtype=torch.bfloat16)], 2)
        clips = [video.float().clamp_(-1, 1).squeeze(0)]
        del video
        stacked = torch.stack(clips)
        del clips
        shown = stacked * 0.5 + 0.5
        shown = shown.clamp(0, 1)
    assert live.peak == cost.authors_decode(80, 48, latents)


def test_four_minutes_in_the_authors_programs_fill_a_large_card() -> None:
    assert cost.authors_decode(832, 480, 960) == 12 * 3 * 3837 * 480 * 832
    assert 51 * GIB < cost.authors_decode(832, 480, 960) < 52 * GIB


# The text encoder.


def lent(network: UMT5EncoderModel) -> None:
    """A fresh copy of a layer's weights while it runs, as when they are brought to a GPU."""

    def bring(part: nn.Module, _: object) -> None:
        part.away = dict(part._parameters)
        copies = {name: p if p is None else nn.Parameter(p.clone(), False) for name, p in part.away.items()}
        part._parameters.update(copies)

    def take(part: nn.Module, *_: object) -> None:
        part._parameters.update(part.away)

    for part in network.encoder.modules():
        if list(part.parameters(recurse=False)):
            part.register_forward_pre_hook(bring)
            part.register_forward_hook(take)


@pytest.mark.skipif(version("transformers") < "5", reason="older ones take another mask")
def test_a_prompt_takes_what_is_said() -> None:
    """With attention taken apart into its steps, because not every kernel takes a bias."""
    assert cost.TOKENS == words.TOKENS
    with torch.device("meta"):
        network = UMT5EncoderModel(config_of(UMT5_XXL)).eval().requires_grad_(requires_grad=False)
    for parameter in network.parameters():
        parameter.data = parameter.data.bfloat16()
    lent(network)
    with torch.no_grad(), torch.device("meta"), LiveBytes() as live:
        vectors = torch.empty(1, words.TOKENS, UMT5_XXL.dim, dtype=torch.bfloat16)
        mask = torch.ones(1, 1, words.TOKENS, words.TOKENS, dtype=torch.bool)
        found = network(inputs_embeds=vectors, attention_mask=mask).last_hidden_state
    assert found.shape == (1, 512, 4096)
    matrix = 4096 * 10_240 * 2
    assert matrix < live.peak <= cost.text("cuda")
    assert live.peak > 0.95 * cost.text("cuda")
    weights = cost.TEXT_PARAMETERS * cost.TEXT_BYTES
    assert cost.text("cpu") == cost.text("cuda") + weights
    assert len({id(p) for p in network.parameters()}) == 242
    assert sum(p.numel() * p.element_size() for p in network.parameters()) == weights

"""A seeded autoencoder of the published layout, narrow; and the names of its tensors in the original file."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import torch
from diffusers import AutoencoderKLWan
from torch import Tensor

from generators.contract import Frames
from generators.wan.codec import WAN_VAE, WanCodec

SMALL = {**WAN_VAE, "base_dim": 8}
CHANNELS = 16
_IN_RESIDUAL = {"norm1": "residual.0", "conv1": "residual.2", "norm2": "residual.3", "conv2": "residual.6"}
_PARTS = {
    "conv_in": "conv1",
    "norm_out": "head.0",
    "conv_out": "head.2",
    "mid_block.resnets.0": "middle.0",
    "mid_block.attentions.0": "middle.1",
    "mid_block.resnets.1": "middle.2",
}


def network(config: Mapping[str, object] = SMALL) -> AutoencoderKLWan:
    """Random weights under which pixels fill their range and some leave it."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        made = AutoencoderKLWan(**config)
        torch.nn.init.normal_(made.decoder.conv_out.weight, std=0.2)
        torch.nn.init.normal_(made.decoder.mid_block.attentions[0].proj.weight, std=0.5)
    return made.eval().requires_grad_(requires_grad=False)


def codec(config: Mapping[str, object] = SMALL) -> WanCodec:
    return WanCodec(network(config))


def latents(frames: int, seed: int = 0) -> Tensor:
    return torch.randn(CHANNELS, frames, 4, 6, generator=torch.Generator().manual_seed(seed))


def film(frames: int, seed: int = 0) -> Frames:
    return np.random.default_rng(seed).integers(0, 256, (frames, 32, 48, 3), dtype=np.uint8)


def original_name(name: str) -> str:
    """How the original file calls a tensor, from the order of its ``nn.Sequential`` parts."""
    if name.startswith(("quant_conv", "post_quant_conv")):
        return name.replace("post_quant_conv", "conv2").replace("quant_conv", "conv1")
    side, rest = name.split(".", 1)
    for ours, theirs in _PARTS.items():
        rest = re.sub(rf"^{ours}\b", theirs, rest)
    rest = re.sub(r"^down_blocks\.(\d+)", r"downsamples.\1", rest)
    # a level of the decoder is three residual blocks and an upsampler, in one flat list
    level = re.match(r"up_blocks\.(\d)\.(resnets|upsamplers)\.(\d)", rest)
    if level:
        place = 4 * int(level[1]) + (int(level[3]) if level[2] == "resnets" else 3)
        rest = f"upsamples.{place}{rest[level.end() :]}"
    for ours, theirs in _IN_RESIDUAL.items():
        rest = re.sub(rf"\.{ours}\.", f".{theirs}.", rest)
    return f"{side}.{rest.replace('conv_shortcut', 'shortcut')}"


def original_state(of: AutoencoderKLWan) -> dict[str, Tensor]:
    return {original_name(name): tensor.clone() for name, tensor in of.state_dict().items()}

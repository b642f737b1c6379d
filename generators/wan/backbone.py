"""The published network, its text encoder and its autoencoder, ready for the engine."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import torch

from generators.engine.backbone import Backbone
from generators.engine.blueprint import Weights
from generators.engine.network import CausalWan
from generators.engine.shape import WAN_1_3B, NetworkShape
from generators.wan import table
from generators.wan.checkpoint import read_published
from generators.wan.codec import WanCodec, load_codec
from generators.wan.sizes import LATENT, LORA, NETWORK, TEXT, TOKENIZER, VAE
from generators.wan.text import WanText, load_text


def load(weights: Weights, device: torch.device) -> Backbone:
    """A row's network on a device, with the text encoder and the autoencoder that all rows share.

    bfloat16 on a GPU, as all the published programs run it; float32 on a CPU.

    Raises:
        GeneratorError: weights damaged, or of another network.
    """
    files = dict(weights.files)
    dtype = torch.float32 if device.type == "cpu" else torch.bfloat16
    made, notes = network(weights, device, dtype)
    return Backbone(
        network=made,
        codec=_codec(files[VAE], device),
        read_prompt=_text(files[TEXT], files[TOKENIZER], device).read,
        latent=LATENT,
        device=device,
        dtype=dtype,
        notes=notes,
    )


def network(
    weights: Weights, device: torch.device, dtype: torch.dtype, shape: NetworkShape = WAN_1_3B
) -> tuple[CausalWan, tuple[str, ...]]:
    """The network of a checkpoint, without gradients, and what is to be known of its weights.

    Args:
        weights: which published checkpoint it is, its files, and whether its averaged weights are taken.
        device: where it is put, one tensor after the other.
        dtype: of the weights.
        shape: sizes; others are of use in tests only.

    Raises:
        GeneratorError: weights damaged, or of another network.
    """
    row, files = table.checkpoint(weights.name), dict(weights.files)
    loaded = read_published(
        row, files[NETWORK], files.get(LORA), shape, ema=weights.ema, dtype=dtype, device=device
    )
    with torch.device("meta"):
        made = CausalWan(shape)
    made.load_state_dict(loaded.state, strict=True, assign=True)
    return made.eval().requires_grad_(requires_grad=False), loaded.notes


@lru_cache(maxsize=1)
def _codec(path: Path, device: torch.device) -> WanCodec:
    return load_codec(path, device)


@lru_cache(maxsize=1)
def _text(weights: Path, tokenizer: Path, device: torch.device) -> WanText:
    return load_text(weights, tokenizer, device)


def forget() -> None:
    """Let go of the text encoder and the autoencoder that are kept."""
    _codec.cache_clear()
    _text.cache_clear()

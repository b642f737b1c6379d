"""What a method runs on: a network, a text reader and a codec, loaded and checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from generators.contract import Frames
from generators.engine.network import CausalWan


class Decoder(Protocol):
    """Turns the latents of one clip into frames, in order, keeping what it needs between calls."""

    def push(self, latents: Tensor) -> Frames:
        """Decode the next latent frames.

        Args:
            latents: (C, F, H, W), normalised, float.

        Returns:
            uint8 (T, height, width, 3); T is 4 F, or 4 F - 3 on the first call of a clip.
        """
        ...


class Codec(Protocol):
    """The video autoencoder."""

    def decoder(self) -> Decoder:
        """A decoder for a new clip."""
        ...

    def encode(self, frames: Frames) -> Tensor:
        """Encode 1 + 4 n frames, uint8 (T, height, width, 3), to normalised latents (C, 1 + n, H, W)."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """A prompt as the network reads it."""

    tokens: Tensor
    """(T, text_dim), zero-padded."""
    as_used: str
    """The words that reached the network, in order."""


@dataclass(frozen=True, slots=True)
class Backbone:
    """A loaded backbone; holds no state of any clip."""

    network: CausalWan
    codec: Codec
    read_prompt: Callable[[str], Text]
    latent: tuple[int, int, int]
    """Channels, height and width of a latent frame."""
    device: torch.device
    dtype: torch.dtype
    """Type of the network's weights and of the cache."""
    notes: tuple[str, ...] = ()
    """What loading the weights brought to light, one sentence each."""

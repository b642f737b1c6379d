"""The tiny backbone, ready for the engine."""

from __future__ import annotations

import torch

from generators.engine.backbone import Backbone
from generators.tiny.basis import CELL, CHANNELS
from generators.tiny.weights import load_weights
from generators.tiny.world import HEIGHT, WIDTH


def load(device: torch.device) -> Backbone:
    """The shipped weights on a device, float32.

    Raises:
        GeneratorError: weights missing or damaged.
    """
    model, codec, _ = load_weights()
    model.to(device)
    codec.to(device)
    return Backbone(
        network=model.network,
        codec=codec,
        read_prompt=model.text.read,
        latent=(CHANNELS, HEIGHT // CELL, WIDTH // CELL),
        device=device,
        dtype=torch.float32,
    )

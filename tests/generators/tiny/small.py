"""Small stand-ins for the tiny backbone's training: a network, a pool, clips of a few frames."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from generators.contract import Frames
from generators.engine.network import CausalWan, KeyValue
from generators.engine.shape import NetworkShape
from generators.methods.procedural import scene_for
from generators.tiny import data
from generators.tiny.model import TinyModel
from generators.tiny.objectives import Chance
from generators.tiny.sizes import TEXT_DIM
from generators.tiny.world import film
from tests.generators.engine import small

SHAPE = NetworkShape(dim=24, ffn_dim=48, heads=2, layers=2, channels=4, text_dim=TEXT_DIM)
CELLS = (4, 6)
"""Rows and columns of a latent."""


def network(seed: int = 0) -> CausalWan:
    """Random weights that learn."""
    return small.network(seed, SHAPE).requires_grad_().train()


def model(seed: int = 0, vocabulary: Sequence[str] = ("left", "river", "runs")) -> TinyModel:
    """A small network with its text reader; random also where training starts from zero."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        made = TinyModel(vocabulary, SHAPE)
    made.network.load_state_dict(network(seed).state_dict())
    return made


def chance(seed: int = 0) -> Chance:
    return Chance(torch.Generator().manual_seed(seed))


def normal(seed: int, *shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def latents(seed: int = 0, frames: int = 9, clips: int = 2) -> Tensor:
    """(B, C, F, H, W)."""
    return normal(seed, clips, SHAPE.channels, frames, *CELLS)


def read(by: CausalWan, clips: int = 2, seed: int = 3) -> list[KeyValue]:
    """The network's reading of some text."""
    return by.read_text(normal(seed, clips, 5, TEXT_DIM))


def pool(scenes: int = 5, seed: int = 0) -> data.Pool:
    """Random latents, as a pool holds them."""
    shape = (scenes, data.LATENTS, SHAPE.channels, *CELLS)
    moving, still = normal(seed, *shape).half(), normal(seed + 1, *shape).half()
    return data.Pool(moving, still, np.arange(scenes, dtype=np.int64))


def films(split: str, count: int, frames: int = 9) -> list[Frames]:
    """Clips of as many different kinds of scenes as there are, uint8 (frames, 96, 160, 3)."""
    prompts = data.prompts()
    kinds: dict[str, data.Take] = {}
    for take in data.takes(1, split):
        kinds.setdefault(scene_for(prompts[take.prompt]), take)
    chosen = list(kinds.values())[:count]
    return [film(prompts[take.prompt], take.seed, frames) for take in chosen]

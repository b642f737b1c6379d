"""A backbone that takes milliseconds: a seeded random network, and a linear codec that remembers a latent."""

from __future__ import annotations

import hashlib

import numpy as np
import torch
from torch import Tensor

from generators.contract import Frames
from generators.engine.backbone import Backbone, Text
from generators.engine.blueprint import Blueprint, CodecNeed, DeviceKind, Order, TextNeed, Weights
from generators.engine.network import CausalWan
from generators.engine.noise import Noise
from generators.engine.rollout import Clip
from generators.engine.shape import PIXEL_FRAMES, NetworkShape

SHAPE = NetworkShape(dim=24, ffn_dim=48, heads=2, layers=2, channels=4, text_dim=6)
CELL = 4
"""Pixels that a latent cell covers in height and in width."""
WORDS, SHOWN = 8, 200
TARGET = "tests.generators.engine.small:SOURCE"


class SmallCodec:
    """A cell of a latent becomes 4 x 4 x 4 pixels by one matrix; half of the latent before is mixed in."""

    def __init__(self, cells: tuple[int, int]) -> None:
        self.cells = cells
        draw = np.random.default_rng(5)
        self.matrix = draw.standard_normal((SHAPE.channels, PIXEL_FRAMES * CELL * CELL * 3)) * 30

    def decoder(self) -> SmallDecoder:
        return SmallDecoder(self)

    def encode(self, frames: Frames) -> Tensor:
        """Mean colour of every cell; the fourth channel is red again."""
        rows, columns = self.cells
        first = frames[::PIXEL_FRAMES].reshape(-1, rows, CELL, columns, CELL, 3).mean((2, 4)) / 128 - 1
        return torch.from_numpy(first[..., [0, 1, 2, 0]].astype(np.float32)).permute(3, 0, 1, 2)


class SmallDecoder:
    def __init__(self, codec: SmallCodec) -> None:
        self.codec = codec
        self.before: np.ndarray | None = None

    def push(self, latents: Tensor) -> Frames:
        rows, columns = self.codec.cells
        found = []
        for latent in latents.unbind(1):
            now = latent.permute(1, 2, 0).double().numpy()
            mixed = now if self.before is None else now + 0.5 * self.before
            blocks = (mixed @ self.codec.matrix).reshape(rows, columns, PIXEL_FRAMES, CELL, CELL, 3)
            frames = blocks.transpose(2, 0, 3, 1, 4, 5).reshape(PIXEL_FRAMES, rows * CELL, columns * CELL, 3)
            found.append(frames if self.before is not None else frames[-1:])
            self.before = now
        return np.clip(np.rint(np.concatenate(found) + 128), 0, 255).astype(np.uint8)


def read_prompt(text: str) -> Text:
    """One random vector a word, named by the word."""
    words = text.split()[:SHOWN]
    tokens = torch.zeros(WORDS, SHAPE.text_dim)
    for place, word in enumerate(words[:WORDS]):
        seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
        tokens[place] = torch.from_numpy(np.random.default_rng(seed).standard_normal(SHAPE.text_dim)).float()
    return Text(tokens, " ".join(words))


def network(seed: int = 0, shape: NetworkShape = SHAPE) -> CausalWan:
    """Random weights, also in the head, which starts at zero for training."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        made = CausalWan(shape)
        torch.nn.init.normal_(made.head.head.weight, std=0.2)
        for block in made.layers():
            torch.nn.init.normal_(block.modulation, std=0.3)
    return made.eval().requires_grad_(requires_grad=False)


def backbone(cells: tuple[int, int] = (4, 6), dtype: torch.dtype = torch.float32) -> Backbone:
    return Backbone(
        network=network().to(dtype),
        codec=SmallCodec(cells),
        read_prompt=read_prompt,
        latent=(SHAPE.channels, *cells),
        device=torch.device("cpu"),
        dtype=dtype,
    )


def blueprint(cells: tuple[int, int] = (4, 6), number_bytes: int = 4) -> Blueprint:
    return Blueprint(
        name="small",
        shape=SHAPE,
        latent=(SHAPE.channels, *cells),
        width=CELL * cells[1],
        height=CELL * cells[0],
        fps=16.0,
        text_tokens=WORDS,
        number_bytes=number_bytes,
        codec=CodecNeed(weights=1000, kept=100, work=10),
        text=TextNeed(work=500),
        extra="engine",
    )


class SmallSource:
    """As the engine's list of backbones wants it."""

    options = ("checkpoint",)

    def blueprint(self, kind: DeviceKind) -> Blueprint:
        assert kind == "cpu"
        return blueprint()

    def find(self, order: Order) -> Weights:
        variant = "+checkpoint=" + order.options["checkpoint"] if "checkpoint" in order.options else ""
        notes = ("Other weights.",) if variant else ()
        return Weights("small", "seeded" + variant, "Apache-2.0", variant=variant, notes=notes)

    def load(self, weights: Weights, device: torch.device) -> Backbone:
        assert device.type == "cpu"
        return backbone()


SOURCE = SmallSource()


def clip(of: Backbone, prompt: str = "a river runs", seed: int = 0) -> Clip:
    return Clip(of.read_prompt(prompt), Noise.of(prompt, seed, of.latent, of.device))

"""DINO's ViT-B/16 (Caron et al., ICCV 2021), on timm's transformer block, for pictures of any size."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, cast

import torch
from timm.models.vision_transformer import Block
from torch import Tensor, nn
from torch.nn import functional

from metrics.networks import states

WIDTH, DEPTH, HEADS, PATCH, GRID = 768, 12, 12, 16, 14


class _Patches(nn.Module):
    """Pictures cut into patches; a rest at the right and lower edge is left out."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.proj = nn.Conv2d(3, width, kernel_size=PATCH, stride=PATCH)

    def forward(self, x: Tensor) -> Tensor:
        return cast("Tensor", self.proj(x))


class Dino(nn.Module):
    """From float32 (n, 3, h, w), normalised, to the class token after the last norm, (n, 768).

    Names of weights are those of the published checkpoint. ``width``, ``depth`` and ``heads`` are smaller in
    tests only.
    """

    def __init__(self, width: int = WIDTH, depth: int = DEPTH, heads: int = HEADS) -> None:
        super().__init__()
        norm: Any = partial(nn.LayerNorm, eps=1e-6)  # timm calls it, though it asks for a class
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.pos_embed = nn.Parameter(torch.zeros(1, 1 + GRID * GRID, width))
        self.patch_embed = _Patches(width)
        blocks = (Block(width, heads, qkv_bias=True, norm_layer=norm) for _ in range(depth))
        self.blocks = nn.Sequential(*blocks)
        self.norm = norm(width)

    def forward(self, x: Tensor) -> Tensor:
        """Class token of a batch."""
        patches = self.patch_embed(x)
        tokens = torch.cat([self.cls_token.expand(len(x), -1, -1), patches.flatten(2).transpose(1, 2)], dim=1)
        tokens = tokens + self._positions(patches.shape[-2], patches.shape[-1])
        return cast("Tensor", self.norm(self.blocks(tokens))[:, 0])

    def _positions(self, rows: int, columns: int) -> Tensor:
        """Position embedding for a grid of patches.

        DINO interpolates by a factor that is a tenth of a patch too large, (rows + 0.1) / 14, and lets that
        factor, not the size, decide where the samples lie. timm interpolates by size, which differs slightly.
        """
        if (rows, columns) == (GRID, GRID):
            return self.pos_embed
        own, grid = self.pos_embed[:, :1], self.pos_embed[:, 1:]
        square = grid.reshape(1, GRID, GRID, -1).permute(0, 3, 1, 2)
        factor = ((rows + 0.1) / GRID, (columns + 0.1) / GRID)
        wide = functional.interpolate(square, scale_factor=factor, mode="bicubic")
        return torch.cat([own, wide.flatten(2).transpose(1, 2)], dim=1)


def load(path: Path, device: str = "cpu") -> Dino:
    """Build the network with the weights of the published backbone file.

    Raises:
        WeightsMissingError: the file does not hold them.

    """
    network = Dino()
    states.fill(network, states.read(path), path, device)
    return network

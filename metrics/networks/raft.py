"""RAFT (Teed and Deng, ECCV 2020) as VBench runs it, on the parts of torchvision's ``raft_large``.

The numbers are those of torchvision's own forward pass; what a benchmark does not need is left out. Features
of a picture are computed once, though it takes part in two pairs, and only the last of the 20 updates is
brought up to full size.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision.models.optical_flow import raft_large

from metrics.networks import states
from metrics.networks.views import padded

UPDATES = 20
TOP_SHARE = 0.05
MIN_SIDE = 128
"""torchvision's network takes no smaller pictures."""
_CELL, _NEIGHBOURS = 8, 9


def untrained() -> nn.Module:
    """The network without weights."""
    return cast("nn.Module", raft_large(weights=None, progress=False))


def prepared(x: Tensor) -> Tensor:
    """Pictures as the network takes them.

    Args:
        x: float32 (n, 3, h, w) in 0..255.

    Returns:
        float32 (n, 3, H, W) in -1..1, edges repeated, centred, up to multiples of 8.

    """
    return padded(x, _CELL)[0] / 255.0 * 2.0 - 1.0


def features(network: Any, x: Tensor) -> Tensor:
    """Matching features of prepared pictures, (n, 256, H / 8, W / 8)."""
    return cast("Tensor", network.feature_encoder(x))


def flow(network: Any, x: Tensor, own: Tensor, following: Tensor) -> Tensor:
    """Flow after 20 updates; the padding is left in, as in VBench.

    Args:
        network: ``raft_large``.
        x: prepared first pictures, (n, 3, H, W).
        own: their features.
        following: features of the second pictures.

    Returns:
        float32 (n, 2, H, W): x and y in px from the first pictures to the second.

    """
    network.corr_block.build_pyramid(own, following)
    size = network.update_block.hidden_state_size
    context = network.context_encoder(x)
    hidden, context = torch.tanh(context[:, :size]), functional.relu(context[:, size:])
    start = _coordinates(own)
    now = start
    for _ in range(UPDATES):
        cost = network.corr_block.index_pyramid(centroids_coords=now)
        hidden, step = network.update_block(hidden, context, cost, now - start)
        now = now + step
    return _full_size(now - start, network.mask_predictor(hidden))


def _coordinates(like: Tensor) -> Tensor:
    """Column and row of every cell, float32 (n, 2, h, w)."""
    count, _, height, width = like.shape
    rows, columns = torch.meshgrid(
        torch.arange(height, device=like.device), torch.arange(width, device=like.device), indexing="ij"
    )
    return torch.stack([columns, rows]).float().expand(count, -1, -1, -1)


def _full_size(coarse: Tensor, mask: Tensor) -> Tensor:
    """Each full-size vector is a convex combination of nine coarse ones, weighed by the mask."""
    count, _, height, width = coarse.shape
    weights = mask.view(count, 1, _NEIGHBOURS, _CELL, _CELL, height, width).softmax(dim=2)
    around = functional.unfold(_CELL * coarse, kernel_size=3, padding=1)
    mixed = (weights * around.view(count, 2, _NEIGHBOURS, 1, 1, height, width)).sum(dim=2)
    return mixed.permute(0, 1, 4, 2, 5, 3).reshape(count, 2, _CELL * height, _CELL * width)


def top_speed(field: Tensor) -> Tensor:
    """Mean of the largest twentieth of flow magnitudes.

    Args:
        field: float32 (n, 2, h, w).

    Returns:
        float32 (n,), px per pair of pictures; the twentieth is rounded down.

    """
    size = field.pow(2).sum(dim=1).sqrt().flatten(1)
    largest = torch.topk(size, int(size.shape[1] * TOP_SHARE), dim=1).values
    return largest.mean(dim=1)


def load(path: Path, device: str = "cpu") -> nn.Module:
    """Build the network with the weights of torchvision's ``C_T_V1``.

    Raises:
        WeightsMissingError: the file does not hold them.

    """
    network = untrained()
    states.fill(network, states.read(path), path, device)
    return network

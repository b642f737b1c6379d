"""MUSIQ (Ke et al., ICCV 2021), the image quality network of VBench's ``imaging_quality``, for SPAQ weights.

An implementation of our own, from the paper and from the names and shapes of the published state. Those
weights, ``musiq-spaq`` of :mod:`metrics.weights`, come with a licence of their own (PolyForm Noncommercial
1.0.0, as handed out by IQA-PyTorch); nothing of theirs is in this file.

A picture is shown at three sizes: longer side 224, longer side 384, and as it is. Each is cut into patches of
32 px, each patch becomes one token, and a transformer reads all tokens at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from metrics.networks import states

PATCH = 32
LONGER_SIDES = (224, 384)
GRID = 10
"""The position of a patch is one of 10 x 10, whatever the number of patches."""
WIDTH, HIDDEN, HEADS, LAYERS, SCALES = 384, 1152, 6, 14, 3
STEM, STEM_OUT = 64, 256
_CELLS = (PATCH // 4) ** 2


class Musiq(nn.Module):
    """From float32 (n, 3, h, w) in 0..1 to (n,), the SPAQ score, about 0 to 100; higher is better.

    The picture is taken as it is: VBench's resize to a longer side of 512 is the caller's. ``width``,
    ``hidden`` and ``layers`` are smaller in tests only.
    """

    def __init__(self, width: int = WIDTH, hidden: int = HIDDEN, layers: int = LAYERS) -> None:
        super().__init__()
        self.conv_root = _Conv(3, STEM, 7, 2, bias=False)
        self.gn_root = nn.GroupNorm(32, STEM, eps=1e-6)
        self.block1 = _Bottleneck()
        self.embedding = nn.Linear(STEM_OUT * _CELLS, width)
        self.transformer_encoder = _Encoder(width, hidden, layers)
        self.head = nn.Linear(width, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Score a batch of pictures of one size."""
        x = (x - 0.5) * 2
        height, width = x.shape[-2:]
        sizes = [scaled_size(height, width, longer) for longer in LONGER_SIDES]
        shown = [
            *(functional.interpolate(x, size, mode="bicubic", align_corners=False) for size in sizes), x
        ]  # fmt: skip
        cut = [patches(picture) for picture in shown]
        tokens = self._tokens(torch.cat(cut, dim=1))
        places = torch.cat([hash_indices(*grid_of(picture)) for picture in shown]).to(x.device)
        counts = torch.tensor([part.shape[1] for part in cut])
        scales = torch.arange(SCALES).repeat_interleave(counts).to(x.device)
        return cast("Tensor", self.head(self.transformer_encoder(tokens, places, scales))[:, 0])

    def _tokens(self, cut: Tensor) -> Tensor:
        """(n, tokens, 3, 32, 32) to (n, tokens, width): a small residual network, then one linear layer."""
        y = cut.flatten(0, 1)
        y = functional.relu(self.gn_root(self.conv_root(y)))
        y = self.block1(functional.max_pool2d(same_padded(y, 3, 2), 3, 2))
        y = y.permute(0, 2, 3, 1)  # rows, columns, then channels, as the weights were trained
        return cast("Tensor", self.embedding(y.reshape(*cut.shape[:2], -1)))


def scaled_size(height: int, width: int, longer: int) -> tuple[int, int]:
    """Height and width with this longer side, rounded to even at halves."""
    ratio = longer / max(height, width)
    return round(height * ratio), round(width * ratio)


def grid_of(picture: Tensor) -> tuple[int, int]:
    """Rows and columns of patches that cover a picture (..., h, w)."""
    return -(-picture.shape[-2] // PATCH), -(-picture.shape[-1] // PATCH)


def margins(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Padding before and after that makes a filter give ceil(size / stride) values; the larger half after."""
    missing = max(0, (-(-size // stride) - 1) * stride + kernel - size)
    return missing // 2, missing - missing // 2


def same_padded(x: Tensor, kernel: int, stride: int) -> Tensor:
    """Pad (..., h, w) with zeros by :func:`margins`."""
    top, bottom = margins(x.shape[-2], kernel, stride)
    left, right = margins(x.shape[-1], kernel, stride)
    return functional.pad(x, (left, right, top, bottom))


def patches(x: Tensor) -> Tensor:
    """Cut (n, 3, h, w) into (n, rows * columns, 3, 32, 32), row by row, padded with zeros on all sides."""
    rows, columns = grid_of(x)
    cut = same_padded(x, PATCH, PATCH).reshape(len(x), 3, rows, PATCH, columns, PATCH)
    return cut.permute(0, 2, 4, 1, 3, 5).flatten(1, 2)


def hash_indices(rows: int, columns: int) -> Tensor:
    """Place of each patch in the 10 x 10 grid: int64 (rows * columns,), row by row."""
    down = torch.arange(rows) * GRID // rows
    across = torch.arange(columns) * GRID // columns
    return (down[:, None] * GRID + across).flatten()


class _Conv(nn.Conv2d):
    """A convolution whose filters are brought to mean 0 and deviation 1, on a padded picture."""

    def forward(self, x: Tensor) -> Tensor:
        axes = (1, 2, 3)
        centred = self.weight - self.weight.mean(axes, keepdim=True)
        filters = centred / (centred.std(axes, keepdim=True) + 1e-5)
        padded = same_padded(x, self.kernel_size[0], self.stride[0])
        return functional.conv2d(padded, filters, self.bias, self.stride)


class _Bottleneck(nn.Module):
    """Residual block of three convolutions, 64 channels to 256."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.gn1 = _Conv(STEM, STEM, 1, bias=False), nn.GroupNorm(32, STEM, eps=1e-4)
        self.conv2, self.gn2 = _Conv(STEM, STEM, 3, bias=False), nn.GroupNorm(32, STEM, eps=1e-4)
        self.conv3, self.gn3 = _Conv(STEM, STEM_OUT, 1, bias=False), nn.GroupNorm(32, STEM_OUT, eps=1e-4)
        self.conv_proj = _Conv(STEM, STEM_OUT, 1, bias=False)
        self.gn_proj = nn.GroupNorm(32, STEM_OUT, eps=1e-4)

    def forward(self, x: Tensor) -> Tensor:
        y = functional.relu(self.gn1(self.conv1(x)))
        y = functional.relu(self.gn2(self.conv2(y)))
        return functional.relu(self.gn3(self.conv3(y)) + self.gn_proj(self.conv_proj(x)))


class _Positions(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.position_emb = nn.Parameter(torch.zeros(1, GRID * GRID, width))


class _Scales(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.scale_emb = nn.Parameter(torch.zeros(SCALES, width))


class _Encoder(nn.Module):
    """Tokens with their places and scales, behind a class token, through the transformer; its class token.

    The published program fills up the two small scales with empty tokens and masks them. All pictures of a
    batch have one size here, so there are none to mask.
    """

    def __init__(self, width: int, hidden: int, layers: int) -> None:
        super().__init__()
        self.posembed_input = _Positions(width)
        self.scaleembed_input = _Scales(width)
        self.cls = nn.Parameter(torch.zeros(1, 1, width))
        self.transformer = nn.ModuleDict(
            {f"encoderblock_{layer}": _Layer(width, hidden) for layer in range(layers)}
        )
        self.encoder_norm = nn.LayerNorm(width, eps=1e-6)

    def forward(self, tokens: Tensor, places: Tensor, scales: Tensor) -> Tensor:
        where, scale = self.posembed_input.position_emb[0, places], self.scaleembed_input.scale_emb[scales]
        y = torch.cat([self.cls.expand(len(tokens), -1, -1), tokens + where + scale], dim=1)
        for layer in self.transformer.values():
            y = layer(y)
        return cast("Tensor", self.encoder_norm(y[:, 0]))


class _Layer(nn.Module):
    """Attention and a perceptron, each behind a norm and beside a shortcut."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-6), nn.LayerNorm(width, eps=1e-6)
        self.attention = _Attention(width)
        self.mlp = nn.ModuleDict({"fc1": nn.Linear(width, hidden), "fc2": nn.Linear(hidden, width)})

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(self.norm1(x))
        return x + cast("Tensor", self.mlp["fc2"](functional.gelu(self.mlp["fc1"](self.norm2(x)))))


class _Attention(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.query, self.key = nn.Linear(width, width), nn.Linear(width, width)
        self.value, self.out = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        read = (part(x) for part in (self.query, self.key, self.value))
        query, key, value = (part.reshape(*x.shape[:2], HEADS, -1).transpose(1, 2) for part in read)
        mixed = functional.scaled_dot_product_attention(query, key, value)
        return cast("Tensor", self.out(mixed.transpose(1, 2).flatten(2)))


def load(path: Path, device: str = "cpu") -> Musiq:
    """Build the network with the published SPAQ weights.

    Raises:
        WeightsMissingError: the file does not hold them.

    """
    network = Musiq()
    state = {name.removeprefix("module."): value for name, value in states.read(path).items()}
    states.fill(network, state, path, device)
    return network

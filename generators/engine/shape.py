"""Sizes of networks of Wan2.1's class; plain numbers, so that planning needs no PyTorch."""

from __future__ import annotations

from dataclasses import dataclass

FREQUENCIES = 256
"""Length of the sinusoid that encodes a timestep."""

PIXEL_FRAMES = 4
"""Pixel frames that a latent frame stands for; the first latent of a clip stands for one."""


@dataclass(frozen=True, slots=True)
class NetworkShape:
    """Everything that fixes the parameters' names and sizes."""

    dim: int
    ffn_dim: int
    heads: int
    layers: int
    channels: int
    """Latent channels in and out."""
    text_dim: int
    patch: int = 2
    """Latent cells a token covers in height and in width; one frame in time."""
    eps: float = 1e-6

    @property
    def head_dim(self) -> int:
        """Channels of one attention head."""
        return self.dim // self.heads


WAN_1_3B = NetworkShape(dim=1536, ffn_dim=8960, heads=12, layers=30, channels=16, text_dim=4096)


def parameters(shape: NetworkShape) -> int:
    """Parameters of the network: 1 418 996 800 for Wan2.1 1.3B."""
    dim, patch = shape.dim, shape.channels * shape.patch**2

    def linear(into: int, out: int) -> int:
        return into * out + out

    attention = 4 * linear(dim, dim) + 2 * dim
    layer = 2 * attention + linear(dim, shape.ffn_dim) + linear(shape.ffn_dim, dim) + 2 * dim + 6 * dim
    text = linear(shape.text_dim, dim) + linear(dim, dim)
    time = linear(FREQUENCIES, dim) + linear(dim, dim) + linear(dim, 6 * dim)
    return shape.layers * layer + text + time + linear(patch, dim) + linear(dim, patch) + 2 * dim

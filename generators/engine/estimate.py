"""Memory that a rollout takes, from sizes alone."""

from __future__ import annotations

from dataclasses import dataclass

from generators.engine.backbone import PIXEL_FRAMES
from generators.engine.network import FREQUENCIES, NetworkShape

_MIB, _GIB = 2**20, 2**30
_PIXEL_BYTES = 3 * 4
_HIDDEN = 12
"""Tensors as wide as the network that are alive at once inside a layer, generously."""


@dataclass(frozen=True, slots=True)
class Load:
    """Sizes of a rollout."""

    shape: NetworkShape
    latent: tuple[int, int, int]
    """Channels, height and width of a latent frame."""
    picture: tuple[int, int]
    """Width and height in pixels."""
    slots: int
    """Most slots of the policy."""
    frames: int
    """Most latent frames of one pass."""
    weight_bytes: int
    """Bytes of a weight."""
    cache_bytes: int
    """Bytes of a number in the cache."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Bytes by use. A codec with wide feature maps takes more than ``pictures`` tells."""

    weights: int
    cache: int
    """Slots at the policy's capacity."""
    context: int
    """Rotated copy of what a pass attends to."""
    work: int
    """Inside one pass."""
    pictures: int
    """Decoded frames of one block, as float32 and as they are clipped."""

    @property
    def total(self) -> int:
        """All of it, bytes."""
        return self.weights + self.cache + self.context + self.work + self.pictures

    def __str__(self) -> str:
        """In words."""
        return (
            f"it needs about {_size(self.total)}: weights {_size(self.weights)}, memory of the method "
            f"{_size(self.cache + self.context)}, the pass and the decoder {_size(self.work + self.pictures)}"
        )


def _size(count: int) -> str:
    return f"{count / _GIB:.1f} GiB" if count >= _GIB else f"{count / _MIB:.1f} MiB"


def estimate(load: Load) -> Estimate:
    """Memory that the weights and the rollout of one clip take at most."""
    shape = load.shape
    tokens = (load.latent[1] // shape.patch) * (load.latent[2] // shape.patch)
    numbers = 2 * tokens * shape.dim  # keys and values of a slot in one layer
    seen = load.slots + load.frames
    hidden = load.frames * tokens * (_HIDDEN * shape.dim + shape.ffn_dim)
    width, height = load.picture
    return Estimate(
        weights=parameters(shape) * load.weight_bytes,
        cache=load.slots * shape.layers * numbers * load.cache_bytes,
        context=load.slots * shape.layers * numbers * load.weight_bytes,
        work=(hidden + seen * numbers) * load.weight_bytes,
        pictures=2 * load.frames * PIXEL_FRAMES * width * height * _PIXEL_BYTES,
    )


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

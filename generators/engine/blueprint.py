"""What is known of a backbone before any weight is read, and where its weights are found.

Plans, refusals and the identity of a row need no more than this; PyTorch and gigabytes come when the first
clip is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from generators.engine.shape import NetworkShape

if TYPE_CHECKING:
    import torch

    from generators.engine.backbone import Backbone

DeviceKind = Literal["cpu", "cuda"]


@dataclass(frozen=True, slots=True)
class CodecNeed:
    """Bytes that the video autoencoder takes on the device while a clip is decoded."""

    weights: int
    kept: int
    """Features kept from one call to the next."""
    work: int
    """Most that lives inside one call, the frames that it gives included."""


@dataclass(frozen=True, slots=True)
class TextNeed:
    """Bytes that reading a prompt takes on the device; given back before the rollout begins."""

    work: int


@dataclass(frozen=True, slots=True)
class Blueprint:
    """Sizes and formats of a backbone on one kind of device."""

    name: str
    shape: NetworkShape
    latent: tuple[int, int, int]
    """Channels, height and width of a latent frame."""
    width: int
    """Pixels."""
    height: int
    """Pixels."""
    fps: float
    text_tokens: int
    """Tokens of a prompt, padding included."""
    number_bytes: int
    """Bytes of one number in the network's weights and passes: 2 for bfloat16, 4 for float32."""
    codec: CodecNeed
    text: TextNeed
    extra: str
    """What to install for it: ``pip install 'steadybench[EXTRA]'``."""

    @property
    def tokens(self) -> int:
        """Tokens of a latent frame."""
        return (self.latent[1] // self.shape.patch) * (self.latent[2] // self.shape.patch)


@dataclass(frozen=True, slots=True)
class Order:
    """Which row asks for weights."""

    method: str
    configuration: str
    options: Mapping[str, str]
    """What the user set for the backbone; see :attr:`Source.options`."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights that were found and are wanted for a row; nothing of them is loaded."""

    name: str
    """Name of the published checkpoint, or of the backbone where it has one set for all."""
    digest: str
    """SHA-256, of the file or of the list of files with their digests."""
    licence: str
    files: tuple[tuple[str, Path], ...] = ()
    """Role, in the backbone's own words, and path of every file."""
    ema: bool = False
    """Whether the averaged weights are taken."""
    variant: str = ""
    """Suffix of the recorded configuration where the user chose other weights than the row's own."""
    notes: tuple[str, ...] = ()
    """What people must know of a clip made with them, one sentence each."""


class Source(Protocol):
    """A backbone by name: what it is, where its weights are, and how they are loaded."""

    @property
    def options(self) -> tuple[str, ...]:
        """Options of an adapter that this backbone reads."""
        ...

    def blueprint(self, kind: DeviceKind) -> Blueprint:
        """Sizes on a kind of device; imports no PyTorch."""
        ...

    def find(self, order: Order) -> Weights:
        """Weights of a row.

        Raises:
            GeneratorError: not here, or not what they should be; the message says where they come from.
        """
        ...

    def load(self, weights: Weights, device: torch.device) -> Backbone:
        """Load them.

        Raises:
            GeneratorError: weights damaged, or of another network.
        """
        ...

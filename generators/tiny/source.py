"""The tiny backbone before it is loaded: its sizes and the digest of its weights, one set for all methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.engine.blueprint import Blueprint, CodecNeed, DeviceKind, Order, TextNeed, Weights
from generators.tiny.basis import CELL, CHANNELS, SPAN, VALUES
from generators.tiny.sizes import SHAPE, WORDS_MAX
from generators.tiny.world import FPS, HEIGHT, WIDTH

if TYPE_CHECKING:
    import torch

    from generators.engine.backbone import Backbone

_FLOAT32 = 4
_HELD = 4
"""Pixel blocks of a latent frame that are alive at once in the decoder, generously."""


class TinySource:
    """The backbone whose weights come with the package."""

    options: tuple[str, ...] = ()

    def blueprint(self, kind: DeviceKind) -> Blueprint:  # noqa: ARG002
        """Sizes; float32 everywhere. Its text reader takes a few hundred kilobytes, which are left out."""
        cells = (HEIGHT // CELL) * (WIDTH // CELL)
        return Blueprint(
            name="tiny",
            shape=SHAPE,
            latent=(CHANNELS, HEIGHT // CELL, WIDTH // CELL),
            width=WIDTH,
            height=HEIGHT,
            fps=FPS,
            text_tokens=WORDS_MAX,
            number_bytes=_FLOAT32,
            codec=CodecNeed(
                weights=2 * CHANNELS * VALUES * _FLOAT32,
                kept=CHANNELS * cells * _FLOAT32,
                work=_HELD * SPAN * HEIGHT * WIDTH * 3 * _FLOAT32,
            ),
            text=TextNeed(work=0),
            extra="engine",
        )

    def find(self, order: Order) -> Weights:  # noqa: ARG002
        """The shipped weights, whoever asks.

        Raises:
            GeneratorError: weights missing or damaged.
        """
        from generators.tiny.weights import verified

        path, digest = verified()
        return Weights("tiny", digest, "Apache-2.0", (("weights", path),))

    def load(self, weights: Weights, device: torch.device) -> Backbone:  # noqa: ARG002
        """Load them.

        Raises:
            GeneratorError: weights missing or damaged.
        """
        from generators.tiny.backbone import load

        return load(device)


SOURCE = TinySource()

"""The tiny network and its text reader, trained together."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from generators.engine.network import CausalWan, KeyValue
from generators.engine.shape import NetworkShape
from generators.tiny.sizes import SHAPE
from generators.tiny.text import TinyText


class TinyModel(nn.Module):
    """A network of :data:`SHAPE` that reads text over a vocabulary."""

    def __init__(self, vocabulary: Sequence[str], shape: NetworkShape = SHAPE) -> None:
        super().__init__()
        self.text = TinyText(vocabulary)
        self.network = CausalWan(shape)

    def read(self, tokens: Tensor) -> list[KeyValue]:
        """Keys and values of captions, tokens (B, WORDS_MAX), for every layer."""
        return self.network.read_text(self.text(tokens))

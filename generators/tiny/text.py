"""How the tiny backbone reads a prompt: a small vocabulary, one vector a word, a glance at the neighbours."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import cast

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from generators.engine.backbone import Text
from generators.tiny.sizes import TEXT_DIM, WORDS_MAX

PAD, UNKNOWN = 0, 1
_UNKNOWN_SHOWN = "?"


def words_of(text: str) -> list[str]:
    """Lower-case words of a text in Latin letters; digits, punctuation and other scripts fall away."""
    return re.findall(r"[a-zß-öø-ÿ]+", unicodedata.normalize("NFC", text.lower()))


def vocabulary_of(texts: Iterable[str]) -> tuple[str, ...]:
    """All words of some texts, sorted. Word k has the token k + 2."""
    return tuple(sorted({word for text in texts for word in words_of(text)}))


class TinyText(nn.Module):
    """Words to vectors.

    Args:
        vocabulary: the words it knows; any other word is read as one unknown word.
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        super().__init__()
        self.vocabulary = tuple(vocabulary)
        self._token = {word: k + 2 for k, word in enumerate(self.vocabulary)}
        self.embedding = nn.Embedding(len(self.vocabulary) + 2, TEXT_DIM, padding_idx=PAD)
        self.neighbours = nn.Conv1d(TEXT_DIM, TEXT_DIM, 5, padding=2)

    def tokens(self, words: Sequence[str]) -> Tensor:
        """Token of each of the first :data:`WORDS_MAX` words, padded; int64 (WORDS_MAX,)."""
        known = [self._token.get(word, UNKNOWN) for word in words[:WORDS_MAX]]
        return torch.tensor(known + [PAD] * (WORDS_MAX - len(known)))

    def forward(self, tokens: Tensor) -> Tensor:
        """Tokens (B, T) -> vectors (B, T, TEXT_DIM), zero at the padding."""
        vectors = self.embedding(tokens)
        around = self.neighbours(vectors.transpose(1, 2)).transpose(1, 2)
        return cast("Tensor", (vectors + F.gelu(around)) * (tokens != PAD).unsqueeze(-1))

    def read(self, text: str) -> Text:
        """A prompt as the network reads it; unknown words show as ``?``."""
        words = words_of(text)[:WORDS_MAX]
        device = self.embedding.weight.device
        with torch.inference_mode():
            vectors = self(self.tokens(words)[None].to(device))[0]
        shown = (word if word in self._token else _UNKNOWN_SHOWN for word in words)
        return Text(vectors, " ".join(shown))

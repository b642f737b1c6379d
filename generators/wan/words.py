"""A prompt on its way to the text encoder: cleaned, cut into tokens, padded."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path

import ftfy
from tokenizers import Tokenizer

from generators.contract import GeneratorError

TOKENS = 512
"""Length that every prompt is padded or cut to, the end token included."""
PAD, END = "<pad>", "</s>"
FILE = "tokenizer.json"


@dataclass(frozen=True, slots=True)
class Tokens:
    """A prompt as the encoder takes it."""

    ids: tuple[int, ...]
    """:data:`TOKENS` of them."""
    count: int
    """How many come before the padding."""
    as_used: str
    """The words that they stand for: the cleaned prompt, cut where the tokens are."""


def clean(text: str) -> str:
    """The cleaning that the published programs give a prompt: broken encodings mended, entities, spaces."""
    mended = html.unescape(html.unescape(ftfy.fix_text(text)))
    return re.sub(r"\s+", " ", mended).strip()


class Words:
    """The tokeniser.

    It runs the file's own rules with the library that they were written by. Loaders that build a tokeniser
    from its vocabulary may put other rules in their place.

    Args:
        folder: holds ``tokenizer.json``, as ``google/umt5-xxl`` beside the published weights does.

    Raises:
        GeneratorError: the file is missing, damaged, or without the tokens that this encoder needs.
    """

    def __init__(self, folder: Path) -> None:
        file = folder / FILE
        if not file.is_file():
            raise GeneratorError(f"tokeniser missing: expected {file}, the folder google/umt5-xxl of Wan 2.1")
        try:
            self._tokenizer = Tokenizer.from_file(str(file))
        except Exception as error:  # the library raises bare Exception
            raise GeneratorError(f"{file} is damaged or no tokeniser: {error}") from error
        pad, end = (self._tokenizer.token_to_id(token) for token in (PAD, END))
        if pad != 0 or end is None:
            raise GeneratorError(
                f"{file} is another model's tokeniser: expected {PAD} as token 0 and {END} somewhere, "
                f"got {pad} and {end}"
            )
        self._tokenizer.enable_padding(length=TOKENS, pad_id=pad, pad_token=PAD)
        self._tokenizer.enable_truncation(TOKENS)

    @property
    def size(self) -> int:
        """Tokens that there are."""
        return int(self._tokenizer.get_vocab_size())

    def read(self, prompt: str) -> Tokens:
        """Clean a prompt and cut it into tokens.

        Raises:
            GeneratorError: the tokeniser ends no prompt with its end token, so it is another one.
        """
        cleaned = clean(prompt)
        found = self._tokenizer.encode(cleaned)
        count = sum(found.attention_mask)
        if found.tokens[count - 1] != END:
            raise GeneratorError(
                f"expected the tokeniser to end a prompt with {END}, got {found.tokens[:count][-3:]}"
            )
        whole = not found.overflowing
        end = len(cleaned) if whole else max(end for _, end in found.offsets[:count])
        return Tokens(tuple(found.ids), count, cleaned[:end].strip())

"""Captions of the training scenes: a prompt's own text with words missing, or its fields in few words."""

from __future__ import annotations

import numpy as np

from generators.methods.procedural import scene_for
from generators.tiny.text import words_of
from prompts.types import Prompt

EMPTY_SHARE = 0.1
"""Captions left empty, so that the teacher can be guided."""
FIELDS_SHARE = 0.35
_STRANGE = "zzz"
"""Stands for any word outside the vocabulary."""


def caption(prompt: Prompt, chance: np.random.Generator) -> list[str]:
    """Words that describe a prompt's scene, drawn anew each time."""
    draw = chance.random()
    if draw < EMPTY_SHARE:
        return []
    words = _fields(prompt, chance) if draw < EMPTY_SHARE + FIELDS_SHARE else words_of(prompt.text)
    fate = chance.random(len(words))
    loss = chance.uniform(0, 0.25)
    kept = zip(words, fate, strict=True)
    return [_STRANGE if p < loss else word for word, p in kept if p > loss / 2]


def _fields(prompt: Prompt, chance: np.random.Generator) -> list[str]:
    direction = "" if prompt.direction == "not_applicable" else f"moving {prompt.direction}"
    regime = prompt.regime.replace("_", " ")
    parts = [f"{prompt.medium} {scene_for(prompt)} {direction}", regime, prompt.support, prompt.light]
    chosen = [parts[0], *(part for part in parts[1:] if chance.random() < 0.7)]
    return words_of(" ".join(chosen))


def all_words(prompts: tuple[Prompt, ...]) -> list[str]:
    """Every text from which captions are made, for the vocabulary."""
    fields = (
        f"{p.text} {p.medium} {scene_for(p)} moving {p.direction} {p.regime} {p.support} {p.light}"
        for p in prompts
    )
    return [text.replace("_", " ") for text in fields]

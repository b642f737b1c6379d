"""Captions: the prompt's words or its fields, with gaps, and nothing that the vocabulary lacks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from generators.tiny import captions, data
from generators.tiny.captions import all_words, caption
from generators.tiny.text import vocabulary_of, words_of
from prompts.types import Prompt

STRANGE = captions._STRANGE


def drawn(prompt: Prompt, count: int = 400) -> list[list[str]]:
    chance = np.random.default_rng(0)
    return [caption(prompt, chance) for _ in range(count)]


def test_no_word_but_the_strange_one_is_outside_the_vocabulary() -> None:
    suite = data.prompts()
    known = set(vocabulary_of(all_words(suite)))
    said = {word for prompt in suite for words in drawn(prompt, 12) for word in words}
    assert said - known == {STRANGE}
    assert len(said) > 0.8 * len(known)


def test_captions_follow_the_state_of_the_chance(prompt: Prompt) -> None:
    assert drawn(prompt, 20) == drawn(prompt, 20)
    assert len({tuple(words) for words in drawn(prompt, 20)}) > 5


def test_about_a_tenth_says_nothing(prompt: Prompt) -> None:
    empty = sum(not words for words in drawn(prompt, 2000)) / 2000
    assert empty == pytest.approx(captions.EMPTY_SHARE, abs=0.025)


def test_words_are_missing_or_strange_but_never_moved(prompt: Prompt) -> None:
    """Without the fields, what is left are the prompt's own words in their order."""
    own = words_of(prompt.text)
    whole = strange = 0
    for words in drawn(prompt):
        if "channel" in words or "moving" in words or not words:
            continue
        rest = iter(own)
        if all(any(word in (place, STRANGE) for place in rest) for word in words):
            whole += len(words)
            strange += words.count(STRANGE)
    assert whole > 400
    assert 0.01 < strange / whole < 0.15


def test_the_fields_name_medium_direction_and_light(prompt: Prompt) -> None:
    said = [words for words in drawn(prompt) if "moving" in words]
    assert len(said) > 0.2 * 400
    follows = {words[words.index("moving") + 1] for words in said if words[-1] != "moving"}
    assert "left" in follows
    assert {"brook", "river", "stones", "overcast", "channel", "flow"} <= {w for words in said for w in words}


def test_no_direction_is_said_where_there_is_none(prompt: Prompt) -> None:
    still = replace(prompt, direction="not_applicable")
    said = {word for words in drawn(still) for word in words}
    assert not said & {"moving", "not", "applicable"}

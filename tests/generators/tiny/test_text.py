"""Reading a prompt: words, tokens, vectors."""

from __future__ import annotations

import copy

import pytest
import torch

from generators.tiny import data
from generators.tiny.captions import all_words
from generators.tiny.sizes import TEXT_DIM, WORDS_MAX
from generators.tiny.text import PAD, UNKNOWN, TinyText, vocabulary_of, words_of

WORDS = ("left", "moving", "river", "right", "rocks", "snow")


@pytest.fixture
def reader() -> TinyText:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return TinyText(WORDS)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("  \n\t", []),
        ("1234 -- 5.6 !?", []),
        ("A river, 3 rocks; the SNOW.", ["a", "river", "rocks", "the", "snow"]),
        ("don't wind-blown half_light", ["don", "t", "wind", "blown", "half", "light"]),
        ("Façade Çà et là; ÜBER Straße", ["façade", "çà", "et", "là", "über", "straße"]),
        ("cafe\N{COMBINING ACUTE ACCENT}", ["café"]),
        ("left÷right 左 🌊 река", ["left", "right"]),
        ("<b>&amp;</b>\0river", ["b", "amp", "b", "river"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_the_vocabulary_is_sorted_and_without_repeats() -> None:
    assert vocabulary_of(["Snow, snow", "a river"]) == ("a", "river", "snow")


def test_tokens_count_from_two_and_are_padded(reader: TinyText) -> None:
    tokens = reader.tokens(["left", "of", "snow"])
    assert tokens.dtype == torch.int64
    assert tokens.tolist() == [2, UNKNOWN, 7] + [PAD] * (WORDS_MAX - 3)


def test_all_unknown_words_read_alike_and_are_shown_as_such(reader: TinyText) -> None:
    one, other = reader.read("River of gold"), reader.read("river with soup")
    assert one.as_used == other.as_used == "river ? ?"
    assert torch.equal(one.tokens, other.tokens)
    assert not torch.equal(one.tokens, reader.read("river").tokens)


def test_a_prompt_without_words_reads_as_nothing(reader: TinyText) -> None:
    for text in ("", "   ", "12 + 3 = 15", "🌊"):
        nothing = reader.read(text)
        assert nothing.as_used == ""
        assert nothing.tokens.shape == (WORDS_MAX, TEXT_DIM)
        assert not nothing.tokens.any()


def test_a_prompt_of_ten_thousand_characters_is_cut(reader: TinyText) -> None:
    text = ("river rocks tree " * 600)[:10_000]
    found = reader.read(text)
    assert found.as_used.split() == ["river", "rocks", "?"] * (WORDS_MAX // 3)
    assert found.tokens.shape == (WORDS_MAX, TEXT_DIM)
    assert torch.equal(found.tokens, reader.read(" ".join(words_of(text)[:WORDS_MAX])).tokens)
    assert reader.read("x" * 10_000).as_used == "?"


def test_the_order_of_words_matters_through_the_neighbours(reader: TinyText) -> None:
    """Attention over words knows no order, so the vectors must differ as a set."""
    texts = ("river moving left rocks right", "river moving right rocks left")
    blind = copy.deepcopy(reader)
    torch.nn.init.zeros_(blind.neighbours.weight)
    for by, differ in ((reader, True), (blind, False)):
        one, other = (by.read(text).tokens.sum(0) for text in texts)
        assert (one - other).abs().max().item() > 1e-3 if differ else torch.allclose(one, other, atol=1e-5)


def test_vectors_are_zero_at_the_padding_only(reader: TinyText) -> None:
    vectors = reader.read("snow moving").tokens
    assert vectors[:2].any(1).all()
    assert not vectors[2:].any()


def test_a_batch_reads_as_its_texts_alone(reader: TinyText) -> None:
    texts = ("river left", "snow moving right rocks")
    together = reader(torch.stack([reader.tokens(words_of(text)) for text in texts]))
    for vectors, text in zip(together, texts, strict=True):
        torch.testing.assert_close(vectors, reader.read(text).tokens, atol=1e-6, rtol=0)


def test_every_prompt_of_the_suite_is_read_to_its_last_word() -> None:
    by = TinyText(vocabulary_of(all_words(data.prompts())))
    for prompt in data.prompts():
        assert by.read(prompt.text).as_used.split() == words_of(prompt.text), prompt.id

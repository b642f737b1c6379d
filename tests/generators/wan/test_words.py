"""Prompts become tokens as the published programs make them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

pytest.importorskip("transformers")
pytest.importorskip("ftfy")

from transformers import PreTrainedTokenizerFast

from generators.contract import GeneratorError
from generators.wan.words import END, FILE, PAD, TOKENS, Words, clean
from tests.generators.wan.small_text import tokenizer

LONG = "the brook runs between mossy stones " * 334
"""2004 words."""
ODD = {
    "a brook / the lake": "a brook / the lake",
    "a brook | the lake[60s]": "a brook | the lake[60s]",
    "a brook; a lake;": "a brook; a lake;",
    "a brook\nruns\r\n\tbetween\u00a0stones\u2003": "a brook runs between stones",
    "rain 🌧️ on a lake": "rain 🌧️ on a lake",
    "fog &amp; rain": "fog & rain",
    "fog &amp;amp;amp; rain": "fog & rain",
    "fog &lt;b&gt; rain": "fog <b> rain",
    "fog <b> &amp; rain": "fog <b> & rain",
    "fog <b> &amp;amp; rain": "fog <b> & rain",  # ftfy leaves entities beside tags alone
    "fog <b> &amp;amp;amp; rain": "fog <b> &amp; rain",
    "the lake\u2019s \u201cstill\u201d fog": 'the lake\'s "still" fog',
    "a cafÃ© by the brook": "a café by the brook",
    "  ": "",
    "": "",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tokenizer(tmp_path_factory.mktemp("tokenizer"))


@pytest.fixture(scope="module")
def words(folder: Path) -> Words:
    return Words(folder)


@pytest.mark.parametrize("prompt", ODD)
def test_prompts_are_cleaned_and_otherwise_left_alone(prompt: str) -> None:
    assert clean(prompt) == ODD[prompt]


@pytest.mark.parametrize("prompt", [*ODD, LONG, "fog </s> rain <pad> snow", "\x00\x1b[31m rain"])
def test_tokens_are_those_of_the_published_call(words: Words, folder: Path, prompt: str) -> None:
    published = PreTrainedTokenizerFast(tokenizer_file=str(folder / FILE), pad_token=PAD, eos_token=END)
    expected = published(
        clean(prompt),
        padding="max_length",
        truncation=True,
        max_length=TOKENS,
        add_special_tokens=True,
        return_attention_mask=True,
    )
    found = words.read(prompt)
    assert list(found.ids) == expected["input_ids"]
    assert found.count == sum(expected["attention_mask"])


def test_a_prompt_is_padded_with_zeros_after_its_end_token(words: Words) -> None:
    found = words.read("a brook runs")
    assert len(found.ids) == TOKENS
    assert found.ids[found.count - 1] == 1
    assert set(found.ids[found.count :]) == {0}
    assert found.as_used == "a brook runs"


def test_an_empty_prompt_is_an_end_token(words: Words) -> None:
    found = words.read(" \n")
    assert (found.count, found.ids[0], found.as_used) == (1, 1, "")


def test_a_long_prompt_is_cut_and_says_what_is_left(words: Words) -> None:
    found = words.read(LONG)
    assert (found.count, found.ids[-1]) == (TOKENS, 1)
    assert clean(LONG).startswith(found.as_used)
    assert 100 < len(found.as_used) < len(LONG) / 3
    # those words, and no more, give the same tokens
    again = words.read(found.as_used)
    assert again.ids == found.ids
    assert again.as_used == found.as_used


def test_a_prompt_that_just_fits_is_not_cut(words: Words) -> None:
    fits = words.read(LONG).as_used
    assert words.read(fits + " snow").as_used == fits
    assert words.read(fits.rsplit(" ", 1)[0]).count < TOKENS


def test_unknown_signs_are_part_of_what_was_read(words: Words) -> None:
    assert words.read("rain 🌧️ on a lake").as_used == "rain 🌧️ on a lake"


# Files.


def test_a_folder_without_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GeneratorError, match=r"tokeniser missing: expected .*tokenizer\.json"):
        Words(tmp_path)


@pytest.mark.parametrize("text", ["", "{", '{"version": "1.0"}', "<html>"])
def test_a_damaged_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(GeneratorError, match="is damaged or no tokeniser"):
        Words(tmp_path)


def changed(folder: Path, into: Path, old: str, new: str) -> Path:
    text = (folder / FILE).read_text(encoding="utf-8")
    assert old in text
    (into / FILE).write_text(text.replace(old, new), encoding="utf-8")
    return into


def test_another_models_tokeniser_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(GeneratorError, match=re.escape("expected <pad> as token 0 and </s>")):
        Words(changed(folder, tmp_path, PAD, "[PAD]"))


def test_a_tokeniser_without_an_end_is_refused(folder: Path, tmp_path: Path) -> None:
    told = json.loads((folder / FILE).read_text(encoding="utf-8"))
    (tmp_path / FILE).write_text(json.dumps(told | {"post_processor": None}))
    with pytest.raises(GeneratorError, match="expected the tokeniser to end a prompt"):
        Words(tmp_path).read("a brook")

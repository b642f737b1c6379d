"""Prompts: what is taken out, what stays, what is refused."""

from __future__ import annotations

import pytest

from generators.contract import GeneratorError
from generators.native.catalogue import find
from generators.native.text import as_used

PLAIN, NAMED = find("self-forcing", "native"), find("reward-forcing", "native")
CAUSAL = find("causal-forcing", "native-chunkwise")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("A brook runs.", "A brook runs."),
        ("  A brook\truns.\n", "A brook runs."),
        ("A brook\r\nruns\x85on.\u2028", "A brook runs on."),
        ("A brook runs.[60s]", "A brook runs."),
        ("A brook [ 10.5 s# ] runs.", "A brook runs."),
        ("A brook [60[5s]s] runs[1[2[3s]s]s].", "A brook runs ."),
        ("A brook | runs; on", "A brook, runs, on"),
        ("A brook ;| ; runs;", "A brook, runs"),
        ("A brook[60s] | It rains[5s#]; words", "A brook, It rains, words"),
        ("[60 stones] and [fast] 60s", "[60 stones] and [fast] 60s"),
        ("dawn / dusk", "dawn / dusk"),
        ("a\0b\ud800c\u200bd", "a b c d"),
        ("नर्मदा क\u200dष 🌊 #1 50%", "नर्मदा क\u200dष 🌊 #1 50%"),
    ],
)
def test_marks_and_white_space_go(text: str, line: str) -> None:
    assert as_used(text, PLAIN) == line


def test_a_slash_goes_only_where_it_would_be_part_of_a_path() -> None:
    assert as_used("a/b / c", PLAIN) == "a/b / c"
    assert as_used("a/b / c", NAMED) == "a-b - c"


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "[60s]", " | ; ", "\0"])
def test_a_blank_prompt_is_refused(text: str) -> None:
    with pytest.raises(GeneratorError, match=r"self-forcing:native: the prompt .* is blank once its marks"):
        as_used(text, PLAIN)


def test_names_are_counted_in_bytes() -> None:
    assert as_used("水" * 83, CAUSAL) == "水" * 83  # 249 + 4 bytes
    with pytest.raises(GeneratorError, match="first 100 characters of the prompt, 256 bytes here"):
        as_used("水" * 84, CAUSAL)
    assert as_used("水" * 500, NAMED) == "水" * 500  # 50 characters, 154 bytes
    assert as_used("水" * 500, PLAIN) == "水" * 500

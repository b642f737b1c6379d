"""Names of pages: safe on every file system, and no two texts share one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.gather import Setup
from reports.urls import method_page, slug

RESERVED = re.compile(r"[a-z0-9][a-z0-9._-]*")


@pytest.mark.parametrize("text", ["cobble-river-dawn", "p0", "drift.late", "a_b"])
def test_plain_names_stay(text: str) -> None:
    assert slug(text) == text


@given(st.text(max_size=200))
def test_a_name_is_safe_in_a_path(text: str) -> None:
    name = slug(text)
    assert RESERVED.fullmatch(name) and ".." not in name and not name.endswith(".") and len(name) <= 80


@given(st.sets(st.text(max_size=20), max_size=8))
def test_no_two_texts_share_a_name_even_where_case_is_ignored(texts: set[str]) -> None:
    assert len({slug(text).lower() for text in texts}) == len(texts)


def test_case_spaces_and_length_do_not_collide() -> None:
    texts = ["River", "river", "river ", "ri ver",
             *("r" * n for n in (80, 81, 82)), "..", "../x", "x/..", ".", ""]
    assert len({slug(text) for text in texts}) == len(texts)


@pytest.mark.parametrize("text", ["a..b", "a.", "a/b", "a" * 81, "A"])
def test_plain_looking_names_that_are_not_safe_are_replaced(text: str) -> None:
    assert slug(text) != text and RESERVED.fullmatch(slug(text)) and ".." not in slug(text)


def test_rows_of_one_name_have_pages_of_their_own() -> None:
    setups = [Setup("m", "c", "b", digest, revision)
              for digest in ("", "ab", "cd") for revision in ("", "r1")]
    setups += [Setup("m:c", "", "b"), Setup("m:c:b", "", ""), Setup("m", "c:b", ""), Setup("m", "", "c:b")]
    assert len({method_page(setup) for setup in setups}) == len(setups)
    assert method_page(Setup("self-forcing", "long", "tiny")).startswith("method/self-forcing-long-tiny")

"""Letters hide no pair that is told apart, and part none that is not."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import pytest

from reports.study.letters import letters
from reports.study.page.sections import context
from tests.reports.study.made_results import results, votes


@pytest.mark.parametrize(("apart", "expected"), [
    ([], "a a a a"),
    ([("p", "s")], "a/a b/a b/b"),
    ([("p", "r"), ("p", "s"), ("q", "s")], "a/a b/b c/c"),
    (list(itertools.combinations("pqrs", 2)), "a/b/c/d"),
    ([("q", "r")], "a b/a/b/a b"),
    ([("s", "r"), ("s", "p"), ("q", "s")], "a/a/a/b"),
])
def test_letters_are_those_of_a_compact_display(apart: list[tuple[str, str]], expected: str) -> None:
    words = expected.split("/") if "/" in expected else expected.split()
    assert list(letters("pqrs", apart).values()) == words


@pytest.mark.parametrize("seed", range(20))
def test_two_share_a_letter_where_they_are_not_told_apart_and_nowhere_else(seed: int) -> None:
    draw = random.Random(seed)
    order = [f"s{i}" for i in range(9)]
    pairs = list(itertools.combinations(order, 2))
    apart = draw.sample(pairs, draw.randrange(len(pairs)))
    found = {name: set(told.split()) for name, told in letters(order, apart).items()}
    shared = {pair for pair in pairs if found[pair[0]] & found[pair[1]]}
    assert shared == set(pairs) - set(apart)
    assert "a" in found[order[0]]


def test_the_page_shows_letters_and_says_what_they_mean(tmp_path: Path) -> None:
    from reports.study.page.write import write

    made = results(votes(raters=6, prompts=8))
    fitted = made.parts[0].counted.strengths
    table = context(made)["parts"][0]["strengths"]
    assert table.heads[1] == "Letters" and "Rank" not in table.heads and "Group" not in table.heads
    shown = {row[0]: set(row[1].split()) for row in table.rows}
    names = list(shown)
    systems = [one.system for one in fitted.standings]  # type: ignore[union-attr]
    called = dict(zip(systems, names, strict=True))
    for one in fitted.contrasts:  # type: ignore[union-attr]
        assert one.apart == (not shown[called[one.first]] & shown[called[one.second]])
    page = write(made, tmp_path).read_text()
    assert "that share a letter are not told apart; that does not mean that they are equal." in page
    head = (tmp_path / "strengths.csv").read_text().splitlines()[0].split(",")
    assert "letters" in head and not {"rank", "group"} & set(head)

"""The one-line answer says what the tables say."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest

from reports.answer import answer, limits
from reports.gather import Setup, columns, shots
from reports.labels import Label
from reports.leaderboard import method_rows, task_columns
from reports.ranks import Comparison
from reports.standings import Standing, Standings
from reports.text import figure, full, listing, number, plain
from tests.reports import made


def told(*clips: tuple[dict[str, Any], dict[str, Any]],
         given: tuple[str, ...] = ("Given.",)) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Answer and limits for clips given as (entry changes, what came)."""
    entries = [made.entry(f"c{i}", **changes) for i, (changes, _) in enumerate(clips)]
    table = made.results(*(made.rows(entry, made.all_held(came.pop("end", 30.0), **came))
                           for entry, (_, came) in zip(entries, clips, strict=True)))
    found = shots(made.report_input(entries, table))
    rows = method_rows(found, task_columns(columns(found)))
    said = tuple(sentence.replace("\N{NO-BREAK SPACE}", " ") for sentence in answer(found, rows))
    return said, limits(found, rows, columns(found), given)


def test_counts_by_outcome() -> None:
    said, _ = told(({}, {}), ({}, {}), ({}, {"drift": 3.0}), ({}, {"drift": 3.0, "hardening": 2.0}),
                   ({}, {"premise": 1.0}), ({}, {"stagnation": "too dark"}), ({}, {"drift": (0, "failed")}),
                   ({"fixed_camera": False}, {"premise": 1.0}), ({}, {"drift": 5.0, "stagnation": 5.0}),
                   ({}, {"premise": 4.0, "drift": 3.0}), ({"fixed_camera": True}, {"premise": 4.0}))
    (sentence,) = said
    assert sentence == (
        "2 of 11 clips hold to the end, 2 drift first, 1 hardens first, 1 drifts and stagnates at once, "
        "in 2 the camera moves first, 2 cannot be told, 1 is left out as not meant to have a fixed camera."
    )


def test_the_sentence_accounts_for_every_clip() -> None:
    said, _ = told(({}, {}), ({}, {"drift": 3.0, "hardening": 3.0}), ({}, {"premise": 3.0, "drift": 3.0}),
                   ({}, {"premise": "too dark"}), ({"fixed_camera": False}, {}))
    (sentence,) = said
    first, *others = [int(n) for n in re.findall(r"(?<!of )\b\d+", sentence)]
    assert first + sum(others) == 5


def test_a_clip_shorter_than_asked_does_not_hold_to_the_end() -> None:
    said, _ = told(({"horizon_s": 30.0}, {}), ({"horizon_s": 30.0}, {"end": 5.1}))
    assert said == ("1 of 2 clips holds to the end, 1 holds but is shorter than asked.",)


def test_one_clip_and_none() -> None:
    assert told(({}, {}))[0] == ("1 of 1 clip holds to the end.",)
    assert answer((), ()) == ("No clip was scored.",)


def test_named_methods_are_told_longest_first() -> None:
    said, _ = told(({"method": "short"}, {"drift": 3.0}), ({"method": "long"}, {}), ({"method": "long"}, {}))
    assert said[0] == "2 methods: 3 clips, no clip missing."
    assert said[2] == "Median time to the first failure: longer than 30.0 s (long) and 3.0 s (short)."


def test_the_protocol_and_what_is_missing_of_it() -> None:
    said, _ = told(*(({"method": m, "prompt_id": p, "seed": 0, "horizon_s": 30.0}, {}) for m, p in
                     (("a", "x"), ("a", "y"), ("b", "x"))))
    assert said[0] == "2 methods, 2 prompts, 1 seed, 30 s asked for: 3 clips, 1 clip missing."


def separation(*standing: tuple[str, int | None, tuple[str, ...]], apart: int = 0, prompts: int = 12
               ) -> tuple[str, ...]:
    """What is said of standings given as method, rank and holes."""
    rows = tuple(Standing(Setup(name, "", ""), Label(name, ()), 1, None, {}, (), holes, rank)
                 for name, rank, holes in standing)
    ranked = [row.setup for row in rows if row.rank is not None]
    pairs = tuple(Comparison(a, b, prompts, 1.0, 0.01, 0.01 if i < apart else 0.5)
                  for i, (a, b) in enumerate(itertools.combinations(ranked, 2)))
    clip = made.entry("a")
    found = shots(made.report_input([clip], made.results(made.rows(clip, made.all_held(9.0)))))
    return answer(found, (), Standings(rows, pairs, 30.0), {row.setup: row.setup.method for row in rows})[:-1]


def test_who_is_told_apart_comes_first() -> None:
    ranked = ("a", 1, ()), ("b", 1, ()), ("c", 3, ()), ("d", 3, ())
    assert separation(*ranked, apart=4) == ("a and b hold longest, told apart from each of the other 2.",)
    assert separation(*((name, 1, holes) for name, _, holes in ranked), apart=1) == (
        "1 of 6 pairs of methods is told apart, but no method from all others: the 4 share a rank.",)
    assert separation(*((name, 1, holes) for name, _, holes in ranked)) == (
        "By these clips no two of the 4 methods compared can be told apart.",)
    assert separation(*ranked, prompts=4) == ("4 prompts are too few to rank 4 methods.",)
    assert separation(("a", 1, ()), ("b", 2, ()), ("c", None, ("no clip of p",)), apart=1) == (
        "a holds longest, told apart from b.", "No rank for c, of which data are missing.")


@pytest.mark.parametrize(("clips", "part"), [
    ([({}, {})], "No method is named"),
    ([({}, {}), ({"clip_sha256": made.digest("c0")}, {})], "c0 and c1 are one and the same file"),
    ([({"method": "m"}, {}), ({"method": "n", "clip_sha256": made.digest("c0")}, {})],
     "m (c0) and n (c1) delivered the same bytes"),
    ([({"method": "m"}, {}), ({"clip_sha256": made.digest("c0")}, {})],
     "no method (c1) and m (c0) delivered the same bytes"),
    ([({}, {"premise": 2.0})], "The camera moves first in c0"),
    ([({"fixed_camera": False}, {"premise": 2.0})], "left out of steady seconds: c0"),
    ([({}, {"hardening": "dark"})], "cannot be told whether they hold: c0"),
    ([({}, {"drift": "dark"}), ({}, {"drift": "dark"})], "drift in 2 clips"),
    ([({}, {"end": 5.0}), ({}, {})], "from 5.0 s to 30.0 s"),
    ([({"horizon_s": 30.0}, {"end": 5.1})], "Shorter than asked: c0 (5.1 s of 30 s)."),
    ([({"horizon_s": 30.0, "facts": {"duration_s": 12.0}}, {"drift": 3.0})], "c0 (12.0 s of 30 s)"),
    ([({"method": "m"}, {})], "Fewer than 3 named prompts for m"),
    ([({"method": "m", "prompt_id": "a"}, {}), ({"method": "n", "prompt_id": "b"}, {})], "the same prompts"),
    ([({"method": "m"}, {}), ({}, {})], "No method is named for c1"),
])
def test_limits_follow_from_the_data(clips: list[Any], part: str) -> None:
    _, found = told(*((changes, dict(came)) for changes, came in clips))
    assert found[0] == "Given."
    assert sum(part in sentence for sentence in found) == 1


@pytest.mark.parametrize(("clips", "given"), [
    ([({}, {})], "No methods were named, so clips cannot be ranked by method."),
    ([({"method": "m"}, {}), ({}, {})], "1 of 2 clips name no method."),
    ([({}, {}), ({"clip_sha256": made.digest("c0")}, {})],
     "Same bytes under several names, measured once and to be counted once: c0, c1."),
])
def test_what_the_run_says_too_is_said_once(clips: list[Any], given: str) -> None:
    found = told(*((changes, dict(came)) for changes, came in clips), given=(given, "Given.", "Given."))[1]
    assert given not in found
    assert found.count("Given.") == 1
    unrelated = told(({"method": "m", "prompt_id": "p"}, {}), given=(given,))[1]
    assert given in unrelated


def test_no_limit_without_its_cause() -> None:
    enough = [({"method": "m", "prompt_id": f"p{i}"}, {}) for i in range(5)]
    assert told(*enough)[1] == ("Given.",)


@pytest.mark.parametrize(("value", "text"), [
    (0.0, "0"), (0.1234, "0.123"), (12.34, "12.3"), (1234.6, "1235"), (-0.5, "−0.500"), (0.000779, "0.001"),
    (999.96, "1000"), (3.16e-06, "~0"), (-0.0004999, "~0"), (0.0005, "0.001"), (0.05364, "0.054"),
    (2.5e8, "2.50e+08"),
])
def test_numbers(value: float, text: str) -> None:
    assert number(value) == text


def test_units_and_plain_values() -> None:
    assert figure(-1.25, "s") == "−1.2"
    assert figure(3.0, "px") == "3.00"
    assert full(0.8238054158829096) == "0.8238054"
    assert plain({"b": [1, 2.5], "a": None, "c": {"d": True}}) == "a: –; b: 1, 2.5; c: d: yes"
    assert listing(["a", "b", "c"], 2) == "a, b and 1 more"

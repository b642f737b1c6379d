"""Which pairs a rule means, and what is said where it means none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from reports.gather import Shot, shots
from reports.pair.choose import ChoiceError, choose
from tests.reports import made


def report(*clips: Mapping[str, Any]) -> tuple[Shot, ...]:
    """Shots of clips given by their fields; ``fails`` is the second in which drift comes."""
    entries, table = [], made.Rows()
    for fields in clips:
        own = dict(fields)
        fails = own.pop("fails", None)
        clip = made.entry(own.pop("clip"), **own)
        entries.append(clip)
        table += made.rows(clip, made.all_held(30.0, **({} if fails is None else {"drift": fails})))
    return shots(made.report_input(entries, made.results(table)))


def clip(method: str, prompt: str, seed: int | None = 0, **more: Any) -> dict[str, Any]:
    name = f"{method} {prompt} {seed} {more.get('configuration', '')}".strip()
    return {"clip": name, "method": method, "prompt_id": prompt, "seed": seed, **more}


def told(found: tuple[tuple[str, str], ...], of: tuple[Shot, ...]) -> list[tuple[str, str]]:
    names = {shot.key: shot.entry.clip for shot in of}
    return [(names[a], names[b]) for a, b in found]


GRID = report(*(clip(method, prompt, seed)
                for method in ("one", "two", "three") for prompt in ("beach", "fall") for seed in (0, 1)))


@pytest.mark.parametrize(("rule", "pairs"), [
    ("one,two", [("beach", 0), ("beach", 1), ("fall", 0), ("fall", 1)]),
    (" one , two ", [("beach", 0), ("beach", 1), ("fall", 0), ("fall", 1)]),
    ("one,two@fall", [("fall", 0), ("fall", 1)]),
    ("one,two@fall/1", [("fall", 1)]),
])
def test_two_methods_meet_on_every_prompt_and_seed_named(rule: str, pairs: list[tuple[str, int]]) -> None:
    assert told(choose(rule, GRID), GRID) == [(f"one {p} {s}", f"two {p} {s}") for p, s in pairs]


def test_the_order_of_a_rule_is_that_of_the_sides() -> None:
    assert told(choose("two,one@beach/0", GRID), GRID) == [("two beach 0", "one beach 0")]


def test_two_clips_go_by_name_or_key() -> None:
    found = told(choose("one beach 0,three fall 1", GRID), GRID)
    assert found == [("one beach 0", "three fall 1")]
    keys = ",".join(choose("one beach 0,three fall 1", GRID)[0])
    assert told(choose(keys, GRID), GRID) == found


def test_names_may_hold_the_signs_that_rules_are_made_of() -> None:
    odd = report(clip("a,b", "p@1/2"), clip("c@d", "p@1/2"), clip("c@d", "q", 3), clip("a,b", "q", 3))
    both = [("a,b p@1/2 0", "c@d p@1/2 0"), ("a,b q 3", "c@d q 3")]
    assert told(choose("a,b,c@d", odd), odd) == both
    assert told(choose("a,b,c@d@p@1/2", odd), odd) == both[:1]
    assert told(choose("a,b,c@d@p@1/2/0", odd), odd) == both[:1]
    assert told(choose("a,b,c@d@q/3", odd), odd) == both[1:]


def test_clips_without_a_seed_meet_too() -> None:
    found = report(clip("one", "beach", None), clip("two", "beach", None))
    assert told(choose("one,two@beach", found), found) == [("one beach None", "two beach None")]


def test_best_worst_takes_the_ends_of_each_prompt() -> None:
    found = report(
        clip("one", "beach", fails=5.0), clip("two", "beach", fails=9.0), clip("three", "beach", fails=7.0),
        clip("one", "fall"), clip("two", "fall", fails=30.0), clip("one", "lone", fails=3.0),
        clip("one", "even", fails=4.0), clip("two", "even", fails=4.0),
    )
    # Holding for 30 s is better than failing in second 30; equals and lone clips make no pair.
    assert told(choose("best-worst", found), found) == [
        ("two beach 0", "one beach 0"), ("one fall 0", "two fall 0")]


def test_of_equal_clips_their_digests_decide_not_their_names() -> None:
    held = [clip(name, "fall") for name in ("a", "b", "c", "d")]
    found = report(*held, clip("e", "fall", fails=3.0))
    last = max(shot.key for shot in found if shot.entry.method != "e")
    ((best, worst),) = choose("best-worst", found)
    assert best == last and worst == next(shot.key for shot in found if shot.entry.method == "e")


def test_best_worst_needs_two_clips_that_differ() -> None:
    even = report(clip("one", "even", fails=4.0), clip("two", "even", fails=4.0))
    with pytest.raises(ChoiceError, match="no prompt has a clip that fails and another one that holds"):
        choose("best-worst", even)


@pytest.mark.parametrize(("rule", "says"), [
    ("one", "expected two methods or two clips with a comma between them, or best-worst"),
    ("", "expected two methods"),
    ("one,four", "Methods: one, three and two. Clips, by name or key: one beach 0, one beach 1"),
    (",", "it names nothing that is there"),
    ("one,one", "both sides are the same row"),
    ("one beach 0,one beach 0", "both sides are the same clip"),
    ("one,two@sea", "no prompt and seed in common at “sea”; they share: beach/0, beach/1, fall/0 and fall/1"),
    ("one,two@fall/7", "at “fall/7”"),
])
def test_a_rule_that_means_nothing_says_what_there_is(rule: str, says: str) -> None:
    with pytest.raises(ChoiceError) as fault:
        choose(rule, GRID)
    assert says in str(fault.value)


def test_a_method_in_two_configurations_must_be_named_in_full() -> None:
    two = report(clip("one", "beach", configuration="native"), clip("one", "beach", configuration="common"),
                 clip("two", "beach"))
    with pytest.raises(ChoiceError, match="stands for 2 rows of the leaderboard; name one: one:common and"):
        choose("one,two", two)
    assert told(choose("one:common,one:native", two), two) == [("one beach 0 common", "one beach 0 native")]


def test_clips_of_one_name_go_by_their_keys() -> None:
    twins = report(clip("one", "beach", clip="same", clip_sha256=made.digest("x")),
                   clip("two", "beach", clip="same", clip_sha256=made.digest("y")), clip("three", "beach"))
    with pytest.raises(ChoiceError) as fault:
        choose("same,three beach 0", twins)
    assert "several clips are called “same”; name one by its key: " in str(fault.value)
    assert all(shot.key in str(fault.value) for shot in twins if shot.entry.clip == "same")


def test_nothing_can_be_chosen_from_nothing() -> None:
    with pytest.raises(ChoiceError, match="there is no clip"):
        choose("best-worst", ())

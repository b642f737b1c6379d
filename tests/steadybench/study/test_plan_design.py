"""Which pairs meet on which prompts."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace
from itertools import combinations

import pytest

from steadybench.errors import InputError, NothingFoundError
from steadybench.study.planning import balance
from steadybench.study.planning.candidates import LeftOut
from steadybench.study.planning.choosing import meetings
from steadybench.study.planning.draw import Draw
from steadybench.study.planning.making import Made, make
from steadybench.study.planning.request import Request
from steadybench.study.planning.rounds import rounds
from tests.steadybench.study.made_read import NAMES, SECRET, candidate, made_read, read_of


def made(read: object, **options: object) -> Made:
    return make(read, Request(question=("stillness",), **{"votes": 2, **options}), SECRET)  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [2, 3, 4, 7, 8, 11])
def test_rounds_hold_every_pair_once_and_every_system_once_a_round(count: int) -> None:
    systems = list(NAMES[:count]) + [f"more {i}" for i in range(count - len(NAMES))]
    found = rounds(systems)

    assert sorted(pair for one in found for pair in one) == sorted(combinations(systems, 2))
    for one in found:
        met = [name for pair in one for name in pair]
        assert len(set(met)) == len(met) == count - count % 2


@pytest.mark.parametrize(("count", "prompts", "per_pair"), [(8, 24, 12), (7, 9, 4), (4, 6, 3), (5, 8, 7)])
def test_an_incomplete_design_is_balanced(count: int, prompts: int, per_pair: int) -> None:
    systems = sorted(NAMES[:count])
    pairs = list(combinations(systems, 2))
    holders = {f"p{i:02d}": set(pairs) for i in range(prompts)}
    found = meetings(systems, holders, per_pair, Draw(SECRET, 3, "test"))

    assert {len(own) for own in found.values()} == {per_pair}
    load = Counter(prompt for own in found.values() for prompt in own)
    assert len(load) == prompts and max(load.values()) - min(load.values()) <= count // 2
    met: dict[str, Counter[str]] = defaultdict(Counter)
    for pair, own in found.items():
        for prompt in own:
            met[prompt].update(pair)
    for counted in met.values():
        times = [counted[name] for name in systems]
        assert max(times) - min(times) <= (1 if count % 2 else 0)


def test_a_missing_clip_moves_its_pairs_to_other_prompts() -> None:
    whole = [candidate(i, j) for i in range(6) for j in range(12)]
    read = read_of(*(one for one in whole if (one.setup.method, one.prompt) != ("alder", "prompt-03")))
    found = made(read, prompts_per_pair=6)
    rows = balance.rows(found.plan)

    assert {row.prompts for row in rows if row.what == "pair"} == {6}
    assert not found.left_out


def test_a_pair_with_too_few_prompts_gets_what_there_is_and_is_told() -> None:
    whole = [candidate(i, j) for i in range(4) for j in range(6)]
    read = read_of(*(one for one in whole if one.setup.method != "alder" or one.prompt < "prompt-02"))
    found = made(read, prompts_per_pair=4)

    short = [one for one in found.left_out if "for want of clips" in one.reason]
    assert len(short) == 3 and all("meets on 2 of 4 prompts" in one.reason for one in short)
    assert all("alder" in {setup.method for setup in one.setups} for one in short)
    alder = next(name for name, one in found.key.systems.items() if one.method == "alder")
    counted = Counter(row.prompts for row in balance.rows(found.plan) if row.what == "pair")
    assert counted == {2: 3, 4: 3} and alder in found.plan.systems


def test_clips_for_which_the_design_has_no_pair_are_told() -> None:
    found = made(made_read(4, 6), prompts_per_pair=1)

    unused = [one for one in found.left_out if one.reason == "the design has no pair for it"]
    clips = {one.source for one in found.plan.stimuli if one.kind == "clip"}
    assert len(unused) == 24 - len(clips) == 12


def test_seeds_meet_their_like_and_can_be_limited() -> None:
    both = made(made_read(3, 4, seeds=2)).plan
    first = made(made_read(3, 4, seeds=2), seeds=1)

    assert len(both.units) == 2 * len(first.plan.units) == 24
    assert {unit.seed for unit in both.units} == {0, 1}
    assert sum(one.reason == "its seed was not asked for" for one in first.left_out) == 12


def test_a_prompt_of_one_system_alone_is_left_out_and_nothing_else() -> None:
    read = read_of(*(candidate(i, j) for i in range(3) for j in range(4)), candidate(1, 9))
    found = made(read)

    assert len(found.plan.units) == 12 and len(found.plan.prompts) == 4
    assert [one.name for one in found.left_out] == ["birch prompt-09 seed 0"]
    (told,) = (one for one in found.plan.left_out if "no other system" in one)
    assert "birch" not in told and "no other system" in told
    named = {**{name: one.method for name, one in found.key.systems.items()}, **found.key.prompts}
    words = [word.strip(",:") for word in told.split()]
    assert {named[word] for word in words if word in named} == {"birch", "prompt-09"}


def test_every_clip_that_a_system_lacks_is_named() -> None:
    """Also where only one system is left, and not where the run told why already."""
    every = [candidate(i, j, k) for i in range(3) for j in range(3) for k in range(2)]
    gone = {(0, 0, 0), (0, 1, 0), (1, 2, 1), (2, 2, 1)}
    kept = [one for one in every
            if (NAMES.index(one.setup.method), int(one.prompt[-2:]), one.seed) not in gone]
    broken = LeftOut("its file cannot be read", (every[-1].setup,), "prompt-02", 1, "broken")
    plan = made(replace(read_of(*kept), left_out=(broken,)))

    lines = [line for line in plan.told if "no clip" in line or line.startswith("  ")]
    assert lines == ["3 places have no clip, and another system has one there:",
                     "  Alder, seed 0: prompt-00, prompt-01", "  Birch, seed 1: prompt-02"]
    told = [one for one in plan.plan.left_out if "there is no clip" in one]
    assert len(told) == 3 and all(re.match(r"system \w+, prompt \w+, seed [01]: ", one) for one in told)
    assert not [line for line in made(read_of(*every)).told if "no clip" in line]
    assert sum("there is no clip" in one for one in made(read_of(*kept), seeds=1).plan.left_out) == 2


def test_nothing_to_compare_is_refused_with_the_reason() -> None:
    with pytest.raises(NothingFoundError, match=r"No two systems.*no other system has a clip"):
        made(read_of(candidate(0, 0), candidate(1, 1)))
    with pytest.raises(NothingFoundError, match="no clip that could be shown"):
        made(read_of())


def test_which_system_comes_first_in_a_unit_is_drawn() -> None:
    plan = made(made_read(8, 12)).plan
    first = Counter(unit.first for unit in plan.units)

    for name in plan.systems:
        share = first[name] / (7 * 12)
        assert 0.3 < share < 0.7


@pytest.mark.parametrize("votes", [0, 1, 5, -2])
def test_odd_votes_are_refused(votes: int) -> None:
    with pytest.raises(InputError, match="even number"):
        made(made_read(3, 3), votes=votes)


def test_the_seed_changes_the_plan_and_the_same_seed_does_not() -> None:
    one, again, other = (made(made_read(5, 6), seed=seed).plan for seed in (0, 0, 1))

    assert one == again
    assert {unit.id for unit in one.units} == {unit.id for unit in other.units}
    assert [session.trials for session in one.sessions] != [session.trials for session in other.sessions]


def test_the_order_of_clips_does_not_matter() -> None:
    clips = made_read(5, 6).candidates
    assert made(read_of(*clips)).plan == made(read_of(*reversed(clips))).plan

"""Steady-Forcing: the published slots and positions, purification, and each part of the ablation."""

from __future__ import annotations

import re

import pytest

from generators.contract import GeneratorError
from generators.engine.catalogue import recipes
from generators.engine.policy import Blend
from generators.engine.steps import warped
from generators.methods.common import COMMON
from generators.methods.steady_forcing import create
from tests.generators.rollouts import blended, clean_passes, frames_seen, key_indices, policy

NATIVE = policy("steady-forcing:engine-native")


@pytest.mark.parametrize(
    ("block", "query", "own", "seen"),
    [
        (0, 0, 0, []),
        (1, 6, 6, [*range(6)]),
        (2, 12, 12, [*range(12)]),
        (3, 12, 12, [0, 1, 2, *range(9, 18)]),
        (4, 12, 12, [0, 1, 2, *range(15, 24)]),
        (20, 12, 12, [0, 1, 2, *range(111, 120)]),
        (21, 12, 6, [0, *range(121, 126)]),
        (22, 12, 12, [0, *range(121, 132)]),
        (23, 12, 12, [0, 121, 122, *range(129, 138)]),
        (42, 12, 6, [0, *range(247, 252)]),
        (63, 12, 6, [0, *range(373, 378)]),
    ],
)
def test_slots_and_positions(block: int, query: int, own: int, seen: list[int]) -> None:
    step = clean_passes(NATIVE, 64)[block]

    assert frames_seen(step) == seen
    assert (step.view.query_start, step.view.own_key_start) == (query, own)
    assert key_indices(step) == list(range(len(seen) + 6))


def test_the_anchor_stays_itself_and_two_averages_take_the_first_two_of_six() -> None:
    steps = clean_passes(NATIVE, 25)

    assert all(step.table[0].sources == ((0, 1.0),) for step in steps[1:])
    assert blended(steps[3], 1) == pytest.approx({1: 0.99, 3: 0.01})
    assert blended(steps[3], 2) == pytest.approx({2: 0.99, 4: 0.01})
    assert blended(steps[4], 1) == pytest.approx({1: 0.9801, 3: 0.0099, 9: 0.01})
    assert blended(steps[4], 2) == pytest.approx({2: 0.9801, 4: 0.0099, 10: 0.01})
    assert blended(steps[23], 1) == pytest.approx({121: 0.99, 123: 0.01})
    assert blended(steps[23], 2) == pytest.approx({122: 0.99, 124: 0.01})


def test_averages_are_updated_18_times_before_the_first_purification_and_19_times_after() -> None:
    updated = [sum(isinstance(op, Blend) for op in step.ops) for step in _first_passes(64)]

    assert [number for number, count in enumerate(updated) if not count] == [0, 1, 2, 21, 22, 42, 43, 63]
    assert set(updated) == {0, 2}
    assert blended(clean_passes(NATIVE, 21)[20], 1)[1] == pytest.approx(0.99**18)


def _first_passes(blocks: int):
    from generators.engine.trace import walk

    return [step for step in walk(NATIVE, blocks * 6) if step.forward.levels[0] == 0]


def test_purification_hands_the_averages_slots_to_recent_frames() -> None:
    step = clean_passes(NATIVE, 22)[21]

    assert [slot.role for slot in step.table] == ["anchor", "memory", "memory", "recent", "recent", "recent"]
    assert [slot.sources for slot in step.table[1:3]] == [((121, 1.0),), ((122, 1.0),)]


def test_contiguous_positions_close_the_gap_and_change_nothing_else() -> None:
    closed = clean_passes(policy("steady-forcing:engine-native", flush_positions="contiguous"), 64)

    for released, ours in zip(clean_passes(NATIVE, 64), closed, strict=True):
        assert ours.table == released.table
        assert ours.view.keys == released.view.keys
        assert ours.view.query_start == ours.view.own_key_start == released.view.own_key_start


def test_steps_and_common() -> None:
    assert NATIVE.steps(0) == NATIVE.steps(9) == warped((1000, 750, 500, 250), shift=5)
    assert COMMON.policy == NATIVE, "common is this method's rule, written down by itself"


@pytest.mark.parametrize(
    ("configuration", "seen", "roles"),
    [
        ("no-sink", [*range(12, 24)], "r" * 12),
        ("v-sink", [0, *range(13, 24)], "a" + "r" * 11),
        ("ema-sink", [0, 1, 2, *range(15, 24)], "mmm" + "r" * 9),
        ("dual-sink", [0, 1, 2, *range(15, 24)], "amm" + "r" * 9),
        ("engine-native", [0, 1, 2, *range(15, 24)], "amm" + "r" * 9),
    ],
)
def test_each_part_of_the_ablation_in_block_4(configuration: str, seen: list[int], roles: str) -> None:
    relative = clean_passes(policy(f"steady-forcing:{configuration}"), 5)[4]
    absolute = clean_passes(policy(f"steady-forcing:{configuration}-absolute"), 5)[4]

    assert absolute.table == relative.table
    assert frames_seen(relative) == seen
    assert [slot.role[0] for slot in relative.table] == list(roles)
    assert key_indices(relative) == list(range(18))
    assert relative.view.query_start == relative.view.own_key_start == 12
    assert key_indices(absolute) == [*seen, *range(24, 30)]
    assert absolute.view.query_start == absolute.view.own_key_start == 24


@pytest.mark.parametrize(("configuration", "purified"), [("dual-sink", False), ("engine-native", True)])
def test_only_native_purifies(configuration: str, *, purified: bool) -> None:
    for suffix in ("", "-absolute"):
        step = clean_passes(policy(f"steady-forcing:{configuration}{suffix}"), 22)[21]
        assert (frames_seen(step) == [0, *range(121, 126)]) == purified


def test_the_averages_of_ema_sink_take_the_first_three() -> None:
    step = clean_passes(policy("steady-forcing:ema-sink"), 4)[3]

    assert [blended(step, i) for i in range(3)] == [pytest.approx({i: 0.99, i + 3: 0.01}) for i in range(3)]


def test_absolute_rollouts_end_with_the_position_table_and_leave_no_gap() -> None:
    rule = policy("steady-forcing:engine-native-absolute")

    assert rule.frame_limit == 1024
    assert NATIVE.frame_limit is None
    step = clean_passes(rule, 22)[21]
    assert key_indices(step) == [0, *range(121, 132)]
    assert step.view.query_start == step.view.own_key_start == 126


@pytest.mark.parametrize(
    ("configuration", "name", "word"),
    [
        ("v-sink", "ema", "fp32"),
        ("no-sink-absolute", "ema", "fp32"),
        ("dual-sink", "flush_positions", "contiguous"),
        ("engine-native-absolute", "flush_positions", "contiguous"),
        ("common", "ema", "fp32"),
        ("common", "flush_positions", "contiguous"),
    ],
)
def test_options_that_change_nothing_there_are_refused(configuration: str, name: str, word: str) -> None:
    with pytest.raises(GeneratorError, match=re.escape(f"{name}={word} changes nothing")):
        create(configuration, {name: word})


def test_notes_tell_the_gap_and_what_is_ours() -> None:
    assert "6 positions ahead" in recipes("steady-forcing")["engine-native"].note
    changed = recipes("steady-forcing", flush_positions="contiguous", ema="fp32")["engine-native"]
    assert changed.note.count("our change") == 2
    assert changed.ema == "fp32"
    for name, recipe in recipes("steady-forcing").items():
        assert ("ours" in recipe.note) == (name not in ("engine-native", "common")), name

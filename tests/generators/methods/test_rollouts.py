"""What holds for every configuration of the eight methods, at the length of a four-minute video."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from generators import native
from generators.contract import GeneratorError
from generators.engine.catalogue import METHODS, recipes
from generators.engine.policy import COMMIT, POSITIONS, MemoryPolicy
from generators.engine.trace import Traced, walk
from generators.engine.window import WindowPolicy
from generators.methods.common import COMMON
from generators.registry import BUILT_IN, load
from tests.generators.rollouts import every_policy, key_indices, whole_blocks

LONGEST = 960
"""Latent frames of 240 s."""

EVERY = pytest.mark.parametrize("rule", [pytest.param(p, id=name) for name, p in every_policy().items()])


@EVERY
def test_every_pass_sees_only_slots_that_exist_and_frames_that_are_past(rule: MemoryPolicy) -> None:
    for step in walk(rule, whole_blocks(rule, LONGEST)):
        slots = [slot for slot, _ in step.view.keys]
        assert len(set(slots)) == len(slots)
        for slot in slots:
            sources = step.table[slot].sources
            assert max(frame for frame, _ in sources) < step.forward.frames.start
            assert sum(weight for _, weight in sources) == pytest.approx(1)


@EVERY
def test_no_two_keys_share_a_place_in_time_and_all_lie_in_the_position_table(rule: MemoryPolicy) -> None:
    for step in walk(rule, whole_blocks(rule, LONGEST)):
        keys = key_indices(step)
        last_query = step.view.query_start + len(step.forward.frames) - 1
        assert len(set(keys)) == len(keys)
        assert 0 <= min(keys) <= max(keys) < POSITIONS
        assert 0 <= step.view.query_start <= last_query < POSITIONS


@EVERY
def test_the_table_never_outgrows_its_capacity_and_reaches_it(rule: MemoryPolicy) -> None:
    sizes = [
        len(step.table) + len(step.forward.frames) * step.forward.commits
        for step in walk(rule, whole_blocks(rule, LONGEST))
    ]

    assert max(sizes) == rule.capacity


@EVERY
def test_every_frame_passes_all_levels_once_in_order_and_is_committed_in_order(rule: MemoryPolicy) -> None:
    frames = whole_blocks(rule, LONGEST)
    history: dict[int, list[int]] = defaultdict(list)
    order: list[int] = []
    for step in walk(rule, frames):
        for frame, level in zip(step.forward.frames, step.forward.levels, strict=True):
            history[frame].append(level)
        if step.forward.commits:
            order.extend(step.forward.frames)

    assert order == list(range(frames))
    for frame, levels in history.items():
        assert levels == [*range(len(rule.steps(frame // rule.block))), COMMIT]


@EVERY
def test_a_second_look_at_a_prepared_table_finds_nothing_to_do(rule: MemoryPolicy) -> None:
    for step in walk(rule, whole_blocks(rule, LONGEST)):
        assert list(rule.prepare(step.forward, step.table)) == []


@EVERY
def test_all_passes_of_a_block_see_the_same_unless_blocks_overlap(rule: MemoryPolicy) -> None:
    if not isinstance(rule, WindowPolicy):
        pytest.skip("a rolling method's clean pass reads more than its joint pass")
    seen: dict[int, list[Traced]] = defaultdict(list)
    for step in walk(rule, whole_blocks(rule, LONGEST)):
        seen[step.forward.frames.start].append(step)

    for steps in seen.values():
        assert {(step.table, step.view) for step in steps} == {(steps[0].table, steps[0].view)}
        assert [bool(step.ops) for step in steps[1:]] == [False] * (len(steps) - 1)


@EVERY
def test_given_blocks_are_committed_first_and_then_remembered_like_made_ones(rule: MemoryPolicy) -> None:
    frames = whole_blocks(rule, 60)
    prefix = 2 * rule.block
    with_prefix = list(walk(rule, frames, prefix))

    given, made = with_prefix[:2], with_prefix[2:]
    assert [step.forward.frames for step in given] == [range(rule.block), range(rule.block, prefix)]
    assert all(step.forward.commits for step in given)
    assert min(step.forward.frames.start for step in made) == prefix
    ends = [
        [step for step in steps if step.forward.commits and step.forward.frames.start >= prefix]
        for steps in (with_prefix, list(walk(rule, frames)))
    ]
    assert [(s.forward, s.table, s.view) for s in ends[0]] == [(s.forward, s.table, s.view) for s in ends[1]]


@EVERY
def test_frames_leave_in_order_of_age(rule: MemoryPolicy) -> None:
    for step in walk(rule, whole_blocks(rule, LONGEST)):
        recent = [slot.frame for slot in step.table if slot.role == "recent"]
        assert all(b - a == 1 for a, b in pairwise(recent))


@pytest.mark.parametrize("method", METHODS)
def test_the_registry_lists_exactly_the_configurations(method: str) -> None:
    listed = {m.name: m.configurations for m in BUILT_IN}

    assert listed[method] == (*recipes(method), *native.configurations(method))


@pytest.mark.parametrize("method", METHODS)
def test_common_is_one_and_the_same_for_all_and_says_what_it_is(method: str) -> None:
    assert recipes(method)["common"] is COMMON
    assert "inferred" in COMMON.note
    assert "the same video" in COMMON.note


@pytest.mark.parametrize("method", METHODS)
def test_every_configuration_says_what_people_must_know(method: str) -> None:
    notes = [recipe.note for recipe in recipes(method).values()]

    assert all(note.endswith(".") and len(note) > 30 for note in notes), notes


@pytest.mark.parametrize("method", METHODS)
def test_an_unknown_configuration_is_told_with_all_that_there_are(method: str) -> None:
    names = ", ".join(recipes(method))
    with pytest.raises(GeneratorError, match=f"{method}: unknown configuration 'nativ'.*{names}"):
        load(f"{method}:nativ")


def test_rules_are_described_without_torch() -> None:
    program = (
        "import importlib, sys\n"
        f"for method in {METHODS}:\n"
        "    importlib.import_module('generators.methods.' + method.replace('-', '_'))\n"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[3])

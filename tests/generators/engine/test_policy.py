"""Passes, operations on the table, and lengths that are refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.engine.policy import (
    COMMIT,
    Blend,
    Copy,
    Drop,
    Forward,
    Mark,
    Op,
    Slot,
    Table,
    apply,
    blocks,
    committed,
)
from generators.engine.steps import warped
from generators.engine.window import WindowPolicy

TABLE = committed((), Forward(range(4), (COMMIT,) * 4), ("anchor", "memory", "recent", "recent"))


@pytest.mark.parametrize(
    ("frames", "levels"),
    [
        (range(0), ()),
        (range(3), (0, 0)),
        (range(0, 6, 2), (0, 0, 0)),
        (range(3, 0, -1), (0, 0, 0)),
        (range(-3, 0), (0, 0, 0)),
        (range(2), (0, -2)),
    ],
)
def test_a_pass_needs_consecutive_frames_with_one_level_each(frames: range, levels: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="expected"):
        Forward(frames, levels)


def test_a_pass_commits_all_of_its_frames_or_none() -> None:
    with pytest.raises(ValueError, match=r"\(0, -1\)"):
        Forward(range(2), (0, COMMIT))
    assert Forward(range(2), (COMMIT, COMMIT)).commits
    assert not Forward(range(2), (1, 0)).commits


def test_a_commit_appends_one_slot_a_frame() -> None:
    table = committed(TABLE, Forward(range(4, 6), (COMMIT,) * 2), ("recent", "recent"))

    assert table[:4] == TABLE
    assert table[4:] == (Slot("recent", 4, ((4, 1.0),)), Slot("recent", 5, ((5, 1.0),)))
    with pytest.raises(ValueError):
        committed(TABLE, Forward(range(4, 6), (COMMIT,) * 2), ("recent",))


def test_dropping_closes_the_gap_and_keeps_the_order() -> None:
    assert [slot.frame for slot in apply(TABLE, Drop((2, 0)))] == [1, 3]


def test_a_copy_takes_the_content_but_not_the_role() -> None:
    table = apply(TABLE, Copy(target=1, source=3))

    assert table[1] == Slot("memory", 3, ((3, 1.0),))
    assert table[3] == TABLE[3]


def test_a_mark_changes_the_role_only() -> None:
    assert apply(TABLE, Mark(2, "memory"))[2] == Slot("memory", 2, ((2, 1.0),))


def test_blending_twice_follows_the_weights_of_the_formula() -> None:
    table = TABLE
    for source in (2, 3):
        table = apply(table, Blend(1, source, 0.9))

    assert table[1].frame == 1
    assert dict(table[1].sources) == pytest.approx({1: 0.81, 2: 0.09, 3: 0.1})


@pytest.mark.parametrize(
    "op", [Drop((4,)), Drop((-1,)), Copy(0, 4), Copy(4, 0), Blend(0, 9, 0.5), Mark(4, "anchor")]
)
def test_an_operation_on_a_slot_that_is_not_there_is_named(op: Op) -> None:
    with pytest.raises(IndexError, match=r"slot -?\d is not in a table of 4 slots"):
        apply(TABLE, op)


@pytest.mark.parametrize("keep", [-0.1, 1.1, float("nan")])
def test_a_blend_keeps_a_share(keep: float) -> None:
    with pytest.raises(ValueError, match="share"):
        Blend(0, 1, keep)


@settings(deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.floats(0, 1)), max_size=12))
def test_weights_of_a_slot_sum_to_one_whatever_is_blended(steps: list[tuple[int, int, float]]) -> None:
    table: Table = TABLE
    for target, source, keep in steps:
        table = apply(table, Blend(target, source, keep))

    for slot in table:
        assert sum(weight for _, weight in slot.sources) == pytest.approx(1)
        assert len({frame for frame, _ in slot.sources}) == len(slot.sources)


POLICY = WindowPolicy(block=3, window=21, cap=21, denoising=warped((1000,), shift=5))


@pytest.mark.parametrize(
    ("frames", "prefix"), [(0, 0), (4, 0), (-3, 0), (6, 1), (6, 6), (6, 9), (6, -3), (24, 0)]
)
def test_a_rollout_of_another_length_is_refused_before_its_first_pass(frames: int, prefix: int) -> None:
    with pytest.raises(
        ValueError, match=f"got {frames} frames" if frames != 24 else "at most 21 frames, got 24"
    ):
        blocks(POLICY, frames, prefix)
    with pytest.raises(ValueError):
        POLICY.schedule(frames, prefix)


def test_blocks_follow_one_another() -> None:
    assert blocks(POLICY, 9, 3) == (range(3), range(3, 6), range(6, 9))

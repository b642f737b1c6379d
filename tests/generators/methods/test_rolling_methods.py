"""Rolling-Forcing and Causal-Forcing's long rollout: published windows, levels, contexts and positions."""

from __future__ import annotations

import pytest

from generators.engine.steps import warped
from tests.generators.rollouts import clean_passes, frames_seen, joint_passes, policy

ROLLING = policy("rolling-forcing:engine-native")
CAUSAL = policy("causal-forcing:engine-native")


def frames(blocks: range) -> range:
    return range(3 * blocks.start, 3 * blocks.stop)


@pytest.mark.parametrize(
    ("window", "blocks", "levels", "anchor", "work"),
    [
        (0, range(1), (0,), None, range(0)),
        (1, range(2), (1, 0), None, range(0)),
        (2, range(3), (2, 1, 0), None, range(0)),
        (3, range(4), (3, 2, 1, 0), None, range(0)),
        (4, range(5), (4, 3, 2, 1, 0), None, range(0)),
        (5, range(1, 6), (4, 3, 2, 1, 0), 0, range(0)),
        (6, range(2, 7), (4, 3, 2, 1, 0), 0, range(3, 6)),
        (7, range(3, 8), (4, 3, 2, 1, 0), 3, range(6, 9)),
        (8, range(4, 9), (4, 3, 2, 1, 0), 6, range(9, 12)),
        (9, range(5, 10), (4, 3, 2, 1, 0), 9, range(12, 15)),
        (10, range(6, 11), (4, 3, 2, 1, 0), 12, range(15, 18)),
        (11, range(7, 12), (4, 3, 2, 1, 0), 15, range(18, 21)),
        (12, range(8, 13), (4, 3, 2, 1, 0), 18, range(21, 24)),
        (13, range(9, 14), (4, 3, 2, 1, 0), 21, range(24, 27)),
        (14, range(10, 14), (4, 3, 2, 1), 21, range(24, 30)),
        (15, range(11, 14), (4, 3, 2), 21, range(24, 33)),
        (16, range(12, 14), (4, 3), 21, range(24, 36)),
        (17, range(13, 14), (4,), 21, range(24, 39)),
    ],
)
def test_the_windows_of_fourteen_blocks(
    window: int, blocks: range, levels: tuple[int, ...], anchor: int | None, work: range
) -> None:
    windows = joint_passes(ROLLING, 14)
    step = windows[window]

    assert len(windows) == 18
    assert step.forward.frames == frames(blocks)
    assert step.forward.levels == tuple(level for level in levels for _ in range(3))
    assert frames_seen(step) == ([] if anchor is None else [0, 1, 2]) + list(work)
    moved = [] if anchor is None else list(range(anchor, anchor + 3))
    assert [index for _, index in step.view.keys] == moved + list(work)
    assert step.view.query_start == step.view.own_key_start == 3 * blocks.start


def test_a_block_is_committed_right_after_its_last_window() -> None:
    order = list(ROLLING.schedule(42))
    kinds = ["clean" if forward.commits else "joint" for forward in order]

    assert kinds == ["joint"] * 4 + ["joint", "clean"] * 14
    assert [forward.frames for forward in order if forward.commits] == [
        frames(range(b, b + 1)) for b in range(14)
    ]


def test_clean_passes_read_the_anchor_until_the_store_is_full() -> None:
    steps = clean_passes(ROLLING, 14)

    for block, step in enumerate(steps):  # block b is committed in window b + 4
        start = 3 * block
        assert frames_seen(step) == list(range(max(0, start - 18), start))
        assert [index for _, index in step.view.keys] == frames_seen(step)
        assert (0 in frames_seen(step)) == (1 <= block <= 6)


def test_the_store_keeps_the_anchor_and_the_newest_21() -> None:
    step = clean_passes(ROLLING, 14)[13]

    assert [slot.frame for slot in step.table] == [0, 1, 2, *range(21, 39)]
    assert [slot.role for slot in step.table] == ["anchor"] * 3 + ["recent"] * 18
    assert ROLLING.capacity == CAUSAL.capacity == 24


def test_steps() -> None:
    assert ROLLING.steps(0) == warped((1000, 800, 600, 400, 200), shift=5)
    assert CAUSAL.steps(0) == warped((1000, 750, 500, 250), shift=5)


@pytest.mark.parametrize(
    ("window", "blocks", "levels", "anchor", "work"),
    [
        (0, range(1), (0,), None, range(0)),
        (3, range(4), (3, 2, 1, 0), None, range(0)),
        (4, range(1, 5), (3, 2, 1, 0), 0, range(0)),
        (5, range(2, 6), (3, 2, 1, 0), 0, range(3, 6)),
        (6, range(3, 7), (3, 2, 1, 0), 0, range(3, 9)),
        (7, range(4, 8), (3, 2, 1, 0), 3, range(6, 12)),
        (13, range(10, 14), (3, 2, 1, 0), 21, range(24, 30)),
        (14, range(11, 14), (3, 2, 1), 21, range(24, 33)),
        (16, range(13, 14), (3,), 21, range(24, 39)),
    ],
)
def test_causal_forcing_rolls_with_four_blocks(
    window: int, blocks: range, levels: tuple[int, ...], anchor: int | None, work: range
) -> None:
    windows = joint_passes(CAUSAL, 14)
    step = windows[window]

    assert len(windows) == 17
    assert step.forward.frames == frames(blocks)
    assert step.forward.levels == tuple(level for level in levels for _ in range(3))
    moved = [] if anchor is None else list(range(anchor, anchor + 3))
    assert frames_seen(step) == ([] if anchor is None else [0, 1, 2]) + list(work)
    assert [index for _, index in step.view.keys] == moved + list(work)

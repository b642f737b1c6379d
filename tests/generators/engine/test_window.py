"""The sliding window with sinks, against its description in closed form."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.engine.policy import POSITIONS, Role
from generators.engine.purify import PurifyingWindow
from generators.engine.steps import warped
from generators.engine.trace import walk
from generators.engine.window import Positions, WindowPolicy
from tests.generators.rollouts import clean_passes, frames_seen, key_indices

STEPS = warped((1000, 500), shift=5)
POSITION_RULES = st.sampled_from(("absolute", "relative", "pinned"))
SINKS = st.lists(st.sampled_from(("anchor", "memory")), max_size=5).map(tuple)


def window(**changes: Any) -> WindowPolicy:
    return WindowPolicy(**({"block": 3, "window": 9, "denoising": STEPS} | changes))


@settings(deadline=None, derandomize=True)
@given(st.integers(1, 6), SINKS, st.integers(0, 12), POSITION_RULES, st.integers(1, 12))
def test_a_block_sees_the_sinks_and_the_frames_right_before_it(
    block: int, sinks: tuple[Role, ...], past: int, positions: Positions, count: int
) -> None:
    policy = window(block=block, sinks=sinks, window=block + len(sinks) + past, positions=positions, keep=0.5)

    for step in clean_passes(policy, count):
        start = step.forward.frames.start
        wanted = {*range(min(start, len(sinks))), *range(max(0, start - past), start)}
        # before anything has left, room that the sinks do not fill yet is room for past frames
        wanted |= set(range(start)) if start + block <= policy.window else set()
        assert frames_seen(step) == sorted(wanted)


@settings(deadline=None, derandomize=True)
@given(st.integers(1, 6), SINKS, POSITION_RULES, st.integers(1, 10), st.data())
def test_with_room_for_everything_all_rules_are_full_attention(
    block: int, sinks: tuple[Role, ...], positions: Positions, count: int, data: st.DataObject
) -> None:
    wide = max(count * block, block + len(sinks))
    policy = window(block=block, sinks=sinks, window=wide + data.draw(st.integers(0, 5)), positions=positions)
    prefix = block * data.draw(st.integers(0, count - 1))

    for step in walk(policy, count * block, prefix):
        frames = step.forward.frames
        assert step.ops == ()
        assert frames_seen(step) == list(range(frames.start))
        assert key_indices(step) == list(range(frames.stop))
        assert step.view.query_start == frames.start


def test_every_step_then_the_clean_pass_and_given_blocks_only_the_clean_pass() -> None:
    levels = [step.forward.levels[0] for step in walk(window(), 9, prefix=3)]
    starts = [step.forward.frames.start for step in walk(window(), 9, prefix=3)]

    assert levels == [-1, 0, 1, -1, 0, 1, -1]
    assert starts == [0, 3, 3, 3, 6, 6, 6]


def test_what_leaves_is_blended_in_order_before_it_leaves() -> None:
    policy = window(sinks=("anchor", "memory", "memory"), keep=0.75)

    step = clean_passes(policy, 4)[3]

    assert [slot.role for slot in step.table] == ["anchor", "memory", "memory", "recent", "recent", "recent"]
    assert [slot.sources for slot in step.table[:4]] == [
        ((0, 1.0),),
        ((1, 0.75), (3, 0.25)),
        ((2, 0.75), (4, 0.25)),
        ((6, 1.0),),
    ]


@settings(deadline=None, derandomize=True, max_examples=30)
@given(
    st.integers(1, 6), SINKS, st.integers(0, 12), st.sampled_from(("relative", "pinned")), st.integers(1, 400)
)
def test_positions_by_place_stay_inside_the_window_at_any_length(
    block: int, sinks: tuple[Role, ...], past: int, positions: Positions, count: int
) -> None:
    policy = window(block=block, sinks=sinks, window=block + len(sinks) + past, positions=positions)

    assert policy.frame_limit is None
    for step in clean_passes(policy, count):
        assert max(key_indices(step)) < policy.window
        assert 0 <= step.view.query_start <= policy.window - block


@pytest.mark.parametrize(
    ("positions", "cap", "limit"),
    [
        ("relative", None, None),
        ("relative", 21, 21),
        ("absolute", None, POSITIONS),
        ("absolute", 21, 21),
        ("absolute", 5000, POSITIONS),
    ],
)
def test_the_limit_is_the_cap_and_the_position_table_where_positions_are_absolute(
    positions: Positions, cap: int | None, limit: int | None
) -> None:
    policy = window(positions=positions, cap=cap)

    assert policy.frame_limit == limit
    if limit:
        past = (limit // 3 + 1) * 3
        with pytest.raises(ValueError, match=f"at most {limit} frames, got {past}"):
            policy.schedule(past)


@pytest.mark.parametrize(
    "changes",
    [
        {"block": 0},
        {"block": 6, "window": 6, "sinks": ("anchor",)},  # the block would leave no place for the sink
        {"window": 2},
        {"window": POSITIONS + 1},
    ],
)
def test_a_window_without_room_for_block_and_sinks_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"expected a block of at least 1 frame and a window from \d+"):
        window(**changes)


def test_a_sink_that_would_leave_is_refused() -> None:
    with pytest.raises(ValueError, match="anchor or a memory"):
        window(sinks=("anchor", "recent"))


def purifying(**changes: Any) -> PurifyingWindow:
    values: dict[str, Any] = {"block": 3, "window": 18, "denoising": STEPS, "every": 21, "newest": 5}
    return PurifyingWindow(**(values | {"sinks": ("anchor", "memory", "memory"), "keep": 0.99} | changes))


@pytest.mark.parametrize("changes", [{"every": 0}, {"newest": 1}, {"newest": 15}, {"window": 5}])
def test_a_flush_that_leaves_too_little_or_too_much_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected"):
        purifying(**changes)


def test_with_small_blocks_pinned_queries_catch_up_over_four_blocks() -> None:
    steps = clean_passes(purifying(positions="pinned"), 26)

    gaps = [step.view.query_start - step.view.own_key_start for step in steps]
    assert gaps[:21] == [0] * 21
    assert gaps[21:] == [9, 6, 3, 0, 0]


@settings(deadline=None, derandomize=True)
@given(st.integers(1, 6), SINKS, st.integers(1, 6), st.integers(1, 8), st.integers(0, 4), st.integers(1, 30))
def test_a_flush_leaves_the_first_slot_and_the_newest_and_hands_on_the_roles(
    block: int, sinks: tuple[Role, ...], newest: int, every: int, spare: int, count: int
) -> None:
    newest = max(newest, len(sinks) - 1)
    policy = purifying(
        block=block, sinks=sinks, newest=newest, every=every, window=block + 1 + newest + spare, keep=0.5
    )

    for number, step in enumerate(clean_passes(policy, count)):
        if number and number % every == 0 and number * block > newest:
            start = step.forward.frames.start
            assert frames_seen(step)[1:] == list(range(start - newest, start))
            assert [slot.sources for slot in step.table[1:]] == [
                ((f, 1.0),) for f in range(start - newest, start)
            ]
        if number * block >= len(sinks):
            assert [slot.role for slot in step.table[: len(sinks)]] == list(sinks)
            assert {slot.role for slot in step.table[len(sinks) :]} <= {"recent"}

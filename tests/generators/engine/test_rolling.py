"""The rolling window, against its description in closed form."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.engine.policy import POSITIONS
from generators.engine.rolling import RollingPolicy
from generators.engine.steps import Steps
from generators.engine.trace import walk
from tests.generators.rollouts import clean_passes, frames_seen


def rolling(depth: int = 5, **changes: Any) -> RollingPolicy:
    falling = tuple(1 - k / depth for k in range(depth))
    values = {"block": 3, "reach": 21, "store": 24, "denoising": Steps(falling, falling)}
    return RollingPolicy(**(values | changes))


@st.composite
def policies(draw: st.DrawFn) -> RollingPolicy:
    block, depth = draw(st.integers(1, 4)), draw(st.integers(1, 6))
    reach = block * (1 + depth) + draw(st.integers(0, 10))
    return rolling(depth, block=block, reach=reach, store=reach + draw(st.integers(0, 6)))


@settings(deadline=None, derandomize=True)
@given(policies(), st.integers(1, 20), st.data())
def test_each_block_goes_through_all_levels_one_window_at_a_time_and_is_then_committed(
    policy: RollingPolicy, count: int, data: st.DataObject
) -> None:
    given_blocks = data.draw(st.integers(0, count - 1))
    history: dict[int, list[int]] = {frame: [] for frame in range(count * policy.block)}

    for step in walk(policy, count * policy.block, given_blocks * policy.block):
        for frame, level in zip(step.forward.frames, step.forward.levels, strict=True):
            history[frame].append(level)

    depth = len(policy.denoising)
    for frame, levels in history.items():
        made = frame >= given_blocks * policy.block
        assert levels == [*(range(depth) if made else ()), -1]


@settings(deadline=None, derandomize=True)
@given(policies(), st.integers(1, 30))
def test_a_joint_pass_sees_the_newest_final_frames_and_the_anchor_right_before_them(
    policy: RollingPolicy, count: int
) -> None:
    anchor = policy.block
    for step in walk(policy, count * policy.block):
        frames = step.forward.frames
        if step.forward.commits:
            continue
        work = min(policy.reach - anchor - len(frames), max(0, frames.start - anchor))
        wanted = [*range(anchor if frames.start else 0), *range(frames.start - work, frames.start)]
        assert frames_seen(step) == wanted
        indices = [index for _, index in step.view.keys]
        assert indices == list(range(frames.start - len(indices), frames.start))
        assert step.view.query_start == step.view.own_key_start == frames.start


@settings(deadline=None, derandomize=True)
@given(policies(), st.integers(1, 30), st.data())
def test_a_clean_pass_sees_the_newest_of_the_store_at_their_own_numbers(
    policy: RollingPolicy, count: int, data: st.DataObject
) -> None:
    prefix = policy.block * data.draw(st.integers(0, count - 1))
    for step in clean_passes(policy, count, prefix):
        start, block = step.forward.frames.start, policy.block
        stored = [f for f in range(start) if f < block or f >= start - (policy.store - 2 * block)]
        if start + block <= policy.store:
            stored = list(range(start))
        newest = policy.reach - block
        assert frames_seen(step) == stored[max(0, len(stored) - newest) :]
        assert all(step.table[slot].frame == index for slot, index in step.view.keys)


def test_fewer_blocks_than_steps_still_roll_through() -> None:
    levels = [step.forward.levels[::3] for step in walk(rolling(depth=3), 6)]

    assert levels == [(0,), (1, 0), (2, 1), (-1,), (2,), (-1,)]


def test_rollouts_end_with_the_position_table() -> None:
    policy = rolling()

    assert policy.frame_limit == POSITIONS
    policy.schedule(1023)
    with pytest.raises(ValueError, match="at most 1024 frames, got 1026"):
        policy.schedule(1026)


@pytest.mark.parametrize("changes", [{"block": 0}, {"reach": 17}, {"store": 20}])
def test_a_reach_too_small_for_anchor_and_window_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected a reach of at least"):
        rolling(**changes)

"""The published slot and position traces of the methods that make one block of three frames after another."""

from __future__ import annotations

import pytest

from generators.engine.catalogue import recipes
from generators.engine.recipe import Segments
from generators.engine.steps import nearest, warped
from tests.generators.rollouts import blended, clean_passes, frames_seen, key_indices, policy

FOUR_STEPS = warped((1000, 750, 500, 250), shift=5)


def check(spec: str, block: int, seen: list[int], indices: list[int], query: int) -> None:
    """The slots in view, the place of every key with the block's own last, and of the first query."""
    step = clean_passes(policy(spec), block + 1)[block]
    assert frames_seen(step) == seen
    assert key_indices(step) == indices
    assert step.view.query_start == query
    assert step.view.own_key_start == query


@pytest.mark.parametrize(
    ("block", "seen", "query"),
    [
        (0, [], 0),
        (1, [0, 1, 2], 3),
        (2, [0, 4, 5], 3),
        (3, [0, 7, 8], 3),
        (4, [0, 10, 11], 3),
        (319, [0, 955, 956], 3),
    ],
)
def test_infinite_forcing(block: int, seen: list[int], query: int) -> None:
    check("infinite-forcing:engine-native", block, seen, list(range(query + 3)), query)


@pytest.mark.parametrize(
    ("block", "seen"),
    [(3, [*range(9)]), (4, [0, 1, 2, *range(6, 12)]), (5, [0, 1, 2, *range(9, 15)])],
)
def test_longlive(block: int, seen: list[int]) -> None:
    own = list(range(3 * block, 3 * block + 3))
    check("longlive:engine-native", block, seen, [*seen, *own], own[0])
    check("longlive:infinity", block, seen, list(range(12)), 9)


def test_longlive_keeps_its_sinks_as_they_are() -> None:
    step = clean_passes(policy("longlive:engine-native"), 300)[299]

    assert [(slot.role, slot.sources) for slot in step.table[:3]] == [
        ("anchor", ((i, 1.0),)) for i in range(3)
    ]
    assert policy("longlive:engine-native").frame_limit == 1024
    assert policy("longlive:infinity").frame_limit is None


@pytest.mark.parametrize(
    ("block", "seen"),
    [(0, []), (1, [0, 1, 2]), (6, [*range(18)]), (7, [*range(3, 21)]), (8, [*range(6, 24)])],
)
def test_self_forcing(block: int, seen: list[int]) -> None:
    own = list(range(3 * block, 3 * block + 3))
    check("self-forcing:long", block, seen, [*seen, *own], own[0])
    if block < 7:
        check("self-forcing:engine-native", block, seen, [*seen, *own], own[0])


@pytest.mark.parametrize(
    "spec",
    [
        "self-forcing:engine-native",
        "causvid:engine-native",
        "causal-forcing:chunkwise",
        "causal-forcing:framewise",
    ],
)
def test_methods_without_eviction_see_everything_and_end_at_21_frames(spec: str) -> None:
    rule = policy(spec)

    assert rule.frame_limit == rule.capacity == 21
    for step in clean_passes(rule, 21 // rule.block):
        start = step.forward.frames.start
        assert frames_seen(step) == list(range(start))
        assert key_indices(step) == list(range(start + rule.block))
        assert step.view.query_start == start
    with pytest.raises(ValueError, match="at most 21 frames"):
        rule.schedule(21 + rule.block)


def test_causvid_runs_in_segments_with_three_steps_at_shift_8() -> None:
    recipe = recipes("causvid")["engine-native"]

    assert recipe.segments == Segments(frames=21, overlap=3)
    assert recipe.policy.steps(0) == nearest((1000, 757, 522), shift=8)
    given, *made = clean_passes(recipe.policy, 7, prefix=3)
    assert given.forward.frames == range(3)
    assert frames_seen(made[0]) == [0, 1, 2]


def test_reward_forcing_averages_what_leaves_into_all_three_sinks() -> None:
    steps = clean_passes(policy("reward-forcing:engine-native"), 6)

    assert frames_seen(steps[2]) == [*range(6)]
    assert frames_seen(steps[3]) == [0, 1, 2, 6, 7, 8]
    assert key_indices(steps[3]) == list(range(9))
    assert steps[3].view.query_start == 6
    for slot in range(3):
        assert steps[3].table[slot].role == "memory"
        assert blended(steps[3], slot) == pytest.approx({slot: 0.999, slot + 3: 0.001})
        assert blended(steps[5], slot) == pytest.approx(
            {slot: 0.999**3, slot + 3: 0.001 * 0.999**2, slot + 6: 0.001 * 0.999, slot + 9: 0.001}
        )
    assert frames_seen(steps[5])[3:] == [12, 13, 14]


@pytest.mark.parametrize(("frames", "updates"), [(240, 77), (960, 317)])
def test_reward_forcing_leaves_this_much_of_its_first_frames(frames: int, updates: int) -> None:
    last = clean_passes(policy("reward-forcing:engine-native"), frames // 3)[-1]

    assert len(last.table[0].sources) == 1 + updates
    assert blended(last, 0)[0] == pytest.approx(0.999**updates)


def test_reward_forcing_overwrites_its_sinks_with_blocks_of_six() -> None:
    steps = clean_passes(policy("reward-forcing:block6"), 6)

    sinks = [[slot.sources for slot in step.table[:3]] for step in steps[3:]]
    assert sinks == [[((f, 1.0),) for f in frames] for frames in ((3, 4, 5), (9, 10, 11), (15, 16, 17))]
    assert all(slot.role == "memory" for slot in steps[5].table[:3])
    assert frames_seen(steps[3])[3:] == [*range(9, 18)]
    assert steps[3].view.query_start == 12


def test_reward_forcing_with_six_of_nine_frames_averages_once_and_then_overwrites() -> None:
    from generators.methods.reward_forcing import policy as rule

    steps = clean_passes(rule(6, 9, overwrite=True), 4)

    assert [blended(steps[1], slot) for slot in range(3)] == [
        pytest.approx({slot: 0.999, slot + 3: 0.001}) for slot in range(3)
    ]
    assert [slot.sources for slot in steps[2].table] == [((f, 1.0),) for f in (6, 7, 8)]
    assert [slot.sources for slot in steps[3].table] == [((f, 1.0),) for f in (12, 13, 14)]


def test_reward_forcing_can_average_the_first_three_of_six() -> None:
    steps = clean_passes(policy("reward-forcing:block6", sink_update="ema"), 5)

    for slot in range(3):
        assert blended(steps[3], slot) == pytest.approx({slot: 0.999, slot + 3: 0.001})
        assert blended(steps[4], slot) == pytest.approx(
            {slot: 0.999**2, slot + 3: 0.001 * 0.999, slot + 9: 0.001}
        )


def test_reward_forcing_options_reach_the_recipe_and_are_refused_where_idle() -> None:
    from generators.contract import GeneratorError
    from generators.methods.reward_forcing import create

    assert recipes("reward-forcing")["engine-native"].ema == "bf16"
    assert recipes("reward-forcing", ema="fp32")["engine-native"].ema == "fp32"
    assert recipes("reward-forcing", ema="fp32", sink_update="ema")["block6"].ema == "fp32"
    for configuration, options in (
        ("engine-native", {"sink_update": "ema"}),
        ("block6", {"ema": "fp32"}),
        ("common", {"ema": "fp32"}),
    ):
        with pytest.raises(GeneratorError, match="changes nothing"):
            create(configuration, options)


@pytest.mark.parametrize("spec", ["infinite-forcing", "longlive", "reward-forcing", "self-forcing"])
def test_four_steps_at_shift_5(spec: str) -> None:
    assert policy(f"{spec}:engine-native").steps(0) == FOUR_STEPS


@pytest.mark.parametrize(
    ("configuration", "block", "timesteps"),
    [
        ("chunkwise", 3, (1000, 937.5, 833.333, 625)),
        ("framewise", 1, (1000, 937.5, 833.333, 625)),
        ("framewise-2step", 1, (1000, 833.333)),
        ("framewise-1step", 1, (1000,)),
    ],
)
def test_causal_forcing_for_short_clips(configuration: str, block: int, timesteps: tuple[float, ...]) -> None:
    rule = policy(f"causal-forcing:{configuration}")

    assert rule.block == block
    assert rule.steps(0) == FOUR_STEPS
    assert rule.steps(1).timesteps == rule.steps(20 // block).timesteps == pytest.approx(timesteps, abs=5e-4)
    passes = [list(rule.schedule(21))[i].frames.start for i in range(6)]
    assert passes == [0, 0, 0, 0, 0, block]

"""The rollout engine against a recomputation without cache, and what must not change its result."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import pairwise

import pytest
import torch
from torch import Tensor

from generators.engine.backbone import Backbone
from generators.engine.catalogue import METHODS, recipes
from generators.engine.network import Pass
from generators.engine.policy import POSITIONS, Blend, Drop, MemoryPolicy
from generators.engine.rollout import Clip, rollout
from generators.engine.segments import pictures
from generators.engine.steps import warped
from generators.engine.trace import Traced, walk
from generators.engine.window import WindowPolicy
from tests.generators.engine.recompute import flows
from tests.generators.engine.small import backbone, clip
from tests.generators.rollouts import every_policy, policy, whole_blocks

STEPS = warped((1000, 750, 500, 250), shift=5)
POLICIES = {name: made for name, made in every_policy().items() if not name.endswith(":common")}


@contextmanager
def watched(of: Backbone) -> Iterator[list[tuple[Tensor, Tensor, Tensor]]]:
    """Inputs and flow of every pass: (C, F, H, W), (F,), (C, F, H, W)."""
    seen: list[tuple[Tensor, Tensor, Tensor]] = []

    def note(_network: object, given: tuple[Tensor, ...], done: Pass) -> None:
        seen.append((given[0][0], given[1][0], done.flow[0]))

    handle = of.network.register_forward_hook(note)
    try:
        yield seen
    finally:
        handle.remove()


def made(of: Backbone, rule: MemoryPolicy, frames: int, *clips: Clip, prefix: Tensor | None = None) -> Tensor:
    """All latents of a rollout with exact blending, (B, C, F, H, W)."""
    return torch.cat(list(rollout(of, rule, clips or [clip(of)], frames, "fp32", prefix)), 2)


def enough(rule: MemoryPolicy) -> int:
    """Frames after which the window slides, sinks have changed twice and a purification has happened."""
    every = getattr(rule, "every", 0)
    return whole_blocks(rule, rule.block * (every + 4) if every else 13 * max(rule.block, 3))


Seen = Sequence[tuple[Tensor, Tensor, Tensor]]


def recomputed(of: Backbone, passes: Sequence[Traced], seen: Seen) -> list[Tensor]:
    """Flow of every pass that was watched, without a cache."""
    return flows(of.network, passes, [x for x, _, _ in seen], [t for _, t, _ in seen], clip(of).text.tokens)


def check(of: Backbone, passes: Sequence[Traced], seen: Seen) -> None:
    wanted = recomputed(of, passes, seen)
    worst = max((flow - full).abs().max().item() for (_, _, flow), full in zip(seen, wanted, strict=True))
    assert worst < 1e-5
    assert max(full.abs().max().item() for full in wanted) > 0.5


def traced(name: str) -> list[Traced]:
    """The passes that the comparison below runs for a policy."""
    return list(walk(POLICIES[name], enough(POLICIES[name])))


@pytest.mark.parametrize("name", POLICIES)
def test_a_cached_rollout_equals_its_recomputation_under_a_mask(name: str) -> None:
    rule, of = POLICIES[name], backbone((4, 2))
    with watched(of) as seen:
        made(of, rule, enough(rule))

    check(of, list(walk(rule, enough(rule))), seen)


@pytest.mark.parametrize(
    "name", ["causvid:engine-native", "rolling-forcing:engine-native", "steady-forcing:engine-native"]
)
def test_a_rollout_that_continues_given_frames_equals_its_recomputation(name: str) -> None:
    rule, of = POLICIES[name], backbone((4, 2))
    frames, given = whole_blocks(rule, 36), rule.block
    prefix = torch.stack([clip(of).noise.initial(1000 + frame) for frame in range(given)], 1)[None]
    with watched(of) as seen:
        made(of, rule, frames, prefix=prefix)

    check(of, list(walk(rule, frames, given)), seen)


def test_every_segment_of_a_chain_equals_its_recomputation() -> None:
    """CausVid: each segment starts from an empty memory and the frames that the codec handed over."""
    of, recipe = backbone((4, 2)), recipes("causvid")["engine-native"]
    rule, segments = recipe.policy, recipe.segments
    assert segments is not None
    with watched(of) as seen, torch.inference_mode():
        for _ in pictures(of, recipe, clip(of), 3 * 72):
            pass
    starts = [list(walk(rule, segments.frames, prefix)) for prefix in (0, *[segments.overlap] * 2)]

    for passes in starts:
        done, seen = seen[: len(passes)], seen[len(passes) :]
        check(of, passes[: len(done)], done)
        assert len(done) >= len(passes) - 4, "the last segment may end with its last picture, not before"
    assert seen == []


def test_the_comparison_covers_every_configuration_and_all_that_can_happen_in_one() -> None:
    common = policy("steady-forcing:common")
    for method in METHODS:
        for name, recipe in recipes(method).items():
            assert f"{method}:{name}" in POLICIES or recipe.policy == common
    assert common == POLICIES["steady-forcing:engine-native"]

    gaps = {
        name
        for name in POLICIES
        if any(step.view.query_start != step.view.own_key_start for step in traced(name))
    }
    blends = {
        name for name in POLICIES if any(isinstance(op, Blend) for step in traced(name) for op in step.ops)
    }
    drops = {
        name for name in POLICIES if any(isinstance(op, Drop) for step in traced(name) for op in step.ops)
    }
    capped = {name for name, rule in POLICIES.items() if (rule.frame_limit or POSITIONS) < POSITIONS}

    assert gaps == {"steady-forcing:engine-native"}, "a purification leaves queries ahead of their own keys"
    assert drops == set(POLICIES) - capped, "the window slides"
    assert blends >= {"reward-forcing:engine-native", "steady-forcing:dual-sink", "steady-forcing:ema-sink"}


@pytest.mark.parametrize("name", ["rolling-forcing:engine-native", "causal-forcing:engine-native"])
def test_the_comparison_covers_all_windows_of_a_rolling_method(name: str) -> None:
    rule = POLICIES[name]
    joint = [step for step in traced(name) if not step.forward.commits]
    clean = [step for step in traced(name) if step.forward.commits]
    depth = len(rule.steps(0))
    sizes = [len(step.forward.frames) // rule.block for step in joint]

    assert sizes[:depth] == list(range(1, depth + 1)), "the window fills"
    assert sizes[-depth:] == list(range(depth, 0, -1)), "the window empties"
    assert sizes.count(depth) > depth
    anchored = [dict(step.view.keys) for step in joint if step.view.keys]
    assert len({keys[0] for keys in anchored}) > 2, "the anchor moves"
    assert any(0 in dict(step.view.keys) for step in clean), "a clean pass reads the anchor"
    assert any(step.view.keys and 0 not in dict(step.view.keys) for step in clean), "and later it does not"


def test_the_recomputation_tells_a_wrong_view(monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison above has teeth: one index off by one in one slot of one pass is seen."""
    rule, of = policy("infinite-forcing:engine-native"), backbone((4, 2))
    passes = list(walk(rule, 24))
    with watched(of) as seen:
        made(of, rule, 24)
    step = passes[-1]
    (slot, index), *others = step.view.keys
    keys = ((slot, index + 1), *others)
    wrong = [*passes[:-1], step._replace(view=type(step.view)(keys, *_starts(step)))]

    wanted = recomputed(of, wrong, seen)

    assert (seen[-1][2] - wanted[-1]).abs().max().item() > 1e-4


def _starts(step: Traced) -> tuple[int, int]:
    return step.view.query_start, step.view.own_key_start


@pytest.mark.parametrize(
    "name", ["self-forcing:engine-native", "rolling-forcing:engine-native", "causvid:engine-native"]
)
def test_every_input_is_the_clean_estimate_with_fresh_noise(name: str) -> None:
    rule, of = policy(name), backbone()
    noise, frames = clip(of).noise, whole_blocks(rule, 21)
    with watched(of) as seen:
        final = made(of, rule, frames)[0]

    state: dict[int, Tensor] = {}
    for step, (given, told, flow) in zip(walk(rule, frames), seen, strict=True):
        for i, (frame, level) in enumerate(zip(step.forward.frames, step.forward.levels, strict=True)):
            steps = rule.steps(frame // rule.block)
            now = state.get(frame, noise.initial(frame))
            torch.testing.assert_close(given[:, i], now.float(), atol=1e-6, rtol=0)
            if step.forward.commits:
                assert told[i] == 0
                continue
            assert told[i].item() == pytest.approx(steps.timesteps[level])
            state[frame] = now - steps.sigmas[level] * flow[:, i]
            if level + 1 < len(steps):
                sigma = steps.sigmas[level + 1]
                state[frame] = (1 - sigma) * state[frame] + sigma * noise.fresh(frame, level + 1)
    torch.testing.assert_close(final, torch.stack([state[f] for f in range(frames)], 1), atol=1e-6, rtol=0)


def test_the_clean_estimate_starts_from_the_latents_that_the_network_saw() -> None:
    """In bfloat16 what rounding takes off is no part of the next input."""
    rule, of = WindowPolicy(block=1, window=2, denoising=STEPS), backbone(dtype=torch.bfloat16)
    noise, sigmas = clip(of).noise, STEPS.sigmas
    with watched(of) as seen:
        made(of, rule, 1)

    (first, _, flow), (second, _, _) = seen[:2]
    clean = first.double() - sigmas[0] * flow.double()
    wanted = (1 - sigmas[1]) * clean + sigmas[1] * noise.fresh(0, 1)[:, None]
    assert first.dtype == second.dtype == torch.bfloat16
    assert torch.equal(second, wanted.float().bfloat16())
    assert not torch.equal(first.float(), noise.initial(0)[:, None])


def test_an_unlimited_window_equals_full_causal_attention() -> None:
    """Clean passes of a rollout that forgets nothing are one pass under a block-causal mask."""
    of, frames = backbone(), 15
    rule = WindowPolicy(block=3, window=frames, positions="absolute", denoising=STEPS)
    with watched(of) as seen:
        made(of, rule, frames)
    passes = zip(walk(rule, frames), seen, strict=True)
    clean = [(given, flow) for step, (given, _, flow) in passes if step.forward.commits]
    latents = torch.cat([given for given, _ in clean], 1)[None]
    number = torch.arange(frames).repeat_interleave(6) // 3
    mask = number[:, None] >= number[None, :]
    text = of.network.read_text(clip(of).text.tokens[None])

    whole = of.network(latents, torch.zeros(1, frames), text, range(frames), range(frames), mask=mask)

    torch.testing.assert_close(whole.flow[0], torch.cat([flow for _, flow in clean], 1), atol=1e-5, rtol=0)


@pytest.mark.parametrize(
    "name", ["steady-forcing:engine-native", "rolling-forcing:engine-native", "longlive:engine-native"]
)
def test_a_longer_horizon_changes_no_frame_before(name: str) -> None:
    """Nothing looks ahead, so frames may leave while the rollout runs."""
    rule, of = policy(name), backbone()
    frames = 8 * rule.block  # the joint window of a rolling method reaches block 6 when block 2 is final
    with closing(rollout(of, rule, [clip(of)], 4 * frames)) as stream:
        early = torch.cat([next(stream) for _ in range(3)], 2)

    assert early.shape[2] == 3 * rule.block
    assert torch.equal(
        early, torch.cat(list(rollout(of, rule, [clip(of)], frames)), 2)[:, :, : early.shape[2]]
    )


@pytest.mark.parametrize(
    "name", ["steady-forcing:engine-native", "rolling-forcing:engine-native", "reward-forcing:engine-native"]
)
def test_clips_side_by_side_equal_clips_alone(name: str) -> None:
    rule, of = policy(name), backbone()
    clips = [clip(of, "a river runs", 0), clip(of, "snow falls", 1), clip(of, "a river runs", 2)]
    frames = 8 * rule.block

    together = made(of, rule, frames, *clips)

    for number, one in enumerate(clips):
        torch.testing.assert_close(together[number], made(of, rule, frames, one)[0], atol=1e-5, rtol=0)
    assert all((a - b).abs().max() > 0.1 for a, b in pairwise(together))


def test_a_given_prefix_is_committed_and_not_handed_out() -> None:
    rule, of = policy("causvid:engine-native"), backbone()
    whole = made(of, rule, 12)

    rest = made(of, rule, 12, prefix=whole[:, :, :3])

    assert rest.shape[2] == 9
    assert torch.equal(rest, whole[:, :, 3:])
    other = made(of, rule, 12, prefix=whole[:, :, 3:6])
    assert not torch.allclose(rest, other, atol=1e-2)


@pytest.mark.parametrize(
    "name", ["steady-forcing:engine-native", "rolling-forcing:engine-native", "reward-forcing:engine-native"]
)
def test_memory_does_not_grow_with_the_horizon(name: str) -> None:
    rule, of = policy(name), backbone()
    held = {}
    with closing(rollout(of, rule, [clip(of)], 402)) as stream:
        done = 0
        for final in stream:
            done += final.shape[2]
            if done in (60, 360):
                held[done] = alive()
    assert held[60] == held[360]


def alive() -> tuple[int, int]:
    """Number of tensors in this process, and bytes of their storages."""
    gc.collect()
    tensors = [found for found in gc.get_objects() if type(found) is Tensor]
    storages = {found.untyped_storage().data_ptr(): found.untyped_storage().nbytes() for found in tensors}
    return len(tensors), sum(storages.values())


def test_a_network_in_bfloat16_runs_and_stays_near_float32() -> None:
    rule = policy("reward-forcing:engine-native")
    exact = made(backbone(), rule, 18)
    rough = made(backbone(dtype=torch.bfloat16), rule, 18)
    assert rough.dtype == torch.float32
    assert (exact - rough).abs().mean() < 0.1 * exact.abs().mean()


def test_a_rollout_may_precede_training_in_one_process() -> None:
    """What the engine keeps between calls may be saved for a backward pass."""
    of = backbone()
    rule = WindowPolicy(block=2, window=4, denoising=STEPS)
    made(of, rule, 4)
    network = of.network.requires_grad_()
    text = network.read_text(clip(of).text.tokens[None])
    noise = torch.randn(1, 4, 2, 4, 6)
    network(noise, torch.full((1, 2), 500.0), text, range(2), range(2)).flow.square().mean().backward()
    assert all(found.grad is not None for found in network.blocks.parameters())


class Skips(WindowPolicy):
    """Leaves out a step."""

    def schedule(self, frames: int, prefix: int = 0):
        return (step for step in super().schedule(frames, prefix) if step.levels[0] != 1)


def test_a_schedule_that_leaves_a_step_out_is_a_fault() -> None:
    rule = Skips(block=2, window=4, denoising=STEPS)
    with pytest.raises(ValueError, match="wants frame 0 at step 2, but it is at step 1"):
        made(backbone(), rule, 4)


def test_positions_past_the_table_are_a_fault() -> None:
    of = backbone()
    text = of.network.read_text(clip(of).text.tokens[None])
    with pytest.raises(ValueError, match="1023 to 1024 leave the position table of 1024"):
        of.network(torch.zeros(1, 4, 2, 4, 6), torch.zeros(1, 2), text, range(1023, 1025), range(2))

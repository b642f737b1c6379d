"""FLOPs and bytes of rollouts against PyTorch's counter, on the real rollout and on the real network."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from generators.engine.catalogue import recipes
from generators.engine.flops import Sizes, Work, of_clip, of_pass, of_rollout, of_text
from generators.engine.horizon import plan
from generators.engine.network import CausalWan, KeyValue
from generators.engine.rollout import rollout
from generators.engine.segments import pictures
from generators.engine.shape import WAN_1_3B, NetworkShape, parameters
from generators.engine.trace import Traced, walk
from tests.generators.engine.small import SHAPE, WORDS, backbone, clip
from tests.generators.rollouts import policy, whole_blocks

WAN = Sizes(WAN_1_3B, tokens=1560, text=512, number_bytes=2, cache_bytes=2)
SMALL = Sizes(SHAPE, tokens=6, text=WORDS, number_bytes=4, cache_bytes=4)
LATENT = (16, 60, 104)


SHALLOW = replace(WAN, shape=replace(WAN_1_3B, layers=2))


@lru_cache(maxsize=2)
def on_meta(shape: NetworkShape = WAN_1_3B) -> CausalWan:
    with torch.device("meta"):
        return CausalWan(shape).to(torch.bfloat16)


def empty(*shape: int) -> torch.Tensor:
    return torch.empty(*shape, dtype=torch.bfloat16, device="meta")


def memory_of(words: int, layers: int) -> list[KeyValue]:
    return [KeyValue(empty(1, words, 12, 128), empty(1, words, 12, 128)) for _ in range(layers)]


def counted(traced: Traced, sizes: Sizes) -> int:
    """FLOPs of one pass of the network at its published width, as PyTorch counts them."""
    layers = sizes.shape.layers
    frames, slots = len(traced.forward.frames), len(traced.view.keys)
    latents, timesteps = empty(1, LATENT[0], frames, *LATENT[1:]), empty(1, frames).float()
    start, own = traced.view.query_start, traced.view.own_key_start
    context = memory_of(slots * WAN.tokens, layers) if slots else None
    queries, keys = range(start, start + frames), range(own, own + frames)
    with torch.inference_mode(), FlopCounterMode(display=False) as counter:
        on_meta(sizes.shape)(latents, timesteps, memory_of(512, layers), queries, keys, context)
    return int(counter.get_total_flops())


@pytest.mark.parametrize(
    ("spec", "frames", "sizes"),
    [
        ("self-forcing:engine-native", 6, WAN),
        ("steady-forcing:engine-native", 24, SHALLOW),
        ("rolling-forcing:engine-native", 21, SHALLOW),
        ("causal-forcing:framewise-1step", 5, SHALLOW),
    ],
)
def test_a_pass_at_the_published_size_is_what_pytorch_counts(spec: str, frames: int, sizes: Sizes) -> None:
    kinds = {(len(step.forward.frames), len(step.view.keys)): step for step in walk(policy(spec), frames)}
    assert len(kinds) > 1
    for step in kinds.values():
        assert of_pass(step, sizes).flops == counted(step, sizes)


def test_the_text_at_the_published_size_is_what_pytorch_counts() -> None:
    with torch.inference_mode(), FlopCounterMode(display=False) as counter:
        on_meta().read_text(empty(1, 512, 4096))
    assert of_text(WAN).flops == counter.get_total_flops()


@pytest.mark.parametrize(
    "name",
    [
        "causal-forcing:engine-native",
        "causal-forcing:framewise-2step",
        "longlive:infinity",
        "reward-forcing:engine-native",
        "rolling-forcing:engine-native",
        "self-forcing:long",
        "steady-forcing:engine-native",
    ],
)
def test_a_whole_rollout_is_what_pytorch_counts(name: str) -> None:
    rule = policy(name)
    frames = whole_blocks(rule, 24)
    of = backbone()
    with FlopCounterMode(display=False) as counter:
        for _ in rollout(of, rule, [clip(of)], frames):
            pass
    assert of_rollout(rule, frames, SMALL).flops == counter.get_total_flops()


@pytest.mark.parametrize(
    ("spec", "count"),
    [
        ("causvid:engine-native", 82),
        ("causvid:engine-native", 144),
        ("causvid:engine-native", 200),
        ("steady-forcing:engine-native", 60),
        ("longlive:engine-native", 48),
        ("rolling-forcing:engine-native", 50),
        ("causal-forcing:framewise-2step", 1),
    ],
)
def test_a_clip_is_what_pytorch_counts_until_its_last_picture(spec: str, count: int) -> None:
    method, _, configuration = spec.partition(":")
    recipe = recipes(method)[configuration]
    of = backbone()
    with FlopCounterMode(display=False) as counter:
        assert sum(len(frames) for frames in pictures(of, recipe, clip(of), count)) == count
    assert of_clip(recipe, count, SMALL).flops == counter.get_total_flops()


def test_a_rollout_past_its_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 21 frames"):
        of_clip(recipes("self-forcing")["engine-native"], 960, WAN)


def test_weights_are_read_once_a_pass_and_the_texts_part_once_a_rollout() -> None:
    step = next(walk(policy("self-forcing:engine-native"), 3))
    text_seen = 2 * 512 * 1536 * 30 * 2
    alone = of_pass(step, WAN).read - text_seen
    words = 512 * 4096 * 2
    assert alone + of_text(WAN).read - words == parameters(WAN_1_3B) * 2


def test_text_part_of_the_weights() -> None:
    only_text = sum(
        value.numel()
        for name, value in on_meta().named_parameters()
        if name.startswith("text_embedding")
        or any(f"cross_attn.{part}" in name for part in ("k.", "v.", "norm_k"))
    )
    assert of_text(WAN).read == (only_text + 512 * 4096) * 2


def test_context_and_stored_frames_are_counted_in_bytes() -> None:
    slot = 2 * 1560 * 1536 * 30 * 2
    assert slot / 2**20 == pytest.approx(274.2, abs=0.05)
    steps = list(walk(policy("self-forcing:engine-native"), 6))
    first, second, clean = of_pass(steps[0], WAN), of_pass(steps[5], WAN), of_pass(steps[9], WAN)
    assert second.read - first.read == 3 * slot
    assert (first.written, clean.written) == (0, 3 * slot)
    exact = Sizes(WAN_1_3B, 1560, 512, 2, cache_bytes=4)
    assert of_pass(steps[9], exact).written == 6 * slot


def test_works_add_up() -> None:
    one = Work(1, 10, 100, 1000)
    assert one + one == one * 2 == Work(2, 20, 200, 2000)


def test_passes_are_the_schedules_without_what_nobody_waits_for() -> None:
    recipe = recipes("longlive")["engine-native"]
    blocks = plan(recipe, 957).latents // 3
    assert blocks == 80
    assert of_clip(recipe, 957, WAN).passes == 5 * blocks - 1

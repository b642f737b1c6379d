"""Memory of a rollout at the published width, counted on the meta device and held against the estimate."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
import torch
from torch import Tensor

from benchmarks.live import LiveBytes
from generators.engine.backbone import Backbone, Text
from generators.engine.backbones import source
from generators.engine.catalogue import recipes
from generators.engine.estimate import estimate
from generators.engine.network import CausalWan
from generators.engine.noise import Noise
from generators.engine.policy import MemoryPolicy
from generators.engine.rollout import Clip, rollout
from generators.engine.shape import WAN_1_3B
from tests.generators.engine.small import SmallCodec, read_prompt

META = torch.device("meta")
MIB = 2**20
SHAPE = replace(WAN_1_3B, layers=2)
"""Fewer layers: what a pass takes inside a layer then shows beside what is kept for every layer."""
LATENT = (16, 60, 104)


@dataclass(frozen=True, slots=True)
class NoNoise(Noise):
    """Latents without numbers."""

    def _draw(self, purpose: str, frame: int, step: int) -> Tensor:
        return torch.empty(self.shape, device=self.device)


def backbone() -> Backbone:
    with META:
        network = CausalWan(SHAPE).to(torch.bfloat16).eval().requires_grad_(requires_grad=False)
    return Backbone(
        network=network,
        codec=SmallCodec((2, 2)),
        read_prompt=read_prompt,
        latent=LATENT,
        device=META,
        dtype=torch.bfloat16,
    )


def enough(rule: MemoryPolicy) -> int:
    """Frames after which everything is full: the store, and the window of a rolling method."""
    frames = rule.capacity + 7 * rule.block if hasattr(rule, "store") else rule.capacity + rule.block
    return min(frames, rule.frame_limit or frames) // rule.block * rule.block


@pytest.mark.parametrize(
    "spec",
    [
        "infinite-forcing:engine-native",
        "self-forcing:long",
        "rolling-forcing:engine-native",
        "steady-forcing:dual-sink",
    ],
)
def test_the_estimate_is_what_a_rollout_of_the_published_width_takes(spec: str) -> None:
    method, _, configuration = spec.partition(":")
    recipe, of = recipes(method)[configuration], backbone()
    clip = Clip(Text(torch.empty(512, SHAPE.text_dim, device=META), ""), NoNoise(0, LATENT, META))

    with LiveBytes() as live:
        for final in rollout(of, recipe.policy, [clip], enough(recipe.policy), recipe.ema):
            assert final.is_meta

    told = estimate(replace(source("wan2.1-1.3b").blueprint("cuda"), shape=SHAPE), recipe)
    assert 0.9 < (told.cache + told.context + told.work) / live.peak < 1.15


def test_bytes_are_counted_once_and_until_the_last_view_is_gone() -> None:
    with LiveBytes() as live, torch.no_grad():
        first = torch.empty(MIB, dtype=torch.uint8, device=META)
        view = first.view(2, -1)[1]
        first.add_(1)
        del first
        assert (live.now, live.peak, live.made) == (MIB, MIB, MIB)
        second = view + 1
        assert (live.now, live.peak) == (MIB + MIB // 2, MIB + MIB // 2)
        del view
        assert live.now == MIB // 2
        del second
    assert (live.now, live.peak, live.made) == (0, MIB + MIB // 2, MIB + MIB // 2)


def test_a_step_tells_the_most_since_the_last_one() -> None:
    with LiveBytes() as live, torch.no_grad():
        first = torch.empty(MIB, dtype=torch.uint8, device=META)
        first = (first * 2 + 1).double()
        assert (live.now, live.step()) == (8 * MIB, 10 * MIB)
        del first
        assert (live.step(), live.step()) == (8 * MIB, 0)


def test_what_was_there_before_does_not_count() -> None:
    before = torch.empty(MIB, device=META)
    with LiveBytes() as live, torch.no_grad():
        assert before.view(2, -1).shape == (2, MIB // 2)
        before.add_(1)
    assert live.peak == 0


def test_attention_on_the_meta_device_takes_what_a_fused_kernel_takes() -> None:
    """The scores, 200 million numbers, are never held."""
    query, key = (
        torch.empty(1, 12, count, 128, dtype=torch.bfloat16, device=META) for count in (1560, 10920)
    )
    with LiveBytes() as live, torch.no_grad():
        out = torch.nn.functional.scaled_dot_product_attention(query, key, key)
    assert out.shape == query.shape
    assert live.peak == query.nbytes + 12 * 1560 * 4

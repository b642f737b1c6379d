"""The estimate of memory against what is really allocated, and against the published figures."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from generators.engine.blueprint import Blueprint, CodecNeed, TextNeed
from generators.engine.catalogue import recipe
from generators.engine.estimate import estimate
from generators.engine.rollout import empty_cache
from generators.engine.shape import WAN_1_3B
from tests.generators.engine.small import backbone, blueprint

GIB = 2**30
WAN = Blueprint(
    name="wan",
    shape=WAN_1_3B,
    latent=(16, 60, 104),
    width=832,
    height=480,
    fps=16.0,
    text_tokens=512,
    number_bytes=2,
    codec=CodecNeed(weights=GIB // 4, kept=GIB // 2, work=GIB),
    text=TextNeed(work=GIB),
    extra="wan",
)


@pytest.mark.parametrize(
    ("spec", "gib"),
    [
        ("infinite-forcing:engine-native", 1.61),
        ("reward-forcing:engine-native", 2.41),
        ("longlive:engine-native", 3.21),
        ("steady-forcing:engine-native", 4.82),
        ("causvid:engine-native", 5.62),
        ("rolling-forcing:engine-native", 6.43),
    ],
)
def test_cache_of_the_full_size(spec: str, gib: float) -> None:
    method, _, configuration = spec.partition(":")
    assert estimate(WAN, recipe(method, configuration)).cache / GIB == pytest.approx(gib, abs=0.01)


def test_weights_of_the_full_size() -> None:
    assert estimate(WAN, recipe("longlive", "engine-native")).weights == 2 * 1_418_996_800


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_cache_and_weights_are_what_is_allocated(dtype: torch.dtype) -> None:
    of, rule = backbone(dtype=dtype), recipe("steady-forcing", "engine-native")
    told = estimate(blueprint(number_bytes=dtype.itemsize), rule)
    assert empty_cache(of, rule.policy, 1, "bf16").nbytes == told.cache
    assert sum(found.nbytes for found in of.network.parameters()) == told.weights


def test_averages_in_float32_are_kept_in_float32() -> None:
    plain = estimate(WAN, recipe("steady-forcing", "engine-native"))
    exact = estimate(WAN, recipe("steady-forcing", "engine-native", ema="fp32"))
    assert exact.cache == 2 * plain.cache
    assert exact.context == plain.context


def test_a_window_of_blocks_in_flight_takes_more_than_a_block() -> None:
    rolling = estimate(WAN, recipe("rolling-forcing", "engine-native"))
    window = estimate(WAN, recipe("longlive", "engine-native"))
    assert rolling.work > 3 * window.work


def test_the_peak_is_the_prompt_or_the_rollout() -> None:
    rule = recipe("infinite-forcing", "engine-native")
    told = estimate(WAN, rule)
    assert told.total == told.rollout == told.weights + told.cache + told.context + told.work + told.codec
    hungry = estimate(replace(WAN, text=TextNeed(work=50 * GIB)), rule)
    assert hungry.total == hungry.weights + 50 * GIB


def test_the_estimate_reads_as_a_sentence() -> None:
    told = estimate(WAN, recipe("steady-forcing", "engine-native"))
    words = f"it needs about {told.total / GIB:.1f} GiB: weights 2.6 GiB, memory of the method"
    assert str(told).startswith(words)
    assert "the decoder 1.8 GiB; before that, reading the prompt 1.0 GiB" in str(told)

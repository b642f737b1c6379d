"""The estimate of memory against what is really allocated, and against the published figures."""

from __future__ import annotations

import pytest
import torch

from generators.engine.estimate import Load, estimate
from generators.engine.network import WAN_1_3B
from generators.engine.rollout import empty_cache
from tests.generators.engine.small import SHAPE, backbone
from tests.generators.rollouts import policy

GIB = 2**30


def wan(slots: int) -> Load:
    return Load(WAN_1_3B, (16, 60, 104), (832, 480), slots, 3, 2, 2)


@pytest.mark.parametrize(
    ("slots", "gib"), [(6, 1.61), (9, 2.41), (12, 3.21), (18, 4.82), (21, 5.62), (24, 6.43)]
)
def test_cache_of_the_full_size(slots: int, gib: float) -> None:
    assert estimate(wan(slots)).cache / GIB == pytest.approx(gib, abs=0.01)


def test_weights_of_the_full_size() -> None:
    assert estimate(wan(6)).weights == 2 * 1_418_996_800


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_cache_and_weights_are_what_is_allocated(dtype: torch.dtype) -> None:
    of, rule = backbone(dtype=dtype), policy("steady-forcing:engine-native")
    told = estimate(Load(SHAPE, of.latent, (24, 16), rule.capacity, 6, dtype.itemsize, dtype.itemsize))
    assert empty_cache(of, rule, 1, "bf16").nbytes == told.cache
    assert sum(found.nbytes for found in of.network.parameters()) == told.weights
    assert told.total == told.weights + told.cache + told.context + told.work + told.pictures


def test_the_estimate_reads_as_a_sentence() -> None:
    told = estimate(wan(18))
    assert str(told).startswith(
        f"it needs about {told.total / GIB:.1f} GiB: weights 2.6 GiB, memory of the method"
    )
    assert "the pass and the decoder 546.2 MiB" in str(told)

"""Slots on all layers follow the policy's operations; blending rounds as it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from generators.engine.cache import Cache, blended
from generators.engine.network import KeyValue
from generators.engine.policy import Blend, Copy, Drop, Mark, Op, Slot, Table, apply
from generators.engine.recipe import EmaPrecision
from generators.engine.rotary import Rotary
from tests.generators.engine.small import SHAPE

TOKENS = 6
GRID = (2, 3)
CPU = torch.device("cpu")


def empty(capacity: int = 6, ema: EmaPrecision = "fp32", dtype: torch.dtype = torch.float32) -> Cache:
    return Cache(SHAPE, 1, TOKENS, capacity, ema, CPU, dtype)


def own(frames: int, seed: int = 0) -> list[KeyValue]:
    """Keys and values of a pass, other ones in every layer."""
    draw = torch.Generator().manual_seed(seed)
    size = (1, frames * TOKENS, SHAPE.heads, SHAPE.head_dim)
    return [
        KeyValue(torch.randn(size, generator=draw), torch.randn(size, generator=draw))
        for _ in range(SHAPE.layers)
    ]


def frame_of(pairs: Sequence[KeyValue], frame: int) -> Tensor:
    """(layers, 2, 1, tokens, heads, head_dim) as the cache shows a slot."""
    part = slice(frame * TOKENS, (frame + 1) * TOKENS)
    return torch.stack([torch.stack([pair.key[:, part], pair.value[:, part]]) for pair in pairs])


def rotate(indices: tuple[int, ...]) -> Rotary:
    return Rotary.of(SHAPE.head_dim, indices, GRID, CPU)


SCRIPTS: dict[str, list[Op]] = {
    "drop": [Drop((1, 3))],
    "drop, then blend": [Drop((0,)), Blend(0, 3, 0.75)],
    "blend, then drop": [Blend(1, 4, 0.9), Blend(2, 5, 0.9), Drop((3, 4, 5))],
    "copy": [Copy(0, 5), Copy(1, 0), Mark(2, "memory"), Drop((5,))],
    "blend twice": [Blend(0, 1, 0.5), Blend(0, 2, 0.25), Copy(4, 0)],
}


@pytest.mark.parametrize("ops", SCRIPTS.values(), ids=SCRIPTS)
def test_every_slot_is_the_mixture_that_the_table_tells(ops: list[Op]) -> None:
    pairs, cache = own(6), empty()
    table: Table = tuple(Slot("recent", frame, ((frame, 1.0),)) for frame in range(6))
    cache.append(pairs, 6)
    for op in ops:
        table = apply(table, op)
        cache.apply(op)

    assert len(cache) == len(table)
    for place, slot in enumerate(table):
        wanted = sum(weight * frame_of(pairs, frame) for frame, weight in slot.sources)
        torch.testing.assert_close(cache.slot(place), wanted, atol=1e-6, rtol=0)


def test_room_of_dropped_slots_is_used_again() -> None:
    cache, size = empty(capacity=4), empty(capacity=4).nbytes
    cache.append(own(4), 4)
    for turn in range(1, 20):
        cache.apply(Drop((0, 1)))
        cache.append(own(2, seed=turn), 2)
        for place in (0, 1):
            assert torch.equal(cache.slot(2 + place), frame_of(own(2, seed=turn), place))
    assert (len(cache), cache.nbytes) == (4, size)
    assert size == SHAPE.layers * 2 * 4 * TOKENS * SHAPE.dim * 4


def test_more_slots_than_promised_are_a_fault() -> None:
    cache = empty(capacity=4)
    cache.append(own(3), 3)
    with pytest.raises(ValueError, match="at most 4 slots and holds 3; 2 more do not fit"):
        cache.append(own(2), 2)


def test_context_is_rotated_by_the_index_of_the_pass_and_values_are_not() -> None:
    pairs, cache = own(3), empty()
    cache.append(pairs, 3)

    found = cache.context(((2, 7), (0, 40)), rotate)

    assert found is not None
    for layer, pair in enumerate(found):
        raw = torch.cat([frame_of(pairs, frame)[layer] for frame in (2, 0)], 2)
        assert torch.equal(pair.key, rotate((7, 40))(raw[0]))
        assert torch.equal(pair.value, raw[1])
        assert torch.equal(frame_of(pairs, 1)[layer], cache.slot(1)[layer])


def test_context_is_made_once_a_view_and_anew_after_a_write() -> None:
    cache = empty()
    cache.append(own(3), 3)
    keys = ((0, 0), (1, 1))
    first = cache.context(keys, rotate)
    assert cache.context(keys, rotate) is first
    assert cache.context(((0, 0), (1, 2)), rotate) is not first
    again = cache.context(keys, rotate)
    cache.apply(Blend(0, 2, 0.5))
    blend = cache.context(keys, rotate)
    assert again is not None and blend is not None
    assert not torch.equal(again[0].value, blend[0].value)
    cache.append(own(1), 1)
    assert cache.context(keys, rotate) is not blend


def test_nothing_in_view_is_no_context() -> None:
    assert empty().context((), rotate) is None


# ---- blending


def gaussian(seed: int, count: int = 50_000) -> Tensor:
    return torch.randn(count, generator=torch.Generator().manual_seed(seed))


def weights(result: Tensor, *parts: Tensor) -> list[float]:
    """Least-squares weights of the parts in a result."""
    basis = torch.stack(parts, 1).double()
    return torch.linalg.lstsq(basis, result.double()[:, None]).solution.flatten().tolist()


@pytest.mark.parametrize(("keep", "share"), [(0.999, 0.77), (0.99, 0.09)])
def test_share_of_entries_that_one_bf16_update_leaves_alone(keep: float, share: float) -> None:
    start = gaussian(0).bfloat16()
    after = blended(start, gaussian(1), keep, "bf16")
    assert (after == start).float().mean().item() == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize(
    ("keep", "updates", "kept", "exact"),
    [
        (0.999, 40, 1.00, 0.96),
        (0.999, 80, 1.00, 0.92),
        (0.999, 300, 0.99, 0.74),
        (0.99, 40, 0.68, 0.67),
        (0.99, 80, 0.46, 0.45),
    ],
)
def test_weight_of_the_first_content_after_many_updates(
    keep: float, updates: int, kept: float, exact: float
) -> None:
    start = gaussian(0)
    rounded, whole = start, start
    for number in range(updates):
        leaving = gaussian(100 + number)
        rounded, whole = blended(rounded, leaving, keep, "bf16"), blended(whole, leaving, keep, "fp32")
    assert weights(rounded, start)[0] == pytest.approx(kept, abs=0.012)
    assert weights(whole, start)[0] == pytest.approx(exact, abs=0.005)


@pytest.mark.parametrize(("updates", "taken", "exact"), [(40, 0.02, 0.039), (80, 0.038, 0.077)])
def test_weight_of_a_steady_target(updates: int, taken: float, exact: float) -> None:
    start, target = gaussian(0), gaussian(1)
    rounded, whole = start, start
    for _ in range(updates):
        rounded, whole = blended(rounded, target, 0.999, "bf16"), blended(whole, target, 0.999, "fp32")
    assert weights(rounded, start, target)[1] == pytest.approx(taken, abs=0.003)
    assert weights(whole, start, target)[1] == pytest.approx(exact, abs=0.001)


def test_bf16_rounds_each_scaled_term_and_the_sum() -> None:
    target, source = gaussian(0), gaussian(1)
    terms = [(x.bfloat16().float() * y).bfloat16() for x, y in ((target, 0.99), (source, 0.01))]
    wanted = (terms[0].float() + terms[1].float()).bfloat16()
    assert torch.equal(blended(target, source, 0.99, "bf16"), wanted)
    assert torch.equal(wanted.float().bfloat16(), wanted)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_precision_of_blending_does_not_depend_on_the_network(dtype: torch.dtype) -> None:
    """A network in bfloat16 blends in float32 all the same, and one in float32 rounds all the same."""
    pairs = [KeyValue(*(x.bfloat16().to(dtype) for x in pair)) for pair in own(2)]
    for ema in ("fp32", "bf16"):
        cache = empty(ema=ema, dtype=dtype)
        cache.append(pairs, 2)
        for _ in range(200):
            cache.apply(Blend(0, 1, 0.999))
        first, second = (frame_of(pairs, frame).flatten() for frame in (0, 1))
        share = weights(cache.slot(0).flatten(), first, second)[1]
        assert share == pytest.approx(1 - 0.999**200, abs=1e-3) if ema == "fp32" else share < 0.12


def test_clips_side_by_side_do_not_mix() -> None:
    cache = Cache(replace(SHAPE, layers=1), 2, TOKENS, 3, "fp32", CPU, torch.float32)
    both = KeyValue(*(torch.cat(pair) for pair in zip(own(3)[0], own(3, seed=1)[0], strict=True)))
    cache.append([both], 3)
    cache.apply(Blend(0, 1, 0.5))
    for number, seed in enumerate((0, 1)):
        first, second = (frame_of(own(3, seed=seed), frame)[:1] for frame in (0, 1))
        torch.testing.assert_close(cache.slot(0)[:, :, number : number + 1], (first + second) / 2)
    found = cache.context(((2, 0),), rotate)
    assert found is not None
    assert torch.equal(found[0].value[1:], own(3, seed=1)[0].value[:, 2 * TOKENS :])

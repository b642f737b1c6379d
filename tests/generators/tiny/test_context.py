"""Looking back in training: the same network, told by a mask what it may see, says the same."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from generators.engine.network import CausalWan
from generators.tiny.context import Look, Memory, look_back, run
from tests.generators.tiny.small import CELLS, latents, network, read

FRAMES = 12
TOKENS = CELLS[0] * CELLS[1] // 4


@pytest.mark.parametrize("block", [1, 3, 6])
@pytest.mark.parametrize(("sinks", "recent"), [(0, 1000), (1, 3), (3, 6), (0, 0)])
def test_blocks_that_look_back_equal_one_masked_pass(block: int, sinks: int, recent: int) -> None:
    """Clean and noised copies of a clip side by side; a noised block sees clean frames and itself."""
    of, clean, noised = network(), latents(1, FRAMES, 1), latents(2, FRAMES, 1)
    looks = [look_back(start, sinks, recent, relative=False) for start in range(0, FRAMES, block)]
    told = 1000 * torch.rand(1, FRAMES, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        stepwise = in_blocks(of, clean, noised, told, looks, block)
        timesteps = torch.cat([torch.zeros_like(told), told], 1)
        index = [*range(FRAMES), *range(FRAMES)]
        mask = allowed(looks, block).repeat_interleave(TOKENS, 0).repeat_interleave(TOKENS, 1)
        whole = of(torch.cat([clean, noised], 2), timesteps, read(of, 1), index, index, mask=mask).flow

    torch.testing.assert_close(stepwise, whole, atol=1e-5, rtol=0)
    assert whole.abs().max() > 0.5


def in_blocks(
    of: CausalWan, clean: Tensor, noised: Tensor, told: Tensor, looks: list[Look], block: int
) -> Tensor:
    """Flows of the clean blocks, then of the noised ones."""
    memory, text, flows = Memory.empty(), read(of, 1), ([], [])
    for look, start in zip(looks, range(0, FRAMES, block), strict=True):
        part = slice(start, start + block)
        flows[1].append(run(of, noised[:, :, part], told[:, part], text, memory, look).flow)
        stored = run(of, clean[:, :, part], torch.zeros(1, block), text, memory, look)
        flows[0].append(stored.flow)
        memory.store(stored.own, block)
    return torch.cat([*flows[0], *flows[1]], 2)


def allowed(looks: list[Look], block: int) -> Tensor:
    """Which frame sees which; the second half are the noised ones."""
    mask = torch.zeros(2 * FRAMES, 2 * FRAMES, dtype=torch.bool)
    for number, look in enumerate(looks):
        own = slice(number * block, (number + 1) * block)
        again = slice(FRAMES + own.start, FRAMES + own.stop)
        for rows in (own, again):
            mask[rows, list(look.slots)] = True
        mask[own, own] = mask[again, again] = True
    return mask


def test_an_index_off_by_one_is_seen() -> None:
    """The comparison above has teeth."""
    of, clean = network(), latents(1, 6, 1)
    memory, text, still = Memory.empty(), read(of, 1), torch.zeros(1, 3)
    memory.store(run(of, clean[:, :, :3], still, text, memory, Look((), (), 0)).own, 3)
    right, wrong = (
        run(of, clean[:, :, 3:], still, text, memory, Look((0, 1, 2), index, 3)).flow
        for index in ((0, 1, 2), (1, 2, 3))
    )
    assert (right - wrong).abs().max() > 1e-4


@pytest.mark.parametrize(
    ("first", "sinks", "recent", "relative", "slots", "index", "start"),
    [
        (0, 3, 6, False, (), (), 0),
        (0, 3, 6, True, (), (), 0),
        (6, 0, 1000, True, (0, 1, 2, 3, 4, 5), (0, 1, 2, 3, 4, 5), 6),
        (9, 1, 3, False, (0, 6, 7, 8), (0, 6, 7, 8), 9),
        (9, 1, 3, True, (0, 6, 7, 8), (0, 1, 2, 3), 4),
        (6, 3, 6, True, (0, 1, 2, 3, 4, 5), (0, 1, 2, 3, 4, 5), 6),  # a sink may be recent as well
        (9, 0, 0, True, (), (), 0),
        (9, 0, 0, False, (), (), 9),
        (20, 3, 2, True, (0, 1, 2, 18, 19), (0, 1, 2, 3, 4), 5),
    ],
)
def test_what_a_block_sees(
    first: int,
    sinks: int,
    recent: int,
    relative: bool,
    slots: tuple[int, ...],
    index: tuple[int, ...],
    start: int,
) -> None:
    assert look_back(first, sinks, recent, relative=relative) == Look(slots, index, start)


def test_memory_holds_frames_in_order_and_lets_gradients_through() -> None:
    of, clip, memory = network(), latents(0, 5, 1), Memory.empty()
    done = run(of, clip, torch.zeros(1, 5), read(of, 1), memory, Look((), (), 0))
    memory.store(done.own, 5)
    assert len(memory.frames) == 5
    for layer, kept in enumerate(done.own):
        for name in ("key", "value"):
            together = torch.cat([getattr(frame[layer], name) for frame in memory.frames], 1)
            assert torch.equal(together, getattr(kept, name))
    assert memory.frames[0][0].key.requires_grad


def test_nothing_in_sight_is_no_context() -> None:
    assert Memory.empty().context(network(), (), (), (2, 3)) is None

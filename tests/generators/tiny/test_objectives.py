"""Flow matching and the losses of the first two stages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import torch
from torch import Tensor

from generators.engine.network import CausalWan, KeyValue
from generators.engine.steps import shifted
from generators.tiny import objectives
from generators.tiny.flow import add_noise, clean_of, draw_sigma, timestep
from generators.tiny.objectives import Chance, Habit, bidirectional_loss, causal_loss
from tests.generators.tiny.small import chance, latents, network, normal, read

Loss = Callable[[CausalWan, Tensor, list[KeyValue], Chance], Tensor]
LOSSES = pytest.mark.parametrize("loss", [bidirectional_loss, causal_loss])


@contextmanager
def told(of: CausalWan) -> Iterator[list[Tensor]]:
    """Timesteps of every pass, (B, F)."""
    seen: list[Tensor] = []
    handle = of.register_forward_pre_hook(lambda _, given: seen.append(given[1]))
    try:
        yield seen
    finally:
        handle.remove()


def test_noise_is_mixed_in_by_its_share() -> None:
    clean, noise = latents(1, 3), latents(2, 3)
    sigma = torch.tensor([[0.0, 0.25, 1.0]]).expand(2, 3)
    mixed = add_noise(clean, noise, sigma)
    assert torch.equal(mixed[:, :, 0], clean[:, :, 0])
    torch.testing.assert_close(mixed[:, :, 1], 0.75 * clean[:, :, 1] + 0.25 * noise[:, :, 1])
    assert torch.equal(mixed[:, :, 2], noise[:, :, 2])


def test_the_true_flow_leads_back_to_the_clean_latents() -> None:
    clean, noise, sigma = latents(1, 3), latents(2, 3), torch.rand(2, 3)
    found = clean_of(add_noise(clean, noise, sigma), noise - clean, sigma)
    torch.testing.assert_close(found, clean, atol=1e-5, rtol=0)
    assert clean_of(clean.bfloat16(), noise.bfloat16(), sigma).dtype == torch.float32


@pytest.mark.parametrize("shift", [1.0, 3.0, 5.0])
def test_noise_shares_follow_the_shifted_schedule(shift: float) -> None:
    sigma = draw_sigma((4000,), shift, torch.Generator().manual_seed(0))
    assert sigma.min() > 0
    assert sigma.max() < 1
    for share in (0.25, 0.5, 0.75):
        assert sigma.quantile(share).item() == pytest.approx(shifted(share, shift), abs=0.03)


def test_timesteps_are_thousandths() -> None:
    assert timestep(torch.tensor([0.0, 0.8333, 1.0])).tolist() == pytest.approx([0, 833.3, 1000])


def test_chance_repeats_itself_and_stays_in_range() -> None:
    def draws(seed: int) -> list[float]:
        by = chance(seed)
        return [by.number(2, 3) for _ in range(50)] + [float(by.choose(7, 9)) for _ in range(50)]

    assert draws(0) == draws(0) != draws(1)
    assert all(2 <= number < 3 for number in draws(0)[:50])
    assert set(draws(0)[50:]) == {7.0, 9.0}
    wide = normal(0, 2, 3).double()
    assert chance().noise(wide).dtype == torch.float64
    assert torch.equal(chance().noise(wide), chance().noise(wide))


@LOSSES
@pytest.mark.parametrize("frames", [3, 9, 12])
def test_losses_are_finite_and_repeatable(loss: Loss, frames: int) -> None:
    of, clip = network(), latents(0, frames)
    found = [loss(of, clip, read(of), chance(seed)).item() for seed in (0, 0, 1, 2, 3)]
    assert all(0 < value < 100 for value in found)
    assert found[0] == found[1]
    assert len(set(found)) == 4


@LOSSES
def test_a_network_that_says_nothing_has_the_loss_of_its_target(loss: Loss) -> None:
    """The target is noise minus clean: variance 1 of the noise, plus the square of the latents."""
    of = network()
    torch.nn.init.zeros_(of.head.head.weight)
    torch.nn.init.zeros_(of.head.head.bias)
    clip = torch.full_like(latents(0, 9, 8), 2.0)
    for seed in range(4):
        assert loss(of, clip, read(of, 8), chance(seed)).item() == pytest.approx(5, rel=0.1)


@LOSSES
def test_every_parameter_learns(loss: Loss) -> None:
    of = network()
    for seed in range(6):
        loss(of, latents(seed), read(of), chance(seed)).backward()
    silent = [name for name, p in of.named_parameters() if p.grad is None or not p.grad.abs().max() > 0]
    # An offset of all keys changes no softmax, but these are normalised, so it does: nothing is exempt.
    assert silent == []


@LOSSES
def test_a_single_batch_can_be_learnt_by_heart(loss: Loss) -> None:
    of, clip = network(), latents(0, 6)
    learner = torch.optim.Adam(of.parameters(), 1e-2)
    values = []
    for _ in range(15):
        value = loss(of, clip, read(of), chance())
        learner.zero_grad()
        value.backward()
        learner.step()
        values.append(value.item())
    assert values[-1] < 0.7 * values[0]


def test_the_teacher_sees_one_level_a_window() -> None:
    of = network()
    with told(of) as passes:
        bidirectional_loss(of, latents(0, 9, 5), read(of, 5), chance())
    (levels,) = passes
    assert levels.shape == (5, 9)
    assert (levels == levels[:, :1]).all()
    assert len(levels[:, 0].unique()) == 5


def test_the_student_sees_noised_blocks_then_clean_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objectives, "ROLLING_SHARE", 0.0)
    of, sizes = network(), set()
    for seed in range(12):
        with told(of) as passes:
            causal_loss(of, latents(0, 12), read(of), chance(seed))
        block = passes[0].shape[1]
        sizes.add(block)
        assert len(passes) == 2 * 12 // block - 1  # the last block is not stored
        for number, levels in enumerate(passes):
            assert levels.shape == (2, block)
            assert (levels == levels[:, :1]).all()
            assert (levels.max() == 0) == (number % 2 == 1)
    assert sizes == {1, 3, 6}


def test_a_rolling_window_gets_noisier_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objectives, "ROLLING_SHARE", 1.0)
    of, starts, longest = network(), set(), 0
    for seed in range(12):
        with told(of) as passes:
            causal_loss(of, latents(0, 21), read(of), chance(seed))
        *clean, joint = passes
        assert all(levels.shape == (2, 3) and not levels.any() for levels in clean)
        starts.add(len(clean))
        blocks = joint.view(2, -1, 3)
        longest = max(longest, blocks.shape[1])
        assert blocks.shape[1] == min(objectives.ROLLING_BLOCKS, 7 - len(clean))
        assert (blocks == blocks[:, :, :1]).all()
        assert (blocks[:, 1:, 0] > blocks[:, :-1, 0]).all()
    assert longest == 5
    assert len(starts) > 2


def test_habits_are_the_methods_kinds_of_looking_back() -> None:
    by = chance()
    habits = {Habit.drawn(by) for _ in range(400)}
    whole = {habit for habit in habits if habit.recent == 1000}
    assert {habit.sinks for habit in whole} == {0}
    assert {(habit.sinks, habit.recent) for habit in habits - whole} == {
        (sinks, recent) for sinks in (0, 1, 3) for recent in (3, 6, 9)
    }
    assert {habit.relative for habit in habits} == {False, True}
    assert Habit(1, 3, relative=True).look(9).slots == (0, 6, 7, 8)

"""Self-rollout and distribution matching."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from generators.engine.catalogue import METHODS, recipes
from generators.engine.network import CausalWan, Pass
from generators.tiny import distill
from generators.tiny.distill import (
    SCHEDULES,
    Guide,
    critic_loss,
    matching_loss,
    reward_weight,
    self_rollout,
)
from generators.tiny.flow import add_noise, clean_of, timestep
from generators.tiny.objectives import Chance
from generators.tiny.trainer import precision
from tests.generators.tiny.small import chance, latents, network, read

CPU = torch.device("cpu")


def test_schedules_are_the_methods_own() -> None:
    own = {
        recipe.policy.steps(block)
        for name in METHODS
        for recipe in recipes(name).values()
        for block in (0, 1)
    }
    assert set(SCHEDULES) <= own
    released = {recipes(name)["engine-native"].policy.steps(1) for name in METHODS}
    assert released <= set(SCHEDULES)


class Passes:
    """Watches a network: timesteps, whether gradients were recorded, and the flow of every pass."""

    def __init__(self, of: CausalWan) -> None:
        self.seen: list[tuple[Tensor, bool, Tensor]] = []
        of.register_forward_hook(
            lambda _, given, done: self.seen.append((given[1], torch.is_grad_enabled(), done.flow))
        )

    def noised(self) -> list[tuple[Tensor, bool, Tensor]]:
        return [found for found in self.seen if found[0].max() > 0]


@pytest.mark.parametrize("seed", range(5))
def test_a_rollout_follows_a_schedule_to_one_exit_step(seed: int) -> None:
    of, like = network(), latents(0, 9)
    passes = Passes(of)

    clip = self_rollout(of, like, read(of), chance(seed))

    assert clip.shape == like.shape
    noised = passes.noised()
    per_block = len(noised) // 3
    levels = [told[0, 0].item() for told, _, _ in noised[:per_block]]
    assert any(levels == pytest.approx(steps.timesteps[:per_block]) for steps in SCHEDULES)
    assert [recorded for _, recorded, _ in noised] == ([False] * (per_block - 1) + [True]) * 3
    clean = [found for found in passes.seen if found[0].max() == 0]
    assert len(clean) == 2  # nothing looks back at the last block
    assert not any(recorded for _, recorded, _ in clean)


def test_all_exit_steps_and_schedules_come_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distill, "LAST_SHARE", 0.0)
    told: list[float] = []

    def run(_of: object, x: Tensor, timesteps: Tensor, *_: object) -> Pass:
        told.append(timesteps[0, 0].item())
        return Pass(x, [])

    monkeypatch.setattr(distill, "run", run)
    found, of, like = set(), network(), latents(0, 3, 1)
    for seed in range(200):
        told.clear()
        self_rollout(of, like, [], chance(seed))
        found.add(tuple(round(t, 2) for t in told))
    lists = [tuple(round(t, 2) for t in steps.timesteps) for steps in SCHEDULES]
    assert found == {steps[:exit_] for steps in lists for exit_ in range(1, len(steps) + 1)}


def test_a_share_of_the_rollouts_runs_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distill, "LAST_SHARE", 1.0)
    of = network()
    for seed in range(8):
        passes = Passes(of)
        with torch.no_grad():
            self_rollout(of, latents(0, 3, 1), read(of, 1), chance(seed))
        told = [levels[0, 0].item() for levels, _, _ in passes.noised()]
        assert any(told == pytest.approx(steps.timesteps) for steps in SCHEDULES)


def test_what_was_stored_is_constant_for_the_gradient() -> None:
    """A later block learns through its own exit step, not through the blocks that it looks back at."""
    of = network()
    passes = Passes(of)
    clip = self_rollout(of, latents(0, 6), read(of), chance(1))
    first, second = (flow for _, recorded, flow in passes.noised() if recorded)
    through = torch.autograd.grad(clip[:, :, 3:].square().mean(), [first, second])
    assert not through[0].any()
    assert through[1].abs().max() > 0


def test_every_parameter_of_the_student_learns_in_mixed_precision() -> None:
    """Also where steps without gradients came first, whose bfloat16 copies of the weights must not stay."""
    of, like = network(), latents()
    for seed in range(6):
        of.zero_grad()
        with precision(CPU):
            clip = self_rollout(of, like, read(of), chance(seed))
        clip.square().mean().backward()
        silent = [name for name, p in of.named_parameters() if p.grad is None or not p.grad.abs().max() > 0]
        assert silent == []


def test_rollouts_repeat_themselves() -> None:
    of = network()
    one, same, other = (self_rollout(of, latents(), read(of), chance(seed)) for seed in (0, 0, 1))
    assert torch.equal(one, same)
    assert not torch.allclose(one, other, atol=0.1)


def guide_of(teacher: CausalWan, scale: float = 1.0) -> Guide:
    return Guide(teacher, read(teacher, 2, 3), read(teacher, 2, 4), scale)


def test_guidance_goes_on_from_without_text_to_with_it() -> None:
    teacher, noised, sigma = network(1), latents(), torch.full((2, 9), 0.5)
    one, none, three = (guide_of(teacher, scale).clean(noised, sigma) for scale in (1.0, 0.0, 3.0))
    torch.testing.assert_close(three, none + 3 * (one - none), atol=1e-4, rtol=0)
    assert not torch.allclose(one, none, atol=1e-3)


@pytest.mark.parametrize("reward", [0.0, 2.0])
def test_the_gradient_is_critic_minus_teacher(reward: float) -> None:
    teacher, critic = network(1).requires_grad_(False), network(2)
    guide, clip = guide_of(teacher, 2.0), latents().requires_grad_()

    matching_loss(clip, guide, critic, read(critic), chance(), reward).backward()

    by = chance()
    sigma = by.sigma(clip, (2, 1), distill.SCORE_SHIFT).clamp(*distill.SCORE_RANGE).expand(2, 9)
    with torch.no_grad():
        noised = add_noise(clip, by.noise(clip), sigma)
        real = guide.clean(noised, sigma)
        told = critic(noised, timestep(sigma), read(critic), range(9), range(9)).flow
        fake = clean_of(noised, told, sigma)
        scale = (clip - real).abs().mean((1, 2, 3, 4), keepdim=True)
        weight = reward_weight(clip, reward)[:, None, None, None, None]
    wanted = weight * (fake - real) / scale / clip.numel()
    assert clip.grad is not None
    torch.testing.assert_close(clip.grad, wanted, atol=1e-8, rtol=1e-4)
    assert wanted.abs().max() > 1e-5
    assert all(p.grad is None for p in critic.parameters())


def test_nothing_is_left_to_match_where_critic_and_teacher_agree() -> None:
    teacher = network(1)
    clip = latents().requires_grad_()
    loss = matching_loss(clip, guide_of(teacher), teacher, read(teacher), chance(), 0.0)
    loss.backward()
    assert loss.item() == 0
    assert clip.grad is not None
    assert not clip.grad.any()


def test_matching_draws_a_student_to_the_teacher() -> None:
    """A free clip, its critic the exact score of itself, walks towards what the teacher wants."""
    teacher = network(1).requires_grad_(False)

    class Itself(CausalWan):
        """Predicts that the clean clip is the clip, whatever the noise."""

        def forward(self, noised: Tensor, told: Tensor, *_: object) -> object:
            flow = (noised - clip.detach()) / (told / 1000)[:, None, :, None, None]
            return type(template)(flow, [])

    template = teacher(latents(), torch.zeros(2, 9), read(teacher), range(9), range(9))
    clip = (5 * latents()).requires_grad_()
    guide, critic = guide_of(teacher), Itself(teacher.shape)

    def distance() -> float:
        by = chance(7)
        sigma = torch.full((2, 9), 0.9)
        noised = add_noise(clip, by.noise(clip), sigma)
        return (guide.clean(noised, sigma) - clip).abs().mean().item()

    before, by = distance(), chance()
    for _ in range(30):
        clip.grad = None
        matching_loss(clip, guide, critic, read(teacher), by, 0.0).backward()
        assert clip.grad is not None
        with torch.no_grad():
            clip -= 0.1 * clip.numel() * clip.grad
    assert distance() < 0.7 * before


def test_motion_is_rewarded_at_mean_one() -> None:
    still = latents(0, 1, 4).expand(-1, -1, 9, -1, -1)
    clip = still + torch.tensor([0.0, 0.5, 1.0, 2.0])[:, None, None, None, None] * latents(1, 9, 4)
    weight = reward_weight(clip, 1.5)
    assert weight.mean().item() == pytest.approx(1)
    assert (weight.diff() > 0).all()
    assert (weight[3] / weight[0]).item() == pytest.approx(math.exp(1.5 * 2 / 0.875), rel=0.2)


def test_no_reward_and_no_motion_weigh_alike() -> None:
    assert reward_weight(latents(0, 9, 3), 0.0).tolist() == [1, 1, 1]
    assert reward_weight(torch.zeros(3, 4, 9, 4, 6), 5.0).tolist() == [1, 1, 1]


def test_the_critic_learns_the_clips_and_leaves_the_student_alone() -> None:
    critic, clip = network(2), latents().requires_grad_()
    critic_loss(critic, clip, read(critic), Chance(torch.Generator().manual_seed(0))).backward()
    assert clip.grad is None
    assert all(p.grad is not None for p in critic.parameters())

"""Few-step distillation by self-rollout: distribution matching (Yin et al. 2024; Huang et al. 2025).

The student makes a clip as it will be used, block after block on its own output; a frozen teacher and a
critic that follows the student score the noised result; their difference is the student's gradient.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from generators.engine.network import CausalWan, KeyValue
from generators.engine.steps import Steps, nearest, warped
from generators.tiny.context import Memory, look_back, run
from generators.tiny.flow import add_noise, clean_of, timestep
from generators.tiny.objectives import Chance, bidirectional_loss

BLOCK = 3
SCHEDULES: tuple[Steps, ...] = (
    *[warped((1000, 750, 500, 250), 5.0)] * 4,
    warped((1000, 800, 600, 400, 200), 5.0),
    nearest((1000, 757, 522), 8.0),
)
"""Step lists of the methods, the common one most often: one student serves them all."""
LAST_SHARE = 0.5
"""Share of rollouts that run through all steps, as in use; the others stop after any step."""
SCORE_SHIFT = 5.0
SCORE_RANGE = (0.02, 0.98)
"""Noise shares at which teacher and critic are compared."""


@dataclass(frozen=True, slots=True)
class Guide:
    """The frozen teacher, with and without the text."""

    teacher: CausalWan
    text: Sequence[KeyValue]
    empty: Sequence[KeyValue]
    scale: float
    """Classifier-free guidance; 1 is none."""

    def clean(self, noised: Tensor, sigma: Tensor) -> Tensor:
        """The teacher's clean estimate."""
        frames = range(noised.shape[2])
        with_text = self.teacher(noised, timestep(sigma), self.text, frames, frames).flow
        if self.scale == 1:
            return clean_of(noised, with_text, sigma)
        without = self.teacher(noised, timestep(sigma), self.empty, frames, frames).flow
        return clean_of(noised, without + self.scale * (with_text - without), sigma)


def self_rollout(network: CausalWan, like: Tensor, text: Sequence[KeyValue], chance: Chance) -> Tensor:
    """A clip of the student's own, shaped like (B, C, F, H, W); gradients flow through one step a block.

    The step after which a block is taken as finished is drawn once for the clip; what was stored is constant.
    """
    steps = SCHEDULES[chance.choose(*range(len(SCHEDULES)))]
    leave = len(steps) - 1 if chance.number() < LAST_SHARE else chance.choose(*range(len(steps)))
    sinks, recent = (0, 1000) if chance.number() < 0.5 else (chance.choose(1, 3), chance.choose(3, 6))
    memory, made = Memory.empty(), []
    for start in range(0, like.shape[2], BLOCK):
        look = look_back(start, sinks, recent, relative=chance.number() < 0.5)
        x = chance.noise(like[:, :, start : start + BLOCK])
        for level in range(leave + 1):
            sigma = torch.full((x.shape[0], BLOCK), steps.sigmas[level], device=x.device)
            told = torch.full_like(sigma, steps.timesteps[level])
            with torch.set_grad_enabled(level == leave):
                clean = clean_of(x, run(network, x, told, text, memory, look).flow, sigma)
            if level < leave:
                following = torch.full_like(sigma, steps.sigmas[level + 1])
                x = add_noise(clean, chance.noise(clean), following)
        made.append(clean)
        if start + BLOCK < like.shape[2]:
            with torch.no_grad():
                own = run(network, clean, torch.zeros_like(sigma), text, memory, look).own
            memory.store(own, BLOCK)
    return torch.cat(made, 2)


def matching_loss(
    clip: Tensor, guide: Guide, critic: CausalWan, text: Sequence[KeyValue], chance: Chance, reward: float
) -> Tensor:
    """Distribution matching: the gradient is critic minus teacher, normalised by the teacher's error.

    Args:
        clip: the student's clip, (B, C, F, H, W).
        guide: the frozen teacher.
        critic: follows the student's distribution.
        text: the critic's reading of the captions.
        chance: randomness.
        reward: strength of the motion reward; 0 is none.
    """
    with torch.no_grad():
        sigma = chance.sigma(clip, (clip.shape[0], 1), SCORE_SHIFT).clamp(*SCORE_RANGE)
        sigma = sigma.expand(clip.shape[0], clip.shape[2])
        noised = add_noise(clip, chance.noise(clip), sigma)
        frames = range(clip.shape[2])
        real = guide.clean(noised, sigma)
        fake = clean_of(noised, critic(noised, timestep(sigma), text, frames, frames).flow, sigma)
        scale = (clip - real).abs().mean((1, 2, 3, 4), keepdim=True).clamp_min(1e-3)
        target = clip - (fake - real) / scale
        weight = reward_weight(clip, reward)
    return (weight * 0.5 * (clip - target).square().mean((1, 2, 3, 4))).mean()


def reward_weight(clip: Tensor, strength: float) -> Tensor:
    """``exp(strength * motion)`` per clip, with mean 1 over the batch (after Reward-Forcing's weighting).

    Motion is the mean absolute change between latent frames in units of the batch's mean: a stand-in for the
    motion score of a video reward model, which would be larger than the whole backbone.
    """
    motion = clip.diff(dim=2).abs().mean((1, 2, 3, 4))
    weight = torch.exp(strength * motion / motion.mean().clamp_min(1e-6))
    return weight / weight.mean()


def critic_loss(critic: CausalWan, clip: Tensor, text: Sequence[KeyValue], chance: Chance) -> Tensor:
    """The critic learns the student's clips by flow matching."""
    return bidirectional_loss(critic, clip.detach(), text, chance, SCORE_SHIFT)

"""Losses of the first two stages: the bidirectional teacher and the causal student."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from generators.engine.network import CausalWan, KeyValue
from generators.tiny.context import Look, Memory, look_back, run
from generators.tiny.flow import add_noise, draw_sigma, timestep

TEACHER_SHIFT = 3.0
CAUSAL_SHIFT = 5.0
"""Time shift of the noise that is trained on; the methods sample with 5 (CausVid with 8)."""
ROLLING_SHARE = 0.25
"""Share of batches with a joint window of rising noise, as Rolling-Forcing reads it."""
ROLLING_BLOCKS = 5


@dataclass(frozen=True, slots=True)
class Chance:
    """The trainer's one source of randomness, on the CPU so that devices agree."""

    torch: torch.Generator

    def number(self, low: float = 0.0, high: float = 1.0) -> float:
        """A uniform number."""
        return low + (high - low) * torch.rand((), generator=self.torch).item()

    def choose(self, *options: int) -> int:
        """One of some numbers."""
        return options[int(torch.randint(len(options), (), generator=self.torch))]

    def noise(self, like: Tensor) -> Tensor:
        """Standard normal, shaped and placed as another tensor."""
        return torch.randn(like.shape, generator=self.torch).to(like)

    def sigma(self, like: Tensor, shape: tuple[int, ...], shift: float) -> Tensor:
        """Noise shares on the device of another tensor."""
        return draw_sigma(shape, shift, self.torch).to(like.device)


def bidirectional_loss(
    network: CausalWan,
    latents: Tensor,
    text: Sequence[KeyValue],
    chance: Chance,
    shift: float = TEACHER_SHIFT,
) -> Tensor:
    """Flow matching over whole windows, latents (B, C, F, H, W), one noise level a window."""
    batch, frames = latents.shape[0], latents.shape[2]
    sigma = chance.sigma(latents, (batch, 1), shift).expand(batch, frames)
    noise = chance.noise(latents)
    result = network(add_noise(latents, noise, sigma), timestep(sigma), text, range(frames), range(frames))
    return F.mse_loss(result.flow.float(), noise - latents)


def causal_loss(network: CausalWan, latents: Tensor, text: Sequence[KeyValue], chance: Chance) -> Tensor:
    """Flow matching of blocks that see the clean frames before them, as in a rollout.

    Block size, what stays in sight and how it is indexed change from batch to batch, since one student serves
    every memory rule.
    """
    frames = latents.shape[2]
    rolling = chance.number() < ROLLING_SHARE
    block = 3 if rolling else chance.choose(*(size for size in (3, 3, 3, 3, 6, 6, 1) if frames % size == 0))
    seen = Habit.drawn(chance).look
    memory = Memory.empty()
    first_noisy = 3 * int(chance.number(0, frames // 3 - 1)) if rolling else 0
    losses = []
    for start in range(0, frames, block):
        if not rolling:
            losses.append(
                _noisy(network, latents[:, :, start : start + block], text, memory, seen(start), chance)
            )
        elif start == first_noisy:
            window = latents[:, :, start : start + ROLLING_BLOCKS * block]
            return _noisy(network, window, text, memory, seen(start), chance, rising=True)
        if start + block < frames:
            clean = latents[:, :, start : start + block]
            still = torch.zeros(clean.shape[0], clean.shape[2], device=clean.device)
            memory.store(run(network, clean, still, text, memory, seen(start)).own, clean.shape[2])
    return torch.stack(losses).mean()


@dataclass(frozen=True, slots=True)
class Habit:
    """How one imagined method looks back: at everything, or at sinks and a few recent frames."""

    sinks: int
    recent: int
    relative: bool

    @classmethod
    def drawn(cls, chance: Chance) -> Habit:
        """A habit by chance."""
        whole = chance.number() < 0.5
        return cls(
            sinks=0 if whole else chance.choose(0, 1, 3),
            recent=1000 if whole else chance.choose(3, 6, 9),
            relative=chance.number() < 0.5,
        )

    def look(self, first: int) -> Look:
        """What the block that begins at frame ``first`` sees."""
        return look_back(first, self.sinks, self.recent, relative=self.relative)


def _noisy(
    network: CausalWan,
    clean: Tensor,
    text: Sequence[KeyValue],
    memory: Memory,
    look: Look,
    chance: Chance,
    *,
    rising: bool = False,
) -> Tensor:
    batch, frames = clean.shape[0], clean.shape[2]
    if rising:
        levels = chance.sigma(clean, (batch, frames // 3), CAUSAL_SHIFT).sort(1).values
        sigma = levels.repeat_interleave(3, 1)
    else:
        sigma = chance.sigma(clean, (batch, 1), CAUSAL_SHIFT).expand(batch, frames)
    noise = chance.noise(clean)
    result = run(network, add_noise(clean, noise, sigma), timestep(sigma), text, memory, look)
    return F.mse_loss(result.flow.float(), noise - clean)

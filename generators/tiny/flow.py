"""Flow matching: how latents are noised and what the network is asked to predict."""

from __future__ import annotations

import torch
from torch import Tensor

from generators.engine.steps import TRAIN_STEPS


def draw_sigma(shape: tuple[int, ...], shift: float, chance: torch.Generator) -> Tensor:
    """Noise shares in (0, 1): uniform, then shifted towards noise as the family's schedules are."""
    uniform = torch.rand(shape, generator=chance).clamp(1e-3, 1 - 1e-3)
    return shift * uniform / (1 + (shift - 1) * uniform)


def add_noise(clean: Tensor, noise: Tensor, sigma: Tensor) -> Tensor:
    """``(1 - sigma) clean + sigma noise``; latents (B, C, F, H, W), sigma (B, F)."""
    share = sigma[:, None, :, None, None]
    return (1 - share) * clean + share * noise


def clean_of(noised: Tensor, flow: Tensor, sigma: Tensor) -> Tensor:
    """The clean latents that a flow prediction stands for: ``x - sigma v``, in float32."""
    return noised.float() - sigma[:, None, :, None, None] * flow.float()


def timestep(sigma: Tensor) -> Tensor:
    """What the network is told: 1000 sigma."""
    return TRAIN_STEPS * sigma

"""Fitting the codec: principal components in closed form, then the decoder's correction by gradient."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import torch

from generators.contract import Frames
from generators.tiny import basis
from generators.tiny.codec import TinyCodec
from generators.tiny.trainer import Budget, Progress

_NOISE = 0.05
"""Latents are jittered by this while the decoder learns, since a rollout's latents are never exact."""


def fit_basis(clips: Sequence[Frames]) -> TinyCodec:
    """A codec with its linear half fitted to these clips of 1 + 4 n frames."""
    blocks = np.concatenate(
        [basis.to_blocks(basis.with_still(clip)).reshape(-1, basis.VALUES)[::3] for clip in clips]
    )
    codec = TinyCodec()
    for name, value in zip(("mean", "basis", "scale"), basis.fit(blocks), strict=True):
        codec.get_buffer(name).copy_(torch.from_numpy(value))
    return codec


def psnr(codec: TinyCodec, clips: Sequence[Frames]) -> list[float]:
    """Peak signal-to-noise ratio of each clip after encoding and decoding, dB."""
    result = []
    for clip in clips:
        back = codec.decoder().push(codec.encode(clip))
        error = np.mean((back.astype(np.float32) - clip.astype(np.float32)) ** 2)
        result.append(float(10 * np.log10(255**2 / error)))
    return result


def fit_decoder(codec: TinyCodec, clips: Sequence[Frames], budget: Budget, seed: int = 0) -> list[float]:
    """Train the decoder's correction for a while.

    Returns:
        Mean squared error of every 50th step.
    """
    device = codec.mean.device
    chance = np.random.default_rng(seed)
    noise = torch.Generator().manual_seed(seed)
    learner = torch.optim.AdamW(codec.parameters(), lr=2e-3, weight_decay=1e-4)
    began, progress, curve = time.monotonic(), Progress(), []
    while (share := budget.share(progress)) < 1:
        for group in learner.param_groups:
            group["lr"] = 2e-3 * min(1, (progress.steps + 1) / 50) * (0.02 + 0.98 * (1 - share))
        pairs = [_pair(clips, chance) for _ in range(8)]
        now, before = (
            torch.from_numpy(np.concatenate([pair[side] for pair in pairs])).to(device) for side in (0, 1)
        )
        with torch.no_grad():
            latents, previous = codec.project(now), codec.project(before)
            jitter = [torch.randn(latents.shape, generator=noise).to(device) * _NOISE for _ in range(2)]
        loss = (codec.restore(latents + jitter[0], previous + jitter[1]) - now).square().mean()
        learner.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        learner.step()
        if progress.steps % 50 == 0:
            curve.append(loss.item())
        progress.steps, progress.seconds = progress.steps + 1, time.monotonic() - began
    return curve


def _pair(clips: Sequence[Frames], chance: np.random.Generator) -> tuple[basis.F32, basis.F32]:
    """Blocks of a latent and of the one before it; the still first latent stands before itself."""
    clip = clips[int(chance.integers(len(clips)))]
    k = int(chance.integers(1 + (len(clip) - 1) // basis.SPAN))
    now = clip[4 * k - 3 : 4 * k + 1] if k else np.repeat(clip[:1], 4, 0)
    before = clip[4 * k - 7 : 4 * k - 3] if k > 1 else np.repeat(clip[:1], 4, 0)
    return basis.to_blocks(now), basis.to_blocks(before)

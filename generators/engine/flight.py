"""Latents of the frames between their first noise and their clean pass."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from generators.engine.noise import Noise
from generators.engine.policy import Forward, MemoryPolicy
from generators.engine.steps import Steps


class Flight:
    """Frames in work, each at its own noise level.

    Args:
        policy: gives the steps of every block.
        noises: random stream of each clip.
        prefix: clean latents (B, C, F, H, W) of the first F frames, if they are given.
    """

    def __init__(self, policy: MemoryPolicy, noises: Sequence[Noise], prefix: Tensor | None = None) -> None:
        self._policy, self._noises = policy, noises
        given = [] if prefix is None else list(prefix.float().unbind(2))
        self._latents = dict(enumerate(given))
        self._level = {frame: self._last(frame) for frame in self._latents}
        self._handed_out = len(given)

    def latents(self, forward: Forward) -> Tensor:
        """Input of a pass, float32 (B, C, F, H, W).

        Raises:
            ValueError: the policy asks for a frame at another level than the frame is at.
        """
        for frame, level in zip(forward.frames, forward.levels, strict=True):
            self._start(frame)
            due = self._last(frame) if forward.commits else level
            if self._level[frame] != due:
                raise ValueError(
                    f"the schedule wants frame {frame} at step {due}, but it is at step {self._level[frame]}"
                )
        return torch.stack([self._latents[frame] for frame in forward.frames], 2)

    def timesteps(self, forward: Forward) -> Tensor:
        """What the network is told of every frame's noise, float32 (B, F); 0 in a clean pass."""
        told = [
            0.0 if forward.commits else self._steps(frame).timesteps[level]
            for frame, level in zip(forward.frames, forward.levels, strict=True)
        ]
        return torch.tensor([told] * len(self._noises), device=self._noises[0].device)

    def denoise(self, forward: Forward, latents: Tensor, flow: Tensor) -> None:
        """Bring every frame of a pass to its next level: noised anew, or clean after the last step.

        The clean estimate is ``x - sigma * flow``, in float64; the next input is
        ``(1 - sigma') * clean + sigma' * fresh noise`` (stochastic few-step sampling of Self-Forcing).
        """
        for i, (frame, level) in enumerate(zip(forward.frames, forward.levels, strict=True)):
            steps = self._steps(frame)
            clean = latents[:, :, i].double() - steps.sigmas[level] * flow[:, :, i].double()
            self._level[frame] = level + 1
            if level + 1 < len(steps):
                sigma = steps.sigmas[level + 1]
                fresh = torch.stack([noise.fresh(frame, level + 1) for noise in self._noises])
                clean = (1 - sigma) * clean + sigma * fresh
            self._latents[frame] = clean.float()

    def final(self) -> Tensor | None:
        """Frames that are final and were not handed out before, in order, (B, C, F, H, W); None if none."""
        first = self._handed_out
        while self._level.get(self._handed_out) == self._last(self._handed_out):
            self._handed_out += 1
        found = [self._latents[frame] for frame in range(first, self._handed_out)]
        return torch.stack(found, 2) if found else None

    def land(self, forward: Forward) -> None:
        """Forget the frames of a clean pass."""
        for frame in forward.frames:
            del self._latents[frame], self._level[frame]

    def _start(self, frame: int) -> None:
        if frame not in self._latents:
            self._latents[frame] = torch.stack([noise.initial(frame) for noise in self._noises])
            self._level[frame] = 0

    def _steps(self, frame: int) -> Steps:
        return self._policy.steps(frame // self._policy.block)

    def _last(self, frame: int) -> int:
        return len(self._steps(frame))

"""The random numbers of one clip: named draws, so that none depends on what was drawn before."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from generators.procedural.hashing import generator, stable_hash


@dataclass(frozen=True, slots=True)
class Noise:
    """Gaussian latents of one clip, one draw a latent frame.

    A draw is named by the clip, its purpose, the frame and the step. So every method starts a frame from the
    same noise, whatever its block size, its order of passes or the clips made before it.
    """

    key: int
    """Names the clip; see :meth:`of`."""
    shape: tuple[int, int, int]
    """Channels, height and width of a latent frame."""
    device: torch.device

    @classmethod
    def of(cls, prompt: str, seed: int, shape: tuple[int, int, int], device: torch.device) -> Noise:
        """The stream of a prompt's text and a seed."""
        return cls(stable_hash("clip", prompt, seed), shape, device)

    def segment(self, number: int) -> Noise:
        """The stream of a rollout's restart; number 0 is the clip's own."""
        return self if number == 0 else replace(self, key=stable_hash("segment", self.key, number))

    def initial(self, frame: int) -> Tensor:
        """Noise that a frame starts from, float32 (C, H, W)."""
        return self._draw("initial", frame, 0)

    def fresh(self, frame: int, step: int) -> Tensor:
        """Noise mixed into a frame to bring it to denoising step ``step`` >= 1, float32 (C, H, W)."""
        return self._draw("renoise", frame, step)

    def _draw(self, purpose: str, frame: int, step: int) -> Tensor:
        # NumPy's generator, for torch's takes 32 bits of its seed on a CPU and differs between devices.
        draw = generator("noise", self.key, purpose, frame, step).standard_normal(self.shape, dtype="float32")
        return torch.from_numpy(draw).to(self.device)

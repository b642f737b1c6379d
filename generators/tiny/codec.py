"""The codec: a fixed linear encoder, and a decoder that adds what blocks alone cannot know.

The decoder sees a cell, its neighbours and the latent before, so blocks leave no edges; it keeps one latent
between calls and streams.
"""

from __future__ import annotations

from typing import cast

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from generators.contract import Frames
from generators.tiny.basis import CHANNELS, SPAN, VALUES, to_blocks, to_frames, with_still

HIDDEN = 96


class TinyCodec(nn.Module):
    """4 x 8 x 8 pixels to 16 channels and back; the first latent of a clip stands for one frame."""

    mean: Tensor
    basis: Tensor
    scale: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(VALUES))
        self.register_buffer("basis", torch.zeros(VALUES, CHANNELS))
        self.register_buffer("scale", torch.ones(CHANNELS))
        self.enter = nn.Conv2d(2 * CHANNELS, HIDDEN, 3, padding=1)
        self.inner = nn.Conv2d(HIDDEN, HIDDEN, 3, padding=1)
        self.leave = nn.Conv2d(HIDDEN, VALUES, 1)
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(cast("Tensor", self.leave.bias))

    def project(self, blocks: Tensor) -> Tensor:
        """Blocks (n, H, W, 768) -> latents (n, CHANNELS, H, W)."""
        return (((blocks - self.mean) @ self.basis) / self.scale).permute(0, 3, 1, 2)

    def restore(self, latents: Tensor, before: Tensor) -> Tensor:
        """Latents and the latents before them, each (n, CHANNELS, H, W) -> blocks (n, H, W, 768)."""
        hidden = F.gelu(self.enter(torch.cat([latents, before], 1)))
        hidden = hidden + F.gelu(self.inner(hidden))
        linear = (latents.permute(0, 2, 3, 1) * self.scale) @ self.basis.T + self.mean
        return cast("Tensor", linear + self.leave(hidden).permute(0, 2, 3, 1))

    def encode(self, frames: Frames) -> Tensor:
        """Encode 1 + 4 n frames, uint8 (T, H, W, 3), to latents (CHANNELS, 1 + n, H / 8, W / 8).

        Raises:
            ValueError: another number of frames.
        """
        blocks = torch.from_numpy(to_blocks(with_still(frames))).to(self.mean)
        with torch.inference_mode():
            return self.project(blocks).transpose(0, 1)

    def decoder(self) -> TinyDecoder:
        """A decoder for a new clip."""
        return TinyDecoder(self)


class TinyDecoder:
    """Decodes one clip in order."""

    def __init__(self, codec: TinyCodec) -> None:
        self._codec = codec
        self._before: Tensor | None = None

    def push(self, latents: Tensor) -> Frames:
        """Decode the next latents, (CHANNELS, F, H, W), to uint8 (T, 8 H, 8 W, 3).

        One at a time: a convolution over several may round otherwise, and how a clip is cut must not show.
        """
        with torch.inference_mode():
            return np.concatenate([self._next(latent[None]) for latent in latents.unbind(1)])

    def _next(self, latent: Tensor) -> Frames:
        now = latent.to(self._codec.mean)
        first = self._before is None
        blocks = self._codec.restore(now, now if self._before is None else self._before)
        self._before = now.clone()
        frames = to_frames(np.asarray(blocks.cpu().numpy(), np.float32))
        return frames[SPAN - 1 :] if first else frames

"""Three-axis rotary position embedding, as Wan2.1 splits it: time first, then height, then width."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import torch
from torch import Tensor

from generators.engine.policy import POSITIONS

THETA = 10000.0


class Rotary(NamedTuple):
    """Cosines and sines of every token and channel pair, each (tokens, 1, pairs), float32."""

    cos: Tensor
    sin: Tensor

    def __call__(self, x: Tensor) -> Tensor:
        """Rotate (B, tokens, heads, head_dim) in float32; neighbouring channels form a pair."""
        pairs = x.float().view(*x.shape[:-1], -1, 2)
        if x.dtype == torch.bfloat16:  # a third of the memory traffic; in float32 its last bit may differ
            wave = torch.complex(self.cos, self.sin)
            return torch.view_as_real(torch.view_as_complex(pairs) * wave).flatten(-2).type_as(x)
        even, odd = pairs.unbind(-1)
        turned = torch.stack([even * self.cos - odd * self.sin, even * self.sin + odd * self.cos], -1)
        return turned.flatten(-2).type_as(x)

    @classmethod
    def of(
        cls, head_dim: int, frames: tuple[int, ...], grid: tuple[int, int], device: torch.device
    ) -> Rotary:
        """Rotation of ``len(frames) * grid[0] * grid[1]`` tokens, frames outermost, rows before columns.

        Raises:
            ValueError: a temporal index outside the table.
        """
        return _rotary(head_dim, frames, grid, device)


# Few entries: with absolute positions every block asks for another one, and at full size one takes megabytes.
@lru_cache(maxsize=8)
def _rotary(head_dim: int, frames: tuple[int, ...], grid: tuple[int, int], device: torch.device) -> Rotary:
    if frames and not 0 <= min(frames) <= max(frames) < POSITIONS:
        raise ValueError(
            f"temporal indices {min(frames)} to {max(frames)} leave the position table of {POSITIONS} entries"
        )
    with torch.inference_mode(mode=False):  # what is kept here may serve a training step later
        return Rotary(*(_spread(waves, frames, grid) for waves in _waves(head_dim, device)))


def _spread(axes: tuple[Tensor, Tensor, Tensor], frames: tuple[int, ...], grid: tuple[int, int]) -> Tensor:
    """Values by axis and position -> values by token, (tokens, 1, pairs)."""
    (time, row, column), (height, width) = axes, grid
    shape = (len(frames), height, width)
    parts = (
        time[list(frames)][:, None, None].expand(*shape, -1),
        row[:height][None, :, None].expand(*shape, -1),
        column[:width][None, None, :].expand(*shape, -1),
    )
    return torch.cat(parts, -1).flatten(0, 2).unsqueeze(1)


@lru_cache(maxsize=8)
def _waves(
    head_dim: int, device: torch.device
) -> tuple[tuple[Tensor, Tensor, Tensor], tuple[Tensor, Tensor, Tensor]]:
    """Cosines and sines of each axis by position and channel pair; 22, 21 and 21 pairs for 128 channels."""
    space = 2 * (head_dim // 6)
    time, row, column = (_angles(channels) for channels in (head_dim - 2 * space, space, space))

    def on_device(angles: Tensor) -> Tensor:
        return angles.float().to(device)

    cosines = on_device(time.cos()), on_device(row.cos()), on_device(column.cos())
    return cosines, (on_device(time.sin()), on_device(row.sin()), on_device(column.sin()))


def _angles(channels: int) -> Tensor:
    """Angle of every position and channel pair of an axis, float64, radians."""
    powers = torch.arange(0, channels, 2, dtype=torch.float64) / channels
    return torch.outer(torch.arange(POSITIONS, dtype=torch.float64), torch.pow(THETA, -powers))

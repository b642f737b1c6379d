"""Training passes that look back: clean blocks stored, later blocks shown some of them, as a method would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from generators.engine.network import CausalWan, KeyValue, Pass


@dataclass
class Memory:
    """Raw keys and values of finished frames, per layer, and which frame each belongs to."""

    frames: list[list[KeyValue]]
    """For every frame, its keys and values by layer, each (B, tokens, heads, head_dim)."""

    @classmethod
    def empty(cls) -> Memory:
        """Nothing seen yet."""
        return cls([])

    def store(self, own: Sequence[KeyValue], frames: int) -> None:
        """Append the frames of a pass; its keys and values are (B, frames * tokens, heads, head_dim)."""
        by_layer = [(kv.key.chunk(frames, 1), kv.value.chunk(frames, 1)) for kv in own]
        for k in range(frames):
            self.frames.append([KeyValue(key[k], value[k]) for key, value in by_layer])

    def context(
        self, network: CausalWan, slots: Sequence[int], index: Sequence[int], grid: tuple[int, int]
    ) -> list[KeyValue] | None:
        """Rotated keys and values of some frames, at these temporal indices; None where there are none."""
        if not slots:
            return None
        rotary = network.rotary(index, grid, self.frames[0][0].key.device)
        return [
            KeyValue(
                rotary(torch.cat([self.frames[slot][layer].key for slot in slots], 1)),
                torch.cat([self.frames[slot][layer].value for slot in slots], 1),
            )
            for layer in range(len(self.frames[0]))
        ]


@dataclass(frozen=True, slots=True)
class Look:
    """Which finished frames a block sees, and where everything stands in time."""

    slots: tuple[int, ...]
    """The frames in sight, oldest first."""
    index: tuple[int, ...]
    """Temporal index of each of them."""
    start: int
    """Temporal index of the block's own first frame."""


def look_back(first: int, sinks: int, recent: int, *, relative: bool) -> Look:
    """What a block that begins at frame ``first`` sees.

    Args:
        first: the block's first frame.
        sinks: frames from the beginning that stay visible.
        recent: newest finished frames that are visible.
        relative: indices by order of the slots; otherwise by frame.
    """
    slots = tuple(frame for frame in range(first) if frame < sinks or frame >= first - recent)
    if relative:
        return Look(slots, tuple(range(len(slots))), len(slots))
    return Look(slots, slots, first)


def run(
    network: CausalWan,
    latents: Tensor,
    timesteps: Tensor,
    text: Sequence[KeyValue],
    memory: Memory,
    look: Look,
) -> Pass:
    """One pass over a block with the frames that ``look`` names in sight.

    Args:
        network: teacher, student or critic.
        latents: the block, (B, C, F, H, W), noised or clean.
        timesteps: (B, F), in [0, 1000].
        text: the network's reading of the captions.
        memory: all finished frames.
        look: which of them the block sees.
    """
    patch = network.shape.patch
    grid = (latents.shape[3] // patch, latents.shape[4] // patch)
    own = range(look.start, look.start + latents.shape[2])
    context = memory.context(network, look.slots, look.index, grid)
    return network(latents, timesteps, text, own, own, context)  # type: ignore[no-any-return]

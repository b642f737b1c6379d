"""Keys and values of the slots, for every layer, in buffers that are allocated once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from generators.engine.network import KeyValue
from generators.engine.policy import Blend, Copy, Drop, Mark, Op
from generators.engine.recipe import EmaPrecision
from generators.engine.rotary import Rotary
from generators.engine.shape import NetworkShape

Rotate = Callable[[tuple[int, ...]], Rotary]
"""Rotation of whole frames at these temporal indices."""


class Cache:
    """What the network remembers of one rollout; follows the operations of a policy, slot by slot.

    Keys are kept as they were before rotation, so a slot may stand at another time in every pass.
    A slot is a row of the buffers: dropping one moves no data.

    Args:
        shape: sizes of the network.
        clips: clips that run side by side.
        tokens: tokens of one latent frame.
        capacity: most slots.
        ema: precision of blending. With ``fp32`` the buffers are float32, whatever the network's type:
            a memory that is rounded after every blend would not be the rule as written.
        device: where the buffers lie.
        dtype: type of the network's weights.

    Raises:
        RuntimeError: the buffers do not fit into memory.
    """

    def __init__(
        self,
        shape: NetworkShape,
        clips: int,
        tokens: int,
        capacity: int,
        ema: EmaPrecision,
        device: torch.device,
        dtype: torch.dtype,
    ) -> None:
        self._tokens, self._dtype, self._ema = tokens, dtype, ema
        self._store = torch.empty(
            (shape.layers, 2, clips, capacity, tokens, shape.heads, shape.head_dim),
            device=device,
            dtype=cache_dtype(ema, dtype),
        )
        self._rows: list[int] = []
        self._free = list(reversed(range(capacity)))
        self._writes = 0
        self._ready: tuple[object, list[KeyValue]] | None = None

    def __len__(self) -> int:
        """Slots in use."""
        return len(self._rows)

    @property
    def nbytes(self) -> int:
        """Bytes of the buffers, without the context that was gathered last."""
        return self._store.nbytes

    def slot(self, index: int) -> Tensor:
        """Raw keys and values of a slot, (layers, 2, B, tokens, heads, head_dim)."""
        return self._store[:, :, :, self._rows[index]]

    def apply(self, op: Op) -> None:
        """Carry out one operation on all layers."""
        if isinstance(op, Mark):
            return  # a role is no tensor
        self._writes += 1
        if isinstance(op, Drop):
            self._free += [self._rows[i] for i in op.slots]
            self._rows = [row for i, row in enumerate(self._rows) if i not in op.slots]
        elif isinstance(op, Copy):
            self.slot(op.target).copy_(self.slot(op.source))
        else:
            self._blend(op)

    def _blend(self, op: Blend) -> None:
        target = self.slot(op.target)
        target.copy_(blended(target, self.slot(op.source), op.keep, self._ema))

    def append(self, own: Sequence[KeyValue], frames: int) -> None:
        """Store the keys and values of a clean pass, one slot a frame.

        Args:
            own: per layer raw keys and values, each (B, frames * tokens, heads, head_dim).
            frames: latent frames of the pass.

        Raises:
            ValueError: more slots than the policy said it would ever hold.
        """
        if frames > len(self._free):
            raise ValueError(
                f"the policy promised at most {self._store.shape[3]} slots and holds {len(self)}; "
                f"{frames} more do not fit"
            )
        rows = [self._free.pop() for _ in range(frames)]
        self._rows += rows
        self._writes += 1
        place = torch.tensor(rows, device=self._store.device)
        for layer, pair in zip(self._store, own, strict=True):
            for buffer, fresh in zip(layer, pair, strict=True):
                by_frame = fresh.view(len(fresh), frames, self._tokens, *fresh.shape[2:])
                buffer.index_copy_(1, place, by_frame.to(buffer.dtype))

    def context(self, keys: tuple[tuple[int, int], ...], rotate: Rotate) -> list[KeyValue] | None:
        """Rotated keys, and values, of the slots that a pass attends to; None where there are none.

        The answer is kept for the next call, so all passes of a block share one.

        Args:
            keys: (slot, temporal index) of every context slot.
            rotate: gives the rotation of these frames.
        """
        if not keys:
            return None
        wanted = (self._writes, keys)
        if self._ready is None or self._ready[0] != wanted:
            self._ready = None  # so that two contexts never take room at once
            self._ready = (wanted, self._gathered(keys, rotate))
        return self._ready[1]

    def _gathered(self, keys: tuple[tuple[int, int], ...], rotate: Rotate) -> list[KeyValue]:
        rotary = rotate(tuple(index for _, index in keys))
        rows = torch.tensor([self._rows[slot] for slot, _ in keys], device=self._store.device)
        found = []
        for key, value in self._store:
            # keys first: turning them takes the most room
            turned = rotary(_picked(key, rows)).to(self._dtype)
            found.append(KeyValue(turned, _picked(value, rows).to(self._dtype)))
        return found


def _picked(buffer: Tensor, rows: Tensor) -> Tensor:
    """Slots (B, slots, tokens, heads, head_dim) of these rows, one after the other along the tokens."""
    return buffer.index_select(1, rows).flatten(1, 2)


def cache_dtype(ema: EmaPrecision, dtype: torch.dtype) -> torch.dtype:
    """Type of the buffers: the network's, but float32 where blending must not be rounded."""
    return torch.float32 if ema == "fp32" else dtype


def blended(target: Tensor, source: Tensor, keep: float, precision: EmaPrecision) -> Tensor:
    """``keep * target + (1 - keep) * source``.

    ``bf16`` rounds both inputs, both scaled terms and their sum to bfloat16, as the published programs do:
    near ``keep`` = 1 most updates are then smaller than half a unit in the last place and change nothing.
    """
    number = torch.bfloat16 if precision == "bf16" else torch.float32
    return target.to(number) * keep + source.to(number) * (1 - keep)

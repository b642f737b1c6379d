"""Memory of the methods that make one block after another: sinks, then a sliding window.

The first frames of a video may be *sinks*, which never leave. Behind them the oldest frames make room for the
next block. Sinks of role ``memory`` take a little of what leaves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from generators.engine.policy import (
    COMMIT,
    POSITIONS,
    Blend,
    Drop,
    Forward,
    Op,
    Role,
    Table,
    View,
    blocks,
)
from generators.engine.steps import Steps

Positions = Literal["absolute", "relative", "pinned"]
"""Where keys and queries stand in time.

* ``absolute``: every frame at its own number, so a rollout ends with the position table.
* ``relative``: keys at their place in the table, queries right after them.
* ``pinned``: keys as in ``relative``; queries at their own number inside the first window and at the window's
  last block from then on, however full the table is.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowPolicy:
    """Block by block, with the last frames and some sinks in view.

    Attributes:
        block: latent frames that are denoised together.
        window: most latent frames in view, sinks and the current block included.
        denoising: steps of every block.
        sinks: roles of the first frames that stay, from frame 0 on.
        positions: rule of the temporal indices.
        keep: share that a memory sink keeps when a frame that leaves is blended into it.
        cap: most latent frames of a rollout, where the method has such a limit.
    """

    block: int
    window: int
    denoising: Steps
    sinks: tuple[Role, ...] = ()
    positions: Positions = "relative"
    keep: float = 1.0
    cap: int | None = None

    def __post_init__(self) -> None:
        least = self.block + len(self.sinks)
        if self.block < 1 or not least <= self.window <= POSITIONS:
            raise ValueError(
                f"expected a block of at least 1 frame and a window from {least} (block and sinks) to "
                f"{POSITIONS} frames, got block {self.block} and window {self.window}"
            )
        if "recent" in self.sinks:
            raise ValueError(f"a sink is an anchor or a memory, got {self.sinks}")

    @property
    def frame_limit(self) -> int | None:
        """The cap; else the length of the position table where positions are absolute."""
        if self.positions != "absolute":
            return self.cap
        return POSITIONS if self.cap is None else min(self.cap, POSITIONS)

    @property
    def capacity(self) -> int:
        """The window, once the current block is committed."""
        return self.window

    def steps(self, block: int) -> Steps:  # noqa: ARG002
        """The same steps for every block."""
        return self.denoising

    def schedule(self, frames: int, prefix: int = 0) -> Iterator[Forward]:
        """Every step of a block and its clean pass, block after block; of given blocks the clean pass only.

        Raises:
            ValueError: not whole blocks, or more than the limit.
        """
        return self._passes(blocks(self, frames, prefix), prefix)

    def prepare(self, forward: Forward, table: Table) -> Sequence[Op]:
        """Make room for the block; only its first pass finds anything to do."""
        return self.evict(table, len(forward.frames))

    def evict(self, table: Table, room: int) -> list[Op]:
        """Retire and drop the oldest frames behind the sinks, until ``room`` more fit."""
        excess = len(table) + room - self.window
        if excess <= 0:
            return []
        victims = _places(table, "recent")[:excess]
        return [*self.retire(_places(table, "memory"), victims), Drop(victims)]

    def retire(self, memory: tuple[int, ...], victims: tuple[int, ...]) -> list[Op]:
        """What the memory sinks take of the frames that leave: each blends in one of them, oldest first."""
        return [Blend(*pair, self.keep) for pair in zip(memory, victims, strict=False)]

    def view(self, forward: Forward, table: Table) -> View:
        """Everything in the table."""
        start = forward.frames.start
        if self.positions == "absolute":
            return View(tuple((i, slot.frame) for i, slot in enumerate(table)), start, start)
        own = query = len(table)
        if self.positions == "pinned":
            # the released rule, "start while below the window", is the same where windows are whole blocks
            query = min(start, self.window - self.block)
        return View(tuple((i, i) for i in range(len(table))), query, own)

    def commit_roles(self, forward: Forward) -> tuple[Role, ...]:
        """Sinks by frame number; all other frames are recent."""
        return tuple(self.sinks[f] if f < len(self.sinks) else "recent" for f in forward.frames)

    def _passes(self, frames: tuple[range, ...], prefix: int) -> Iterator[Forward]:
        for number, block in enumerate(frames):
            denoised = len(self.steps(number)) if block.start >= prefix else 0
            for level in (*range(denoised), COMMIT):
                yield Forward(block, (level,) * self.block)


def _places(table: Table, role: Role) -> tuple[int, ...]:
    return tuple(i for i, slot in enumerate(table) if slot.role == role)

"""What a method looks at while it makes a block, read off its own rule and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from generators.engine.policy import Drop, Mark, MemoryPolicy
from generators.engine.recipe import Recipe
from generators.engine.trace import Traced, walk

Kind = Literal["anchor", "memory", "recent", "work"]
"""Role of a frame in view; ``work`` is a frame that the pass itself makes."""

AHEAD = 16
"""Blocks walked past the one looked at: towards a video's end a joint window shrinks."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One latent frame in view of a pass."""

    frame: int
    """Number of the frame in the video; of an average, the frame that its slot held first."""
    kind: Kind
    index: int
    """Temporal index of its key."""
    query: int | None = None
    """Temporal index of its query, for a frame in work."""
    timestep: float | None = None
    """Noise level that the network is told, for a frame in work."""
    share: float = 1.0
    """How much of its content comes from that frame, in exact arithmetic."""


@dataclass(frozen=True, slots=True)
class Sight:
    """The first pass over a block; where blocks are made together, the pass in which it is the oldest."""

    block: int
    cells: tuple[Cell, ...]
    """In the order of the table, frames in work last."""
    blended: tuple[int, ...] = ()
    """Further frames of which only an average holds something."""
    emptied: bool = False
    """Whether the memory was emptied right before."""
    restart: int | None = None
    """First frame of the segment, where the rollout restarts."""

    @property
    def seen(self) -> tuple[Cell, ...]:
        """What is looked back at."""
        return tuple(cell for cell in self.cells if cell.kind != "work")

    @property
    def work(self) -> tuple[Cell, ...]:
        """What is being made."""
        return tuple(cell for cell in self.cells if cell.kind == "work")

    @property
    def end(self) -> int:
        """One past the last frame."""
        return max(cell.frame for cell in self.cells) + 1


def last_block(recipe: Recipe) -> int | None:
    """Number of the last block that a rollout can make, None where there is no end."""
    limit = recipe.policy.frame_limit
    return None if limit is None or recipe.segments else limit // recipe.policy.block - 1


def sight(recipe: Recipe, block: int) -> Sight | None:
    """What the method looks at for a block of a long video, counted from 0; None where it cannot get there.

    Frames are counted through restarts: a segment begins with the last frames of the one before.
    """
    last = last_block(recipe)
    if last is not None and block > last:
        return None
    start = block * recipe.policy.block
    if recipe.segments is None:
        return _sight(recipe.policy, block, start, 0, _walk(recipe.policy, block))
    segments = recipe.segments
    stride = segments.frames - segments.overlap
    number = 0 if start < segments.frames else (start - segments.overlap) // stride
    given = segments.overlap if number else 0
    passes = walk(recipe.policy, segments.frames, given)
    return _sight(recipe.policy, block, start - number * stride, number * stride, passes, restarts=True)


def _walk(policy: MemoryPolicy, block: int) -> Iterator[Traced]:
    frames = (block + AHEAD) * policy.block
    limit = policy.frame_limit
    if limit is not None:
        frames = min(frames, limit - limit % policy.block)
    return walk(policy, frames)


def _sight(
    policy: MemoryPolicy,
    block: int,
    start: int,
    offset: int,
    passes: Iterator[Traced],
    *,
    restarts: bool = False,
) -> Sight:
    """The pass whose first frame is ``start``; ``offset`` counts the frames before the segment."""
    done = next(step for step in passes if not step.forward.commits and step.forward.frames.start == start)
    seen = [done.table[slot] for slot, _ in done.view.keys]
    cells = [
        Cell(slot.frame + offset, slot.role, index, share=dict(slot.sources).get(slot.frame, 0.0))
        for slot, (_, index) in zip(seen, done.view.keys, strict=True)
    ]
    told = policy.steps(block).timesteps
    work = [
        Cell(
            frame + offset,
            "work",
            done.view.own_key_start + i,
            query=done.view.query_start + i,
            timestep=told[level],
        )
        for i, (frame, level) in enumerate(zip(done.forward.frames, done.forward.levels, strict=True))
    ]
    parts = {frame + offset for slot in seen for frame, _ in slot.sources}
    return Sight(
        block,
        (*cells, *work),
        tuple(sorted(parts - {cell.frame for cell in cells})),
        emptied=any(isinstance(op, Mark) for op in done.ops) and any(isinstance(op, Drop) for op in done.ops),
        restart=offset if restarts else None,
    )

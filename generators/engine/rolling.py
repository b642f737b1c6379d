"""Memory of the methods that denoise several blocks at once, each a step cleaner than the next.

A window of blocks rolls over the video. Its oldest block is at its last step and becomes final; a clean pass
then stores it. Source: the released program of Rolling-Forcing (TencentARC/RollingForcing,
``pipeline/rolling_forcing_inference.py`` and ``wan/modules/causal_model.py``). That program also runs clean
passes on a first block that is not final yet; nothing ever reads what they store, so there are none here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generators.engine.policy import COMMIT, POSITIONS, Drop, Forward, Op, Role, Table, View, blocks
from generators.engine.steps import Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class RollingPolicy:
    """A joint window of as many blocks as there are steps, behind an anchor and the newest final frames.

    Attributes:
        block: latent frames of a block; the first block is the anchor.
        denoising: steps of every block; one is done in each window.
        reach: most frames that a pass attends to, its own included.
        store: most frames that are stored, the anchor included.
    """

    block: int
    denoising: Steps
    reach: int
    store: int

    def __post_init__(self) -> None:
        least = self.block * (1 + len(self.denoising))
        if self.block < 1 or not least <= self.reach <= self.store:
            raise ValueError(
                f"expected a reach of at least {least} frames (the anchor and {len(self.denoising)} blocks) "
                f"and a store no smaller than it, got {self}"
            )

    @property
    def frame_limit(self) -> int:
        """Length of the position table: final frames keep their own number."""
        return POSITIONS

    @property
    def capacity(self) -> int:
        """The store."""
        return self.store

    def steps(self, block: int) -> Steps:  # noqa: ARG002
        """The same steps for every block."""
        return self.denoising

    def schedule(self, frames: int, prefix: int = 0) -> Iterator[Forward]:
        """Clean passes of given blocks; then window by window one pass and, of a final block, the clean pass.

        Raises:
            ValueError: not whole blocks, or more than the limit.
        """
        parts = blocks(self, frames, prefix)
        given = prefix // self.block
        return self._passes(parts[:given], parts[given:])

    def prepare(self, forward: Forward, table: Table) -> Sequence[Op]:
        """Before a clean pass, drop the oldest frames behind the anchor that find no room in the store."""
        excess = len(table) + len(forward.frames) - self.store
        if not forward.commits or excess <= 0:
            return []
        return [Drop(tuple(range(self.block, self.block + excess)))]

    def view(self, forward: Forward, table: Table) -> View:
        """Context of a pass.

        A clean pass reads the newest frames of the store at their own numbers. A joint pass reads as many of
        the newest final frames as fit beside the anchor, which is moved to right before them.
        """
        start = forward.frames.start
        newest = self.reach - len(forward.frames)
        if forward.commits:
            return View(_own_numbers(table, max(0, len(table) - newest)), start, start)
        work = _own_numbers(table, max(self.block, len(table) - newest + self.block))
        anchor = start - len(work) - self.block
        moved = tuple((i, anchor + i) for i in range(min(self.block, len(table))))
        return View((*moved, *work), start, start)

    def commit_roles(self, forward: Forward) -> tuple[Role, ...]:
        """The first block is the anchor; all other frames are recent."""
        return tuple("anchor" if frame < self.block else "recent" for frame in forward.frames)

    def _passes(self, given: tuple[range, ...], made: tuple[range, ...]) -> Iterator[Forward]:
        for block in given:
            yield self._clean(block)
        depth = len(self.denoising)
        for window in range(len(made) + depth - 1):
            oldest = max(0, window - depth + 1)
            numbers = range(oldest, min(len(made), window + 1))
            levels = [window - number for number in numbers for _ in range(self.block)]
            yield Forward(range(made[numbers[0]].start, made[numbers[-1]].stop), tuple(levels))
            if window >= depth - 1:
                yield self._clean(made[oldest])

    def _clean(self, block: range) -> Forward:
        return Forward(block, (COMMIT,) * self.block)


def _own_numbers(table: Table, first: int) -> tuple[tuple[int, int], ...]:
    return tuple((i, table[i].frame) for i in range(first, len(table)))

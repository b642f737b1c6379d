"""A sliding window whose memory is emptied at regular intervals.

Source: the released program of Steady-Forcing (minar09/steady-forcing, ``wan/modules/causal_model.py``),
which calls it purification.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generators.engine.policy import Drop, Forward, Mark, Op, Table, apply
from generators.engine.window import WindowPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class PurifyingWindow(WindowPolicy):
    """Every so many blocks only the first slot and the newest frames stay.

    The frames that close up behind the first slot take the places, and so the roles, of the other sinks: what
    the memory sinks had gathered is gone.

    Attributes:
        every: blocks between two flushes; the first is before the block of this number.
        newest: recent frames that stay.
    """

    every: int
    newest: int

    def __post_init__(self) -> None:
        WindowPolicy.__post_init__(self)
        if self.every < 1 or not len(self.sinks) <= 1 + self.newest <= self.window - self.block:
            raise ValueError(
                f"expected flushes at least 1 block apart that leave the {len(self.sinks)} sinks and room "
                f"for a block, got every {self.every} blocks, newest {self.newest} and window {self.window}"
            )

    def prepare(self, forward: Forward, table: Table) -> Sequence[Op]:
        """Flush where it is due, then make room; only a block's first pass finds anything to do."""
        ops = self.flush(table) if self._due(forward) else []
        for op in ops:
            table = apply(table, op)
        return [*ops, *self.evict(table, len(forward.frames))]

    def flush(self, table: Table) -> list[Op]:
        """Keep the first slot and the newest ones."""
        surplus = range(1, len(table) - self.newest)
        if not surplus:
            return []
        return [Drop(tuple(surplus)), *(Mark(i, role) for i, role in enumerate(self.sinks) if i)]

    def _due(self, forward: Forward) -> bool:
        number = forward.frames.start // self.block
        return number > 0 and number % self.every == 0

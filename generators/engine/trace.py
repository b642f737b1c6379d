"""A rollout without a network: what every pass of a policy would see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from generators.engine.policy import Forward, MemoryPolicy, Op, Table, View, apply, committed


class Traced(NamedTuple):
    """One pass."""

    forward: Forward
    table: Table
    """The slots that the pass finds."""
    view: View
    ops: tuple[Op, ...]
    """What was done to the table right before."""


def walk(policy: MemoryPolicy, frames: int, prefix: int = 0) -> Iterator[Traced]:
    """All passes of a rollout, in the order in which the engine runs them.

    Args:
        policy: the method's rule.
        frames: latent frames, a whole number of blocks.
        prefix: the first so many frames are given.

    Raises:
        ValueError: not whole blocks, or more than the policy's limit.
    """
    table: Table = ()
    for forward in policy.schedule(frames, prefix):
        ops = tuple(policy.prepare(forward, table))
        for op in ops:
            table = apply(table, op)
        yield Traced(forward, table, policy.view(forward, table), ops)
        if forward.commits:
            table = committed(table, forward, policy.commit_roles(forward))

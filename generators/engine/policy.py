"""What a method decides: which frames are denoised when, and what the network may look back at.

A policy holds no tensor. It reads a table of slots and answers with operations and indices; the engine
carries them out on the keys and values of every layer. So a policy can be tested, traced and drawn without a
network.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from generators.engine.steps import Steps

POSITIONS = 1024
"""Length of the published position table on every axis: a temporal index is 0 to 1023."""

COMMIT = -1
"""Level of a frame in a clean pass: its keys and values are stored, its output is not used."""

Role = Literal["anchor", "memory", "recent"]
"""``anchor``: kept as it is; ``memory``: changes by blending; ``recent``: leaves in order of age."""


@dataclass(frozen=True, slots=True)
class Forward:
    """One pass of the network over consecutive latent frames."""

    frames: range
    levels: tuple[int, ...]
    """Denoising step of every frame (0 is the noisiest), or :data:`COMMIT` for all of them."""

    def __post_init__(self) -> None:
        if not self.frames or self.frames.step != 1 or len(self.levels) != len(self.frames):
            raise ValueError(f"expected consecutive frames with one level each, got {self}")
        if self.frames.start < 0 or min(self.levels) < COMMIT:
            raise ValueError(f"expected frames from 0 on and levels from {COMMIT} on, got {self}")
        if COMMIT in self.levels and set(self.levels) != {COMMIT}:
            raise ValueError(f"a pass either commits all of its frames or none, got levels {self.levels}")

    @property
    def commits(self) -> bool:
        """Whether this pass stores its keys and values."""
        return self.levels[0] == COMMIT


@dataclass(frozen=True, slots=True)
class Slot:
    """Keys and values of one latent frame's worth of tokens."""

    role: Role
    frame: int
    """The frame that was written here first (memory slots then blend others in)."""
    sources: tuple[tuple[int, float], ...]
    """Where the content comes from: (frame, weight) with weights that sum to 1, in exact arithmetic."""


Table = tuple[Slot, ...]
"""The slots in order; an index into it is a slot's place."""


@dataclass(frozen=True, slots=True)
class Drop:
    """Remove these slots; the others close up and keep their order."""

    slots: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Blend:
    """``target <- keep * target + (1 - keep) * source``, keys and values, before rotation."""

    target: int
    source: int
    keep: float

    def __post_init__(self) -> None:
        if not 0 <= self.keep <= 1:
            raise ValueError(f"expected the share to keep within 0 and 1, got {self}")


@dataclass(frozen=True, slots=True)
class Copy:
    """Overwrite ``target`` with ``source``, role of the target kept."""

    target: int
    source: int


@dataclass(frozen=True, slots=True)
class Mark:
    """Give a slot another role; its content stays."""

    slot: int
    role: Role


Op = Drop | Blend | Copy | Mark
"""Operations on the table. Each sees the table that the one before it left."""


@dataclass(frozen=True, slots=True)
class View:
    """What a pass attends to besides its own tokens, and where everything stands in time."""

    keys: tuple[tuple[int, int], ...]
    """(slot, temporal index) of every context slot."""
    query_start: int
    """Temporal index of the pass's first query frame."""
    own_key_start: int
    """Temporal index of the pass's first own key frame; nearly always ``query_start``."""


class MemoryPolicy(Protocol):
    """A method's rollout and memory rule.

    The engine walks through ``schedule``. Before each pass it applies ``prepare`` to the table, then asks
    ``view``. After a commit it appends one slot a frame with the roles of ``commit_roles``.
    A policy keeps no state between calls, so one object serves any number of clips.
    """

    @property
    def block(self) -> int:
        """Latent frames that a block holds; a horizon is rounded up to whole blocks."""
        ...

    @property
    def frame_limit(self) -> int | None:
        """Most latent frames of one rollout, or None where there is no limit."""
        ...

    @property
    def capacity(self) -> int:
        """Most slots that the table ever holds, for the memory estimate and the buffers."""
        ...

    def steps(self, block: int) -> Steps:
        """Denoising steps of a block."""
        ...

    def schedule(self, frames: int, prefix: int = 0) -> Iterator[Forward]:
        """All passes of a rollout of ``frames`` latent frames.

        Args:
            frames: a whole number of blocks.
            prefix: the first so many frames are given; they are committed and not denoised.
        """
        ...

    def prepare(self, forward: Forward, table: Table) -> Sequence[Op]:
        """Flush, blend and evict, so that the pass (and the commit after it) finds its room."""
        ...

    def view(self, forward: Forward, table: Table) -> View:
        """Context of a pass, given the prepared table."""
        ...

    def commit_roles(self, forward: Forward) -> tuple[Role, ...]:
        """Roles of the slots that a commit appends, one a frame."""
        ...


def blocks(policy: MemoryPolicy, frames: int, prefix: int = 0) -> tuple[range, ...]:
    """Latent frames of every block of a rollout.

    Raises:
        ValueError: frames or prefix is not a whole number of blocks, the prefix leaves nothing to
            make, or the rollout is longer than the policy allows.
    """
    size, limit = policy.block, policy.frame_limit
    if frames % size or prefix % size or not 0 <= prefix < frames:
        raise ValueError(
            f"expected a rollout and a shorter prefix of whole blocks of {size} frames, got {frames} frames "
            f"with a prefix of {prefix}"
        )
    if limit is not None and frames > limit:
        raise ValueError(f"expected a rollout of at most {limit} frames, got {frames}")
    return tuple(range(start, start + size) for start in range(0, frames, size))


def apply(table: Table, op: Op) -> Table:
    """The table after one operation.

    Raises:
        IndexError: the operation names a slot that is not there.
    """
    if isinstance(op, Drop):
        _check(table, *op.slots)
        return tuple(slot for i, slot in enumerate(table) if i not in op.slots)
    if isinstance(op, Mark):
        _check(table, op.slot)
        return _put(table, op.slot, replace(table[op.slot], role=op.role))
    _check(table, op.target, op.source)
    target, source = table[op.target], table[op.source]
    if isinstance(op, Copy):
        return _put(table, op.target, replace(source, role=target.role))
    mixed = dict.fromkeys([frame for frame, _ in (*target.sources, *source.sources)], 0.0)
    for slot, weight in ((target, op.keep), (source, 1 - op.keep)):
        for frame, share in slot.sources:
            mixed[frame] += weight * share
    return _put(table, op.target, replace(target, sources=tuple(mixed.items())))


def committed(table: Table, forward: Forward, roles: Sequence[Role]) -> Table:
    """The table after a commit: one new slot a frame, appended in order."""
    fresh = (Slot(role, frame, ((frame, 1.0),)) for role, frame in zip(roles, forward.frames, strict=True))
    return (*table, *fresh)


def _put(table: Table, index: int, slot: Slot) -> Table:
    return (*table[:index], slot, *table[index + 1 :])


def _check(table: Table, *slots: int) -> None:
    for slot in slots:
        if not 0 <= slot < len(table):
            raise IndexError(f"slot {slot} is not in a table of {len(table)} slots")

"""What a method is called: its name, and whatever tells it from others of that name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from reports.gather import Setup, Shot, setup_of


@dataclass(frozen=True, slots=True)
class Label:
    """How a setup is called on every page."""

    text: str
    more: tuple[str, ...]
    """What else is known of it: configuration and backbone that all of its name share."""

    @property
    def full(self) -> str:
        """Everything in one line."""
        return " · ".join(part for part in (self.text, *self.more) if part)


def labels(shots: Iterable[Shot]) -> Mapping[Setup, Label]:
    """Name each setup: ``procedural``, or ``procedural stagnation@5`` where several share that name."""
    same: dict[str, set[Setup]] = defaultdict(set)
    for shot in shots:
        setup = setup_of(shot.entry)
        same[setup[0]].add(setup)
    return {setup: _label(setup, setups) for setups in same.values() for setup in sorted(setups)}


def _label(setup: Setup, same: AbstractSet[Setup]) -> Label:
    telling = [len({other[i] for other in same}) > 1 for i in (1, 2)]
    parts = list(zip(setup[1:], telling, strict=True))
    return Label(
        " ".join(part for part in (setup[0], *(part for part, tells in parts if tells)) if part),
        tuple(part for part, tells in parts if part and not tells),
    )

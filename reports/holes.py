"""What a method lacks though others have it: clips of a prompt and seed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from reports.gather import Setup, Shot, setup_of

Place = tuple[str, int | None]
"""Prompt and seed."""


def holes(shots: Sequence[Shot]) -> Mapping[Setup, tuple[Place, ...]]:
    """Find the prompts and seeds that a named method lacks though another one has them, in order."""
    own: dict[Setup, set[Place]] = defaultdict(set)
    for shot in shots:
        for entry in (shot.entry, *shot.also):
            if entry.method:
                own[setup_of(entry)].add((entry.prompt_id, entry.seed))
    expected = {place for places in own.values() for place in places if place[0]}
    return {setup: tuple(sorted(expected - places, key=_order)) for setup, places in sorted(own.items())}


def _order(place: Place) -> tuple[str, int]:
    return place[0], -1 if place[1] is None else place[1]

"""What a method lacks though others have it: clips of a prompt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from reports.gather import Setup, Shot, setup_of

Place = tuple[str, int | None]
"""Prompt, and the seed where others tell which one is missing."""
_Seeds = Mapping[str, Sequence[int | None]]
"""Seeds of a method's clips by prompt."""


def holes(shots: Sequence[Shot]) -> Mapping[Setup, tuple[Place, ...]]:
    """Find how many clips of each prompt a named method lacks, in order of prompts.

    On every prompt a method should have as many clips as the one that has most. Seeds need not be the same;
    they only name the clips that are missing.
    """
    own: dict[Setup, dict[str, list[int | None]]] = defaultdict(lambda: defaultdict(list))
    for shot in shots:
        for entry in (shot.entry, *shot.also):
            if not entry.method:
                continue
            has = own[setup_of(entry)][entry.prompt_id]
            if entry.seed not in has or (entry.seed is None and entry is shot.entry):
                has.append(entry.seed)
    prompts = sorted({prompt for has in own.values() for prompt in has} - {""})
    return {
        setup: tuple(place for prompt in prompts for place in _lacking(prompt, seeds, list(own.values())))
        for setup, seeds in sorted(own.items())
    }


def _lacking(prompt: str, own: _Seeds, every: Sequence[_Seeds]) -> list[Place]:
    has, others = own.get(prompt, ()), [seeds[prompt] for seeds in every if prompt in seeds]
    n = max(map(len, others)) - len(has)
    known = {seed for seeds in others for seed in seeds if seed is not None}
    named = [seed for seed in sorted(known) if seed not in has][:n]
    return [(prompt, named[i] if i < len(named) else None) for i in range(n)]

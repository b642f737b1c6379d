"""Places of a study that have no clip: another system of the runs has one there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from steadybench.study.planning.candidates import Candidate, LeftOut
from steadybench.study.planning.placing import NO_SEED

if TYPE_CHECKING:
    from reports.gather import Setup

_REASON = "there is no clip, and another system has one"


def missing(candidates: Sequence[Candidate], left_out: Iterable[LeftOut], seeds: int) -> list[LeftOut]:
    """Find the clips that systems lack.

    Args:
        candidates: one a place.
        left_out: clips that are there and cannot be shown; they are told already.
        seeds: seed indices to use, from the first; 0 for all.
    """
    places: dict[tuple[str, int], dict[Setup, int]] = defaultdict(dict)
    seed_of: dict[tuple[Setup, int], int] = {}
    for one in candidates:
        seed_of[one.setup, one.seed_index] = one.seed
        if not seeds or one.seed_index < seeds:
            places[one.prompt, one.seed_index][one.setup] = one.seed
    told = {(one.setups, one.prompt, NO_SEED if one.seed is None else one.seed) for one in left_out}
    setups = sorted({one.setup for one in candidates})
    return [LeftOut(_REASON, (setup,), prompt, None if seed == NO_SEED else seed)
            for (prompt, index), own in sorted(places.items()) for setup in setups if setup not in own
            for seed in [seed_of.get((setup, index), min(own.values()))]
            if not any(((setup,), prompt, known) in told for known in {seed, *own.values()})]  # fmt: skip


def named(gone: Sequence[LeftOut], labels: Mapping[Setup, str]) -> Iterator[str]:
    """Name all of them on the terminal, one line a system and its seeds."""
    prompts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in gone:
        seed = "" if one.seed is None else f", seed {one.seed}"
        prompts[labels[one.setups[0]], seed].append(one.prompt)
    if gone:
        places = "1 place has" if len(gone) == 1 else f"{len(gone)} places have"
        yield f"{places} no clip, and another system has one there:"
    yield from (f"  {system}{seed}: {', '.join(own)}" for (system, seed), own in sorted(prompts.items()))

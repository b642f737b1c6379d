"""Two clips that are to be judged against each other, before anything about sessions is decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

from steadybench.study.planning.candidates import Candidate, LeftOut, system_token
from steadybench.study.planning.choosing import Pair, meetings
from steadybench.study.planning.draw import Draw
from steadybench.study.planning.request import Request
from steadybench.study.planning.showing import Length, of_pair

Cells: TypeAlias = Mapping[tuple[str, int], Mapping[str, Candidate]]
"""Clips by prompt and seed index, then by token of the system; both sorted."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two clips of one prompt and seed, and what a metric says of them in a validation."""

    first: Candidate
    second: Candidate
    length: Length
    gap: float | None = None
    band: str = ""
    better: int = 0
    """Validation: 0 where the first is better by the metric, 1 where the second is."""

    @property
    def clips(self) -> tuple[Candidate, Candidate]:
        """Both clips."""
        return self.first, self.second


def cells_of(candidates: Sequence[Candidate], secret: str, seeds: int) -> tuple[Cells, list[LeftOut]]:
    """Sort clips by prompt and seed; those that nobody could meet are left out.

    Args:
        candidates: one a place.
        secret: of the key, for the tokens.
        seeds: seed indices to use, from the first; 0 for all.
    """
    cells: dict[tuple[str, int], dict[str, Candidate]] = defaultdict(dict)
    out = []
    for one in candidates:
        if seeds and one.seed_index >= seeds:
            out.append(_left_out(one, "its seed was not asked for"))
        else:
            cells[one.prompt, one.seed_index][system_token(secret, one.setup)] = one
    out += [_left_out(one, "no other system has a clip of this prompt and seed")
            for own in cells.values() if len(own) == 1 for one in own.values()]
    return {place: dict(sorted(own.items())) for place, own in sorted(cells.items()) if len(own) > 1}, out


def _left_out(one: Candidate, reason: str) -> LeftOut:
    return LeftOut(reason, (one.setup,), one.prompt, one.seed, one.name)


def possible(cells: Cells, length: Length
             ) -> tuple[dict[tuple[str, int], dict[Pair, Meeting]], list[LeftOut]]:
    """All pairs of clips in each cell with what is shown of them; those too short are left out."""
    found: dict[tuple[str, int], dict[Pair, Meeting]] = {}
    out = []
    for place, own in cells.items():
        found[place] = {}
        for (a, first), (b, second) in combinations(own.items(), 2):
            shown = of_pair((first, second), length)
            if shown is None:
                reason = "the shorter of the two clips lasts less than 2 s"
                out.append(LeftOut(reason, (first.setup, second.setup), first.prompt, first.seed,
                                   f"{first.name} against {second.name}"))
            else:
                found[place][a, b] = Meeting(first, second, shown)
    return found, out


def compared(cells: Cells, length: Length, request: Request, draw: Draw
             ) -> tuple[list[Meeting], list[LeftOut]]:
    """Choose the pairs of clips of a comparison."""
    every, out = possible(cells, length)
    systems = sorted({name for own in cells.values() for name in own})
    holders: dict[str, set[Pair]] = defaultdict(set)
    for (prompt, _), own in every.items():
        holders[prompt] |= own.keys()
    chosen = meetings(systems, holders, request.prompts_per_pair, draw)
    found = [own[pair] for (prompt, _), own in every.items() for pair in own if prompt in chosen[pair]]
    return found, [*out, *_fewer(chosen, holders, request.prompts_per_pair, found, cells)]


def _fewer(chosen: Mapping[Pair, tuple[str, ...]], holders: Mapping[str, set[Pair]], asked: int,
           found: Sequence[Meeting], cells: Cells) -> Iterator[LeftOut]:
    """Say which pairs get fewer prompts than others, and which clips are in no pair."""
    wanted = asked or len(holders)
    setups = {name: one.setup for own in cells.values() for name, one in own.items()}
    for pair, prompts in chosen.items():
        if len(prompts) < min(wanted, len(holders)):
            yield LeftOut(f"the pair meets on {len(prompts)} of {min(wanted, len(holders))} prompts, for "
                          "want of clips", (setups[pair[0]], setups[pair[1]]))
    used = {one.place for meeting in found for one in meeting.clips}
    for own in cells.values():
        for one in own.values():
            if one.place not in used:
                yield _left_out(one, "the design has no pair for it")

"""Which pairs of systems meet on which prompts in a comparison."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeAlias

from steadybench.study.planning.draw import Draw
from steadybench.study.planning.rounds import pairs_of, rounds

Pair: TypeAlias = tuple[str, str]
"""Tokens of systems, in the order of the list that they come from."""


def meetings(systems: Sequence[str], holders: Mapping[str, AbstractSet[Pair]], per_pair: int, draw: Draw
             ) -> dict[Pair, tuple[str, ...]]:
    """Choose prompts for every pair.

    Whole rounds are dealt to the prompts, each round to ``per_pair`` of them, so that on every prompt each
    system is met equally often. Where a clip is missing the pair gets another prompt on which it can meet,
    one that was used least.

    Args:
        systems: tokens.
        holders: pairs that can meet, by prompt.
        per_pair: prompts for each pair; 0 for all.
        draw: for the order of systems and prompts.

    Returns:
        Prompts by pair, sorted; a pair may get fewer than asked for where it has no more.
    """
    prompts = sorted(holders)
    if not per_pair or per_pair >= len(prompts):
        return {pair: tuple(prompt for prompt in prompts if pair in holders[prompt])
                for pair in pairs_of(systems)}
    order = {name: place for place, name in enumerate(systems)}
    dealt: dict[Pair, set[str]] = {pair: set() for pair in pairs_of(systems)}
    turn, place = draw.shuffled(prompts), 0
    for met in draw.shuffled(rounds(draw.shuffled(systems))):
        for prompt in (turn[(place + step) % len(turn)] for step in range(per_pair)):
            for first, second in met:
                pair = (first, second) if order[first] < order[second] else (second, first)
                dealt[pair].add(prompt)
        place += per_pair
    return _repaired(dealt, holders, per_pair, draw)


def _repaired(dealt: Mapping[Pair, Collection[str]], holders: Mapping[str, AbstractSet[Pair]], per_pair: int,
              draw: Draw) -> dict[Pair, tuple[str, ...]]:
    """Replace prompts on which a pair cannot meet."""
    found = {pair: {prompt for prompt in prompts if pair in holders[prompt]}
             for pair, prompts in dealt.items()}
    load: Counter[str] = Counter(prompt for prompts in found.values() for prompt in prompts)
    busy: dict[str, Counter[str]] = defaultdict(Counter)
    for pair, prompts in found.items():
        for prompt in prompts:
            busy[prompt].update(pair)
    for pair in draw.shuffled(pair for pair, prompts in found.items() if len(prompts) < per_pair):
        free = draw.shuffled(prompt for prompt in sorted(holders)
                             if pair in holders[prompt] and prompt not in found[pair])
        for _ in range(min(per_pair - len(found[pair]), len(free))):
            best = min(free, key=lambda prompt: (busy[prompt][pair[0]] + busy[prompt][pair[1]], load[prompt]))
            free.remove(best)
            found[pair].add(best)
            load[best] += 1
            busy[best].update(pair)
    return {pair: tuple(sorted(prompts)) for pair, prompts in found.items()}

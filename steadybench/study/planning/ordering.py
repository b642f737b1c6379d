"""The order of trials in a session: a shuffle under constraints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise

from steadybench.study.planning.draw import Draw

AT_START = 2
"""Trials at the start of a session that are no checks."""
_TRIES = 2
_SYSTEM, _PROMPT = 100, 1
"""Cost of a system, or a prompt, in two successive trials."""


def check_places(trials: int, checks: int, draw: Draw) -> list[int]:
    """Draw places of checks, ascending: none in the first two, none last, no two adjacent.

    Sessions too short for that have checks side by side, and if need be at the end.
    """
    allowed = range(AT_START, trials - 1)
    loose = len(allowed) - (checks - 1)
    if loose >= checks:
        return [allowed[place] + step for step, place in enumerate(draw.chosen(range(loose), checks))]
    if len(allowed) >= checks:
        return draw.chosen(allowed, checks)
    return list(range(trials - checks, trials))


def ordered(free: Sequence[AbstractSet[str]], fixed: Mapping[int, AbstractSet[str]], draw: Draw) -> list[int]:
    """Order trials so that as few as possible share a system, then a prompt, with their neighbours.

    Greedy, the trial first whose systems have most trials left, in several tries of which the best stands.

    Args:
        free: what each trial shows: tokens of systems, and of its prompt with ``prompt`` before it.
        fixed: the same for checks, by their place.
        draw: for ties.

    Returns:
        Indices into ``free``, in the order of the places that are not fixed.
    """
    best: list[int] = []
    least = -1
    for _ in range(_TRIES):
        found, cost = _improved(_greedy(free, fixed, draw), free, fixed)
        if least < 0 or cost < least:
            best, least = found, cost
        if least < _SYSTEM:
            break
    return best


def clashes(shown: Sequence[AbstractSet[str]]) -> int:
    """How many neighbours share a system."""
    return sum(any(not name.startswith("prompt") for name in a & b)
               for a, b in pairwise(shown))


def _clash(a: AbstractSet[str], b: AbstractSet[str]) -> int:
    return sum(_PROMPT if name.startswith("prompt") else _SYSTEM for name in a & b)


def _greedy(free: Sequence[AbstractSet[str]], fixed: Mapping[int, AbstractSet[str]], draw: Draw) -> list[int]:
    left = draw.shuffled(range(len(free)))
    todo = Counter(name for shown in free for name in shown)
    line: list[int] = []
    before: AbstractSet[str] = frozenset()
    for place in range(len(free) + len(fixed)):
        if place in fixed:
            before = fixed[place]
            continue
        after = fixed.get(place + 1, frozenset())
        last = before

        def rank(index: int, last: AbstractSet[str] = last, after: AbstractSet[str] = after
                 ) -> tuple[int, int]:
            shown = free[index]
            return _clash(shown, last) + _clash(shown, after), -sum(todo[name] for name in shown)

        index = min(left, key=rank)
        left.remove(index)
        todo.subtract(free[index])
        line.append(index)
        before = free[index]
    return line


def _improved(line: list[int], free: Sequence[AbstractSet[str]], fixed: Mapping[int, AbstractSet[str]]
              ) -> tuple[list[int], int]:
    """Exchange trials that clash with others as long as that helps; return the order and its cost."""
    places = [place for place in range(len(free) + len(fixed)) if place not in fixed]
    shown = [fixed.get(place, frozenset()) for place in range(len(free) + len(fixed))]
    for place, index in zip(places, line, strict=True):
        shown[place] = free[index]
    line = list(line)

    def around(*own: int) -> int:
        pairs = {pair for place in own for pair in ((place - 1, place), (place, place + 1))}
        return sum(_clash(shown[a], shown[b]) for a, b in pairs if a >= 0 and b < len(shown))

    moved = True
    while moved:
        moved = False
        for i, here in enumerate(places):
            if around(here) < _SYSTEM:
                continue
            for j, there in enumerate(places):
                before = around(here, there)
                shown[here], shown[there] = shown[there], shown[here]
                if around(here, there) < before:
                    line[i], line[j] = line[j], line[i]
                    moved = True
                    break
                shown[here], shown[there] = shown[there], shown[here]
    return line, sum(_clash(a, b) for a, b in pairwise(shown))

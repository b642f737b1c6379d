"""Rounds in which every system meets one other: a 1-factorisation of the complete graph."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TypeVar

T = TypeVar("T")


def rounds(systems: Sequence[T]) -> list[list[tuple[T, T]]]:
    """All pairs, each in one round, and in each round every system once; one rests where their number is odd.

    The circle method: one place is fixed and the others turn. Pairs are in the order of ``systems``.
    """
    numbers: list[int | None] = list(range(len(systems)))
    if len(numbers) % 2:
        numbers.append(None)
    half = len(numbers) // 2
    found = []
    for _ in range(len(numbers) - 1):
        met = zip(numbers[:half], reversed(numbers[half:]), strict=True)
        pairs = sorted((min(a, b), max(a, b)) for a, b in met if a is not None and b is not None)
        found.append([(systems[a], systems[b]) for a, b in pairs])
        numbers = [numbers[0], numbers[-1], *numbers[1:-1]]
    return found


def round_of(systems: Sequence[T]) -> dict[tuple[T, T], int]:
    """Number of the round in which each pair meets; pairs in the order of ``systems``."""
    return {pair: number for number, pairs in enumerate(rounds(systems)) for pair in pairs}


def pairs_of(systems: Sequence[T]) -> list[tuple[T, T]]:
    """All pairs, in the order of ``systems``."""
    return list(combinations(systems, 2))

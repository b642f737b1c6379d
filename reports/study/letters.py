"""Compact letters: two systems share one if and only if they are not told apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reports.ranks import tie_groups


def letters(order: Sequence[str], apart: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Give every system its letters, ``a`` the first, with a space between two.

    By insertion and absorption (Piepho 2004): all start in one set; every pair told apart splits each set
    that holds both, and sets within others go. What remains are the largest sets without such a pair.

    Args:
        order: systems, strongest first.
        apart: pairs that are told apart, either way round.
    """
    sets = {frozenset(range(len(order)))}
    place = {name: i for i, name in enumerate(order)}
    for first, second in apart:
        ends = {place[first], place[second]}
        split = {own - {end} for own in sets if ends <= own for end in ends}
        sets = _largest({own for own in sets if not ends <= own} | split)
    columns = sorted(map(sorted, sets))
    signs = tie_groups({i: i for i in range(len(columns))})
    return {name: " ".join(signs[i] for i, own in enumerate(columns) if place[name] in own) for name in order}


def _largest(sets: set[frozenset[int]]) -> set[frozenset[int]]:
    return {own for own in sets if not any(own < other for other in sets)}

"""Votes to sessions: no clip twice in one, systems about equally often in each."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from steadybench.study.model import Unit
from steadybench.study.planning.draw import Draw
from steadybench.study.planning.rounds import round_of

_FULL = 1e9
"""Cost of one vote more than a session holds."""


def seated(units: Sequence[Unit], votes: int, capacity: int, draw: Draw) -> list[list[Unit]]:
    """Spread ``votes`` judgements of every unit over sessions of at most ``capacity`` judgements.

    Units of one prompt and seed share clips where they share a system. They are parted into groups without
    shared clips (an edge colouring: the rounds of the design where it is whole), and no session gets two
    groups of one prompt and seed. Groups go to sessions at least cost, one prompt and seed at a time, where
    cost is the sum over sessions of squared numbers of judgements and of each system's appearances.

    Returns:
        Units by session, in no order that means anything. As few sessions as the votes need, more where a
        clip would come twice otherwise.
    """
    turn = round_of(sorted({name for unit in units for name in (unit.first, unit.second)}))
    cells: dict[tuple[str, int], list[Unit]] = defaultdict(list)

    def met(unit: Unit) -> tuple[int, str]:
        return turn[min(unit.first, unit.second), max(unit.first, unit.second)], unit.id

    for unit in sorted(units, key=met):
        cells[unit.prompt, unit.seed].append(unit)
    groups = {place: [group for group in _apart(own) for _ in range(votes)] for place, own in cells.items()}
    sessions = max(math.ceil(len(units) * votes / capacity), *(len(own) for own in groups.values()))
    while True:
        tables = _tried(groups, sessions, draw)
        if max(len(table) for table in tables) <= capacity:
            return tables
        sessions += 1


def _apart(units: Sequence[Unit]) -> list[list[Unit]]:
    """Groups without shared clips: each unit joins the first in which its systems are free."""
    groups: list[tuple[set[str], list[Unit]]] = []
    for unit in units:
        pair = {unit.first, unit.second}
        home = next((group for group in groups if not pair & group[0]), None)
        if home is None:
            home = (set(), [])
            groups.append(home)
        home[0].update(pair)
        home[1].append(unit)
    return [own for _, own in groups]


def _tried(groups: Mapping[tuple[str, int], Sequence[Sequence[Unit]]], sessions: int, draw: Draw
           ) -> list[list[Unit]]:
    """Seat every group; sessions may come out larger than they should."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    total = sum(len(group) for own in groups.values() for group in own)
    room = math.ceil(total / sessions)
    systems = sorted({name for own in groups.values() for group in own for u in group
                      for name in (u.first, u.second)})
    column = {name: number for number, name in enumerate(systems)}
    seen = np.zeros((sessions, len(systems)))
    filled = np.zeros(sessions)
    tables: list[list[Unit]] = [[] for _ in range(sessions)]
    for place in sorted(draw.shuffled(sorted(groups)), key=lambda name: -sum(map(len, groups[name]))):
        parts = draw.shuffled(_split(groups[place], sessions))
        shown = np.zeros((len(parts), len(systems)))
        for number, part in enumerate(parts):
            for unit in part:
                shown[number, [column[unit.first], column[unit.second]]] = 1
        size = np.array([len(part) for part in parts], float)
        after = filled + size[:, None]
        cost = 2 * shown @ seen.T + after**2 - filled**2 + _FULL * np.maximum(after - room, 0)
        for number, session in zip(*linear_sum_assignment(cost), strict=True):
            tables[session] += parts[number]
            seen[session] += shown[number]
            filled[session] += size[number]
    return tables


def _split(groups: Sequence[Sequence[Unit]], sessions: int) -> list[Sequence[Unit]]:
    """Part groups until every session can have one, always the largest."""
    by_size: dict[int, list[Sequence[Unit]]] = defaultdict(list)
    for group in groups:
        by_size[len(group)].append(group)
    for _ in range(sessions - len(groups)):
        largest = max(size for size, own in by_size.items() if own)
        if largest == 1:
            break
        group = by_size[largest].pop()
        for half in (group[: largest // 2], group[largest // 2:]):
            by_size[len(half)].append(half)
    return [group for own in by_size.values() for group in own]


def sides(tables: Sequence[Sequence[Unit]], votes: int, draw: Draw) -> list[list[bool]]:
    """Choose for every seated unit whether its first system is left: half of the votes on each unit each way.

    Systems are also shown left and right about equally often in each session, by exchanging the sides of
    two votes on one unit as long as that helps.
    """
    where: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for session, table in enumerate(tables):
        for place, unit in enumerate(table):
            where[unit.id].append((session, place))
    left = [[False] * len(table) for table in tables]
    for places in where.values():
        for session, place in draw.shuffled(places)[: votes // 2]:
            left[session][place] = True
    lean: list[Counter[str]] = [Counter() for _ in tables]
    for session, table in enumerate(tables):
        for place, unit in enumerate(table):
            _lean(lean[session], unit, 1 if left[session][place] else -1)
    units = {unit.id: unit for table in tables for unit in table}
    while sum(_improved(units[name], places, left, lean) for name, places in where.items()):
        pass
    return left


def _lean(counts: Counter[str], unit: Unit, way: int) -> None:
    counts[unit.first] += way
    counts[unit.second] -= way


def _improved(unit: Unit, places: Sequence[tuple[int, int]], left: list[list[bool]],
              lean: Sequence[Counter[str]]) -> bool:
    """Exchange the sides of two votes on a unit where sessions get more even by it; tell whether any was."""

    def gain(session: int, way: int) -> int:
        """By how much the sum of squares falls if the first system's balance moves by ``way``."""
        a, b = lean[session][unit.first], lean[session][unit.second]
        return a * a + b * b - (a + way) ** 2 - (b - way) ** 2

    lefts = [(gain(session, -2), session, place) for session, place in places if left[session][place]]
    rights = [(gain(session, 2), session, place) for session, place in places if not left[session][place]]
    (won, here, at), (more, there, to) = max(lefts), max(rights)
    if won + more <= 0 or here == there:
        return False
    left[here][at], left[there][to] = False, True
    _lean(lean[here], unit, -2)
    _lean(lean[there], unit, 2)
    return True

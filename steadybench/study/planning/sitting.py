"""One session: its trials in order, with checks and a repeat."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from steadybench.study.key import token
from steadybench.study.model import Question, Session, Trial, Unit
from steadybench.study.planning.checking import CHECKS, Item, Pools, checks
from steadybench.study.planning.draw import Draw
from steadybench.study.planning.ordering import check_places, clashes, ordered
from steadybench.study.planning.stock import Stock

EXTRA = CHECKS + 1
"""Trials of a session that are no judgements: the checks and the repeat."""


_TRIES = 24
_ENOUGH = 5
"""Systems from which pairs can follow each other without sharing one (the Petersen graph has such a path)."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session and what its order fell short of."""

    session: Session
    clashes: int
    """Successive trials that share a system."""
    seen: int
    """Checks that show a clip which the session shows anyway."""


def sitting(
    question: Question, number: int, table: Sequence[tuple[Unit, bool]], pool: Pools, stock: Stock,
    seconds: float, draw: Draw,
) -> Sitting:
    """Put one session together.

    Args:
        question: what is asked.
        number: of the session within the question.
        table: its units, each with whether the first system is left.
        pool: clips for checks.
        stock: takes up the files that checks need.
        seconds: length of a usual trial.
        draw: for everything random.
    """
    items = [Item(unit.id, *((unit.first_clip, unit.second_clip) if left else
                             (unit.second_clip, unit.first_clip))) for unit, left in table]
    shown = [name for item in items for name in (item.left, item.right)]
    extra = checks(question, shown, pool, stock, seconds, draw)
    systems = {name for unit, _ in table for name in (unit.first, unit.second)}
    best, fewest = _lined(items, extra, stock, draw)
    for _ in range(_TRIES if len(systems) >= _ENOUGH else 0):
        if not fewest:
            break
        line, count = _lined(items, extra, stock, draw)
        if count < fewest:
            best, fewest = line, count
    sources = {stock.get(name).source for name in shown}
    seen = sum(bool(stock.get(item.left).source) and stock.get(item.left).source in sources for item in extra)
    return Sitting(_named(question, number, best, stock), fewest, seen)


@dataclass(frozen=True, slots=True)
class _Line:
    """Trials in order, the repeat among them."""

    items: Sequence[Item]
    repeat: int
    """Place of the repeat, and of what it repeats."""
    early: int


def _lined(items: Sequence[Item], extra: Sequence[Item], stock: Stock, draw: Draw) -> tuple[_Line, int]:
    """Put judgements, checks and a repeat in order; return also how many neighbours share a system."""
    places = check_places(len(items) + EXTRA, EXTRA, draw)
    fixed = dict(zip(places, extra, strict=False))
    last = places[-1]
    looks = {place: _looks(item, stock) for place, item in fixed.items()} | {last: frozenset[str]()}
    order = iter(ordered([_looks(item, stock) for item in items], looks, draw))
    line = [fixed[place] if place in fixed else items[next(order)]
            for place in range(len(items) + EXTRA) if place != last]
    early = _early(line, last, stock, draw)
    again = line[early]
    line.insert(last, Item(again.unit, again.right, again.left, "repeat"))
    return _Line(line, last, early), clashes([_looks(item, stock) for item in line])


def _early(line: Sequence[Item], last: int, stock: Stock, draw: Draw) -> int:
    """Place of a judgement in the first half before the repeat, unlike the repeat's neighbours.

    Args:
        line: trials without the repeat.
        last: where the repeat will be put.
        stock: knows what trials show.
        draw: for ties.
    """
    judged = [place for place, item in enumerate(line[:last]) if item.unit]
    early = [place for place in judged if place <= last // 2] or judged
    near = frozenset[str]().union(*(_looks(item, stock) for item in line[last - 1: last + 1]))
    return min(draw.shuffled(early), key=lambda place: len(_looks(line[place], stock) & near))


def _named(question: Question, number: int, line: _Line, stock: Stock) -> Session:
    own = token(stock.secret, "session", question.id, str(number))
    ids = [token(stock.secret, "trial", own, str(place), digits=12) for place in range(len(line.items))]
    trials = tuple(
        Trial(ids[place], item.unit, item.left, item.right, item.check, item.answer,
              ids[line.early] if place == line.repeat else "")
        for place, item in enumerate(line.items)
    )
    return Session(own, question.id, trials, len(trials) // 2)


def _looks(item: Item, stock: Stock) -> AbstractSet[str]:
    """Systems and prompt that a trial shows."""
    shown = [stock.get(name) for name in (item.left, item.right)]
    return frozenset({one.system for one in shown if one.system}
                     | {f"prompt {one.prompt}" for one in shown if one.prompt})

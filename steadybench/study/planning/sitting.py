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


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session and what its order fell short of."""

    session: Session
    clashes: int
    """Successive trials that share a system."""


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
    places = check_places(len(items) + EXTRA, EXTRA, draw)
    fixed = dict(zip(places, extra, strict=False))
    looks = {place: _looks(item, stock) for place, item in fixed.items()} | {places[-1]: frozenset[str]()}
    order = ordered([_looks(item, stock) for item in items], looks, draw)
    line: list[Item | None] = [None] * (len(items) + EXTRA)
    for place, item in fixed.items():
        line[place] = item
    free = iter(order)
    for place, item_there in enumerate(line):
        if item_there is None and place != places[-1]:
            line[place] = items[next(free)]
    return _named(question, number, line, places[-1], stock, draw)


def _named(question: Question, number: int, line: Sequence[Item | None], last: int, stock: Stock, draw: Draw
           ) -> Sitting:
    """Choose what the repeat at place ``last`` repeats, and name everything."""
    own = token(stock.secret, "session", question.id, str(number))
    ids = [token(stock.secret, "trial", own, str(place), digits=12) for place in range(len(line))]
    early = _early(line, last, stock, draw)
    again = line[early]
    whole = [item or again for item in line]
    trials = tuple(
        Trial(ids[place], item.unit, item.right, item.left, "repeat", "", ids[early]) if place == last
        else Trial(ids[place], item.unit, item.left, item.right, item.check, item.answer, "")
        for place, item in enumerate(whole) if item is not None
    )  # fmt: skip
    found = clashes([_looks(item, stock) for item in whole if item is not None])
    return Sitting(Session(own, question.id, trials, len(trials) // 2), found)


def _early(line: Sequence[Item | None], last: int, stock: Stock, draw: Draw) -> int:
    """Place of a judgement in the first half before the repeat, unlike the repeat's neighbours."""
    judged = [place for place, item in enumerate(line[:last]) if item is not None and item.unit]
    early = [place for place in judged if place <= last // 2] or judged
    near = frozenset[str]().union(*(_looks(item, stock) for place in (last - 1, last + 1)
                                    if place < len(line) and (item := line[place]) is not None))

    def shared(place: int) -> int:
        item = line[place]
        return len(_looks(item, stock) & near) if item else 0

    return min(draw.shuffled(early), key=shared)


def _looks(item: Item, stock: Stock) -> AbstractSet[str]:
    """Systems and prompt that a trial shows."""
    shown = [stock.get(name) for name in (item.left, item.right)]
    return frozenset({one.system for one in shown if one.system}
                     | {f"prompt {one.prompt}" for one in shown if one.prompt})

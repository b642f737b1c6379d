"""All sessions of a study, and what they fall short of."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from reports.text import count
from steadybench.study.model import Question, Session, Unit
from steadybench.study.planning.checking import pools
from steadybench.study.planning.draw import Draw
from steadybench.study.planning.request import Request
from steadybench.study.planning.seating import seated, sides
from steadybench.study.planning.sitting import EXTRA, Sitting, sitting
from steadybench.study.planning.stock import Stock

_ROOM = 2 * EXTRA + 2
"""Trials of a session in which checks can be kept apart, and from the first two and the last."""


def sessions_of(questions: Sequence[Question], units: Sequence[Unit], stock: Stock, request: Request,
                seconds: float, capacity: int) -> tuple[tuple[Session, ...], list[str]]:
    """Seat the votes of every question and order each session.

    Args:
        questions: one pass each; a session belongs to one.
        units: of all questions.
        stock: takes up the files that checks need.
        request: for votes and seed.
        seconds: length of a usual trial.
        capacity: most judgements of a session, checks and the repeat aside.

    Returns:
        Sessions, by question and then by id, and sentences about what could not be kept.
    """
    made: list[Session] = []
    told: list[str] = []
    for question in questions:
        own = [unit for unit in units if unit.question == question.id]
        clips = sorted({name for unit in own for name in (unit.first_clip, unit.second_clip)})

        def draw(purpose: str, name: str = question.id) -> Draw:
            return Draw(stock.secret, request.seed, purpose, name)

        pool, short = pools(question, clips, stock, request.seed)
        tables = seated(own, request.votes, capacity, draw("seats"))
        lefts = sides(tables, request.votes, draw("sides"))
        trials = draw("trials")
        found = [sitting(question, number, list(zip(table, left, strict=True)), pool, stock, seconds, trials)
                 for number, (table, left) in enumerate(zip(tables, lefts, strict=True))]
        made += sorted((one.session for one in found), key=lambda session: session.id)
        least = math.ceil(len(own) * request.votes / capacity)
        shortfalls = [*filter(None, [short]), *_shortfalls(found, least)]
        told += [f"Question {question.id}: {line}" for line in shortfalls]
    return tuple(made), told


def _shortfalls(found: Sequence[Sitting], least: int) -> Iterator[str]:
    """What sessions fall short of, as ends of sentences."""
    if len(found) > least:
        yield (f"{len(found)} sessions where {least} would have room, so that none shows a clip twice.")
    successive = sum(len(one.session.trials) - 1 for one in found)
    if clashing := sum(one.clashes for one in found):
        yield f"{clashing} of {successive} successive trials share a system with the one before."
    if seen := sum(one.seen for one in found):
        shows = "shows a clip that its" if seen == 1 else "show a clip that their"
        yield f"{count(seen, 'check')} {shows} session shows anyway, for want of others."
    if tight := sum(len(one.session.trials) < _ROOM for one in found):
        has = "has" if tight == 1 else "have"
        yield (f"{count(tight, 'session')} {has} fewer than {_ROOM} trials, too few to keep checks apart "
               "from each other and from the end.")

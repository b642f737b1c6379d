"""Gathering: every line that was read either counts as an answer or is kept apart with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from steadybench.study.answers import Answer
from steadybench.study.gathering import choosing
from steadybench.study.gathering.belonging import Places, foreign, places, untimely
from steadybench.study.gathering.choosing import Placed
from steadybench.study.gathering.model import Aside, Gathered
from steadybench.study.gathering.sources import Blank, Item, found
from steadybench.study.gathering.values import read
from steadybench.study.model import Plan

TOMBSTONE = "withdrawn"
"""Field that only the line has which the receiver writes in place of withdrawn answers."""


def gather(
    paths: Sequence[Path], plan: Plan, digest: str, locked: datetime | None, now: datetime
) -> Gathered:
    """Read answers from folders of a receiver, downloaded files and tables.

    Args:
        paths: files (.jsonl, .json, .csv, .tsv) and folders of such; read once even where named twice.
        plan: the study's plan.
        digest: SHA-256 of the plan, 64 hex digits.
        locked: when the study was locked, with its time zone; None where it is not.
        now: the time of gathering, with its time zone; answers dated after it are kept apart.

    Returns:
        Answers and asides, in an order that does not depend on the order of ``paths``.
    """
    read_in = list(found(paths))
    items = [own for own in read_in if isinstance(own, Item)]
    aside = [own for own in read_in if isinstance(own, Aside)]
    where = places(plan)
    withdrawn = frozenset(pair for own in items if (pair := _withdrawal(own)))
    placed: list[Placed] = []
    for item in items:
        answer, fault = _judged(item, where, digest, locked, now)
        placed += [Placed(item.place, answer)] if answer else []
        aside += [fault] if fault else []
    steps = (lambda own: choosing.kept(own, withdrawn), choosing.unsimulated, choosing.single,
             choosing.first_raters)
    for step in steps:
        placed, out = step(placed)
        aside += out
    blank = sum(isinstance(own, Blank) for own in read_in)
    return Gathered(_ordered(placed, where), _told(aside), len(read_in), blank)


def _withdrawal(item: Item) -> tuple[str, str] | None:
    body = item.body
    if not isinstance(body, dict) or TOMBSTONE not in body:
        return None
    return str(body.get("session_id")), str(body.get("rater_digest"))


def _judged(
    item: Item, where: Places, digest: str, locked: datetime | None, now: datetime
) -> tuple[Answer | None, Aside | None]:
    if _withdrawal(item) and isinstance(item.body, dict):
        when, count = item.body[TOMBSTONE], item.body.get("deleted")
        told = f"a rater withdrew {when!s:.40}; answers deleted: {count!s:.10}"
        return None, Aside(item.place, "withdrawn", told)
    try:
        answer = read(item.body)
    except ValueError as error:
        return None, Aside(item.place, "malformed", str(error))
    for kind, reason in foreign(answer, where, digest, item.file):
        return None, Aside(item.place, kind, reason)
    for kind, reason in untimely(answer, locked, now):
        return None, Aside(item.place, kind, reason)
    return answer, None


def _ordered(placed: Iterable[Placed], where: Places) -> tuple[Answer, ...]:
    return tuple(sorted((own.answer for own in placed), key=lambda answer: where.order[answer.trial_id]))


def _told(aside: Iterable[Aside]) -> tuple[Aside, ...]:
    """In order of place, with nothing in the reasons that could not be written or printed."""
    clean = (Aside(own.place, own.kind, "".join(c if c.isprintable() else ascii(c)[1:-1] for c in own.reason))
             for own in aside)
    return tuple(sorted(clean, key=lambda own: (_natural(own.place), own.kind, own.reason)))


def _natural(place: str) -> tuple[str, tuple[int, ...]]:
    """Line 10 comes after line 9."""
    name, *numbers = place.split(":")
    return name, tuple(int(number) if number.isdigit() else 0 for number in numbers)

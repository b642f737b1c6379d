"""Checks of one session: whether a rater looks, understands, and judges alike twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from steadybench.study.model import Check, Question
from steadybench.study.planning.draw import Draw
from steadybench.study.planning.stock import Stock
from steadybench.study.questions import AXIS_OF

CHECKS = 4
"""An identical pair, a content check and two instructed ones; a repeat comes on top."""
PRESSES: Mapping[str, str] = {"left": "1", "right": "2", "tie": "tie"}
"""What an instruction can ask for, and the slot that is right then."""
POOL = 8
"""Clips that checks of one kind are made from: each needs a file of its own."""
GOOD = 0.25
"""Late level up to which a clip can be the clean side of a content check: half-way to failure."""


@dataclass(frozen=True, slots=True)
class Item:
    """A trial without its place and name."""

    unit: str
    left: str
    right: str
    check: Check = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Pools:
    """Stimuli that checks of one question may show."""

    identical: Sequence[str]
    content: Sequence[str]


def pools(question: Question, clips: Sequence[str], stock: Stock, seed: int) -> tuple[Pools, str]:
    """Choose clips for checks, evenly over systems, and say what falls short.

    Identical pairs are the same for all questions that show the same clips. The clean side of a content
    check should be fit to win: where the question's axis was measured, clips are taken whose late level is
    low.
    """
    axis = AXIS_OF[question.id]
    levels = {name: _level(stock, name, f"{axis}.late") for name in clips}
    good = [name for name in clips if (level := levels[name]) is not None and level <= GOOD]
    told = "" if good else (
        f"no clip was found good by {axis}.late, so the clean side of a content check may look damaged "
        "itself; look at the checks before the study starts.")
    identical = _spread(clips, stock, Draw(stock.secret, seed, "identical"))
    content = _spread(good or clips, stock, Draw(stock.secret, seed, "content", question.id))
    return Pools(identical, content), told


def _level(stock: Stock, stimulus: str, quantity: str) -> float | None:
    values = stock.clip_of(stimulus).values
    return max((value for (name, _), value in values.items() if name == quantity), default=None)


def _spread(clips: Sequence[str], stock: Stock, draw: Draw) -> list[str]:
    """So many clips, always one of a system and a prompt that were taken least."""
    left, taken = draw.shuffled(clips), list[str]()
    while left and len(taken) < POOL:
        used = [stock.get(name) for name in taken]
        best = min(left, key=lambda name: (
            sum(stock.get(name).system == one.system for one in used)
            + sum(stock.get(name).prompt == one.prompt for one in used)))
        left.remove(best)
        taken.append(best)
    return taken


def checks(question: Question, shown: Sequence[str], own: Pools, stock: Stock, seconds: float, draw: Draw
           ) -> list[Item]:
    """The checks of a session whose trials show these stimuli, in the order in which they come.

    One instructed check is among the first two and one among the last two.

    Checks show clips that the session does not show otherwise, where the pool has any.
    """
    seen = {stock.get(name).source for name in shown}
    same = _unseen(own.identical, seen, stock, draw)
    clean = _unseen(own.content, seen | {stock.get(same).source}, stock, draw)
    bad = stock.spoiled(clean, question.spoil)
    first, second = draw.shuffled(PRESSES)[:2]
    pair = draw.shuffled([same, stock.copy(same)])
    others = draw.shuffled([
        Item("", pair[0], pair[1], "identical", "tie"),
        Item("", clean, bad, "content", "1") if draw.flip() else Item("", bad, clean, "content", "2"),
    ])
    told = [Item("", stock.instruction(press, "left", seconds), stock.instruction(press, "right", seconds),
                 "instructed", PRESSES[press]) for press in (first, second)]
    mixed = [told[0], others[0]] if draw.flip() else [others[0], told[0]]
    return [*mixed, *([told[1], others[1]] if draw.flip() else [others[1], told[1]])]


def _unseen(pool: Sequence[str], seen: set[str], stock: Stock, draw: Draw) -> str:
    fresh = [name for name in pool if stock.get(name).source not in seen]
    return draw.one(fresh or pool)

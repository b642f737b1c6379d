"""Whether raters lean to one side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import binomtest

from reports.study.estimate import Estimate
from reports.study.model import Vote


@dataclass(frozen=True, slots=True)
class Side:
    """Decided votes of one rater, or of all."""

    rater: str
    """Empty for all."""
    decided: int
    left: int
    share: Estimate
    """Of the left among decided votes, 0 to 1; exact binomial limits (Clopper and Pearson 1934). Those of
    all raters together take votes for independent."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The lean of all and of each."""

    together: Side
    by_rater: tuple[Side, ...]
    """The one who leans most first; raters without a decided vote are not listed."""


def sides(votes: Sequence[Vote]) -> Sides | None:
    """Count left choices among decided votes; None where no vote is decided."""
    lefts: dict[str, list[bool]] = {}
    for vote in votes:
        if vote.choice in ("first", "second"):
            lefts.setdefault(vote.rater, []).append((vote.choice == "first") == vote.first_is_left)
    if not lefts:
        return None
    found = [_side(rater, own) for rater, own in lefts.items()]
    found.sort(key=lambda side: (-abs(side.share.value - 0.5), -side.decided, side.rater))
    return Sides(_side("", [left for own in lefts.values() for left in own]), tuple(found))


def _side(rater: str, lefts: Sequence[bool]) -> Side:
    tested = binomtest(sum(lefts), len(lefts))
    limits = tested.proportion_ci(0.95)
    share = Estimate(sum(lefts) / len(lefts), float(limits.low), float(limits.high))
    return Side(rater, len(lefts), sum(lefts), share)

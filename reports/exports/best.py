"""Which methods stand out in a column: the rule by which tables set numbers in bold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean
from typing import TypeVar

from reports.gather import Setup
from reports.ranks import Pair, compare_levels, ranks

Name = TypeVar("Name")
RULE = (
    "Bold: the smallest group of best methods each of which is told apart, as the better, from every other "
    "method compared in its column (exchange of the methods within prompts, Holm's correction within the "
    "column, 5 %). Nothing is bold where that group would hold all methods. Methods without a rank are not "
    "compared. A late level that is not credited is left out of the mean and counts as 1 in the test."
)


def best(order: Sequence[Name], comparisons: Iterable[Pair[Name]]) -> frozenset[Name]:
    """Find the best group of methods that stand in ``order``, best first.

    It is the smallest group at the head of the order of which each is told apart, as the better, from each
    method behind it; empty where only the group of all methods is one.
    """
    return not_all(ranks(order, tuple(comparisons)))


def not_all(places: Mapping[Name, int]) -> frozenset[Name]:
    """Return those of rank 1, none where all are."""
    first = frozenset(name for name, rank in places.items() if rank == 1)
    return first if len(first) < len(places) else frozenset()


def lowest(values: Mapping[Setup, Mapping[str, float]]) -> frozenset[Setup]:
    """Find the best group by one number a prompt where lower is better; methods without a number stay out."""
    given = {setup: own for setup, own in values.items() if own}
    order = sorted(given, key=lambda setup: (fmean(given[setup].values()), setup))
    return best(order, compare_levels({setup: given[setup] for setup in order}))

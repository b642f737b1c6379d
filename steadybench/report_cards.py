"""Cards of the measurements and methods of a run, for its report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from steadybench.wanted import Wanted

if TYPE_CHECKING:
    from reports.model import MethodCard, MetricCard


def of_metrics(wanted: Wanted) -> tuple[MetricCard, ...]:
    """The card of every measurement that was asked for and declares itself, in reading order."""
    from metrics.cards import pages
    from metrics.declarations import declarations
    from reports.model import MetricCard

    asked = {name for named in wanted.identities.values() for name in named}
    asked |= {quantity.id.partition(".")[0] for quantity in wanted.quantities}
    texts = pages()
    found = []
    for one in declarations():
        others = dict.fromkeys(quantity.id.partition(".")[0] for quantity in one.quantities)
        also = tuple(name for name in others if name != one.name)
        if asked & {one.name, *also}:
            found.append(MetricCard(one.name, one.question, texts[f"{one.name}.md"], also))
    return tuple(found)


def of_methods(names: Iterable[str]) -> tuple[MethodCard, ...]:
    """The card of every method that has one; methods of other packages have none."""
    from generators.engine.catalogue import METHODS
    from reports.model import MethodCard
    from steadybench import method_cards

    known = [name for name in dict.fromkeys(names) if name in METHODS]
    return tuple(MethodCard(name, method_cards.page(name), method_cards.picture(name)) for name in known)

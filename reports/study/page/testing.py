"""Whether raters see what the metric measures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from reports.study.estimate import Abstained
from reports.study.metric import BANDS, Band, Curve, Difference, Judged
from reports.study.ordering import Ordering
from reports.study.page.table import Table, table
from reports.study.page.words import Names, figure, share, signed
from reports.study.summary import Agreement
from reports.text import count, number

_WIDTH, _HEIGHT = 360, 160


@dataclass(frozen=True, slots=True)
class Drawn:
    """The curve of choice against gap, in pixels of a box ``width`` by ``height``."""

    width: int
    height: int
    line: str
    area: str
    largest: str
    """The gap at the right end."""
    dots: tuple[tuple[float, float, str], ...]
    """What was observed, by band: place and name."""


def metric(found: Agreement | Abstained, names: Names) -> dict[str, Any]:
    """Everything on one metric."""
    if isinstance(found, Abstained):
        return {"name": "", "why": names.text(found.why)}
    return {
        "name": found.metric, "why": "", "bands": _bands(found.bands),
        "curve": _drawn(found.curve, found.units), "curve_told": _told(found.curve, names),
        "ordering": _ordering(found.ordering, names), "order": _order(found.ordering, names),
    }  # fmt: skip


def _bands(found: Sequence[Band]) -> Table | None:
    """List agreement by how clear the metric's verdict is."""
    return table("Agreement with the metric by gap", [
        "Gap", "#Units", "#Prompts", "#Agree, against, undecided", "#Agreement, decided units",
        "#Agreement, undecided counted against", "#Votes", "#Ties",
    ], [[one.band, one.units, one.prompts, f"{one.agree}, {one.disagree}, {one.undecided}",
         share(one.decided_share), share(one.cautious_share), one.votes, share(one.ties_share)]
        for one in found])


def _drawn(found: Curve | Abstained, units: Sequence[Judged]) -> Drawn | None:
    """Draw the curve with its limits; None where there is none."""
    if isinstance(found, Abstained) or not found.points:
        return None
    largest = found.points[-1][0] or 1.0
    line, low, high = ([f"{_WIDTH * point[0] / largest:.1f} {_HEIGHT * (1 - point[i]):.1f}"
                        for point in found.points] for i in (1, 2, 3))
    return Drawn(_WIDTH, _HEIGHT, "M" + "L".join(line), "M" + "L".join([*low, *reversed(high)]) + "Z",
                 number(largest), tuple(_dots(units, largest)))


def _dots(units: Sequence[Judged], largest: float) -> Iterator[tuple[float, float, str]]:
    """Place each band at its mean gap and its share of decided votes that agree."""
    for band in BANDS:
        own = [unit for unit in units if unit.band == band]
        decided = sum(unit.agree + unit.disagree for unit in own)
        if decided:
            share_agreeing = sum(unit.agree for unit in own) / decided
            yield (round(_WIDTH * fmean(unit.gap for unit in own) / largest, 1),
                   round(_HEIGHT * (1 - share_agreeing), 1), band)


def _told(found: Curve | Abstained, names: Names) -> str:
    """Tell the curve in a sentence."""
    if isinstance(found, Abstained):
        return f"No curve is fitted. {names.text(found.why)}"
    at = ("decided votes do not come to agree as the gap grows" if found.half_gap is None
          else f"three of four decided votes agree at a gap of {number(found.half_gap)}")
    return f"Slope {figure(found.slope)} log odds a unit of the gap, over {found.votes} decided votes: {at}."


def _ordering(found: Ordering | Abstained, names: Names) -> str:
    """Say whether the metric orders the systems as raters do."""
    if isinstance(found, Abstained):
        return f"Systems are not ordered. {names.text(found.why)}"
    return (f"Over {found.systems} systems: Kendall’s tau {figure(found.kendall)}, Spearman’s rho "
            f"{figure(found.spearman)}, limits over {found.prompts} prompts with these systems as given: "
            "they say nothing of other systems.")


def _order(found: Ordering | Abstained, names: Names) -> Table | None:
    """List systems by raters and by the metric."""
    rows = found.scores if isinstance(found, Ordering) else ()
    heads = ["System", "#Strength by raters", "#Score by the metric"]
    return table("Systems by raters and by the metric", heads,
                 [[names.of(system), signed(human), signed(machine, 3)] for system, human, machine in rows])


def differences(found: Sequence[Difference | Abstained], names: Names) -> Iterator[str]:
    """Hold two metrics against each other on the same units."""
    for one in found:
        if isinstance(one, Abstained):
            yield names.text(one.why)
        else:
            yield (f"{one.first} against {one.second}: agreement differs by {figure(one.difference)} over "
                   f"{count(one.units, 'unit')}; raters agree with {one.first} alone on {one.only_first}, "
                   f"with {one.second} alone on {one.only_second}.")

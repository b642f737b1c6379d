"""What speaks for or against believing the votes: agreement, fit, sides, times."""

from __future__ import annotations

from collections.abc import Iterator

from reports.ranks import LEVEL
from reports.study.alpha import Alpha
from reports.study.estimate import Abstained
from reports.study.fitcheck import FitCheck
from reports.study.halves import Halves
from reports.study.page.table import Table, table
from reports.study.page.words import Names, figure, p_value, percent, share, signed
from reports.study.sides import Sides
from reports.study.times import Responses
from reports.text import count, listing

_SHOWN = 6


def agreement(found: Alpha | Abstained, names: Names) -> str:
    """Say how far raters agree with each other."""
    if isinstance(found, Abstained):
        return f"Krippendorff’s alpha is not given. {names.text(found.why)}"
    return (f"Krippendorff’s alpha by slot: {figure(found.alpha)}, limits over {found.units} units; 0 is "
            "what guessing gives, 1 full agreement.")


def halves(found: Halves | Abstained, names: Names) -> str:
    """Say whether half of the raters would rank as the other half does."""
    if isinstance(found, Abstained):
        return f"Halves of the raters are not held against each other. {names.text(found.why)}"
    return (f"Two random halves of the raters rank the systems alike with Kendall’s tau "
            f"{signed(found.median)} (median of {found.splits} splits; nine in ten lie from "
            f"{signed(found.low)} to {signed(found.high)}).")


def fit(found: FitCheck | Abstained, names: Names) -> Iterator[str]:
    """Say whether the votes contradict the model."""
    if isinstance(found, Abstained):
        yield f"The fit is not checked. {names.text(found.why)}"
        return
    verdict = "do not describe" if found.p <= LEVEL else "are not contradicted by"
    yield (f"One strength a system and one tie tendency {verdict} the counts of pairs: chi-square "
           f"{found.chi_square:.1f}, p {p_value(found.p)} by simulation, design effect "
           f"{found.design_effect:.2f}.")
    circles = [" over ".join(names.of(one) for one in (*three, three[0])) for three in found.circular]
    told = f": {listing(circles, 3)}" if circles else ""
    yield (f"{count(len(found.circular), 'circular triple')} of {found.triples}{told}; chance gives "
           f"{found.circular_expected:.1f}, p {p_value(found.circular_p)}.")


def residuals(found: FitCheck | Abstained, names: Names) -> Table | None:
    """Hold observed counts against those that the fit expects."""
    pairs = () if isinstance(found, Abstained) else found.pairs
    return table("Observed and fitted votes", [
        "First", "Second", "#First wins, fitted", "#Second wins, fitted", "#Ties, fitted", "#Residual",
    ], [[names.of(one.first), names.of(one.second),
         *(f"{seen}, {made:.1f}" for seen, made in zip(one.observed, one.expected, strict=True)),
         signed(one.residual, 1)] for one in pairs])


def sides(found: Sides | None, names: Names) -> Iterator[str]:
    """Say whether raters lean to one side."""
    if found is None:
        yield "No vote is decided, so nothing can be said of sides."
        return
    both = found.together
    yield f"The left clip was chosen in {share(both.share)} of {both.decided} decided votes."
    leaning = [one for one in found.by_rater
               if one.share.low is not None and one.share.high is not None
               and not one.share.low <= 0.5 <= one.share.high]
    if leaning:
        told = [f"{names.rater(one.rater)} {percent(one.share.value)} of {one.decided}" for one in leaning]
        yield f"Raters whose own limits leave out one half: {listing(told, _SHOWN)}."


def times(found: Responses | None) -> Table | None:
    """Response times by choice."""
    rows = () if found is None else (found.together, *found.by_choice)
    return table("Seconds from the end of the clips to the answer", [
        "Answers", "#Number", "#Fastest", "#5 %", "#25 %", "#Median", "#75 %", "#95 %", "#Slowest",
    ], [[{"unable": "could not judge"}.get(one.of, one.of), one.votes,
         *(f"{value:.1f}" for value in (one.fastest, one.q05, one.q25, one.median, one.q75, one.q95,
                                        one.slowest))] for one in rows])

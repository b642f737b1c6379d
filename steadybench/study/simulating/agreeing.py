"""What a planned validation would say of its metric: played many times and analysed as it will be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from steadybench.study.analysing.verdicts import verdicts
from steadybench.study.locking.model import Terms
from steadybench.study.model import Plan
from steadybench.study.simulating.raters import Truth
from steadybench.study.simulating.resolving import DRAWS, tell, voted
from steadybench.study.simulating.telling import share_of

if TYPE_CHECKING:
    from reports.study.metric import Band
    from reports.study.model import Vote


@dataclass(frozen=True, slots=True)
class Validation:
    """All simulated studies on one question."""

    question: str
    metric: str
    studies: int
    bands: Mapping[str, tuple[Band, ...]]
    """What each study found, by band."""


def validate(plan: Plan, truth: Truth, terms: Terms, seed: int, repeats: int, say: Callable[[str], None]
             ) -> tuple[Validation, ...]:
    """Play, exclude, and hold the votes against the metric under test."""
    found: dict[str, dict[str, list[Band]]] = {one.id: defaultdict(list) for one in plan.questions}
    for repeat in range(repeats):
        votes, _ = voted(plan, truth, terms, (seed, repeat))
        for question, by_band in found.items():
            for band in _bands(plan, question, [vote for vote in votes if vote.question == question], terms):
                by_band[band.band].append(band)
        tell(repeat, repeats, say)
    return tuple(Validation(question, plan.settings.metric, repeats,
                            {band: tuple(own) for band, own in by_band.items()})
                 for question, by_band in found.items())


def _bands(plan: Plan, question: str, votes: list[Vote], terms: Terms) -> tuple[Band, ...]:
    from reports.study.metric import bands, joined
    from reports.study.resample import Sampling

    said = [one for one in verdicts(plan, question) if one.metric == plan.settings.metric]
    return bands(joined(votes, said), Sampling(DRAWS, terms.analysis.seed))


def told(found: tuple[Validation, ...]) -> Iterator[str]:
    """Lines for the terminal."""
    for one in found:
        yield f"Question {one.question}: agreement with {one.metric}, {one.studies} studies played"
        for band, runs in one.bands.items():
            yield _line(band, runs)
        if not one.bands:
            yield "  no units were judged"


def _line(band: str, runs: tuple[Band, ...]) -> str:
    cautious = np.mean([run.cautious_share.value for run in runs])
    decided = [run.decided_share for run in runs]
    known = [own for own in decided if own is not None]
    widths = [(own.high - own.low) / 2 for own in known if own.low is not None and own.high is not None]
    above = [own is not None and own.low is not None and own.low > 0.5 for own in decided]
    share = f"{100 * np.mean([own.value for own in known]):.0f} %" if known else "none"
    limits = f" ± {100 * np.mean(widths):.0f} points" if widths else ", no limits"
    return (f"  {band:12s} {np.mean([run.units for run in runs]):.0f} units: {share} of decided ones agree"
            f"{limits}, {100 * cautious:.0f} % of all; told to be above one half in {share_of(above)}")

"""Tables on metrics under test."""

from __future__ import annotations

from collections.abc import Iterator

from reports.study.estimate import Abstained
from reports.study.metric import Band
from reports.study.results import Results
from reports.study.summary import Agreement, Findings
from reports.study.tables.cells import Row, estimate, fits, limits

AGREEMENT = (
    "question", "of", "metric", "band", "units", "prompts", "agree", "disagree", "undecided",
    *limits("decided_share"), *limits("cautious_share"), "votes", *limits("ties_share"),
)
CORRELATIONS = (
    "question", "of", "metric", "systems", "prompts", *limits("kendall"), *limits("spearman"),
)


def agreement(found: Results) -> Iterator[Row]:
    """Agreement with metrics by band."""
    for part, of, own in fits(found):
        for metric, band in _bands(own):
            yield {
                "question": part.id, "of": of, "metric": metric.metric, "band": band.band,
                "units": band.units, "prompts": band.prompts, "agree": band.agree,
                "disagree": band.disagree, "undecided": band.undecided,
                **estimate("decided_share", band.decided_share),
                **estimate("cautious_share", band.cautious_share), "votes": band.votes,
                **estimate("ties_share", band.ties_share),
            }  # fmt: skip


def _bands(own: Findings) -> Iterator[tuple[Agreement, Band]]:
    for metric in own.metrics:
        if isinstance(metric, Agreement):
            yield from ((metric, band) for band in metric.bands)


def correlations(found: Results) -> Iterator[Row]:
    """Order of systems by raters and by metrics."""
    for part, of, own in fits(found):
        for metric in own.metrics:
            if isinstance(metric, Agreement) and not isinstance(metric.ordering, Abstained):
                both = metric.ordering
                yield {"question": part.id, "of": of, "metric": metric.metric, "systems": both.systems,
                       "prompts": both.prompts, **estimate("kendall", both.kendall),
                       **estimate("spearman", both.spearman)}

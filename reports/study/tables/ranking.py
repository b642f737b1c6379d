"""Tables on who is better."""

from __future__ import annotations

from collections.abc import Iterator

from reports.study.estimate import Abstained
from reports.study.fitcheck import FitCheck
from reports.study.pairs import Planned
from reports.study.results import Results
from reports.study.strengths import Strengths
from reports.study.tables.cells import Row, estimate, fits, limits, named

STRENGTHS = (
    "question", "of", "system", *limits("strength"), "cautious_low", "cautious_high", "best_rank",
    "worst_rank", "letters", "pulled", "reason",
)
PAIRS = (
    "question", "of", "first", "second", "wins_first", "wins_second", "ties", *limits("share_first"),
    *limits("ties_share"), "prompts", "prompts_first", "prompts_second", "difference", "p", "p_holm",
    "apart",
)
PLANNED = (
    "question", "of", "better", "worse", "verdict", "wins_better", "wins_worse", "ties",
    *limits("share_better"), "prompts_better", "prompts_worse", "p", "p_holm", "reason",
)
FIT = (
    "question", "of", "first", "second", "wins_first", "wins_second", "ties", "fitted_first",
    "fitted_second", "fitted_ties", "residual",
)


def strengths(found: Results) -> Iterator[Row]:
    """Strengths and limits of ranks, or the reason why there are none."""
    for part, of, own in fits(found):
        for one in own.strengths.standings if isinstance(own.strengths, Strengths) else ():
            yield {
                "question": part.id, "of": of, "system": found.names[one.system],
                **estimate("strength", one.strength), "cautious_low": one.cautious_low,
                "cautious_high": one.cautious_high, "best_rank": one.best_rank,
                "worst_rank": one.worst_rank, "letters": one.letters, "pulled": one.pulled,
                "reason": "",
            }  # fmt: skip
        if isinstance(own.strengths, Abstained):
            yield dict.fromkeys(STRENGTHS) | {
                "question": part.id, "of": of, "reason": named(own.strengths.why, found)}


def pairs(found: Results) -> Iterator[Row]:
    """Every two systems that met."""
    for part, of, own in fits(found):
        fitted = own.strengths.contrasts if isinstance(own.strengths, Strengths) else ()
        by_pair = {frozenset((one.first, one.second)): one for one in fitted}
        for duel in own.duels:
            fit = by_pair.get(frozenset((duel.first, duel.second)))
            turn = 1 if fit is None or fit.first == duel.first else -1
            yield {
                "question": part.id, "of": of, "first": found.names[duel.first],
                "second": found.names[duel.second], "wins_first": duel.wins_first,
                "wins_second": duel.wins_second, "ties": duel.ties, **estimate("share_first", duel.share),
                **estimate("ties_share", duel.ties_share), "prompts": duel.prompts,
                "prompts_first": duel.prompts_first, "prompts_second": duel.prompts_second,
                "difference": turn * fit.difference.value if fit else None, "p": fit.p if fit else None,
                "p_holm": fit.p_holm if fit else None, "apart": fit.apart if fit else None,
            }  # fmt: skip


def planned(found: Results) -> Iterator[Row]:
    """The comparisons that were planned."""
    for part, of, own in fits(found):
        expected = [one for one in found.registration.planned if one.question == part.id]
        for asked, one in zip(expected, own.planned, strict=True):
            base = dict.fromkeys(PLANNED) | {
                "question": part.id, "of": of, "better": found.names[asked.better],
                "worse": found.names[asked.worse]}
            if isinstance(one, Planned):
                duel = one.duel
                yield base | {
                    "verdict": one.verdict, "wins_better": duel.wins_first, "wins_worse": duel.wins_second,
                    "ties": duel.ties, **estimate("share_better", duel.share),
                    "prompts_better": duel.prompts_first, "prompts_worse": duel.prompts_second, "p": one.p,
                    "p_holm": one.p_holm, "reason": "",
                }  # fmt: skip
            else:
                yield base | {"verdict": "not tested", "reason": named(one.why, found)}


def fit(found: Results) -> Iterator[Row]:
    """Observed votes of every two systems, and those that the model expects."""
    for part, of, own in fits(found):
        for one in own.fit.pairs if isinstance(own.fit, FitCheck) else ():
            yield {
                "question": part.id, "of": of, "first": found.names[one.first],
                "second": found.names[one.second], "wins_first": one.observed[0],
                "wins_second": one.observed[1], "ties": one.observed[2], "fitted_first": one.expected[0],
                "fitted_second": one.expected[1], "fitted_ties": one.expected[2], "residual": one.residual,
            }  # fmt: skip

"""The tables of a study: one CSV file a subject, and everything in one JSON document."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict

from reports.study.alpha import Alpha
from reports.study.estimate import Abstained, Estimate
from reports.study.metric import Band
from reports.study.pairs import Planned
from reports.study.results import Part, Results
from reports.study.strengths import Strengths
from reports.study.summary import Agreement, Findings

Cell = str | int | float | bool | None
Row = Mapping[str, Cell]


def files(found: Results) -> dict[str, str]:
    """Write every table; one without rows has its head alone. The same results give the same texts."""
    tables = {f"{name}.csv": _csv(head, list(rows(found))) for name, (head, rows) in TABLES.items()}
    return {**tables, "analysis.json": _json(found)}


def _json(found: Results) -> str:
    return json.dumps({"schema": 1, **asdict(found)}, sort_keys=True, indent=1, ensure_ascii=False,
                      allow_nan=False) + "\n"


def _csv(head: Sequence[str], rows: Sequence[Row]) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([_cell(row[name]) for name in head] for row in rows)
    return stream.getvalue()


def _cell(value: Cell) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.10g}"
    return "" if value is None else str(value)


def _votes(found: Results) -> Iterator[Row]:
    raters = {one.digest: one.name for one in found.raters}
    for cast in found.votes:
        vote = cast.vote
        yield {
            "session": cast.session, "trial": cast.trial, "rater": raters[vote.rater], "unit": vote.unit,
            "question": vote.question, "prompt": found.prompts[vote.prompt], "first": found.names[vote.first],
            "second": found.names[vote.second], "choice": vote.choice, "first_is_left": vote.first_is_left,
            "seconds": vote.seconds, "counted": cast.counted,
        }  # fmt: skip


def _raters(found: Results) -> Iterator[Row]:
    for one in found.raters:
        yield {**asdict(one), "excluded": "; ".join(one.excluded)}


def _strengths(found: Results) -> Iterator[Row]:
    for part, of, own in _fits(found):
        for one in own.strengths.standings if isinstance(own.strengths, Strengths) else ():
            yield {
                "question": part.id, "of": of, "system": found.names[one.system],
                **_estimate("strength", one.strength), "cautious_low": one.cautious_low,
                "cautious_high": one.cautious_high, "rank": one.rank, "best_rank": one.best_rank,
                "worst_rank": one.worst_rank, "group": one.group, "reason": "",
            }  # fmt: skip
        if isinstance(own.strengths, Abstained):
            yield dict.fromkeys(TABLES["strengths"][0]) | {
                "question": part.id, "of": of, "reason": _named(own.strengths.why, found)}


def _pairs(found: Results) -> Iterator[Row]:
    for part, of, own in _fits(found):
        fitted = own.strengths.contrasts if isinstance(own.strengths, Strengths) else ()
        by_pair = {frozenset((one.first, one.second)): one for one in fitted}
        for duel in own.duels:
            fit = by_pair.get(frozenset((duel.first, duel.second)))
            turn = 1 if fit is None or fit.first == duel.first else -1
            yield {
                "question": part.id, "of": of, "first": found.names[duel.first],
                "second": found.names[duel.second], "wins_first": duel.wins_first,
                "wins_second": duel.wins_second, "ties": duel.ties, **_estimate("share_first", duel.share),
                **_estimate("ties_share", duel.ties_share), "prompts": duel.prompts,
                "prompts_first": duel.prompts_first, "prompts_second": duel.prompts_second,
                "difference": turn * fit.difference.value if fit else None, "p": fit.p if fit else None,
                "p_holm": fit.p_holm if fit else None, "apart": fit.apart if fit else None,
            }  # fmt: skip


def _planned(found: Results) -> Iterator[Row]:
    for part, of, own in _fits(found):
        expected = [one for one in found.registration.planned if one.question == part.id]
        for asked, one in zip(expected, own.planned, strict=True):
            base = dict.fromkeys(TABLES["planned"][0]) | {
                "question": part.id, "of": of, "better": found.names[asked.better],
                "worse": found.names[asked.worse]}
            if isinstance(one, Planned):
                duel = one.duel
                yield base | {
                    "verdict": one.verdict, "wins_better": duel.wins_first, "wins_worse": duel.wins_second,
                    "ties": duel.ties, **_estimate("share_better", duel.share),
                    "prompts_better": duel.prompts_first, "prompts_worse": duel.prompts_second, "p": one.p,
                    "p_holm": one.p_holm, "reason": "",
                }  # fmt: skip
            else:
                yield base | {"verdict": "never judged", "reason": _named(one.why, found)}


def _alpha(found: Results) -> Iterator[Row]:
    for part, of, own in _fits(found):
        base = dict.fromkeys(TABLES["alpha"][0]) | {"question": part.id, "of": of}
        if isinstance(own.alpha, Alpha):
            yield base | {**_estimate("alpha", own.alpha.alpha), "units": own.alpha.units,
                          "votes": own.alpha.votes, "raters": own.alpha.raters, "reason": ""}
        else:
            yield base | {"reason": own.alpha.why}


def _agreement(found: Results) -> Iterator[Row]:
    for part, of, own in _fits(found):
        for metric, band in _bands(own):
            yield {
                "question": part.id, "of": of, "metric": metric.metric, "band": band.band,
                "units": band.units, "prompts": band.prompts, "agree": band.agree,
                "disagree": band.disagree, "undecided": band.undecided,
                **_estimate("decided_share", band.decided_share),
                **_estimate("cautious_share", band.cautious_share), "votes": band.votes,
                **_estimate("ties_share", band.ties_share),
            }  # fmt: skip


def _bands(own: Findings) -> Iterator[tuple[Agreement, Band]]:
    for metric in own.metrics:
        if isinstance(metric, Agreement):
            yield from ((metric, band) for band in metric.bands)


def _correlations(found: Results) -> Iterator[Row]:
    for part, of, own in _fits(found):
        for metric in own.metrics:
            if isinstance(metric, Agreement) and not isinstance(metric.ordering, Abstained):
                both = metric.ordering
                yield {"question": part.id, "of": of, "metric": metric.metric, "systems": both.systems,
                       "prompts": both.prompts, **_estimate("kendall", both.kendall),
                       **_estimate("spearman", both.spearman)}


def _sides(found: Results) -> Iterator[Row]:
    raters = {one.digest: one.name for one in found.raters}
    for part, of, own in _fits(found):
        for one in (own.sides.together, *own.sides.by_rater) if own.sides else ():
            yield {"question": part.id, "of": of, "rater": raters.get(one.rater, "all"),
                   "decided": one.decided, "left": one.left, **_estimate("left_share", one.share)}


def _times(found: Results) -> Iterator[Row]:
    raters = {one.digest: one.name for one in found.raters}
    for part, of, own in _fits(found):
        every = own.responses
        for one in (every.together, *every.by_choice, *every.by_rater) if every else ():
            yield {"question": part.id, **asdict(one), "of": of, "group": raters.get(one.of, one.of)}


def _fits(found: Results) -> Iterator[tuple[Part, str, Findings]]:
    """Every question without those who are left out, and where somebody is, with them."""
    for part in found.parts:
        yield part, "counted", part.counted
        if part.everyone is not None:
            yield part, "everyone", part.everyone


def _estimate(name: str, found: Estimate | None) -> dict[str, Cell]:
    low, high = (found.low, found.high) if found else (None, None)
    return {name: found.value if found else None, f"{name}_low": low, f"{name}_high": high}


def _named(sentence: str, found: Results) -> str:
    for token, name in found.names.items():
        sentence = sentence.replace(token, name)
    return sentence


def _limits(name: str) -> tuple[str, str, str]:
    return name, f"{name}_low", f"{name}_high"


TABLES: Mapping[str, tuple[tuple[str, ...], Callable[[Results], Iterator[Row]]]] = {
    "votes": (("session", "trial", "rater", "unit", "question", "prompt", "first", "second", "choice",
               "first_is_left", "seconds", "counted"), _votes),
    "raters": (("name", "digest", "sessions", "complete", "answers", "left", "right", "ties", "unable",
                "checks_failed", "checks", "repeats_same", "repeats", "quickest", "playback", "counted",
                "excluded"), _raters),
    "exclusions": (("rater", "session", "rule", "reason"),
                   lambda found: (asdict(one) for one in found.exclusions)),
    "aside": (("place", "kind", "reason"), lambda found: (asdict(one) for one in found.aside)),
    "deviations": (("kind", "text"), lambda found: (asdict(one) for one in found.deviations)),
    "strengths": (("question", "of", "system", *_limits("strength"), "cautious_low", "cautious_high", "rank",
                   "best_rank", "worst_rank", "group", "reason"), _strengths),
    "pairs": (("question", "of", "first", "second", "wins_first", "wins_second", "ties",
               *_limits("share_first"), *_limits("ties_share"), "prompts", "prompts_first", "prompts_second",
               "difference", "p", "p_holm", "apart"), _pairs),
    "planned": (("question", "of", "better", "worse", "verdict", "wins_better", "wins_worse", "ties",
                 *_limits("share_better"), "prompts_better", "prompts_worse", "p", "p_holm", "reason"),
                _planned),
    "alpha": (("question", "of", *_limits("alpha"), "units", "votes", "raters", "reason"), _alpha),
    "agreement": (("question", "of", "metric", "band", "units", "prompts", "agree", "disagree", "undecided",
                   *_limits("decided_share"), *_limits("cautious_share"), "votes", *_limits("ties_share")),
                  _agreement),
    "correlations": (("question", "of", "metric", "systems", "prompts", *_limits("kendall"),
                      *_limits("spearman")), _correlations),
    "sides": (("question", "of", "rater", "decided", "left", *_limits("left_share")), _sides),
    "times": (("question", "of", "group", "votes", "fastest", "q05", "q25", "median", "q75", "q95",
               "slowest"), _times),
}
"""Name, columns and rows of each. ``of`` is ``counted`` or, where raters are left out, also ``everyone``."""

"""Tables on raters: what they answered, whether they agree, lean to a side, take their time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from reports.study.alpha import Alpha
from reports.study.results import Results
from reports.study.tables.cells import Row, estimate, fits, limits
from reports.study.tables.cells import raters as names_of

VOTES = (
    "session", "trial", "rater", "unit", "question", "prompt", "first", "second", "choice",
    "first_is_left", "seconds", "counted",
)
RATERS = (
    "name", "digest", "sessions", "complete", "answers", "left", "right", "ties", "unable",
    "checks_failed", "checks", "repeats_same", "repeats", "quickest", "playback", "counted", "excluded",
)
ALPHA = (
    "question", "of", *limits("alpha"), "units", "votes", "raters", "reason",
)
SIDES = (
    "question", "of", "rater", "decided", "left", *limits("left_share"),
)
TIMES = (
    "question", "of", "group", "votes", "fastest", "q05", "q25", "median", "q75", "q95", "slowest",
)


def votes(found: Results) -> Iterator[Row]:
    """Every vote, counted or not."""
    names = names_of(found)
    for cast in found.votes:
        vote = cast.vote
        yield {
            "session": cast.session, "trial": cast.trial, "rater": names[vote.rater], "unit": vote.unit,
            "question": vote.question, "prompt": found.prompts[vote.prompt], "first": found.names[vote.first],
            "second": found.names[vote.second], "choice": vote.choice, "first_is_left": vote.first_is_left,
            "seconds": vote.seconds, "counted": cast.counted,
        }  # fmt: skip


def raters(found: Results) -> Iterator[Row]:
    """Every rater."""
    for one in found.raters:
        yield {**asdict(one), "excluded": "; ".join(one.excluded)}


def alpha(found: Results) -> Iterator[Row]:
    """Agreement of raters."""
    for part, of, own in fits(found):
        base = dict.fromkeys(ALPHA) | {"question": part.id, "of": of}
        if isinstance(own.alpha, Alpha):
            yield base | {**estimate("alpha", own.alpha.alpha), "units": own.alpha.units,
                          "votes": own.alpha.votes, "raters": own.alpha.raters, "reason": ""}
        else:
            yield base | {"reason": own.alpha.why}


def sides(found: Results) -> Iterator[Row]:
    """Left choices of all and of each."""
    names = names_of(found)
    for part, of, own in fits(found):
        for one in (own.sides.together, *own.sides.by_rater) if own.sides else ():
            yield {"question": part.id, "of": of, "rater": names.get(one.rater, "all"),
                   "decided": one.decided, "left": one.left, **estimate("left_share", one.share)}


def times(found: Results) -> Iterator[Row]:
    """Response times."""
    names = names_of(found)
    for part, of, own in fits(found):
        every = own.responses
        for one in (every.together, *every.by_choice, *every.by_rater) if every else ():
            yield {"question": part.id, **asdict(one), "of": of, "group": names.get(one.of, one.of)}

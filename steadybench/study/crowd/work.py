"""What raters did, for their pay: every answer to the study counts, whatever the analysis makes of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from steadybench.study.answers import Answer
from steadybench.study.gathering.belonging import foreign, places
from steadybench.study.gathering.sources import Item, found
from steadybench.study.gathering.values import moment, read
from steadybench.study.model import Plan, Trial

FAILURES = 2
"""Instructed checks of a session that must be failed before pay may be refused."""


@dataclass(frozen=True, slots=True)
class Work:
    """One rater in one session."""

    session: str
    rater: str
    """Digest."""
    answered: int
    """Trials."""
    failed: int
    """Instructed checks that were answered and not as the picture asked; a picture that could not be shown
    is no failure of the rater."""
    minutes: float
    """From the first start to the last answer."""


def done(paths: Sequence[Path], plan: Plan, digest: str) -> list[Work]:
    """Read what raters did out of files and folders of answers; simulated ones do not count."""
    where = places(plan)
    given: dict[tuple[str, str], dict[str, Answer]] = defaultdict(dict)
    for item in found(paths):
        answer = _answer(item.body) if isinstance(item, Item) else None
        if answer and not answer.simulated and isinstance(item, Item) \
                and not any(foreign(answer, where, digest, item.file)):
            given[answer.session_id, answer.rater_digest].setdefault(answer.trial_id, answer)
    trials = {trial.id: trial for session in plan.sessions for trial in session.trials}
    return [_work(session, rater, own, trials) for (session, rater), own in sorted(given.items())]


def _answer(body: object) -> Answer | None:
    try:
        return read(body)
    except ValueError:
        return None  # gathering names it


def _work(session: str, rater: str, given: Mapping[str, Answer], trials: Mapping[str, Trial]) -> Work:
    failed = sum(trials[name].check == "instructed" and own.slot_chosen not in (trials[name].answer, "unable")
                 for name, own in given.items())
    starts = [moment(own.started) for own in given.values()]
    ends = [moment(own.submitted) for own in given.values()]
    return Work(session, rater, len(given), failed, (max(ends) - min(starts)).total_seconds() / 60)

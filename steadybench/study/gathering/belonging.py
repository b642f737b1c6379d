"""Whether an answer belongs to the study, and whether its times can be true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from steadybench.study.answers import Answer
from steadybench.study.gathering.model import AsideKind
from steadybench.study.gathering.values import moment
from steadybench.study.model import Plan

CLOCKS = timedelta(minutes=10)
"""How far the clock of a rater's computer may be ahead before an answer counts as from the future."""
SLACK = timedelta(seconds=60)
"""How much shorter than the measured times start to answer may last; clocks are set while people answer."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where trials have their place in a plan."""

    questions: Mapping[str, str]
    """Question by session."""
    trials: Mapping[str, str]
    """Session by trial."""
    order: Mapping[str, tuple[int, int]]
    """Index of session and position by trial."""


def places(plan: Plan) -> Places:
    """Look-up tables of a plan."""
    sessions = [(index, session) for index, session in enumerate(plan.sessions)]
    return Places(
        {session.id: session.question for _, session in sessions},
        {trial.id: session.id for _, session in sessions for trial in session.trials},
        {trial.id: (index, at) for index, session in sessions for at, trial in enumerate(session.trials)},
    )


def foreign(answer: Answer, places: Places, digest: str, file: str) -> Iterator[tuple[AsideKind, str]]:
    """Why an answer is none of this study's; ``file`` is the stem of the file's name."""
    session = answer.session_id
    if answer.study_digest != digest:
        yield "other study", f"expected study {digest[:12]}, got {answer.study_digest[:12]}"
    elif session not in places.questions:
        yield "unknown session", f"the study has no session {session}"
    elif answer.trial_id not in places.trials:
        yield "unknown trial", f"the study has no trial {answer.trial_id}"
    elif (own := places.trials[answer.trial_id]) != session:
        yield "other session", f"trial {answer.trial_id} belongs to session {own}, not to {session}"
    elif file in places.questions and file != session:
        yield "other session", f"the answer names session {session} but lies in the file of session {file}"
    elif (asked := places.questions[session]) != answer.question_id:
        yield "unknown question", f"session {session} asks {asked}, the answer names {answer.question_id}"


def untimely(answer: Answer, locked: datetime | None, now: datetime) -> Iterator[tuple[AsideKind, str]]:
    """Why an answer cannot have been given when it says.

    An answer that a receiver took is dated by the receiver's clock too: a rater's clock that is ahead then
    does no harm. Both clocks must lie after the lock, so that nothing given before can be posted later.
    Simulated answers are dated from the lock on, so that a rehearsal need not wait for its own dates.
    """
    started, submitted = moment(answer.started), moment(answer.submitted)
    received = moment(answer.received) if answer.received else submitted
    lasted = timedelta(milliseconds=answer.watched_ms + answer.rt_ms)
    if submitted < started:
        yield "impossible times", f"submitted {answer.submitted}, before the start {answer.started}"
    elif submitted - started + SLACK < lasted:
        apart = (submitted - started).total_seconds()
        told = f"start and answer lie {apart:.0f} s apart, yet {lasted.total_seconds():.0f} s were measured"
        yield "impossible times", told
    elif received > now + CLOCKS and not answer.simulated:
        yield "future", f"dated {answer.received or answer.submitted}, gathered {now:%Y-%m-%dT%H:%M:%SZ}"
    elif locked is not None and min(submitted, received) < locked:
        dated = answer.submitted if submitted < locked else answer.received
        yield "before lock", f"dated {dated}, but the study was locked {locked:%Y-%m-%dT%H:%M:%SZ}"

"""Who is paid: that hangs on instructed checks alone, not on what the analysis makes of the answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Literal

from reports.csvtext import csv_text
from steadybench.study.crowd.raters import digest
from steadybench.study.crowd.submissions import Submission
from steadybench.study.crowd.work import FAILURES, Work
from steadybench.study.model import Plan
from steadybench.study.planning.limits import minutes

SHORT_MIN = 5.0
"""Pay is never refused in a session that is planned to take no longer, minutes."""

Verdict = Literal["yes", "no", "look"]
_ENDED = ("RETURNED", "TIMED-OUT", "TIMED OUT", "SCREENED OUT", "SCREENED-OUT", "REJECTED")


@dataclass(frozen=True, slots=True)
class Payment:
    """One row of the table of payments; the one place in which a platform's ids stand in clear."""

    platform_id: str
    submission_id: str
    session_id: str
    code: Literal["right", "wrong", "none"]
    answered: int
    trials: int
    instructed_failed: int
    minutes: float
    pay: Verdict
    why: str


def decide(
    submissions: Sequence[Submission], work: Sequence[Work], plan: Plan, codes: Mapping[str, str]
) -> list[Payment]:
    """Match submissions with sessions, by the session named, by the code, else by the rater.

    Args:
        submissions: rows of a platform.
        work: what raters did.
        plan: the study's plan.
        codes: session by completion code.
    """
    found = [_session(one, codes, work, plan) for one in submissions]
    often = Counter(found)
    return [_payment(one, session, often[session], codes, work, plan)
            for one, session in zip(submissions, found, strict=True)]


def table(payments: Sequence[Payment]) -> str:
    """The payments as CSV."""
    names = [field.name for field in fields(Payment)]
    return csv_text(names, ([_cell(getattr(one, name)) for name in names] for one in payments))


def _session(one: Submission, codes: Mapping[str, str], work: Sequence[Work], plan: Plan) -> str:
    if one.session:
        return one.session
    if one.code.upper() in codes:
        return codes[one.code.upper()]
    own = digest(plan.rater_salt, one.rater)
    mine = [each for each in work if each.rater == own]
    return max(mine, key=lambda each: each.answered).session if mine else ""


def _payment(
    one: Submission, session: str, often: int, codes: Mapping[str, str], work: Sequence[Work], plan: Plan
) -> Payment:
    sitting = next((each for each in plan.sessions if each.id == session), None)
    trials = len(sitting.trials) if sitting else 0
    did = _did(one, session, work, plan)
    right = bool(session) and codes.get(one.code.upper()) == session
    code: Literal["right", "wrong", "none"] = "right" if right else "wrong" if one.code else "none"
    if code == "wrong" and not one.session:
        code = "none"  # the platform's own code, which it has checked itself
    long = minutes(plan.settings.seconds, trials) > SHORT_MIN
    pay, why = _verdict(one, did, trials, often if session else 1, code, long)
    return Payment(one.rater, one.id, session, code, did.answered, trials, did.failed, round(did.minutes, 1),
                   pay, why)


def _did(one: Submission, session: str, work: Sequence[Work], plan: Plan) -> Work:
    """The rater's own work; where the page never learned the platform's id, the fullest in the session."""
    own = digest(plan.rater_salt, one.rater)
    here = [each for each in work if each.session == session]
    mine = [each for each in here if each.rater == own] or here
    return max(mine, key=lambda each: each.answered, default=Work(session, own, 0, 0, 0.0))


def _verdict(
    one: Submission, did: Work, trials: int, often: int, code: str, long: bool
) -> tuple[Verdict, str]:
    if one.status.upper() in _ENDED:
        return "look", f"the platform says {one.status}"
    if not trials:
        return "look", "no session of this study can be told from it"
    if often > 1:
        return "look", f"{often} submissions name this session"
    if code == "wrong":
        return "look", "the completion code is not that of the session"
    if did.failed >= FAILURES:
        told = f"failed {did.failed} instructed checks"
        return ("no", told) if long else ("look", f"{told}, but the session is too short to refuse pay")
    if did.answered == trials:
        return "yes", "all trials are answered"
    if code == "right":
        return "yes", f"the completion code is right; {did.answered} of {trials} answers are here"
    return "look", f"{did.answered} of {trials} trials are answered, and no completion code"


def _cell(value: object) -> object:
    """Spreadsheets would run a text that begins like a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value

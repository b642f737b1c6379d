"""Answers as they are posted: which of them belong to a ticket, and how a refused one is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from steadybench.study.answers import Answer
from steadybench.study.gathering import values
from steadybench.study.receiver.published import Seat


def read(one: object, study: str, seat: Seat, rater: str) -> tuple[Answer | None, dict[str, str] | None]:
    """An answer, or why it is none of this ticket's."""
    try:
        answer = values.read(one)
    except ValueError as error:
        names = one if isinstance(one, dict) else {}
        ids = {name: str(names.get(name, ""))[:64] for name in ("answer_id", "trial_id")}
        return None, {**ids, "reason": "value", "error": str(error)}
    checks = (
        ("study", answer.study_digest == study, "The answer is to another study."),
        ("session", answer.session_id == seat.id, "The ticket is for another session."),
        ("rater", answer.rater_digest == rater, "The ticket is of another rater."),
        ("trial", answer.trial_id in seat.trials, "The session has no such trial."),
        ("question", answer.question_id == seat.question, f"The session asks {seat.question}."),
        ("value", not answer.simulated, "Simulated answers are not taken."),
        ("value", not answer.received, "received: the receiver alone writes it."),
    )
    for reason, right, told in checks:
        if not right:
            return None, fault(answer, reason, told)
    return answer, None


def fault(answer: Answer, reason: str, told: str) -> dict[str, str]:
    """An answer that is refused, as the reply names it."""
    return {"answer_id": answer.answer_id, "trial_id": answer.trial_id, "reason": reason, "error": told}


def status(refused: Sequence[Mapping[str, str]]) -> int:
    """The status of a reply that refuses these answers."""
    reasons = {own["reason"] for own in refused}
    if reasons & {"finished", "expired"}:
        return 410
    return 409 if "conflict" in reasons else 422

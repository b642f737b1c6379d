"""What raters' pages may ask for: a session, to keep answers, to finish, to withdraw."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from steadybench.study.answers import Answer
from steadybench.study.receiver import posted
from steadybench.study.receiver.claims import Claims, Closed
from steadybench.study.receiver.published import Published
from steadybench.study.receiver.refusal import Refusal
from steadybench.study.receiver.sheets import Sheet
from steadybench.study.receiver.tickets import Tickets

MOST_ANSWERS = 100
"""Answers of one post."""

Reply = Mapping[str, object]

_CLOSED: Mapping[Closed, str] = {
    "finished": "This session is finished already.",
    "expired": "This session was left for long and given to somebody else, or was given back.",
    "withdrawn": "The rater withdrew from this session.",
}


class Desk:
    """Serves many threads."""

    def __init__(
        self, published: Published, claims: Claims, sheets: Mapping[str, Sheet], tickets: Tickets,
        clock: Callable[[], datetime], say: Callable[[str], None],
    ) -> None:
        """Take what a folder of answers holds, the time in UTC, and whom to tell of finished sessions."""
        self._published, self._claims, self._sheets = published, claims, sheets
        self._tickets, self._clock, self._say = tickets, clock, say

    def claim(self, body: Mapping[str, Any]) -> Reply:
        """Give a session.

        Raises:
            Refusal: the study or the session is another, or none is free.
            OSError: the disk does not take it.
        """
        study, wanted, rater = _texts(body, "study_digest", "session_id", "rater_digest")
        if study != self._published.study_digest:
            raise Refusal(422, "study", "This receiver serves another study. Reload the page.")
        if len(rater) != 64 or set(rater) - set("0123456789abcdef"):
            raise Refusal(400, "malformed", f"rater_digest: expected 64 hex digits, got {rater!r:.40}")
        session, state = self._claims.claim(wanted, rater)
        sheet = self._sheets[session]
        with sheet.lock:
            answered = sheet.answered(rater)
        ticket = self._tickets.give(session, rater)
        return {"session_id": session, "ticket": ticket, "state": state, "answered": answered}

    def answers(self, body: Mapping[str, Any]) -> Reply:
        """Keep answers; those that were kept before are confirmed again.

        Raises:
            Refusal: some cannot be kept; it names each, and those that were kept.
            OSError: the disk does not take them; none of the new ones is kept.
        """
        session, rater = self._holder(body)
        given = body.get("answers")
        if not isinstance(given, list) or not 1 <= len(given) <= MOST_ANSWERS:
            raise Refusal(400, "malformed", f"answers: expected a list of 1 to {MOST_ANSWERS} answers")
        seat, refused, good = self._published.seats[session], [], []
        for one in given:
            answer, fault = posted.read(one, self._published.study_digest, seat, rater)
            good += [answer] if answer else []
            refused += [fault] if fault else []
        kept, clashing = self._keep(session, rater, good)
        refused += clashing
        if refused:
            told = f"{len(refused)} of {len(given)} answers cannot be kept: {refused[0]['error']}"
            raise Refusal(posted.status(refused), "refused", told, kept=kept, refused=refused)
        return {"kept": kept, "refused": []}

    def finish(self, body: Mapping[str, Any]) -> Reply:
        """End a session, by being through with it or by leaving it to others.

        Raises:
            Refusal: answers are missing, or the session is not the rater's any more.
            OSError: the disk does not take it.
        """
        session, rater = self._holder(body)
        (outcome,) = _texts(body, "outcome")
        if outcome not in ("finished", "failed", "screened"):
            told = f"outcome: expected finished, failed or screened, got {outcome!r:.40}"
            raise Refusal(400, "malformed", told)
        seat, sheet = self._published.seats[session], self._sheets[session]
        with sheet.lock:
            closed = self._claims.closed(session, rater)
            if closed in ("expired", "withdrawn"):
                raise Refusal(410, closed, _CLOSED[closed])
            if outcome == "finished":
                answered = sheet.answered(rater)
                if missing := [trial for trial in seat.trials if trial not in answered]:
                    told = f"{len(missing)} trials have no answer yet."
                    raise Refusal(409, "missing", told, missing=missing)
            code = self._claims.finish(session, rater) if outcome == "finished" else ""
            if not closed and outcome == "finished":
                done = f"{self._claims.finished()} of {len(self._published.seats)}"
                self._say(f"Session {session} is finished: {done}.")
            elif not closed:
                self._claims.release(session, rater)
        return {"code": code}

    def withdraw(self, body: Mapping[str, Any]) -> Reply:
        """Delete everything that a rater answered in a session.

        Raises:
            Refusal: the ticket is none.
            StorageError: the disk does not take it; the page asks again.
            OSError: the same.
        """
        session, rater = self._holder(body)
        sheet = self._sheets[session]
        with sheet.lock:
            self._claims.withdraw(session, rater)
            return {"deleted": sheet.delete(rater, self._clock())}

    def _holder(self, body: Mapping[str, Any]) -> tuple[str, str]:
        session, rater = self._tickets.read(body.get("ticket"))
        if session not in self._published.seats:
            raise Refusal(404, "session", "The study has no such session any more.")
        return session, rater

    def _keep(
        self, session: str, rater: str, good: Sequence[Answer]
    ) -> tuple[list[str], list[dict[str, str]]]:
        """Ids of the answers that are on disk now, and why the others are not."""
        sheet, now = self._sheets[session], self._clock()
        with sheet.lock:
            closed = self._claims.closed(session, rater)
            if closed == "withdrawn":
                raise Refusal(410, closed, _CLOSED[closed])
            if closed:
                return ([own.answer_id for own in good if sheet.knows(own)],
                        [posted.fault(own, closed, _CLOSED[closed]) for own in good if not sheet.knows(own)])
            taken = sheet.take(good, now)
        self._claims.touch(session, rater, now)
        pairs = list(zip(good, taken, strict=True))
        told = "Another answer to this trial is kept already; this one is stored apart."
        return ([own.answer_id for own, how in pairs if how == "kept"],
                [posted.fault(own, "conflict", told) for own, how in pairs if how == "conflict"])


def _texts(body: Mapping[str, Any], *names: str) -> tuple[str, ...]:
    faults = [f"{name}: expected a text, got {body.get(name)!r:.40}" for name in names
              if not isinstance(body.get(name), str)]
    if faults:
        raise Refusal(400, "malformed", "; ".join(faults))
    return tuple(body[name] for name in names)

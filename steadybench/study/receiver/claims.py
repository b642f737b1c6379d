"""Who holds which session: every change is a line on disk before anybody is told of it."""

from __future__ import annotations

import json
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from steadybench.study.gathering.values import moment, stamp
from steadybench.study.receiver.journal import Journal
from steadybench.study.receiver.refusal import Refusal

FILE = "claims.jsonl"
"""Within the receiver's own folder."""
CODE_BYTES = 4
"""Of a completion code, which has twice as many hex digits."""

State = Literal["open", "finished"]
Closed = Literal["", "finished", "expired", "withdrawn"]
"""Why no new answers are taken from a rater; empty where they are."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A session in the hands of a rater."""

    rater: str
    state: State
    active: datetime
    """Last sign of life: the claim, or the last answer."""
    code: str = ""
    """Completion code of a finished session."""


class Claims:
    """The hands that sessions are in. Safe for many threads."""

    def __init__(
        self, journal: Journal, sessions: Iterable[str], lasts: timedelta, clock: Callable[[], datetime]
    ) -> None:
        """Take up what was claimed before.

        Args:
            journal: the file of claims.
            sessions: ids of all sessions.
            lasts: silence after which a session may be given to another rater.
            clock: the time in UTC.
        """
        self._journal, self._lasts, self._clock = journal, lasts, clock
        self._sessions = sorted(sessions)
        self._held: dict[str, Claim] = {}
        self._given: Counter[str] = Counter()
        self._withdrawn: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        for line in journal.lines:
            body = json.loads(line)
            self._apply(body, moment(body["at"]))

    def claim(self, wanted: str, rater: str) -> tuple[str, State]:
        """Give a rater a session: the own one, else the one wanted, else the one given out least so far.

        Raises:
            Refusal: 404, 409 or 410, as the session is unknown, held by another, withdrawn from or none free.
            OSError: the claim could not be written.
        """
        with self._lock:
            session = self._wanted(wanted, rater) if wanted else self._any(rater)
            claim = self._held.get(session)
            if claim and claim.rater == rater:
                self._held[session] = replace(claim, active=self._clock())
                return session, claim.state
            if claim:
                self._note("expire", session, claim.rater)
            self._note("claim", session, rater)
            return session, self._held[session].state

    def closed(self, session: str, rater: str) -> Closed:
        """Why a rater can add nothing to a session."""
        with self._lock:
            claim = self._held.get(session)
            if (session, rater) in self._withdrawn:
                return "withdrawn"
            if claim is None or claim.rater != rater:
                return "expired"
            return "finished" if claim.state == "finished" else ""

    def holder(self, session: str) -> str:
        """The rater who has a session, empty for none."""
        with self._lock:
            claim = self._held.get(session)
            return claim.rater if claim else ""

    def touch(self, session: str, rater: str, when: datetime) -> None:
        """A sign of life."""
        with self._lock:
            claim = self._held.get(session)
            if claim and claim.rater == rater and claim.active < when:
                self._held[session] = replace(claim, active=when)

    def finish(self, session: str, rater: str) -> str:
        """The rater is through with the session; once or again.

        Returns:
            The completion code: drawn at the first time, and known to nobody before.

        Raises:
            Refusal: 410, the session was given to another rater at this moment.
            OSError: it could not be written.
        """
        with self._lock:
            claim = self._held.get(session)
            if claim is None or claim.rater != rater:
                raise Refusal(410, "expired", "This session was given to somebody else.")
            if claim.state == "open":
                self._note("finish", session, rater, code=secrets.token_hex(CODE_BYTES).upper())
            return self._held[session].code

    def release(self, session: str, rater: str) -> None:
        """The rater leaves the session to others.

        Raises:
            OSError: it could not be written.
        """
        with self._lock:
            self._note("release", session, rater)

    def withdraw(self, session: str, rater: str) -> None:
        """The rater takes everything back; the session is free again.

        Raises:
            OSError: it could not be written.
        """
        with self._lock:
            if (session, rater) not in self._withdrawn:
                self._note("withdraw", session, rater)

    @property
    def withdrawn(self) -> frozenset[tuple[str, str]]:
        """Sessions and raters."""
        with self._lock:
            return frozenset(self._withdrawn)

    def finished(self) -> int:
        """How many sessions are done."""
        with self._lock:
            return sum(claim.state == "finished" for claim in self._held.values())

    def _wanted(self, session: str, rater: str) -> str:
        claim = self._held.get(session)
        if session not in self._sessions:
            raise Refusal(404, "session", "The study has no such session. Check the address.")
        if (session, rater) in self._withdrawn:
            raise Refusal(410, "withdrawn", "You withdrew from this session. Thank you all the same.")
        if claim and claim.rater != rater and not self._silent(claim):
            raise Refusal(409, "taken", "Somebody else has this session. Ask for another address.")
        return session

    def _any(self, rater: str) -> str:
        own = [session for session, claim in self._held.items() if claim.rater == rater]
        if own:
            return max(own, key=lambda session: self._held[session].active)
        if any(who == rater for _, who in self._withdrawn):
            raise Refusal(410, "withdrawn", "You withdrew from this study. Thank you all the same.")
        if free := [session for session in self._sessions if session not in self._held]:
            return min(free, key=lambda session: self._given[session])
        if silent := [session for session, claim in self._held.items() if self._silent(claim)]:
            return min(silent, key=lambda session: self._held[session].active)
        raise Refusal(409, "full", "No session is free now. Thank you; please come back later.")

    def _silent(self, claim: Claim) -> bool:
        return claim.state == "open" and self._clock() - claim.active > self._lasts

    def _note(self, event: str, session: str, rater: str, **more: str) -> None:
        now = self._clock()
        body = {"at": stamp(now), "event": event, "rater_digest": rater, "session_id": session, **more}
        self._journal.append(json.dumps(body, sort_keys=True).encode() + b"\n")
        self._apply(body, now)

    def _apply(self, body: Mapping[str, str], when: datetime) -> None:
        event, session, rater = body["event"], body["session_id"], body["rater_digest"]
        if event == "claim":
            self._held[session] = Claim(rater, "open", when)
            self._given[session] += 1
        elif event == "finish":
            self._held[session] = Claim(rater, "finished", when, body["code"])
        elif event == "withdraw":
            self._withdrawn.add((session, rater))
        if event in ("release", "withdraw", "expire") and session in self._held \
                and self._held[session].rater == rater:
            del self._held[session]

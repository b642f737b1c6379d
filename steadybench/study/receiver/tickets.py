"""Tickets: who was given which session, signed, so that the receiver need not remember them."""

from __future__ import annotations

import hmac
import os
import re
from pathlib import Path

from steadybench.errors import InputError, cannot_write
from steadybench.study import key
from steadybench.study.receiver.refusal import Refusal

_SECRET = re.compile("[0-9a-f]{64}")


class Tickets:
    """Signs and reads tickets of one study under the secret of one folder of answers."""

    def __init__(self, secret: str, study_digest: str) -> None:
        """Take the secret, 64 hex digits."""
        self._secret = secret
        self._study = study_digest

    def give(self, session: str, rater: str) -> str:
        """The ticket of a rater for a session."""
        return f"{session}.{rater}.{self._sign(session, rater)}"

    def read(self, ticket: object) -> tuple[str, str]:
        """Session and rater of a ticket.

        Raises:
            Refusal: 403, it was not signed here.
        """
        parts = ticket.split(".") if isinstance(ticket, str) and ticket.isascii() else []
        if len(parts) != 3 or not hmac.compare_digest(parts[2], self._sign(parts[0], parts[1])):
            raise Refusal(403, "ticket", "The ticket was not given here. Claim the session again.")
        return parts[0], parts[1]

    def _sign(self, session: str, rater: str) -> str:
        return key.token(self._secret, "ticket", self._study, session, rater, digits=64)


def secret(path: Path) -> str:
    """Read the secret of a folder of answers, or draw one where there is none; only the owner can read it.

    Raises:
        InputError: the file holds no secret.
        StorageError: it cannot be written.
    """
    try:
        if not path.exists():
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
                stream.write(key.new_secret())
                stream.flush()
                os.fsync(stream.fileno())
        found = path.read_text(encoding="ascii", errors="replace")
    except OSError as error:
        raise cannot_write(path, error) from error
    if not _SECRET.fullmatch(found):
        raise InputError(f"{path} is damaged: expected 64 hex digits. Delete it; raters then claim again.")
    return found

"""A request that is not done, with the status and the words that go back."""

from __future__ import annotations

from collections.abc import Mapping


class Refusal(Exception):  # noqa: N818  # a reply, not a fault of the program
    """Ends a request."""

    def __init__(self, status: int, reason: str, error: str, **more: object) -> None:
        """Say what was expected, what came and what to do.

        Args:
            status: of HTTP.
            reason: one word for programs.
            error: a sentence for people.
            more: further fields of the reply's body.
        """
        super().__init__(error)
        self.status = status
        self.body: Mapping[str, object] = {"error": error, "reason": reason, **more}

"""Faults of the input that a person can mend, each told in one line."""

from __future__ import annotations

from pathlib import Path


def one_line(text: str) -> str:
    """Escape control characters, so that no path or library message can break a line or a terminal."""
    return "".join(ch if ch.isprintable() else ch.encode("unicode_escape").decode() for ch in text)


class ClipError(Exception):
    """A clip that cannot be measured.

    ``reason`` says what was expected and what came, ``advice`` what to do. The message is one line:
    ``<path>: <reason>; <advice>``. Instances survive pickling, so worker processes can raise them.
    """

    def __init__(self, path: Path, reason: str, advice: str) -> None:
        super().__init__(path, reason, advice)
        self.path = path
        self.reason = one_line(reason)
        self.advice = one_line(advice)

    def __str__(self) -> str:
        return f"{one_line(str(self.path))}: {self.reason}; {self.advice}"


class FlowUnavailableError(Exception):
    """An optical flow backend that cannot run here: the message names what is missing and how to get it."""


class WeightsMissingError(Exception):
    """Trained weights that are not here, or are not the right file.

    ``name`` is the entry of the weights table, ``reason`` what is wrong, ``advice`` what to do. The message
    is one line: ``<name>: <reason>; <advice>``. Instances survive pickling.
    """

    def __init__(self, name: str, reason: str, advice: str) -> None:
        super().__init__(name, reason, advice)
        self.name = name
        self.reason = one_line(reason)
        self.advice = one_line(advice)

    def __str__(self) -> str:
        return f"{self.name}: {self.reason}; {self.advice}"


class OfflineError(Exception):
    """Something reached for the network although ``STEADYBENCH_OFFLINE=1`` forbids it."""

"""The result of one check of an adapter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["passed", "failed", "skipped"]
STATUSES: tuple[Status, ...] = ("passed", "failed", "skipped")


@dataclass(frozen=True, slots=True)
class Finding:
    """Result of one check."""

    check: str
    status: Status
    message: str
    """What was expected and what came; for a passed check what was seen, for a skipped one why."""


def verdict(check: str, good: bool, seen: str, wrong: str) -> Finding:
    """Passed with what was ``seen``, or failed with what is ``wrong``."""
    return Finding(check, "passed" if good else "failed", seen if good else wrong)


def describe(error: BaseException) -> str:
    """Type and message of an error in one piece."""
    return f"{type(error).__name__}: {error}"

"""What gathering gives: the answers that count, and everything else with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from steadybench.study.answers import Answer

AsideKind = Literal[
    "unreadable",
    "truncated",
    "malformed",
    "other study",
    "unknown session",
    "unknown trial",
    "unknown question",
    "other session",
    "impossible times",
    "future",
    "before lock",
    "withdrawn",
    "simulated",
    "duplicate",
    "conflict",
    "second rater",
]
"""``unreadable`` is a whole file; ``other session`` a trial of a session other than the one named."""


@dataclass(frozen=True, slots=True)
class Aside:
    """Something that was read and does not count."""

    place: str
    """File and line, such as ``answers/0123456789abcdef.jsonl:7``."""
    kind: AsideKind
    reason: str
    """One sentence: what was expected and what came."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything that was read; ``lines`` is the sum of answers, asides and blanks."""

    answers: tuple[Answer, ...]
    """At most one a trial and one rater a session; in the order of the plan."""
    aside: tuple[Aside, ...]
    lines: int
    """Lines, rows and list items read; a file that cannot be read is one."""
    blank: int
    """Empty lines among them."""

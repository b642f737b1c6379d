"""The lock: everything that decides how answers will be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from steadybench.study.excluding.rules import Rules
from steadybench.study.locking.stopping import Stop
from steadybench.study.model import Question, Settings

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Planned:
    """One comparison that was planned, with the direction that is expected."""

    question: str
    better: str
    """Token of the system that is expected to be chosen more often."""
    worse: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """Settings of the statistics."""

    ridge: float = 0.5
    """Penalty on Davidson strengths."""
    draws: int = 2000
    """Resamples behind limits, which are at 95 % as tests are at 5 %."""
    seed: int = 20_000
    alpha_gate: float | None = None
    """Where given, answers to a question support a claim only if the lower limit of Krippendorff's alpha lies
    above this."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the people who run the study fix themselves."""

    hypotheses: str = ""
    raters: int = 0
    """Raters aimed at."""
    stopping: str = ""
    """More on when collection ends, in words; nothing checks them."""
    stop: Stop = field(default_factory=Stop)
    """When collection ends."""
    planned: tuple[Planned, ...] = ()
    rules: Rules = field(default_factory=Rules)
    analysis: Analysis = field(default_factory=Analysis)


@dataclass(frozen=True, slots=True)
class Lock:
    """A study as it was registered. Holds tokens and no name."""

    software: str
    """Version of steadybench."""
    locked_at: str
    """UTC, ISO 8601 with seconds and ``Z``."""
    plan: str
    """SHA-256 of ``plan.json``: items, units, sessions, seeds, frozen scores and directions."""
    key: str
    """SHA-256 of the key file: what tokens stand for was settled, and is not told."""
    export: Mapping[str, str]
    """SHA-256 of every file that raters see, by its name in the export."""
    page_version: str
    """Of the rating page that was exported, as it stands in every answer."""
    settings: Settings
    """What the planner was asked for: rule of selection, seed, votes."""
    questions: tuple[Question, ...]
    """Word for word."""
    terms: Terms

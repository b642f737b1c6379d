"""Votes of a blind study as the statistics take them: no file, no token, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Choice = Literal["first", "second", "tie", "unable"]


@dataclass(frozen=True, slots=True)
class Vote:
    """One judgement of one unit by one rater."""

    rater: str
    unit: str
    """Two systems on one prompt and seed under one question."""
    question: str
    prompt: str
    first: str
    """Label of a system. The order of the two is the unit's, drawn when the study was planned, so it says
    nothing of who is better."""
    second: str
    choice: Choice
    first_is_left: bool
    seconds: float
    """From the moment in which answers were unlocked to the answer."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a metric says of a unit, recomputed from scores that were frozen before the votes."""

    unit: str
    metric: str
    better: Literal["first", "second"]
    gap: float
    """Above 0, in the metric's unit."""
    band: str
    """``near``, ``middle`` or ``clear``."""

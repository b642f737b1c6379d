"""A figure with its limits, and what stands in its place where there is none."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its limits at 95 %; these are None where ``why`` says the reason."""

    value: float
    low: float | None
    high: float | None
    why: str = ""

    def holds(self, value: float) -> bool:
        """Whether there are limits and a value lies within them."""
        return self.low is not None and self.high is not None and self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Abstained:
    """No figure, and the reason in one sentence."""

    why: str

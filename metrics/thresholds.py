"""From a measured part to a level: where natural variation ends, and where a failure begins.

The numbers are data (``metrics/data/thresholds.json``), with where they come from beside them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

DATA = "thresholds.json"


@dataclass(frozen=True, slots=True)
class Threshold:
    """Two points on the scale of one part."""

    natural: float
    """Up to here clean clips go by themselves and under nuisances: level 0."""
    failed: float
    """Here the part alone means failure: level 0.5."""
    worst: float | None = None
    """Where the part cannot get worse: level 1. None where it has no end."""

    def level(self, value: float) -> float:
        """Level of a value: 0 up to ``natural``, 0.5 at ``failed``, 1 at ``worst``.

        With e the excess over ``natural`` and h that of ``failed``, e / (e + h) where there is no worst: it
        never stops rising, so what is twice as bad is told apart from what is ten times as bad. Otherwise the
        one such ratio e / (a e + b) that goes through all three points.
        """
        excess, half = max(0.0, value - self.natural), self.failed - self.natural
        if self.worst is None:
            return excess / (excess + half)
        most = self.worst - self.natural
        slope = (most - 2 * half) / (most - half)
        excess = min(excess, most)
        return excess / (slope * excess + half * (2 - slope))

    def known(self, value: float | None) -> float | None:
        """The same where the value may be unknown."""
        return None if value is None else self.level(value)


@cache
def thresholds() -> dict[str, Threshold]:
    """All thresholds by the name of their part."""
    parts = json.loads(path().read_text())["parts"]
    return {
        name: Threshold(part["natural"], part["failed"], part.get("worst")) for name, part in parts.items()
    }


def path() -> Path:
    """Where the data lie."""
    return Path(str(files("metrics") / "data" / DATA))

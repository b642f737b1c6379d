"""What a check of somebody's set-up found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "warning", "fault"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. With a fault nothing can be run."""

    status: Status
    subject: str
    """What was looked at, a few words."""
    told: str
    """What was found, and what was expected where that differs."""
    fix: str = ""
    """What to do; empty where all is well."""

    def __str__(self) -> str:
        """As one sentence of an error."""
        return f"{self.subject}: {self.told}" + (f"; {self.fix}" if self.fix else "")

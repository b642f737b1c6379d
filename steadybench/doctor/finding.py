"""What a check gives, and what it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from steadybench.outlook.rows import Wish
from steadybench.studio import Studio

Status = Literal["ok", "warning", "fault", "skipped"]
"""``fault``: what was asked for does not work; ``warning``: it works, with something to know; ``skipped``:
not there, or not looked at, and nothing that was asked for needs it."""

STATUSES: tuple[Status, ...] = ("ok", "warning", "fault", "skipped")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    status: Status
    subject: str
    """What was looked at, a few words."""
    told: str
    """What was found, and what was expected where that differs."""
    fix: str = ""
    """One command or sentence that puts it right; empty where nothing needs to be done."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the machine is judged for."""

    studio: Studio
    methods: tuple[tuple[str, Mapping[str, str]], ...] = ()
    """Specs with their options; empty for the installation and the tiny backbone alone."""
    out: Path | None = None
    """Folder of a run."""
    wish: Wish | None = None
    """The run that is planned; None without methods."""


Check = Callable[[Asked], Iterable[Finding]]

"""What a check gives, and what it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # a machine that lacks packages is looked at too
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

    plugins: tuple[Path, ...] = ()
    """Methods of single files."""
    methods: tuple[tuple[str, Mapping[str, str]], ...] = ()
    """Specs with their options; empty for the installation and the tiny backbone alone."""
    out: Path | None = None
    """Folder of a run."""
    wish: Wish | None = None
    """The run that is planned; None without methods."""

    @property
    def studio(self) -> Studio:
        """What makes clips.

        Raises:
            InputError: names every single file that cannot be used.
        """
        from steadybench.studio import adapters

        return adapters(self.plugins)


Check = Callable[[Asked], Iterable[Finding]]

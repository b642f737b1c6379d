"""What a look at an export found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that tells raters something, or might."""

    check: str
    """Id of the check that found it."""
    file: str
    """Relative to the export; empty where it is about all of it."""
    what: str
    """What was found, and what it tells."""
    do: str
    """What removes it."""
    leak: bool = True
    """False for a remark: it cannot be removed, or only eyes can judge it."""

"""How a report comes: as a folder with clips as they are, and what else a reader may ask for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mode:
    """How clips come along with the pages: by default as they are, linked or copied into the report."""

    where_they_lie: bool = False
    """Players point at the files where they lie; the report holds only what had to be transcoded."""
    short_side: int | None = None
    """Light copies: no clip is shown with a short side of more pixels than this."""


AS_THEY_ARE = Mode()

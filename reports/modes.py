"""How a report comes: as a folder with clips as they are, and what else a reader may ask for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mode:
    """How clips come along with the pages: by default as they are, linked or copied into the report.

    Raises ``ValueError`` where two wishes contradict each other.
    """

    where_they_lie: bool = False
    """Players point at the files where they lie; the report holds only what had to be transcoded."""
    short_side: int | None = None
    """Light copies: no clip is shown with a short side of more pixels than this."""
    single_file: bool = False
    """Write ``report.html`` beside the report's folder too: all of it but the clips in one file."""

    def __post_init__(self) -> None:
        if self.single_file and (self.where_they_lie or self.short_side):
            raise ValueError("a single file holds stills and no clips, so nothing can be said about clips")
        if self.where_they_lie and self.short_side:
            raise ValueError("light copies cannot stay where the clips lie")


AS_THEY_ARE = Mode()

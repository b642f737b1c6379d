"""Brings overlays into the report's folder, and removes those that are no longer chosen."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from reports.media import link
from reports.pages import Shown

ENDINGS = {"flow": ".flow.mp4", "change": ".change.mp4", "mask": ".mask.png"}
"""How the overlays of a clip end after its key, by kind."""


def link_overlays(clips: Iterable[Shown], folder: Path) -> None:
    """Link the overlays of every clip into ``folder``; raises ``OSError`` where one cannot be put there."""
    for clip in clips:
        for kind, ending in ENDINGS.items():
            target = folder / f"{clip.shot.key}{ending}"
            source = clip.shot.entry.overlays.get(kind)
            if source is None:
                target.unlink(missing_ok=True)
            else:
                link(source, target)

"""Overlays that were drawn before: ``overlays/<key>.<kind>`` in the run folder, each whole or not there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from metrics.types import sha256_text
from steadybench import atomic

VERSION = 1
"""Raise when the same clip gives other overlays, so that older ones are drawn anew."""
KINDS: Mapping[str, str] = {"flow": "flow.mp4", "change": "change.mp4", "mask": "mask.png"}
"""Kinds of overlays, and how their files end."""


class Shelf:
    """The ``overlays`` folder of one run."""

    def __init__(self, out: Path) -> None:
        self._folder = out / "overlays"

    def files(self, clip_sha256: str, mask_sha256: str) -> dict[str, Path]:
        """Where the overlays of a clip under a mask lie, by kind, whether they are there or not."""
        key = sha256_text(f"{clip_sha256} {mask_sha256}")[:16]
        return {kind: self._folder / f"{key}-v{VERSION}.{ending}" for kind, ending in KINDS.items()}

    def put(self, files: Mapping[str, Path], drawn: Mapping[str, bytes]) -> None:
        """Write overlays under the names that :meth:`files` gave.

        Raises:
            StorageError: the disk does not take them.

        """
        for kind, path in files.items():
            atomic.write_bytes(path, drawn[kind])

    def sweep(self) -> None:
        """Remove what earlier versions drew."""
        for path in sorted(self._folder.glob("*-v*.*")):
            if not path.name.partition(".")[0].endswith(f"-v{VERSION}"):
                path.unlink(missing_ok=True)

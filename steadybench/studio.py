"""What makes clips, seen from the harness: load a generator, write its frames."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from generators.contract import FrameStream, Generator, Job


class Studio(Protocol):
    """Loads generators and writes frames; pickled to worker processes, and a key for the loaded generator."""

    def __hash__(self) -> int:
        """Equal studios load equal generators."""
        ...

    def load(self, spec: str, options: Mapping[str, str]) -> Generator:
        """Make the generator of a spec ``method`` or ``method:configuration``.

        Raises:
            generators.contract.GeneratorError: unknown name or wrong options.
        """
        ...

    def encode(self, stream: FrameStream, job: Job, path: Path) -> None:
        """Write frames to ``path`` as they come.

        Raises:
            generators.contract.GeneratorError: frames are not what the job asked for.
        """
        ...

"""What makes clips, seen from the harness: load a generator, write its frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from generators.contract import FrameStream, Generator, GeneratorError, Job, LabelMap, Registered
from steadybench.errors import InputError


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

    def file_sha256(self, spec: str) -> str:
        """Digest of the single file that a spec's method comes from; empty for an installed one."""
        ...

    def encode(self, stream: FrameStream, job: Job, path: Path) -> LabelMap | None:
        """Write frames to ``path`` as they come.

        Returns:
            The stream's label map at the size of the written picture, None where the stream has none.

        Raises:
            generators.contract.GeneratorError: frames are not what the job asked for.
        """
        ...

    def check_file(self, file: Path, job: Job) -> None:
        """Hold a finished file against the job.

        Raises:
            generators.contract.GeneratorError: missing, unreadable, or of another size, rate or length.
        """
        ...


@dataclass(frozen=True, slots=True)
class Adapters:
    """The real studio: registered generators and the one encoder."""

    files: tuple[Registered, ...] = ()
    """Methods of single files."""

    def load(self, spec: str, options: Mapping[str, str]) -> Generator:
        """Load through the registry."""
        from generators import registry

        return registry.load(spec, options, self.files)

    def file_sha256(self, spec: str) -> str:
        """Look among the single files; an installed method is told by what it says of itself."""
        name = spec.partition(":")[0]
        return next((method.sha256 for method in self.files if method.name == name), "")

    def encode(self, stream: FrameStream, job: Job, path: Path) -> LabelMap | None:
        """Encode H.264; an odd picture gets its last row or column twice, and its label map too."""
        from generators.encode import encode, pad_to_even

        encode(stream, path, job)
        return None if stream.labels is None else pad_to_even(stream.labels)

    def check_file(self, file: Path, job: Job) -> None:
        """Decode the file and compare."""
        from generators.probe import mismatches, probe

        faults = mismatches(probe(file), job)
        if faults:
            raise GeneratorError(f"the generator's file does not fit the job: {'; '.join(faults)}")


def adapters(plugins: Sequence[Path]) -> Adapters:
    """The real studio, with these single files as methods beside the installed ones.

    Raises:
        InputError: names every file that cannot be used.
    """
    from generators.registry import read_plugins

    try:
        return Adapters(read_plugins(plugins))
    except GeneratorError as error:
        raise InputError(str(error)) from None

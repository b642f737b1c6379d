"""One task of the suite: one clip under one corruption at one severity, measured once."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from metrics.types import Curve, Identity, Json, Quantity, Value, canonical_json, sha256_text
from metrics.validation.responses import CLEAN, Perturbation
from steadybench.records import Record, record_key
from steadybench.validation.sources import Source

if TYPE_CHECKING:
    from metrics.masks import Labels
    from metrics.validation.clean import Clean
    from metrics.validation.footage import Footage
    from metrics.validation.prefix import Prefix

TruthOrEarly = Literal["truth", "early"]


_SPOILING = ("clean.py", "corruptions.py", "drifting.py", "hardened.py", "nuisances.py", "stagnating.py")


class Instrument(Protocol):
    """What measures; must survive pickling."""

    def quantities(self) -> tuple[Quantity, ...]:
        """Declare every number that may come back."""
        ...

    def identity(self, mask: TruthOrEarly) -> Identity:
        """Everything that changes the numbers, but for the clip and what was done to it."""
        ...

    def perturbations(self) -> tuple[Perturbation, ...]:
        """The suite, in reading order."""
        ...

    def measure(
        self, source: Source, scratch: Path, perturbation: str, severity: float, mask: TruthOrEarly
    ) -> tuple[tuple[Value, ...], tuple[Curve, ...]]:
        """Spoil a clip and measure it.

        Raises:
            metrics.errors.ClipError: the clip cannot be read.
            ValueError: it cannot be measured; the message says why.
        """
        ...


@dataclass(frozen=True, slots=True)
class Task:
    """One measurement of the suite."""

    source: Source
    perturbation: str
    """Id, empty for the clean clip."""
    severity: float
    mask: TruthOrEarly
    identity: Identity
    scratch: Path

    @property
    def content(self) -> str:
        """SHA-256 that stands for the spoiled clip: all that decides its frames."""
        body: dict[str, Json] = {"source": self.source.described}
        if self.perturbation != CLEAN:
            body |= {"perturbation": self.perturbation, "severity": self.severity, "suite": suite_digest()}
        return sha256_text(canonical_json(body))

    @property
    def key(self) -> str:
        """Name of its record."""
        return record_key(self.content, self.identity, self.mask)

    def __str__(self) -> str:
        done = f"{self.perturbation} {self.severity:g}" if self.perturbation else "clean"
        return f"{self.source.name} {done}"

    def failed(self, reason: str) -> Record:
        """The record of a failure."""
        return Record(self.content, self.mask, self.identity, failure=reason)


@functools.cache
def suite_digest() -> str:
    """First 16 hex digits of the SHA-256 over the files that spoil clips; a change in them voids records."""
    from metrics import validation

    folder = Path(validation.__path__[0])
    return hashlib.sha256(b"".join((folder / name).read_bytes() for name in _SPOILING)).hexdigest()[:16]


class Suite:
    """The shipped corruptions, measured by the three axes and the premise."""

    def quantities(self) -> tuple[Quantity, ...]:
        """Every number of the axes, but for the curves' own names."""
        from metrics.score import MEASUREMENTS, quantities

        return tuple(q for q in quantities(MEASUREMENTS) if not q.id.endswith(".level"))

    def identity(self, mask: TruthOrEarly) -> Identity:
        """The identities of the axes as one."""
        from metrics.score import Settings, identities

        parts = identities(Settings(), mask)
        axes: dict[str, Json] = {name: identity.digest for name, identity in parts.items()}
        return Identity("validation", 1, {"axes": axes, "mask": mask})

    def perturbations(self) -> tuple[Perturbation, ...]:
        """The list in ``metrics/validation/corruptions.py``."""
        from metrics.validation.corruptions import CORRUPTIONS

        return tuple(Perturbation(item.id, item.family, item.severities) for item in CORRUPTIONS)

    def measure(
        self, source: Source, scratch: Path, perturbation: str, severity: float, mask: TruthOrEarly
    ) -> tuple[tuple[Value, ...], tuple[Curve, ...]]:
        """Spoil and measure in memory."""
        from metrics.validation.footage import measure_footage

        clean, prefix = _opened(source, scratch, mask)
        footage, labels = _spoiled(clean, perturbation, severity, mask)
        measured = prefix.measure(footage) if labels is None else measure_footage(footage, labels, "truth")
        values = tuple(value for result in measured.values() for value in result[0])
        curves = (curve for result in measured.values() for curve in result[1])
        return values, tuple(curve for curve in curves if curve.metric.endswith(".level"))


@functools.lru_cache(maxsize=1)
def _opened(source: Source, scratch: Path, mask: TruthOrEarly) -> tuple[Clean, Prefix]:
    """A clip and the measurement of its first seconds; a worker keeps its last one."""
    from metrics.validation.prefix import Prefix

    clean = source.load(scratch)
    given = clean.labels if mask == "truth" else None
    return clean, Prefix(clean.footage, clean.start_s, given, mask)


def _spoiled(
    clean: Clean, perturbation: str, severity: float, mask: TruthOrEarly
) -> tuple[Footage, Labels | None]:
    """The clip as it is measured, and another mask than the usual one where that is what is wrong."""
    from metrics.validation.clean import Clean as CleanClip
    from metrics.validation.corruptions import named
    from metrics.validation.footage import estimated_labels

    if perturbation == CLEAN:
        return clean.footage, None
    corruption = named(perturbation)
    if corruption.relabel is not None and mask == "early":
        # What is made larger or smaller is the mask that would have been used.
        clean = CleanClip(clean.footage, estimated_labels(clean.footage), clean.seed)
    return corruption.spoiled(clean, severity)


def measure_task(instrument: Instrument, task: Task) -> Record:
    """Do one task in a worker process; a clip that cannot be measured gives a failed record."""
    from metrics.errors import ClipError

    try:
        values, curves = instrument.measure(
            task.source, task.scratch, task.perturbation, task.severity, task.mask
        )
    except ClipError as error:
        return task.failed(f"{error.reason}; {error.advice}")
    except ValueError as error:
        return task.failed(str(error))
    return Record(task.content, task.mask, task.identity, values=values, curves=curves)


def tasks_of(source: Source, instrument: Instrument, mask: TruthOrEarly, scratch: Path) -> tuple[Task, ...]:
    """All tasks of one clip: clean, then every perturbation, at all severities on a ladder clip."""
    identity = instrument.identity(mask)
    made = [Task(source, CLEAN, 0.0, mask, identity, scratch)]
    for item in instrument.perturbations():
        severities = item.severities if source.ladder else item.severities[-1:]
        made += [Task(source, item.id, severity, mask, identity, scratch) for severity in severities]
    return tuple(made)


def in_order(by_source: Sequence[Sequence[Task]]) -> list[Task]:
    """All tasks, clip by clip, the clean task of the next clip before the rest of this one.

    So one worker renders the next clip while the others are busy with this one, and none renders it twice.
    """
    order: list[Task] = []
    for index, tasks in enumerate(by_source):
        order += tasks[:1] if index == 0 else ()
        order += by_source[index + 1][:1] if index + 1 < len(by_source) else ()
        order += tasks[1:]
    return order

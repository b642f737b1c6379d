"""What a check is handed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from steadybench.study.key import Key
from steadybench.study.scanning.export import Export
from steadybench.study.scanning.finding import Finding
from steadybench.study.scanning.known import Known


@dataclass(frozen=True, slots=True)
class Case:
    """An export, and what is known of the study."""

    export: Export
    known: Known
    key: Key | None = None
    key_path: Path | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of leak."""

    id: str
    told: str
    """What it looks at, in a few words."""
    find: Callable[[Case], Iterator[Finding]]

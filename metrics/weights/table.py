"""The table of weights: which files exist, what they are, and where they come from."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

DIGITS = 64
"""Hexadecimal digits of a whole SHA-256."""
_TABLE = Path(__file__).with_name("table.toml")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of trained weights."""

    name: str
    """What code and commands call it, such as ``musiq-spaq``."""
    title: str
    """What it is, for people."""
    file: str
    """Its published file name."""
    published: str
    """What is public of its SHA-256: 64 lower-case hexadecimal digits, the first few, or none."""
    size: int | None
    """Bytes, where known."""
    about_mb: float
    """Millions of bytes, roughly."""
    licence: str
    """Under which the file is handed out: an SPDX identifier."""
    sources: tuple[str, ...]
    """Addresses of the file, best first."""
    needed_by: tuple[str, ...]
    """Quantities, panels and options that cannot do without it."""

    @property
    def sha256(self) -> str | None:
        """The whole SHA-256, if it is public."""
        return self.published if len(self.published) == DIGITS else None

    @property
    def told_digest(self) -> str:
        """What is known of the digest, in words."""
        if not self.published:
            return "no SHA-256 published"
        return f"SHA-256 {'' if self.sha256 else 'begins with '}{self.published}"

    @property
    def told_size(self) -> str:
        """The size in words."""
        return f"{self.about_mb:.0f} MB" if self.about_mb >= 1 else f"{self.about_mb * 1000:.0f} kB"


@functools.cache
def entries() -> MappingProxyType[str, Entry]:
    """All entries by name, in the table's order."""
    with _TABLE.open("rb") as stream:
        table = tomllib.load(stream)
    return MappingProxyType({name: _entry(name, row) for name, row in table.items()})


def entry(name: str) -> Entry:
    """The entry called ``name``.

    Raises:
        KeyError: there is none; the message lists what there is.
    """
    if name not in entries():
        raise KeyError(f"no weights are called {name!r}; there are: {', '.join(entries())}")
    return entries()[name]


def _entry(name: str, row: dict[str, Any]) -> Entry:
    return Entry(
        name=name,
        title=row["title"],
        file=row["file"],
        published=row.get("sha256", ""),
        size=row.get("size"),
        about_mb=row["about_mb"],
        licence=row["licence"],
        sources=tuple(row["sources"]),
        needed_by=tuple(row["needed_by"]),
    )

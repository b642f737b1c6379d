"""The whole plan: all rows, and what they take together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from generators.contract import GeneratorError, Registered
from generators.registry import find, parse_spec
from generators.wan.table import HubFile
from steadybench.errors import INCOMPLETE, OK, InputError
from steadybench.outlook import fetch
from steadybench.outlook.disk import Bytes, free_bytes
from steadybench.outlook.gpus import Card
from steadybench.outlook.rows import Row, Wish, rows
from steadybench.studio import Studio


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a run will take."""

    title: str
    rows: tuple[Row, ...]
    card: Card | None
    to_fetch: tuple[HubFile, ...]
    """Published files that are not here."""
    out: Path
    free: int | None
    """Bytes free on the disk of ``out``; None where it does not tell."""

    @property
    def exit_code(self) -> int:
        """0 where every row can be made, 3 where one is refused or the disk is too small."""
        return INCOMPLETE if any(row.refusals for row in self.rows) or self.too_full else OK

    @property
    def to_make(self) -> int:
        """Clips that are left."""
        return sum(row.to_make for row in self.rows)

    @property
    def disk(self) -> Bytes:
        """Of all clips that are left, where it is known."""
        known = [row.disk * row.to_make for row in self.rows if row.disk]
        clips = min((item.clips for item in known), default=0)
        return Bytes(sum(item.least for item in known), sum(item.most for item in known), clips)

    @property
    def in_work(self) -> int:
        """Bytes that one worker needs besides, for the clip that it is writing: the largest of them."""
        return max((row.disk.most for row in self.rows if row.disk and row.to_make), default=0)

    @property
    def fetch_bytes(self) -> int:
        """Bytes still to be fetched, of the files whose size is known."""
        return sum(file.size or 0 for file in self.to_fetch)

    @property
    def too_full(self) -> bool:
        """Whether not even the least that the clips may take is free."""
        return self.free is not None and self.disk.least > self.free

    @property
    def flops(self) -> int:
        """Of all clips that are left, where it is known."""
        return sum(row.flops or 0 for row in self.rows)

    @property
    def floor_hours(self) -> float | None:
        """On the card; None where no row has a floor."""
        known = [row.floor_hours for row in self.rows if row.floor_hours is not None]
        return sum(known) if known else None

    @property
    def hours(self) -> float | None:
        """At the measured paces; None where a row that is left has none."""
        left = [row for row in self.rows if row.to_make]
        found = [row.hours for row in left if row.hours is not None]
        return sum(found) if found and len(found) == len(left) else None

    @property
    def memory(self) -> int | None:
        """Bytes of the row that needs most; None where none is known."""
        return max((row.memory.total for row in self.rows if row.memory), default=None)


def look_ahead(title: str, wish: Wish, studio: Studio) -> Outlook:
    """Plan a run.

    Raises:
        InputError: a row is named twice.
    """
    found = tuple(rows(wish, studio))
    named = Counter(row.name for row in found)
    if twice := [f"{name} is named {count} times" for name, count in named.items() if count > 1]:
        raise InputError("; ".join(twice))
    try:
        free = free_bytes(wish.out)
    except OSError:
        free = None
    return Outlook(title, found, wish.card, tuple(fetch.missing(wish.methods)), wish.out, free)


def check_names(specs: Iterable[str], files: Sequence[Registered]) -> None:
    """Refuse names of methods that there are not; importing none.

    Raises:
        InputError: names all of them, with near ones.
    """
    faults = []
    for spec in specs:
        try:
            find(parse_spec(spec)[0], files)
        except GeneratorError as error:
            faults.append(str(error))
    if faults:
        told = "\n".join(f"  {fault}" for fault in faults)
        raise InputError(f"The methods cannot be used as named:\n{told}")

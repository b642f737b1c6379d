"""One row of what is wanted: a clip with everything that people said about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Literal, cast

from metrics.types import Json

MaskSource = Literal["early", "annotated", "truth"]
LATER = ("weights_digest", "revision")
"""Fields that earlier versions did not write; empty there."""
EARLY = "early"
"""Stands for the mask in a record's key where the mask is itself a function of the clip's bytes."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A clip that is wanted in the tables, whether or not it exists."""

    clip: str
    """The clip's name for people; never a key."""
    path: str = ""
    """Where the file lies; relative to the output folder for clips that this project made."""
    method: str = ""
    backbone: str = ""
    configuration: str = ""
    weights_digest: str = ""
    """SHA-256 of the weights, empty where nobody said."""
    revision: str = ""
    """Version of the program that made it, empty where nobody said."""
    prompt_id: str = ""
    prompt: str = ""
    seed: int | None = None
    horizon_s: float | None = None
    fixed_camera: bool | None = None
    mask: str = ""
    """Label image (PNG), empty where there is none."""
    mask_source: MaskSource = "early"
    clip_sha256: str = ""
    """SHA-256 of the file's bytes, empty where there is no readable file."""
    mask_sha256: str = EARLY
    problem: str = ""
    """Why there is no clip to measure; empty where there is one."""
    notes: tuple[str, ...] = ()

    def file(self, out: Path) -> Path:
        """Where the clip lies, seen from a process that works on output folder ``out``."""
        return out / self.path


def to_json(entry: Entry) -> dict[str, Json]:
    """Turn an entry into plain JSON values."""
    return {**asdict(entry), "notes": list(entry.notes)}


def from_json(body: Mapping[str, Json]) -> Entry:
    """Read what :func:`to_json` wrote.

    Raises:
        ValueError: fields are missing or unknown.
    """
    body = {**dict.fromkeys(LATER, ""), **body}
    expected = {field.name for field in fields(Entry)}
    if set(body) != expected:
        raise ValueError(f"an entry has the fields {sorted(expected)}, got {sorted(body)}")
    values = {**body, "notes": tuple(cast("list[str]", body["notes"]))}
    return Entry(**values)  # type: ignore[arg-type]


def printable(name: str) -> str:
    """Spell out bytes that are no text in a file name, so that every table can hold the name."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")

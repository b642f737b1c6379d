"""One row of what is wanted: a clip with everything that people said about it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Literal, cast, get_args

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
        ValueError: fields are missing, unknown or hold something else; all faults are named.
    """
    body = {**dict.fromkeys(LATER, ""), **body}
    expected = {field.name for field in fields(Entry)}
    if set(body) != expected:
        raise ValueError(f"an entry has the fields {sorted(expected)}, got {sorted(body)}")
    faults = [f"{name}: expected {expected}, got {body[name]!r:.80}"
              for name, (holds, expected) in _RULES.items() if not holds(body[name])]
    faults += [f"{name}: expected a text, got {value!r:.80}"
               for name, value in body.items() if name not in _RULES and not isinstance(value, str)]
    if faults:
        raise ValueError(f"clip {body['clip']!r:.80}: {'; '.join(faults)}")
    values = {**body, "notes": tuple(cast("list[str]", body["notes"]))}
    return Entry(**values)  # type: ignore[arg-type]


def _is_whole(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63


def _is_length(value: Json) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(float(cast("float", value))) and cast("float", value) > 0


def _is_digest(value: Json) -> bool:
    return isinstance(value, str) and re.fullmatch(r"([0-9a-f]{64})?", value) is not None


def _is_path(value: Json) -> bool:
    return isinstance(value, str) and "\0" not in value


_RULES: Mapping[str, tuple[Callable[[Json], bool], str]] = {
    "seed": (lambda value: value is None or _is_whole(value), "a whole number from 0 to 2^63 - 1, or null"),
    "horizon_s": (lambda value: value is None or _is_length(value), "seconds above 0, or null"),
    "fixed_camera": (lambda value: value is None or isinstance(value, bool), "true, false or null"),
    "notes": (lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
              "a list of texts"),
    "clip_sha256": (_is_digest, "64 lower-case hexadecimal digits, or nothing"),
    "mask_source": (lambda value: value in get_args(MaskSource), f"one of {', '.join(get_args(MaskSource))}"),
    "path": (_is_path, "a path"),
    "mask": (_is_path, "a path"),
}
"""What a field of an entry on disk must hold; all others are texts."""


def printable(name: str) -> str:
    """Spell out bytes that are no text in a file name, so that every table can hold the name."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")

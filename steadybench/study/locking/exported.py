"""What ``export.json`` says of the files that raters see."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from steadybench.clips import file_sha256
from steadybench.errors import InputError
from steadybench.study.exporting.record import FILE


@dataclass(frozen=True, slots=True)
class Exported:
    """An export by its record."""

    study: str
    """SHA-256 of the plan that was exported."""
    files: Mapping[str, str]
    """SHA-256 of every file by its name in the export, sorted."""
    page_version: str
    """Of the rating page, as it stands in every answer."""
    notes: tuple[str, ...]
    """What remains to be said, one sentence each, systems and clips by token."""


def load(folder: Path) -> Exported:
    """Read the record of a study's export.

    Raises:
        InputError: the study was not exported, or ``export.json`` is damaged.
    """
    path = folder / FILE
    try:
        body = json.loads(path.read_bytes())
    except OSError as error:
        raise InputError(f"The study was not exported: {path} cannot be read ({error.strerror}). Run 'study "
                         "export' first: what raters see is part of a lock.") from None
    except ValueError as error:
        raise InputError(f"{path} is damaged: {error}. Run the same 'study export' again.") from None
    try:
        return _read(body)
    except (AttributeError, KeyError, TypeError) as error:
        raise InputError(f"{path} is damaged: expected study_digest, notes, page_version and the sha256 of "
                         f"every file ({error}). Run the same 'study export' again.") from None


def _read(body: Any) -> Exported:
    files = {str(name): str(own["sha256"]) for name, own in sorted(body["files"].items())}
    if not files:
        raise KeyError("no file")
    return Exported(str(body["study_digest"]), files, str(body["settings"]["page_version"]),
                    tuple(map(str, body["notes"])))


def differing(expected: Mapping[str, str], found: Mapping[str, str]) -> tuple[str, ...]:
    """Names of files that are missing, new or changed, in order."""
    return tuple(sorted(name for name in expected.keys() | found.keys()
                        if expected.get(name) != found.get(name)))


def on_disk(export: Path) -> dict[str, str]:
    """SHA-256 of every file that lies in an export.

    Raises:
        InputError: it is no folder, or a file cannot be read.
    """
    if not export.is_dir():
        raise InputError(f"{export} is no folder. Name the one that 'study export' wrote.")
    try:
        return {path.relative_to(export).as_posix(): file_sha256(path)
                for path in sorted(export.rglob("*")) if not path.is_dir()}
    except OSError as error:
        raise InputError(f"{error.filename} cannot be read ({error.strerror}).") from None

"""What ``export.json`` says of the files that raters see."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from steadybench.errors import InputError

FILE = "export.json"


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every exported file by its name in the export.

    Args:
        folder: of the study.

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
    files = body.get("files") if isinstance(body, dict) else None
    if not isinstance(files, dict) or not files:
        raise InputError(f"{path} is damaged: expected the exported files by name under 'files'. Run the "
                         "same 'study export' again.")
    found = {name: own.get("sha256") if isinstance(own, dict) else None for name, own in files.items()}
    if wrong := sorted(name for name, digest in found.items() if not isinstance(digest, str)):
        raise InputError(f"{path} is damaged: no sha256 for {', '.join(wrong[:3])}.")
    return {name: str(digest) for name, digest in sorted(found.items())}


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
        return {path.relative_to(export).as_posix(): _sha256(path)
                for path in sorted(export.rglob("*")) if not path.is_dir()}
    except OSError as error:
        raise InputError(f"{error.filename} cannot be read ({error.strerror}).") from None


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

"""Finished clips of a run: ``clips/<key>.<suffix>``, its label map, and last a note that it is finished."""

from __future__ import annotations

import hashlib
import json
import math
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from metrics.types import Json
from steadybench import atomic

SCHEMA = 2


@dataclass(frozen=True, slots=True)
class ClipNote:
    """What is known about a finished clip; its presence means that the clip is whole."""

    file: str
    """Name inside the folder."""
    clip_sha256: str
    labels: str
    """Name of the label map inside the folder, empty where the generator knows no truth."""
    labels_sha256: str
    """Digest of the label map, see :func:`steadybench.labels.digest`; empty without one."""
    prompt_as_used: str
    """What the model really read."""
    made_from: Mapping[str, Json]
    """Generator, options and job; the key is its digest."""
    made_s: float
    """Seconds from when the generator was ready (weights loaded, prompt read) to the finished file. Where a
    program of its own made the file: all the time that it ran."""
    device: str
    """GPU or processor that made it; empty where a program of its own made it, which does not tell."""
    notes: Sequence[str] = ()
    """What the generator says about this clip."""


class ClipStore:
    """The clips of one output folder."""

    def __init__(self, out: Path) -> None:
        self.folder = out / "clips"

    def load(self, key: str) -> ClipNote | None:
        """Return the note of a finished clip, None if the clip is missing or its bytes have changed."""
        note = self.note(key)
        try:
            return note if note and file_sha256(self.folder / note.file) == note.clip_sha256 else None
        except (OSError, TypeError):
            return None

    def note(self, key: str) -> ClipNote | None:
        """Note of a finished clip, None where there is none; the clip's bytes are not read."""
        return _read(self.folder / f"{key}.json")

    def notes(self) -> Iterator[ClipNote]:
        """Notes of all finished clips, whatever run made them; their bytes are not read."""
        for path in sorted(self.folder.glob("*.json")):
            note = _read(path)
            if note is not None:
                yield note

    def workspace(self, key: str) -> Path:
        """Make an empty folder for one job."""
        folder = self.folder / ".work" / key
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def adopt(self, file: Path, key: str) -> str:
        """Bring a finished file into the folder, by hard link where possible, and return its name."""
        name = f"{key}{file.suffix.lower()}"
        temporary = self.folder / f".{name}{atomic.TEMPORARY}"
        temporary.unlink(missing_ok=True)
        try:
            os.link(file.resolve(), temporary)
        except OSError:
            shutil.copyfile(file, temporary)
        temporary.replace(self.folder / name)
        temporary.unlink(missing_ok=True)  # renaming onto another link of the same file does nothing
        return name

    def clear(self) -> None:
        """Remove all workspaces, also those of killed runs; call only under the folder's lock.

        What programs said in ``*.log`` files is kept, as ``logs/<key>.<name>``, the last attempt's.
        """
        work, logs = self.folder / ".work", self.folder / "logs"
        for log in work.glob("*/*.log"):
            with suppress(OSError):
                logs.mkdir(exist_ok=True)
                log.replace(logs / f"{log.parent.name}.{log.name}")
        shutil.rmtree(work, ignore_errors=True)

    def finish(self, key: str, note: ClipNote) -> None:
        """Declare a clip finished."""
        body = {"schema": SCHEMA, **asdict(note)}
        text = json.dumps(body, indent=1, sort_keys=True, allow_nan=False) + "\n"
        atomic.write_text(self.folder / f"{key}.json", text)


def _read(path: Path) -> ClipNote | None:
    """A note; None if it is missing, damaged or of another version."""
    try:
        body = json.loads(path.read_bytes())
        note = ClipNote(**body) if body.pop("schema") == SCHEMA else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return note if note and _is_sound(note) else None


def _is_sound(note: ClipNote) -> bool:
    """Whether every field holds what it should; a file can have been changed by hand."""
    texts = (note.file, note.clip_sha256, note.labels, note.labels_sha256, note.prompt_as_used, note.device)
    return (
        isinstance(note.notes, list)
        and all(isinstance(text, str) for text in (*texts, *note.notes))
        and isinstance(note.made_from, dict)
        and isinstance(note.made_s, int | float)
        and math.isfinite(note.made_s)
    )


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, 64 hex digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

"""SHA-256 of files of gigabytes, computed once, and what the hub said of files that were fetched."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

DIGESTS = "digests.json"
"""Beside the models: SHA-256 of files that were read, with what tells that they are still the same."""
HUB = "hub.json"
"""Beside the models: what the hub said of the files that were fetched from it."""
FOLDER_VARIABLE = "STEADYBENCH_MODELS"

_read: dict[str, list[Any]] = {}
"""The digests of this process, for folders that cannot be written."""
_believes_disk = True


@dataclass(frozen=True, slots=True)
class Record:
    """What the hub said of a file when it was fetched."""

    sha256: str
    size: int
    commit: str


def models_folder() -> Path:
    """``$STEADYBENCH_MODELS``, else ``~/.cache/steadybench/models``; it need not exist."""
    own = os.environ.get(FOLDER_VARIABLE)
    return in_home(own) if own else own_folder()


def own_folder() -> Path:
    """The folder of models of this user, where nothing else is said."""
    return in_home("~/.cache/steadybench/models")


def in_home(path: str) -> Path:
    """A path with ``~`` and ``~user`` replaced; as it is, as in a shell, where there is no such home."""
    return Path(os.path.expanduser(path))  # noqa: PTH111 - Path.expanduser() raises RuntimeError instead


def digest_of(path: Path) -> str:
    """SHA-256 of a file, 64 hexadecimal digits.

    Reading 10 GB takes a minute, so the digest is kept on disk with the file's size, time and inode, and
    computed again when one of them changes: beside the models, or in the user's cache where nothing can be
    written there.

    Raises:
        OSError: the file cannot be read.
    """
    facts = path.stat()
    key, now = str(path.resolve()), [facts.st_size, facts.st_mtime_ns, facts.st_ino]
    places = _places() if _believes_disk else ()
    for kept in (_read, *(_object(folder / DIGESTS) for folder in places)):
        found = kept.get(key)
        if isinstance(found, list) and found[:-1] == now and is_sha256(found[-1]):
            return str(found[-1])
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    _read[key] = [*now, digest]
    for folder in _places():
        try:
            _write(folder / DIGESTS, _object(folder / DIGESTS) | {key: _read[key]})
        except OSError:
            continue
        break
    return digest


def forget() -> None:
    """Read every file again in this process, as after a disk fault."""
    global _believes_disk  # it holds for the process
    _believes_disk = False
    _read.clear()


def recorded(key: str) -> Record | None:
    """What the hub said of a file, ``owner/name/path``; None if it was not fetched into this folder."""
    return records().get(key)


def records() -> dict[str, Record]:
    """All records of the folder; a damaged one counts as none."""
    found = {}
    for key, row in _object(models_folder() / HUB).items():
        with suppress(TypeError):
            record = Record(**row)
            if is_sha256(record.sha256) and isinstance(record.size, int):
                found[key] = record
    return found


def record(key: str, told: Record) -> None:
    """Remember what the hub said of a file.

    Raises:
        OSError: the folder cannot be written.
    """
    kept = {name: asdict(row) for name, row in records().items()}
    _write(models_folder() / HUB, kept | {key: asdict(told)})


def is_sha256(value: object) -> bool:
    """Whether this is a SHA-256 in the form that everything here uses."""
    return isinstance(value, str) and len(value) == 64 and all(digit in "0123456789abcdef" for digit in value)


def _places() -> tuple[Path, ...]:
    return tuple(dict.fromkeys((models_folder(), own_folder())))


def _object(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _write(path: Path, told: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise

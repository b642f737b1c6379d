"""Where published files lie on this machine, and whether they are what they should be.

A file lies at ``FOLDER/owner/name/path``, as ``hf download owner/name path --local-dir FOLDER/owner/name``
puts it, where FOLDER is ``$STEADYBENCH_MODELS``, else ``~/.cache/steadybench/models``. The hub library's own
cache is looked at second. Nothing is downloaded here; :mod:`generators.wan.fetch` does that.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from generators.contract import GeneratorError
from generators.wan import looks, table
from generators.wan.digests import digest_of, is_sha256, models_folder, recorded, records
from generators.wan.table import HubFile

Condition = Literal["good", "missing", "wrong", "unknown"]
"""``unknown``: there, but nobody says which digest it should have."""

OFFLINE_VARIABLES = ("STEADYBENCH_OFFLINE", "HF_HUB_OFFLINE")


@dataclass(frozen=True, slots=True)
class Found:
    """What this machine has of one file."""

    name: str
    condition: Condition
    path: Path
    """Where it is; where it would be, if missing."""
    sha256: str = ""
    """Empty if missing, or if its size alone shows that it is wrong."""
    fault: str = ""
    """What is wrong, in words; empty if good."""


def find(file: HubFile) -> Found:
    """Look for a file and check it; the first time it is read whole, see :func:`digest_of`."""
    path = place(file)
    if path is None:
        return Found(file.name, "missing", target(file), fault=_missing(file))
    try:
        return _checked(file, path)
    except (OSError, GeneratorError) as error:
        told = str(error)
        if isinstance(error, OSError):
            told = f"{path} cannot be read ({error.strerror or error}); give yourself read access to it"
        return Found(file.name, "wrong", path, fault=told)


def find_all(files: Iterable[HubFile]) -> tuple[Found, ...]:
    """Every file, in order."""
    return tuple(find(file) for file in files)


def wanted(files: Iterable[HubFile]) -> tuple[Found, ...]:
    """Every file, all of them fit for use: good, or there with nobody to say that it is wrong.

    Raises:
        GeneratorError: some are missing or wrong; all are named, with what to do.
    """
    found = find_all(files)
    if faults := [item.fault for item in found if item.condition in {"missing", "wrong"}]:
        raise GeneratorError("; ".join(faults))
    return found


def place(file: HubFile) -> Path | None:
    """Where a file lies, unchecked; None if nowhere."""
    own = [models_folder() / file.repo / path for path in file.paths]
    return next((path for path in own if _is_there(path)), None) or _in_hub_cache(file)


def target(file: HubFile) -> Path:
    """Where a file is put when it is fetched."""
    return models_folder() / file.repo / file.path


def tokenizer_folder() -> Path:
    """The folder of the tokeniser's files, which lie together wherever the first of them lies."""
    first = table.base().tokenizer[0]
    return (place(first) or target(first)).parent


def is_offline() -> bool:
    """Whether ``STEADYBENCH_OFFLINE`` or ``HF_HUB_OFFLINE`` forbids the network."""
    return any(os.environ.get(name, "").upper() in {"1", "ON", "YES", "TRUE"} for name in OFFLINE_VARIABLES)


def whose(sha256: str) -> str:
    """Which published file has this SHA-256, in words; empty if none that is known here."""
    if told := table.known_digest(sha256):
        return told
    return next((f"the file {key} of the hub" for key, row in records().items() if row.sha256 == sha256), "")


def expected_digest(file: HubFile, path: Path) -> str:
    """The SHA-256 that a file at ``path`` must have; empty if nobody says.

    What the hub said when the file was fetched comes first, then the table, then what the hub's own library
    wrote down beside the file or made its name in the cache.
    """
    keys = dict.fromkeys([_key(file, path), *(f"{file.repo}/{one}" for one in file.paths)])
    told = next((one for one in map(recorded, keys) if one), None)
    return (told.sha256 if told else "") or file.sha256 or _hub_library_digest(file, path)


def _checked(file: HubFile, path: Path) -> Found:
    size, told = path.stat().st_size, recorded(_key(file, path))
    whole = told.size if told else file.size
    if whole is not None and size < whole and not _has_its_end(path):
        raise GeneratorError(
            f"{path} is half-downloaded: {looks.told(size)} of {looks.told(whole)} are here; "
            f"{how_to_get(file)}"
        )
    if Path(file.path).suffix in {".pt", ".pth", ".safetensors"}:
        looks.kind_of(path)
    digest, expected = digest_of(path), expected_digest(file, path)
    if digest == expected:
        return Found(file.name, "good", path, digest)
    other = whose(digest)
    if not expected and not other:
        fault = f"no SHA-256 of {path} is known; compare it with the hub's: {how_to_get(file)}"
        return Found(file.name, "unknown", path, digest, fault)
    right = f"expected SHA-256 {expected}" if expected else "its SHA-256 is not known"
    mine = f": it is that of {other}" if other else ""
    advice = f"move it away; {how_to_get(file)}"
    fault = f"{path} is not {file.title}: {right}, got {digest}{mine}; {advice}"
    return Found(file.name, "wrong", path, digest, fault)


def _has_its_end(path: Path) -> bool:
    """Whether a file is whole by itself: checkpoints of two methods differ by a few kB in 5.7 GB."""
    try:
        return looks.kind_of(path) in {"torch", "safetensors"}
    except GeneratorError:
        return False


def how_to_get(file: HubFile) -> str:
    """The command that brings a file."""
    name = table.BASE_NAME if file in table.base().files else file.name.removesuffix("-lora")
    command = f"steadybench weights fetch {name}"
    if is_offline():
        return f"the network is forbidden here: run `{command}` elsewhere and copy {target(file)}"
    return f"run: {command}"


def _missing(file: HubFile) -> str:
    """What to say of a file that is nowhere, downloads into its folder that are under way included."""
    folder = models_folder() / file.repo / ".cache" / "huggingface" / "download" / Path(file.path).parent
    parts = [part.stat().st_size for part in folder.glob("*.incomplete")]
    begun = f"; {looks.told(max(parts))} of a download lie in {folder}, begun or broken off" if parts else ""
    return f"{file.title} is missing: no file {target(file)}{begun}; {how_to_get(file)}"


def _is_there(path: Path) -> bool:
    """Whether a file is there; one that nobody may look at counts, so that reading it tells why."""
    try:
        return path.is_file()
    except OSError:
        return True


def _key(file: HubFile, path: Path) -> str:
    """The name of a file in the records: where it would lie in the hub."""
    own = models_folder() / file.repo
    within = path.relative_to(own).as_posix() if path.is_relative_to(own) else file.path
    return f"{file.repo}/{within}"


def _in_hub_cache(file: HubFile) -> Path | None:
    try:
        from huggingface_hub import try_to_load_from_cache
    except ImportError:
        return None
    for revision in dict.fromkeys((file.revision, "main")):
        for path in file.paths:
            found = try_to_load_from_cache(file.repo, path, revision=revision)
            if isinstance(found, str):
                return Path(found)
    return None


def _hub_library_digest(file: HubFile, path: Path) -> str:
    """What the hub's own library knows of a file: its note in a folder, or a blob's name in the cache."""
    if is_sha256(path.resolve().name):
        return path.resolve().name
    own = models_folder() / file.repo
    if not path.is_relative_to(own):
        return ""
    note = own / ".cache" / "huggingface" / "download" / f"{path.relative_to(own)}.metadata"
    try:
        lines = note.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return ""
    return lines[1] if len(lines) > 1 and is_sha256(lines[1]) else ""

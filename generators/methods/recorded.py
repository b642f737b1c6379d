"""Adapter for clips that exist already: a manifest says which file shows which prompt and seed.

File names carry no meaning. The file is handed over untouched.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath

from generators.contract import ClipFile, GeneratorError, GeneratorInfo, Job
from generators.options import check_names

ADAPTER_VERSION = 1
MANIFEST_NAME = "manifest.csv"
COLUMNS = ("path", "prompt_id", "seed")
"""Columns that a manifest must have; ``method`` is read too where it exists, others are ignored."""

_SHOWN = 8

Key = tuple[str, int]


def escape_reason(text: str) -> str:
    """Why a path cannot lie inside the folder, judged by its text; empty if it can."""
    posix, windows = PurePosixPath(text), PureWindowsPath(text)
    if not text.strip() or "\0" in text:
        return "is empty or holds a NUL character"
    if posix.is_absolute() or windows.drive or windows.root:
        return "is absolute; write it relative to the folder"
    if ".." in posix.parts or ".." in windows.parts:
        return "leaves the folder with '..'"
    return ""


def read_manifest(manifest: Path, method: str | None = None) -> dict[Key, str]:
    """Paths by (prompt id, seed) from a CSV file with a header.

    Args:
        manifest: UTF-8 CSV with at least the columns path, prompt_id and seed.
        method: keep only the rows of this method, where the file has a ``method`` column.

    Raises:
        GeneratorError: unreadable file, missing columns, or bad rows; all faults in one message with their
        lines.
    """
    try:
        with manifest.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            header = [name.strip() for name in reader.fieldnames or []]
            reader.fieldnames = header
            if missing := [name for name in COLUMNS if name not in header]:
                found = ", ".join(header) or "no header"
                raise GeneratorError(f"{manifest}: missing columns {', '.join(missing)}; found {found}")
            rows = [
                (reader.line_num, {k: v or "" for k, v in row.items() if isinstance(k, str)})
                for row in reader
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise GeneratorError(f"manifest {manifest} cannot be read as UTF-8 CSV: {error}") from error
    if method is not None and "method" in header:
        rows = [(line, row) for line, row in rows if row["method"].strip() == method]
    return _index(manifest, rows)


def _index(manifest: Path, rows: list[tuple[int, dict[str, str]]]) -> dict[Key, str]:
    clips: dict[Key, str] = {}
    faults: list[str] = []
    for line, row in rows:
        path, prompt_id, seed = (row[name].strip() for name in COLUMNS)
        if reason := escape_reason(path):
            faults.append(f"line {line}: path {path!r} {reason}")
        elif not prompt_id or not seed.isdecimal():
            faults.append(
                f"line {line}: prompt_id {prompt_id!r} and seed {seed!r} must be a name and a whole number"
            )
        elif (prompt_id, int(seed)) in clips:
            faults.append(f"line {line}: prompt {prompt_id!r} with seed {seed} appears twice")
        else:
            clips[prompt_id, int(seed)] = path
    if faults:
        raise GeneratorError(f"{manifest}: " + "; ".join(faults))
    return clips


class Recorded:
    """Hands over existing clips by (prompt id, seed)."""

    def __init__(self, folder: Path, clips: Mapping[Key, str], method: str = "recorded") -> None:
        self._folder, self._clips = folder.absolute(), dict(clips)
        self._info = GeneratorInfo(method, "native", "none", ADAPTER_VERSION, prompts_matter=False)

    @property
    def info(self) -> GeneratorInfo:
        """Identity of the generator; the method is the one that made the clips, where the options name it."""
        return self._info

    def generate(self, job: Job, workspace: Path) -> ClipFile:  # noqa: ARG002
        """Find the clip of a job.

        Raises:
            GeneratorError: the manifest has no such clip, or its file is missing, empty or outside the
            folder.
        """
        key = (job.prompt.id, job.seed)
        if key not in self._clips:
            raise GeneratorError(f"no clip for prompt {key[0]!r} with seed {key[1]}; {self._what_is_there()}")
        text = self._clips[key]
        if reason := escape_reason(text):
            raise GeneratorError(f"path {text!r} {reason}")
        path = self._folder / text
        if not path.resolve().is_relative_to(self._folder.resolve()):
            raise GeneratorError(f"path {text!r} leads out of {self._folder} through a link")
        if not path.is_file() or path.stat().st_size == 0:
            what = "is empty" if path.is_file() else "does not exist"
            raise GeneratorError(
                f"{text!r} in {self._folder}, wanted for prompt {key[0]!r} with seed {key[1]}, {what}"
            )
        return ClipFile(path)

    def _what_is_there(self) -> str:
        keys = sorted(self._clips)
        if not keys:
            return "the manifest lists no clip of this method"
        shown = ", ".join(f"{prompt!r} seed {seed}" for prompt, seed in keys[:_SHOWN])
        return f"the manifest has {len(keys)}: {shown}" + (", ..." if len(keys) > _SHOWN else "")


def create(configuration: str, options: Mapping[str, str]) -> Recorded:
    """Factory for the registry.

    Options: ``folder`` (where the clips lie; default the manifest's folder), ``manifest`` (default
    ``manifest.csv`` in the folder), ``method`` (row name in tables; also picks the rows of a ``method``
    column).

    Raises:
        GeneratorError: unknown configuration or option, no folder, bad manifest.
    """
    check_names("recorded", options, ("folder", "manifest", "method"))
    if configuration != "native":
        raise GeneratorError(f"recorded: configuration {configuration!r} is not known; valid: native")
    if "folder" not in options and "manifest" not in options:
        raise GeneratorError("recorded: give the option folder=DIR or manifest=FILE.csv")
    manifest = Path(options["manifest"]) if "manifest" in options else Path(options["folder"]) / MANIFEST_NAME
    folder = Path(options["folder"]) if "folder" in options else manifest.parent
    if not folder.is_dir():
        raise GeneratorError(f"recorded: {folder} is not a folder")
    method = options.get("method")
    return Recorded(folder, read_manifest(manifest, method), method or "recorded")

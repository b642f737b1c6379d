"""A finished export, taken in once for all checks."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reports.rating import bundle
from reports.rating.bundle import SCRIPTS, STYLE
from reports.rating.model import PublicStudy, Sitting
from steadybench.errors import InputError
from steadybench.progress import Progress
from steadybench.study.scanning import boxes, clip, payload
from steadybench.study.scanning.clip import Clip
from steadybench.study.scanning.folder import Entry, entries
from steadybench.study.scanning.strings import runs

INDEX = "index.html"
CODE = (INDEX, STYLE, *SCRIPTS)
"""Files of the page that are the same in every export but for title and policy."""
FOLDERS = ("clips", "sessions")
_CLIP = re.compile(r"clips/([0-9a-f]{16})\.mp4")
_SESSION = re.compile(r"sessions/([0-9a-f]{16})\.js")
_STRANGE = 64 * 2**20
"""Bytes of a file that does not belong there that are read."""


@dataclass
class Export:
    """Everything that the checks look at."""

    root: Path
    entries: tuple[Entry, ...]
    texts: dict[str, str] = field(default_factory=dict)
    """Whole texts of the page's files by path."""
    readable: dict[str, str] = field(default_factory=dict)
    """What can be read of all other files by path, a run of characters a line."""
    noise: dict[str, str] = field(default_factory=dict)
    """The same of pictures and padding in clips, where short words come up by chance."""
    heads: dict[str, bytes] = field(default_factory=dict)
    """First bytes of files that do not belong there."""
    payloads: dict[str, payload.Payload] = field(default_factory=dict)
    clips: dict[str, Clip] = field(default_factory=dict)
    """By token."""
    faults: dict[str, str] = field(default_factory=dict)
    """Files that are not what their names say, and why."""
    study: PublicStudy | None = None
    """None where ``study.js`` does not tell one."""
    sittings: dict[str, Sitting] = field(default_factory=dict)
    """By the path of their file."""
    shipped: dict[str, str] = field(default_factory=dict)
    """The page's code as this version writes it for this study, by path."""

    @property
    def pairs(self) -> Iterator[tuple[str, str]]:
        """Tokens of the clips of every trial of every session, left and right, and of the examples."""
        for sitting in self.sittings.values():
            yield from ((trial.left, trial.right) for trial in sitting.trials)
        for question in self.study.questions if self.study else ():
            yield question.example_left, question.example_right


def belongs(path: str) -> bool:
    """Whether a file of this name is part of an export."""
    return path in CODE or path == payload.STUDY or bool(_CLIP.fullmatch(path) or _SESSION.fullmatch(path))


def is_shipped(export: Export, path: str) -> bool:
    """Whether a file is the page's own code, to the last byte."""
    return path in export.shipped and export.shipped[path] == export.texts.get(path)


def clip_path(token: str) -> str:
    """Where a clip lies."""
    return f"clips/{token}.mp4"


def take_in(root: Path, progress: Progress) -> Export:
    """Read an export.

    Raises:
        InputError: the folder is none, holds no export, or a file cannot be read.
    """
    if not root.is_dir():
        raise InputError(f"{root} is no folder. Name the one that 'study export' made.")
    export = Export(root, entries(root))
    names = {entry.path for entry in export.entries}
    if not names & {INDEX, payload.STUDY}:
        told = f"{root} is no export of a study: it has neither {INDEX} nor {payload.STUDY}."
        raise InputError(f"{told} Make one with 'study export'.")
    files = [entry for entry in export.entries if entry.readable]
    with progress.stage("Reading files", len(files), sum(entry.size for entry in files) + 1.0) as stage:
        for entry in files:
            _read(export, entry)
            stage.done(entry.size)
    _parse(export)
    _ship(export)
    return export


def _read(export: Export, entry: Entry) -> None:
    strange = not belongs(entry.path)
    try:
        with (export.root / entry.path).open("rb") as stream:
            data = stream.read(_STRANGE if strange else -1)
    except OSError as error:
        told = f"{export.root / entry.path} cannot be read ({error.strerror}); nothing is known of it"
        raise InputError(f"{told}. Make it readable and scan again.") from error
    match = _CLIP.fullmatch(entry.path)
    if match:
        plain, noise = boxes.split(data)
        export.readable[entry.path] = "\n".join(map(runs, plain))
        export.noise[entry.path] = "\n".join(map(runs, noise))
        _take_clip(export, match[1], data)
    elif strange:
        export.heads[entry.path] = data[:512]
        export.readable[entry.path] = f"{data.decode('utf-8', 'replace')}\n{runs(data)}"
    else:
        _take_text(export, entry.path, data)


def _take_clip(export: Export, token: str, data: bytes) -> None:
    try:
        export.clips[token] = clip.read(data)
    except ValueError as error:
        export.faults[clip_path(token)] = str(error)


def _take_text(export: Export, path: str, data: bytes) -> None:
    try:
        export.texts[path] = data.decode("utf-8")
    except UnicodeDecodeError:
        export.faults[path] = "it is no UTF-8 text"
        export.readable[path] = runs(data)


def _parse(export: Export) -> None:
    for path, text in export.texts.items():
        if not payload.is_payload(path):
            continue
        try:
            export.payloads[path] = payload.read(path, text)
            if path == payload.STUDY:
                export.study = payload.study_of(export.payloads[path].body)
            else:
                export.sittings[path] = payload.sitting_of(export.payloads[path].body)
        except ValueError as error:
            export.faults[path] = str(error)


def _ship(export: Export) -> None:
    """Write the page of this study anew, to hold the one in the folder against it."""
    if export.study is None:
        return
    try:
        with tempfile.TemporaryDirectory() as folder:
            bundle.write(Path(folder), export.study)
            export.shipped = {name: (Path(folder) / name).read_text(encoding="utf-8") for name in CODE}
    except ValueError as error:
        export.faults[payload.STUDY] = str(error)


def groups(export: Export) -> list[set[str]]:
    """Clips that meet in trials, directly or through others: all of one group show one prompt."""
    own: dict[str, set[str]] = {}
    for left, right in export.pairs:
        joined = own.get(left, {left}) | own.get(right, {right})
        for token in joined:
            own[token] = joined
    unique: Mapping[int, set[str]] = {id(group): group for group in own.values()}
    return sorted(unique.values(), key=min)

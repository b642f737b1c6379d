"""What the receiver has to know of an export: its study and its sessions."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from steadybench.errors import InputError

_SESSION = re.compile(r"[0-9a-f]{16}\.js")


@dataclass(frozen=True, slots=True)
class Seat:
    """One session as raters get it."""

    id: str
    question: str
    trials: tuple[str, ...]
    """Ids, in order."""


@dataclass(frozen=True, slots=True)
class Published:
    """An export."""

    folder: Path
    """Absolute, links followed."""
    study_digest: str
    receiver: str
    """Where the page posts to: empty for nowhere."""
    outcomes: Mapping[str, str]
    """Where raters of a platform go at the end: an address or empty, by name of the outcome."""
    seats: Mapping[str, Seat]
    """By session id."""


def load(folder: Path) -> Published:
    """Read the export in a folder.

    Raises:
        InputError: it is no export, or files of it are damaged; all of those are named.
    """
    root = folder.resolve()
    faults: list[str] = []
    study: dict[str, Any] = {}
    seats: dict[str, Seat] = {}
    files = [path for path in sorted((root / "sessions").glob("*.js")) if _SESSION.fullmatch(path.name)]
    for file in (root / "study.js", *files):
        try:
            if file.name == "study.js":
                study = _body(file)
            else:
                seats[file.stem] = _seat(_body(file), file.stem)
        except (OSError, ValueError, KeyError, TypeError) as error:
            faults.append(f"{file} is missing or damaged ({error!s:.80})")
    if not faults and not (isinstance(study.get("study_digest"), str) and seats):
        faults.append("it names no study, or holds no session")
    if faults:
        told = f"{folder} is no export of a study: {'; '.join(faults)}"
        raise InputError(f"{told}. Make one with 'study export'.")
    outcomes = dict(study.get("outcomes", {}))
    return Published(root, study["study_digest"], str(study.get("receiver", "")), outcomes, seats)


def _body(file: Path) -> dict[str, Any]:
    """The object within a statement of JavaScript, which is JSON."""
    text = file.read_text(encoding="utf-8")
    body: dict[str, Any] = json.loads(text[text.index("{") : text.rindex("}") + 1])
    return body


def _seat(body: Mapping[str, Any], name: str) -> Seat:
    if body["id"] != name:
        raise ValueError(f"it names session {body['id']}")
    trials = tuple(str(one["id"]) for one in body["trials"])
    return Seat(name, str(body["question"]), trials)

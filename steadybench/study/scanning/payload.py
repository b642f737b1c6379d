"""What the page of an export is told: ``study.js`` and the files of the sessions, read as data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from reports.rating.model import PublicStudy, Sitting
from steadybench.study import codec

STUDY = "study.js"
SESSIONS = "sessions"
_SHAPES = {
    STUDY: re.compile(r"window\.steadyStudy = (\{.*\});\n", re.DOTALL),
    SESSIONS: re.compile(r"steadySession\((\{.*\})\);\n", re.DOTALL),
}
_BESIDE = ("sessions", "page_version")
"""What ``study.js`` holds beside the fields of a public study."""


@dataclass(frozen=True, slots=True)
class Payload:
    """Data of one file."""

    body: Mapping[str, Any]
    text: str


def is_payload(path: str) -> bool:
    """Whether a file of the export holds data alone."""
    return path == STUDY or path.startswith(f"{SESSIONS}/")


def read(path: str, text: str) -> Payload:
    """Take the data out of a file.

    Raises:
        ValueError: it holds something else, or something more.
    """
    match = _SHAPES[STUDY if path == STUDY else SESSIONS].fullmatch(text)
    if match is None:
        raise ValueError("it holds more than one value")
    return Payload(json.loads(match[1]), text)


def canonical(payload: Payload) -> bool:
    """Whether the text is the one way of writing its data: keys sorted, nothing between."""
    told = json.dumps(payload.body, sort_keys=True, indent=1, allow_nan=False).replace("<", "\\u003c")
    return payload.text.endswith((f"= {told};\n", f"({told});\n"))


def study_of(body: Mapping[str, Any], sittings: tuple[Sitting, ...] = ()) -> PublicStudy:
    """The public study that ``study.js`` tells.

    Raises:
        ValueError: fields are missing, unknown, or hold something else; all are named.
    """
    faults = [f"{name}: missing" for name in _BESIDE if name not in body]
    told = {name: value for name, value in body.items() if name not in _BESIDE} | {"sittings": []}
    try:
        study = codec.parse(PublicStudy, told)
    except ValueError as error:
        faults.append(str(error))
    if faults:
        raise ValueError("; ".join(faults))
    return replace(study, sittings=sittings)


def sitting_of(body: Mapping[str, Any]) -> Sitting:
    """The session that a file tells.

    Raises:
        ValueError: fields are missing, unknown, or hold something else; all are named.
    """
    return codec.parse(Sitting, body)


def strings(value: object, at: str = "") -> Iterator[tuple[str, str]]:
    """Every text in the data with its place; keys of mappings are places."""
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from strings(item, f"{at}.{key}" if at else str(key))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from strings(item, f"{at}[{index}]")

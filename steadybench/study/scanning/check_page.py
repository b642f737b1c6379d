"""The page and its data: nothing but what every study has, and nothing that speaks to anybody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from steadybench.study.scanning import payload
from steadybench.study.scanning.case import Case
from steadybench.study.scanning.export import CODE, Export, is_shipped
from steadybench.study.scanning.finding import Finding

_AGAIN = "Export again with this version, and change nothing by hand."
_ADDRESS = re.compile(r"""(?:\b(?:https?|wss?|ftp):)?//[\w.-]+\.[a-z]{2,}[^\s"'`<>);]*""", re.IGNORECASE)
_NAMESPACES = ("http://www.w3.org/",)
_TOKEN, _TRIAL, _HEX = r"[0-9a-f]{16}", r"[0-9a-f]{12}", r"[0-9a-f]+"
_FORMS = (
    (r"study_digest|rater_salt|page_version", _HEX),
    (r"sessions\[\d+\]|id|trials\[\d+\]\.(left|right)|questions\[\d+\]\.example_(left|right)", _TOKEN),
    (r"trials\[\d+\]\.id", _TRIAL), (r"question|questions\[\d+\]\.id", r"[a-z][a-z-]{0,30}"),
    (r"questions\[\d+\]\.example_answer", r"[12]"), (r"code", r"[0-9A-Za-z-]{0,32}"),
    (r"receiver|outcomes\.\w+", r"|\.|https?://[^\s]+"),
)  # fmt: skip
"""What texts of the data may say, by their place; texts elsewhere are for people to read."""


def fields(case: Case) -> Iterator[Finding]:
    """Data of the page beyond what raters may know: any further field, note or text."""
    export = case.export
    for path, fault in export.faults.items():
        if payload.is_payload(path):
            yield Finding("fields", path, f"not what the page is told: {fault}", _AGAIN)
    for path, one in export.payloads.items():
        if not payload.canonical(one):
            told = "written in another way than the export writes; the order of entries may tell something"
            yield Finding("fields", path, told, _AGAIN)
        for at, text in payload.strings(one.body):
            form = next((own for place, own in _FORMS if re.fullmatch(place, at)), None)
            if form is not None and not re.fullmatch(form, text):
                yield Finding("fields", path, f"{at} is {text!r:.60}, not of its form", _AGAIN)
    for path, sitting in export.sittings.items():
        if path != f"{payload.SESSIONS}/{sitting.id}.js":
            yield Finding("fields", path, f"holds session {sitting.id}; its name says another", _AGAIN)


def code(case: Case) -> Iterator[Finding]:
    """Code of the page that is not this version's, to the byte."""
    export = case.export
    for path in CODE:
        if path in export.faults:
            yield Finding("code", path, export.faults[path], _AGAIN)
        elif path not in export.texts:
            yield Finding("code", path, "missing", _AGAIN)
        elif export.shipped and not is_shipped(export, path):
            told = f"not this version's code from line {_differs(export, path)} on; nobody knows what it does"
            yield Finding("code", path, told, _AGAIN)


def _differs(export: Export, path: str) -> int:
    own, right = export.texts[path].splitlines(), export.shipped[path].splitlines()
    same = (i for i, (a, b) in enumerate(zip(own, right, strict=False), 1) if a != b)
    return next(same, min(len(own), len(right)) + 1)


def addresses(case: Case) -> Iterator[Finding]:
    """Anything that the page would load from, or tell to, another host than the receiver."""
    export = case.export
    allowed = _allowed(export)
    for path in CODE:
        for match in _ADDRESS.finditer(export.texts.get(path, "")):
            if not match[0].startswith(_NAMESPACES) and urlsplit(match[0]).netloc not in allowed:
                told = f"{match[0]!r:.100}: whoever runs that host learns of every visit"
                do = "Take it out; the page must speak to the receiver alone."
                yield Finding("addresses", path, told, do)


def _allowed(export: Export) -> set[str]:
    return {urlsplit(export.study.receiver).netloc} - {""} if export.study else set()

"""Names of methods and what stands for them, wherever something can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from steadybench.study.questions import QUESTIONS
from steadybench.study.scanning import digests, payload
from steadybench.study.scanning.case import Case
from steadybench.study.scanning.export import CODE, Export, is_shipped
from steadybench.study.scanning.finding import Finding
from steadybench.study.scanning.known import Known, Name
from steadybench.study.scanning.views import views

_AGAIN = "Take it out of the study's texts or of the clip and export again."
_FOLDER = "(the folder's own name)"
_LONG, _LONG_ROW = 7, 12
"""Letters and digits of a name, and hex digits in a row, that packed pictures do not hold by chance."""
_CODED, _BYTES = 4, ("in hex", "in base64")
"""Letters and digits of a name that tokens do not hold by chance, read as bytes in these codings."""
_PARTS = frozenset({"clips", "sessions", "study", "mp4", "js"})
"""Parts of names of files that every export has."""
_INITIALS = re.compile(r"\b[A-Z]{2,3}\b")


def names(case: Case) -> Iterator[Finding]:
    """Names in names of files, in texts and among the bytes of videos, in clear and in usual codings."""
    for path, text, known in _searched(case):
        seen: set[str] = set()
        for how, view in views(text):
            for name, spelled in known.within(view):
                if name.plain not in seen and (len(name.plain) >= _CODED or not how.startswith(_BYTES)):
                    seen.add(name.plain)
                    yield _named(path, name, spelled, how)
    yield from _alone(case)
    yield from _initials(case)


def _searched(case: Case) -> Iterator[tuple[str, str, Known]]:
    """All that can be read, with the names that do not come up there by chance."""
    yield from ((path, text, case.known) for path, text in _readable(case.export))
    long = Known(tuple(name for name in case.known.names if len(name.plain) >= _LONG))
    yield from ((path, text, long) for path, text in case.export.noise.items())


def _named(path: str, name: Name, spelled: str, how: str) -> Finding:
    told = f"{spelled!r} {how}: it names {name.what}" + ("" if spelled == name.text else f", {name.text}")
    return Finding("names", path, told, _AGAIN)


def _readable(export: Export) -> Iterator[tuple[str, str]]:
    """All that can be read but noise, by file.

    What the page's own code says is the same in every study but for title and receiver, which study.js tells.
    """
    yield _FOLDER, export.root.resolve().name
    yield from ((entry.path, entry.path) for entry in export.entries)
    texts = ((path, text) for path, text in export.texts.items() if not is_shipped(export, path))
    yield from chain(texts, export.readable.items())


def _alone(case: Case) -> Iterator[Finding]:
    """Ordinary words that are all that a field or a part of a file's name says."""
    values = [(path, at, text) for path, one in case.export.payloads.items()
              for at, text in payload.strings(one.body) if not _asks(at, text)]  # fmt: skip
    values += [(entry.path, "", part) for entry in case.export.entries if not entry.path.startswith(CODE)
               for part in re.split(r"[/.]", entry.path) if part not in _PARTS]  # fmt: skip
    for path, at, text in values:
        name = case.known.alone(text)
        if name is not None and name.how == "value":
            place = f"{at} is {text!r}" if at else f"{text!r} in its name"
            yield Finding("names", path, f"{place}: that is {name.what}", _AGAIN)


def _asks(at: str, text: str) -> bool:
    """Whether a value is the id of a question, which any study may ask."""
    return text in QUESTIONS and re.fullmatch(r"question|questions\[\d+\]\.id", at) is not None


def _initials(case: Case) -> Iterator[Finding]:
    """Initials of two methods or more in one text."""
    known = {"".join(word[0] for word in name.words).upper(): name.text for name in case.known.names
             if name.what == "a method" and ":" not in name.text and len(name.words) > 1}  # fmt: skip
    for path, one in case.export.payloads.items():
        for at, text in payload.strings(one.body):
            found = sorted(set(_INITIALS.findall(text)) & known.keys())
            if len(found) > 1:
                told = ", ".join(f"{short} for {known[short]}" for short in found)
                yield Finding("names", path, f"{at} has initials: {told}", _AGAIN)


def coded(case: Case) -> Iterator[Finding]:
    """Digests of names, whole or cut short: whoever knows the names can compute them too."""
    do = "Export again: tokens must come from the study's secret, not from names."
    places: dict[str, str] = {}
    for path, text in _readable(case.export):
        for row in digests.rows(text):
            places.setdefault(row, path)
    for path, text in case.export.noise.items():
        for row in digests.rows(text):
            if len(row) >= _LONG_ROW:
                places.setdefault(row, path)
    names = case.known.names
    for row, told in chain(digests.named(places, names), digests.guessed(places, names)):
        yield Finding("digests", places[row], f"{row} is {told}", do)

"""Leaks that only the key of the study can tell."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from itertools import chain

from steadybench.study.key import Key
from steadybench.study.scanning import digests
from steadybench.study.scanning.case import Case
from steadybench.study.scanning.export import clip_path, is_shipped
from steadybench.study.scanning.finding import Finding
from steadybench.study.scanning.views import views

_PIECE = 12
"""Digits of a secret or digest in a row that are no chance."""
_SECRET = "Make a new key with 'study plan', and export again: this one is known now."  # noqa: S105
_AGAIN = "Export again; only tokens of clips, sessions and trials may leave."


def all_of_key(case: Case) -> Iterator[Finding]:
    """What the export tells of the key, and the key's own place; nothing without one."""
    yield from secrets(case)
    yield from place(case)


def secrets(case: Case) -> Iterator[Finding]:
    """The secret, and tokens and digests that stand for methods, prompts or source clips."""
    if case.key is None:
        return
    pieces = dict(_pieces(case.key))
    export = case.export
    media = {clip_path(token) for token in export.clips}
    named = ((entry.path, entry.path) for entry in export.entries)
    for path, text in chain(named, export.texts.items(), export.readable.items(), export.noise.items()):
        if is_shipped(export, path):
            continue
        seen = set()
        for how, view in [("in clear", text)] if path in media else views(text):
            for row in digests.rows(view):
                for at in range(len(row) - _PIECE + 1):
                    told = pieces.get(row[at : at + _PIECE])
                    if told and told not in seen:
                        seen.add(told)
                        yield Finding("key", path, f"{told} stands in it {how}", _remedy(told))
    copied = {source.sha256 for source in case.key.sources.values()}
    for token, clip in export.clips.items():
        if clip.sha256 in copied:
            yield Finding("key", clip_path(token), "it is a clip of the run itself, not encoded anew", _AGAIN)


def _remedy(told: str) -> str:
    return _SECRET if "secret" in told else _AGAIN


def _pieces(key: Key) -> Iterator[tuple[str, str]]:
    """Every row of digits that tells something, by its places in what it is part of."""
    whole = [(key.secret, "the study's secret")]
    whole += [(token, "the token of a system") for token in key.systems]
    whole += [(token, "the token of a prompt") for token in key.prompts]
    whole += [(source.sha256, "the digest of a clip of the run") for source in key.sources.values()]
    for digits, told in whole:
        yield from ((digits[at : at + _PIECE], told) for at in range(len(digits) - _PIECE + 1))


def place(case: Case) -> Iterator[Finding]:
    """Where the key lies, and who can read it."""
    if case.key_path is None:
        return
    path = case.key_path.resolve()
    if path.is_relative_to(case.export.root.resolve()):
        do = "Move it away, make a new key and export again."
        yield Finding("key", case.key_path.name, "the key lies inside the export", do)
    open_to = stat.S_IMODE(path.stat().st_mode) & 0o077
    if open_to:
        told = f"others than its owner can use the key ({path}): permissions {open_to:04o} too many"
        yield Finding("key", "", told, f"chmod 600 {path}")

"""Digests of names: whole, cut short, and those that a short list of guesses gives."""

from __future__ import annotations

import hashlib
import itertools
import re
import uuid
import zlib
from collections.abc import Iterable, Iterator
from functools import cache

from steadybench.study.scanning.known import Name, built_in

LEAST = 8
"""Hex digits of the shortest row that is taken for a digest."""
TOKEN = 16
_ROW = re.compile(r"[0-9a-fA-F]{8,}")
_UUID = re.compile(r"([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})", re.IGNORECASE)
_NAMESPACES = (uuid.NAMESPACE_DNS, uuid.NAMESPACE_URL, uuid.NAMESPACE_OID, uuid.NAMESPACE_X500)
_USUAL = ("md5", "sha1", "sha256")
_ALL = (*_USUAL, "sha224", "sha384", "sha512", "sha3_256", "blake2b", "blake2s")
_SIGNS = ("", "-", "_", "/", ":", " ")
_NUMBERS = 10_000


def rows(text: str) -> set[str]:
    """Hex digits in a row, lower case; a UUID counts as one row."""
    return {found.lower() for found in _ROW.findall(_UUID.sub(r"\1\2\3\4\5", text))}


def named(found: Iterable[str], names: tuple[Name, ...]) -> Iterator[tuple[str, str]]:
    """Rows that are a digest of a name, its beginning, or hold one; as (row, what it is)."""
    table = _table(names)
    for row in sorted(found):
        at_start = table.get(row[:LEAST], "")
        whole, _, told = at_start.partition(" ")
        if whole and (whole.startswith(row) or row.startswith(whole)):
            yield row, f"the beginning of {told}" if len(row) < len(whole) else told
            continue
        for at in range(1, len(row) - TOKEN + 1):
            whole, _, told = table.get(row[at : at + LEAST], "").partition(" ")
            if len(whole) >= TOKEN and whole.startswith(row[at : at + TOKEN]):
                yield row, f"digits of {told}"
                break


def guessed(found: Iterable[str], names: tuple[Name, ...]) -> Iterator[tuple[str, str]]:
    """Rows of at least 16 digits that begin like a plain digest of a method with a prompt, or of a number."""
    wanted = {int(row[:TOKEN], 16): row for row in found if len(row) >= TOKEN}
    usual = built_in()
    own = tuple(name for name in names if name not in set(usual))
    for methods, prompts in ((usual, usual), (own, names), (usual, own)):
        if wanted.keys().isdisjoint(_guesses(methods, prompts)):
            continue
        for text in _guessable(methods, prompts):
            for algorithm, code in _codes(text):
                if code in wanted:
                    yield wanted.pop(code), f"{algorithm} of {text!r}"


@cache
def _table(names: tuple[Name, ...]) -> dict[str, str]:
    """``digest what`` by the first digits of the digest."""
    found = {}
    for name in names:
        for text in _spelled(name.text):
            for algorithm, digest in _digests(text):
                found[digest[:LEAST]] = f"{digest} {algorithm} of {text!r}"
    return found


def _spelled(name: str) -> list[str]:
    """As it is and as people write it, each with a line feed too, as a shell's ``echo`` adds one."""
    words = re.findall(r"[^\W_]+", name.lower())
    titled = [word.capitalize() for word in words]
    ways = [name, name.upper(), f"{name}.mp4"]
    ways += [sign.join(parts) for parts in (words, titled) for sign in ("", "-", "_", " ")]
    return [way + end for way in dict.fromkeys(ways) for end in ("", "\n")]


def _digests(text: str) -> Iterator[tuple[str, str]]:
    data = text.encode()
    yield from ((algorithm, hashlib.new(algorithm, data).hexdigest()) for algorithm in _ALL)
    yield "crc32", f"{zlib.crc32(data):08x}"
    for space in _NAMESPACES:
        yield "uuid3", uuid.uuid3(space, text).hex
        yield "uuid5", uuid.uuid5(space, text).hex


@cache
def _guesses(methods: tuple[Name, ...], prompts: tuple[Name, ...]) -> frozenset[int]:
    return frozenset(code for text in _guessable(methods, prompts) for _, code in _codes(text))


def _guessable(methods: tuple[Name, ...], prompts: tuple[Name, ...]) -> Iterator[str]:
    yield from _combined(methods, prompts)
    yield from map(str, range(_NUMBERS if methods == prompts else 0))


def _codes(text: str) -> Iterator[tuple[str, int]]:
    """First 16 hex digits of the usual digests, as numbers."""
    data = text.encode()
    for algorithm in _USUAL:
        yield algorithm, int.from_bytes(hashlib.new(algorithm, data).digest()[: TOKEN // 2], "big")


def _combined(methods: tuple[Name, ...], prompts: tuple[Name, ...]) -> Iterator[str]:
    """Names of a method and a prompt as file names join them, with and without a seed."""
    named = [name.text for name in methods if name.what in {"a method", "a system"}]
    systems = [text for text in named if ":" not in text]
    spelled = dict.fromkeys(way for text in systems for way in (text, text.replace("-", "_")))
    asked = [name.text for name in prompts if name.what == "a prompt"]
    for sign, system, prompt in itertools.product(_SIGNS, spelled, asked):
        for base in (f"{system}{sign}{prompt}", f"{prompt}{sign}{system}"):
            yield from (base, f"{base}.mp4", f"{base}{sign}0", f"{base}{sign}1", f"{base}{sign}0.mp4")

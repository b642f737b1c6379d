"""A text as it stands, and as anybody can turn it: unescaped, decoded, backwards."""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import unicodedata
import zlib
from collections.abc import Iterator
from urllib.parse import unquote

from steadybench.study.scanning.strings import runs

_DEEP = 2
"""Codings inside codings that are undone."""
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\})")
_JOINED = re.compile(r"""["'`]\s*\+\s*["'`]""")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}[ :,]?){6,}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_NUMBERS = re.compile(r"(?:\d{2,3}\s*,\s*){5,}\d{2,3}")
_MOST = 4096
"""Characters of a coded piece that are undone; no name is longer."""


def views(text: str, deep: int = _DEEP) -> Iterator[tuple[str, str]]:
    """Each way of reading a text, as (how it is written, what it says)."""
    yield "in clear", text
    for how, said in (
        ("in other letters or with invisible ones", _folded(text)), ("as HTML", html.unescape(text)),
        ("as JavaScript escapes", _unescaped(text)), ("in pieces", _JOINED.sub("", text)),
        ("percent-encoded", unquote(text, errors="replace")),
    ):  # fmt: skip
        if said != text:
            yield how, said
    yield "in rot13", codecs.encode(text, "rot13")
    yield "backwards", text[::-1]
    for how, said in _decoded(text):
        if deep:
            yield from ((f"{how}, {inner}" if inner != "in clear" else how, own)
                        for inner, own in views(said, deep - 1))  # fmt: skip


def _folded(text: str) -> str:
    wide = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in wide if unicodedata.category(sign) != "Cf")


def _unescaped(text: str) -> str:
    def sign(match: re.Match[str]) -> str:
        code = int(match[1] or match[2] or match[3], 16)
        return chr(code) if code < 0x110000 else ""

    return _ESCAPE.sub(sign, text)


def _decoded(text: str) -> Iterator[tuple[str, str]]:
    """What codings of bytes hold, as far as it is readable."""
    pieces: dict[str, list[str]] = {"in hex": [], "in base64": [], "as numbers of characters": []}
    for match in _HEX.finditer(text):
        pieces["in hex"] += _readable(binascii.unhexlify(_even(re.sub(r"[ :,]", "", match[0][:_MOST]))))
    for match in _BASE64.finditer(text):
        pieces["in base64"] += _from_base64(match[0][:_MOST])
    for match in _NUMBERS.finditer(text):
        codes = [int(number) for number in re.findall(r"\d+", match[0][:_MOST])]
        pieces["as numbers of characters"] += _readable(bytes(code for code in codes if code < 256))
    yield from ((how, "\n".join(found)) for how, found in pieces.items() if found)


def _even(digits: str) -> str:
    return digits[: len(digits) // 2 * 2]


def _from_base64(piece: str) -> list[str]:
    plain = piece.rstrip("=").replace("-", "+").replace("_", "/")
    whole = plain[: len(plain) - (len(plain) % 4 == 1)]
    return _readable(base64.b64decode(whole + "=" * (-len(whole) % 4)))


def _readable(data: bytes) -> list[str]:
    """Runs that can be read, of the bytes or of what they unpack to."""
    for wbits in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):
        try:
            unpacked = zlib.decompressobj(wbits).decompress(data, 1 << 16)
        except zlib.error:
            continue
        if found := runs(unpacked):
            return [found]
    found = runs(data)
    return [found] if found else []

"""Makes all files of a group one size, so that neither size nor download time tells them apart.

An mp4 player skips a ``free`` box (ISO/IEC 14496-12, 8.1.2). Each file ends in one. What fills it is drawn
from the study's secret and the file's token, so that no two files are equal even where their pictures are.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from pathlib import Path

from steadybench.study.exporting.settings import FREE

_HEAD, _LEAST = 8, 32
"""Bytes of a box's head, and of filling that every file gets."""


def target(sizes: Iterable[int]) -> int:
    """Bytes that every file of a group gets, from the bytes that they have."""
    return -(-(max(sizes) + _HEAD + _LEAST) // FREE) * FREE


def fill(secret: str, token: str, length: int) -> bytes:
    """Return a ``free`` box of ``length`` bytes in all, the same each time.

    Raises:
        ValueError: it is too short for its own head.
    """
    if length < _HEAD + _LEAST:
        raise ValueError(f"expected at least {_HEAD + _LEAST} bytes of filling, got {length}")
    seed = hmac.new(bytes.fromhex(secret), f"filling {token}".encode(), hashlib.sha256).digest()
    return length.to_bytes(4, "big") + b"free" + hashlib.shake_256(seed).digest(length - _HEAD)


def pad(path: Path, own: int, size: int, secret: str, token: str) -> None:
    """Cut a file to its own bytes and fill it up to ``size``."""
    with path.open("r+b") as stream:
        stream.truncate(own)
        stream.seek(own)
        stream.write(fill(secret, token, size - own))

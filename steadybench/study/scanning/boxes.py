"""The boxes of an MP4 file (ISO/IEC 14496-12), and which of them an export may hold."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_INSIDE = {
    "moov": 0, "trak": 0, "mdia": 0, "minf": 0, "dinf": 0, "stbl": 0, "edts": 0, "udta": 0,
    "meta": 4, "ilst": 0, "dref": 8, "stsd": 8, "avc1": 78,
}  # fmt: skip
"""Boxes that hold boxes, and the bytes that stand before the first of them."""

_TABLE = "moov/trak/mdia/minf/stbl"
ALLOWED = frozenset({
    "ftyp", "moov", "mdat", "free", "moov/mvhd", "moov/trak", "moov/trak/tkhd", "moov/trak/edts",
    "moov/trak/edts/elst", "moov/trak/mdia", "moov/trak/mdia/mdhd", "moov/trak/mdia/hdlr",
    "moov/trak/mdia/minf", "moov/trak/mdia/minf/vmhd", "moov/trak/mdia/minf/dinf",
    "moov/trak/mdia/minf/dinf/dref", "moov/trak/mdia/minf/dinf/dref/url ", _TABLE,
    f"{_TABLE}/stsd", f"{_TABLE}/stsd/avc1", f"{_TABLE}/stsd/avc1/avcC", f"{_TABLE}/stsd/avc1/colr",
    f"{_TABLE}/stsd/avc1/pasp", f"{_TABLE}/stts", f"{_TABLE}/stss", f"{_TABLE}/stsc", f"{_TABLE}/stsz",
    f"{_TABLE}/stco", f"{_TABLE}/co64",
    # The muxer leaves an empty list of tags behind; what would stand in it is not allowed.
    "moov/udta", "moov/udta/meta", "moov/udta/meta/hdlr", "moov/udta/meta/ilst",
})  # fmt: skip
"""Paths of boxes that a file of an export may have: what a player needs, and nothing that takes a text."""
TABLE = _TABLE
CHANCE = frozenset({"mdat", "free", f"{_TABLE}/stsz", f"{_TABLE}/stco", f"{_TABLE}/co64"})
"""Boxes that hold packed pictures, their sizes and places, or noise: any short word comes up in them."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where a box lies in its file."""

    path: str
    """Types from the top, like ``moov/trak/tkhd``."""
    start: int
    """First byte of its contents."""
    end: int
    """Byte after its last."""


def boxes(data: bytes) -> list[Box]:
    """All boxes, in the order of the file, each before what it holds.

    Raises:
        ValueError: the file is not made of whole boxes; says where.
    """
    return list(_boxes(data, 0, len(data), ""))


def split(data: bytes) -> tuple[list[bytes], list[bytes]]:
    """What the file says of itself, with the heads of all boxes, and what :data:`CHANCE` holds.

    A file that is not made of whole boxes is all of the first kind.
    """
    try:
        noise = [(box.start, box.end) for box in boxes(data) if box.path in CHANCE]
    except ValueError:
        return [data], []
    ends = [0, *(end for _, end in noise)]
    starts = [*(start for start, _ in noise), len(data)]
    told = [data[end:start] for end, start in zip(ends, starts, strict=True)]
    return told, [data[start:end] for start, end in noise]


def _boxes(data: bytes, at: int, end: int, above: str) -> Iterator[Box]:
    while at < end:
        if end - at < 8:
            raise ValueError(f"{end - at} bytes at {at} belong to no box")
        size, kind = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1 and end - at >= 16:
            (size,), head = struct.unpack_from(">Q", data, at + 8), 16
        size = size or end - at
        if size < head or at + size > end:
            raise ValueError(f"the box at byte {at} says {size} bytes and has {end - at}")
        name = kind.decode("latin-1")
        path = f"{above}/{name}" if above else name
        yield Box(path, at + head, at + size)
        if name in _INSIDE:
            yield from _boxes(data, at + head + _INSIDE[name], at + size, path)
        at += size

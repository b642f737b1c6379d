"""The NAL units of an H.264 stream in an MP4 file (ISO/IEC 14496-15: each after its length in four bytes)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

SLICES = frozenset({1, 5})
"""Kinds of unit that hold pictures, and the only ones that samples of an export may have (Rec. ITU-T H.264,
table 7-1)."""
SEI = 6
NAMES = {
    6: "supplemental information (SEI), where the encoder writes its settings",
    7: "a second set of sequence parameters", 8: "a second set of picture parameters",
    9: "an access unit delimiter", 12: "filler", 14: "a prefix unit", 15: "a subset of sequence parameters",
}  # fmt: skip
_LENGTH = 4


def units(data: bytes, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Kind and contents of each unit of a sample.

    Raises:
        ValueError: the lengths do not fit the sample.
    """
    at = start
    while at < end:
        size = struct.unpack_from(">I", data, at)[0] if end - at >= _LENGTH else 0
        if size < 1 or at + _LENGTH + size > end:
            raise ValueError(f"the picture data at byte {at} do not fit into their units")
        yield data[at + _LENGTH] & 31, data[at + _LENGTH : at + _LENGTH + size]
        at += _LENGTH + size

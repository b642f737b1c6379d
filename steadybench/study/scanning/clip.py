"""What can be read off one video file without decoding a picture."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from steadybench.study.scanning.boxes import TABLE, Box, boxes
from steadybench.study.scanning.strings import runs
from steadybench.study.scanning.units import SEI, units

_VARYING = {"mdat", "free", *(f"{TABLE}/{name}" for name in ("stts", "stss", "stsc", "stsz", "stco", "co64"))}
"""Boxes that follow from the pictures; what they may tell has checks of its own."""
_LENGTHS = {
    "moov/mvhd": ((16, 20), (24, 32)), "moov/trak/tkhd": ((20, 24), (28, 36)),
    "moov/trak/mdia/mdhd": ((16, 20), (24, 32)), "moov/trak/edts/elst": ((8, 12), (8, 16)),
}  # fmt: skip
"""Bytes of a box that hold a length in time, in version 0 and 1 of the box."""
_DATED = ("moov/mvhd", "moov/trak/tkhd", "moov/trak/mdia/mdhd")
_HEADS = {f"{TABLE}/stsd": 8, f"{TABLE}/stsd/avc1": 78, "moov/trak/mdia/minf/dinf/dref": 8}

_LEAST_FILL, _SLICE, _SLICES = 64, 8192, 16
"""Bytes of padding worth a look; of a long one so many slices of so many bytes are tried."""
_SKIPPED, _PER_BYTE = 32, 12_800
"""Bytes of a frame that says "as before", and pixels for which it may take one more."""
_SHOWN_AGAIN = 0.1
"""Share of a usual frame's bytes below which a frame shows the picture before it again."""
_COUNTERS = 4
"""Bytes by which frames of equal pictures differ: frames are numbered."""


@dataclass(frozen=True, slots=True)
class Clip:
    """Facts of one file."""

    length: int
    """Bytes of the file."""
    sha256: str
    order: tuple[str, ...]
    """Paths of the boxes in the order of the file."""
    constant: Mapping[str, bytes]
    """Contents of the boxes that do not depend on the pictures, dates and lengths set to 0, by path."""
    dated: tuple[str, ...]
    """Boxes with a date of creation or change."""
    rate: Fraction
    """Frames a second; 0 where frames last unequally long."""
    frames: int
    keys: tuple[int, ...]
    """Numbers of the key frames, from 1."""
    size: tuple[int, int]
    """Width and height, pixels."""
    kinds: Mapping[int, int]
    """How many NAL units of each kind."""
    settings: str
    """Readable text of the first SEI unit; empty where there is none."""
    loose: int
    """Bytes of picture data that belong to no frame."""
    fill_letters: int
    """Most readable characters in a row in the padding."""
    fill_packed: float
    """Share to which the padding can be compressed; 1 where there is none, or nothing but zeros."""
    repeats: int
    """Frames that each picture lasts, as the sizes of frames betray it; 0 for one picture throughout."""

    @property
    def seconds(self) -> Fraction:
        """Length; 0 where frames last unequally long."""
        return self.frames / self.rate if self.rate else Fraction(0)


def read(data: bytes) -> Clip:
    """Take a file apart.

    Raises:
        ValueError: it is no MP4 with one H.264 track, or a damaged one; says why.
    """
    found = boxes(data)
    last = {box.path: box for box in found}
    for needed in ("ftyp", "moov/mvhd", f"{TABLE}/stsd/avc1/avcC", f"{TABLE}/stsz", f"{TABLE}/stts"):
        if needed not in last:
            raise ValueError(f"it has no box {needed}")
    try:
        return _facts(data, found, last)
    except (struct.error, IndexError, KeyError):
        raise ValueError("a box is missing, or shorter than what it should hold") from None


def _facts(data: bytes, found: list[Box], last: Mapping[str, Box]) -> Clip:
    places = _samples(data, last)
    kinds, settings = _units(data, places)
    deltas = [struct.unpack_from(">II", data, at) for at in _rows(data, last[f"{TABLE}/stts"], 8)]
    steps = {step for _, step in deltas}
    (scale,) = struct.unpack_from(">I", data, _scale(data, last["moov/trak/mdia/mdhd"]))
    step = steps.pop() if len(steps) == 1 else 0
    inside = [(box.start, box.end) for box in found if box.path == "mdat"]
    sync = last.get(f"{TABLE}/stss")
    keys = tuple(struct.unpack_from(">I", data, at)[0] for at in _rows(data, sync, 4)) if sync else ()
    picture = struct.unpack_from(">HH", data, last[f"{TABLE}/stsd/avc1"].start + 24)
    fill = b"".join(data[box.start : box.end] for box in found if box.path == "free")
    return Clip(
        length=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        order=tuple(box.path for box in found),
        constant={box.path: _constant(data, box) for box in found if box.path not in _VARYING},
        dated=tuple(path for path in _DATED if path in last and _is_dated(data, last[path])),
        rate=Fraction(scale, step) if step else Fraction(0),
        frames=len(places),
        keys=keys,
        size=picture,
        kinds=kinds,
        settings=settings,
        loose=_loose(places, inside),
        fill_letters=max(map(len, runs(fill).split("\n"))),
        fill_packed=_packed(fill),
        repeats=_repeats([end - start for start, end in places], keys, picture),
    )


def _rows(data: bytes, box: Box, width: int, head: int = 8) -> range:
    """Where the rows of a table begin; their number stands right before the first."""
    (count,) = struct.unpack_from(">I", data, box.start + head - 4)
    if box.start + head + count * width > box.end:
        raise ValueError(f"the table {box.path} says {count} rows and has fewer")
    return range(box.start + head, box.start + head + count * width, width)


def _samples(data: bytes, last: Mapping[str, Box]) -> list[tuple[int, int]]:
    """First byte and byte after the last of each frame, in the order of the track."""
    table = last[f"{TABLE}/stsz"]
    (fixed,) = struct.unpack_from(">I", data, table.start + 4)
    if fixed:
        raise ValueError("all its frames are said to be equally large")
    sizes = [struct.unpack_from(">I", data, at)[0] for at in _rows(data, table, 4, 12)]
    wide = f"{TABLE}/co64" in last
    chunks = last[f"{TABLE}/co64" if wide else f"{TABLE}/stco"] if wide or f"{TABLE}/stco" in last else None
    if chunks is None or f"{TABLE}/stsc" not in last:
        raise ValueError("it does not say where its frames lie")
    offsets = [struct.unpack_from(">Q" if wide else ">I", data, at)[0]
               for at in _rows(data, chunks, 8 if wide else 4)]  # fmt: skip
    runs = [struct.unpack_from(">II", data, at) for at in _rows(data, last[f"{TABLE}/stsc"], 12)]
    found: list[tuple[int, int]] = []
    for number, offset in enumerate(offsets, 1):
        count = next((many for first, many in reversed(runs) if first <= number), 0)
        for _ in range(count):
            if len(found) == len(sizes):
                break
            found.append((offset, offset + sizes[len(found)]))
            offset += sizes[len(found) - 1]
    if len(found) != len(sizes) or any(end > len(data) for _, end in found):
        raise ValueError("frames are missing, or lie outside the file")
    return found


def _units(data: bytes, places: list[tuple[int, int]]) -> tuple[dict[int, int], str]:
    kinds, settings = Counter[int](), b""
    for start, end in places:
        for kind, body in units(data, start, end):
            kinds[kind] += 1
            if kind == SEI and not settings:
                settings = body
    return dict(kinds), "".join(chr(byte) for byte in settings if 32 <= byte < 127)


def _scale(data: bytes, box: Box) -> int:
    return box.start + _after_dates(data[box.start : box.end])


def _is_dated(data: bytes, box: Box) -> bool:
    held = data[box.start : box.end]
    return any(held[4 : _after_dates(held)])


def _after_dates(held: bytes | bytearray) -> int:
    """Where the dates of creation and change end, in version 0 and 1 of a box."""
    return 20 if held[0] else 12


def _constant(data: bytes, box: Box) -> bytes:
    held = bytearray(data[box.start : box.end])
    if box.path in _HEADS:
        return bytes(held[: _HEADS[box.path]])
    if box.path in _LENGTHS and held:
        first, end = _LENGTHS[box.path][held[0] & 1]
        held[first:end] = bytes(end - first)
    if box.path in _DATED and held:
        held[4 : _after_dates(held)] = bytes(_after_dates(held) - 4)
    parents = ("moov", "trak", "edts", "mdia", "minf", "dinf", "stbl", "udta", "meta")
    return b"" if box.path.rpartition("/")[2] in parents else bytes(held)


def _packed(fill: bytes) -> float:
    """Zeros tell nothing; of a long padding slices are tried."""
    if not fill.strip(b"\0") or len(fill) < _LEAST_FILL:
        return 1.0
    step = max(_SLICE, len(fill) // _SLICES)
    tried = b"".join(fill[at : at + _SLICE] for at in range(0, len(fill), step))
    return len(zlib.compress(tried, 6)) / len(tried)


def _repeats(sizes: list[int], keys: tuple[int, ...], picture: tuple[int, int]) -> int:
    """Most frequent distance of frames that hold a new picture; one shown again takes next to no bytes.

    Key frames are large whether the picture is new or not; the frames between them tell. A file without a
    table of key frames has no others (ISO/IEC 14496-12, 8.6.2).
    """
    whole = [number - 1 for number in keys] or list(range(len(sizes)))
    if _stands(sizes, whole):
        return 0
    if sizes and len(whole) == len(sizes):
        return 1
    least = max(_SKIPPED, picture[0] * picture[1] // _PER_BYTE)
    others = set(range(len(sizes))) - set(whole)
    between = sorted(sizes[i] for i in others if sizes[i] > least)
    if not between:
        return 0
    typical = between[len(between) * 9 // 10]
    new = sorted({*whole, *(i for i, own in enumerate(sizes) if own > _SHOWN_AGAIN * typical)})
    gaps = Counter(b - a for a, b in pairwise(new))
    return min(gaps, key=lambda gap: (-gaps[gap], gap), default=1)


def _stands(sizes: list[int], whole: list[int]) -> bool:
    """Whether every group of frames, each begun by a key frame, takes the bytes of the first one.

    The encoder makes the same of the same picture each time, also of the frames by which it mends its key
    frame; what moves never takes the same bytes again.
    """
    groups = [sizes[start:end] for start, end in pairwise([*whole, len(sizes)])]
    beside = (pair for group in groups for pair in zip(group, groups[0], strict=False))
    return len(groups) > 1 and all(abs(own - first) <= _COUNTERS for own, first in beside)


def _loose(places: list[tuple[int, int]], inside: list[tuple[int, int]]) -> int:
    """Bytes of ``mdat`` that no frame covers; frames outside of it count too."""
    covered = sum(end - start for start, end in set(places))
    within = all(any(start >= a and end <= b for a, b in inside) for start, end in places)
    held = sum(end - start for start, end in inside)
    return held - covered if within and covered <= held else max(1, abs(held - covered))

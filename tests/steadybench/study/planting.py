"""Leaks, planted into a copy of a clean export the way they get there."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from steadybench.study.exporting import padding
from steadybench.study.scanning.boxes import TABLE, boxes
from tests.steadybench.study import tiny_export

Body = dict[str, Any]


def clips(export: Path) -> list[Path]:
    return sorted((export / "clips").glob("*.mp4"))


def sessions(export: Path) -> list[Path]:
    return sorted((export / "sessions").glob("*.js"))


def shown(export: Path) -> str:
    """Token of a clip that stands on the left of the first trial."""
    left: str = read_js(sessions(export)[0])["trials"][0]["left"]
    return left


def clip(export: Path) -> Path:
    return export / f"clips/{shown(export)}.mp4"


def refilm(path: Path, luma: tiny_export.Luma, rate: Fraction = tiny_export.RATE) -> None:
    """Encode a clip anew, at the size that its file has."""
    size = path.stat().st_size
    tiny_export.film(path, luma, rate)
    padding.pad(path, path.stat().st_size, size, "5e" * 32, path.stem)


def read_js(path: Path) -> Body:
    text = path.read_text()
    found: Body = json.loads(text[text.index("{"):text.rindex("}") + 1])
    return found


def write_js(path: Path, body: Body, *, sort_keys: bool = True) -> None:
    told = json.dumps(body, sort_keys=sort_keys, indent=1)
    is_study = path.name == "study.js"
    path.write_text(f"window.steadyStudy = {told};\n" if is_study else f"steadySession({told});\n")


def edit(path: Path, change: Callable[[Body], object]) -> None:
    """Change the data of a file and write it as the export does."""
    body = read_js(path)
    change(body)
    write_js(path, body)


def say(export: Path, text: str) -> None:
    """Put words into the consent, where anything may be said."""
    def change(body: Body) -> None:
        body["texts"]["consent"] += f" {text}"

    edit(export / "study.js", change)


def rename(export: Path, old: str, new: str) -> None:
    """Give a clip another token, everywhere."""
    (export / f"clips/{old}.mp4").rename(export / f"clips/{new}.mp4")
    for path in (export / "study.js", *sessions(export)):
        text = path.read_text()
        if old in text:
            path.write_text(text.replace(old, new))
            write_js(path, read_js(path))


def patch(path: Path, box: str, at: int, new: bytes) -> None:
    """Overwrite bytes of a box's contents."""
    data = bytearray(path.read_bytes())
    start = next(one.start for one in boxes(bytes(data)) if one.path == box)
    data[start + at:start + at + len(new)] = new
    path.write_bytes(bytes(data))


def grow(path: Path, container: str, extra: bytes) -> None:
    """Add bytes at the end of a box; padding gives way, so that the file keeps its size."""
    data = bytearray(path.read_bytes())
    found = boxes(bytes(data))
    end = max(one.end for one in found if one.path == container)
    holders = [one for one in found if one.end >= end and one.start <= end
               and (container == one.path or container.startswith(f"{one.path}/"))]
    for one in holders:
        _add(data, one.start - 8, len(extra))
    if container.startswith("moov"):
        table = next(one for one in found if one.path == f"{TABLE}/stco")
        for number in range(struct.unpack_from(">I", data, table.start + 4)[0]):
            _add(data, table.start + 8 + 4 * number, len(extra))
    last = [one for one in found if one.path == "free"][-1]
    _add(data, last.start - 8, -len(extra))
    path.write_bytes(bytes(data[:end]) + extra + bytes(data[end:-len(extra)]))


def box(kind: bytes, held: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(held), kind) + held


def refill(path: Path, text: bytes) -> None:
    """Write something into the padding."""
    data = bytearray(path.read_bytes())
    last = [one for one in boxes(bytes(data)) if one.path == "free"][-1]
    text = text[:last.end - last.start]
    data[last.start:last.start + len(text)] = text
    path.write_bytes(bytes(data))


def _add(data: bytearray, at: int, more: int) -> None:
    struct.pack_into(">I", data, at, struct.unpack_from(">I", data, at)[0] + more)


def sei(path: Path, text: bytes) -> None:
    """Put a unit with a text before the first picture (user data, Rec. ITU-T H.264 D.1.6)."""
    body = b"\x06\x05" + bytes([16 + len(text)]) + bytes(range(1, 17)) + text + b"\x80"
    unit = struct.pack(">I", len(body)) + body
    data = path.read_bytes()
    found = boxes(data)
    held = next(one for one in found if one.path == "mdat")
    table = next(one for one in found if one.path == f"{TABLE}/stsz")
    changed = bytearray(data[:held.start] + unit + data[held.start:])
    _add(changed, held.start - 8, len(unit))
    _add(changed, table.start + 12, len(unit))
    last = [one for one in found if one.path == "free"][-1]
    _add(changed, last.start + len(unit) - 8, -len(unit))
    path.write_bytes(bytes(changed[:-len(unit)]))

"""What kind of file this is, told from its first bytes and its end: cheap, and no PyTorch needed."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Literal

from generators.contract import GeneratorError

Kind = Literal["torch", "old torch", "safetensors", "index"]
"""``torch``: a zip archive written by ``torch.save``; ``old torch``: the same before PyTorch 1.6; ``index``:
the list of the parts of a divided safetensors file."""

_HEAD = 512
_MOST_HEADER = 100_000_000
"""Bytes of the longest header that the safetensors format allows."""


def kind_of(path: Path) -> Kind:
    """The format of a file of weights that is whole as far as its ends can tell.

    Raises:
        GeneratorError: it cannot be read, is not whole, or is no such file; the message says what it is.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError as error:
        raise GeneratorError(f"{path} cannot be read ({error.strerror or error})") from error
    if fault := _fault(head, size):
        raise GeneratorError(f"{path} {fault}")
    if head.startswith(b"PK\x03\x04"):
        if not zipfile.is_zipfile(path):
            raise GeneratorError(
                f"{path} has no end: it is a PyTorch file of which only {told(size)} are here; fetch it again"
            )
        return "torch"
    if _begins_safetensors(head):  # before the next one: the length of its header may begin with any byte
        _check_safetensors(path, size)
        return "safetensors"
    if head.startswith(b"\x80"):
        return "old torch"
    if path.suffix == ".json" and head.lstrip().startswith(b"{"):
        return "index"
    raise GeneratorError(f"{path} is neither a PyTorch nor a safetensors file; it begins with {head[:16]!r}")


def parts_of(index: Path) -> tuple[dict[str, str], tuple[Path, ...]]:
    """Which part of a divided safetensors file each tensor is in, and all parts, which lie beside the index.

    Raises:
        GeneratorError: it is no index, or parts are missing or no safetensors files.
    """
    try:
        read = json.loads(index.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise GeneratorError(f"{index} is damaged or not whole ({error}); fetch it again") from error
    weights = read.get("weight_map") if isinstance(read, dict) else None
    if not isinstance(weights, dict):
        raise GeneratorError(f"{index} is no index of a safetensors file: it has no 'weight_map'")
    names = sorted({str(name) for name in weights.values()})
    parts = {name: index.with_name(name) for name in names if name and Path(name).name == name}
    missing = [name for name in names if name not in parts or not parts[name].is_file()]
    if missing:
        raise GeneratorError(
            f"{index} names {len(missing)} parts that are not beside it: {', '.join(missing)}"
        )
    for part in parts.values():
        if kind_of(part) != "safetensors":
            raise GeneratorError(f"{part} is no safetensors file, though {index} names it")
    return {str(tensor): str(name) for tensor, name in weights.items()}, tuple(parts.values())


def told(size: float) -> str:
    """Bytes in words."""
    for unit, step in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= step:
            return f"{size / step:.2f} {unit}"
    return f"{size:.0f} bytes"


def _fault(head: bytes, size: int) -> str:
    """What the file is instead of weights, as the end of a sentence; empty if it may be some."""
    if size == 0:
        return "is empty; fetch it again"
    if not any(head):
        return "begins with zeros: room was made for it, but its content never came; fetch it again"
    if head.startswith(b"version https://git-lfs"):
        return (
            "is a git-LFS pointer of a few lines, not the file itself; fetch it, or run `git lfs pull` "
            "in the clone that it comes from"
        )
    if head.lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        return (
            "is a web page, not weights: the download went to the file's page or to a login form; fetch it "
            "with: steadybench weights fetch"
        )
    return ""


def _begins_safetensors(head: bytes) -> bool:
    length = int.from_bytes(head[:8], "little")
    return len(head) > 9 and 2 <= length <= _MOST_HEADER and head[8:9] == b"{"


def _check_safetensors(path: Path, size: int) -> None:
    """Compare the size with the end of the last tensor in the header."""
    with path.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        text = stream.read(length)
    if len(text) < length:
        raise GeneratorError(f"{path} ends inside its header, after {told(size)}; fetch it again")
    try:
        header = json.loads(text)
        last = max(
            (row["data_offsets"][1] for name, row in header.items() if name != "__metadata__"), default=0
        )
        whole = 8 + length + int(last)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise GeneratorError(f"{path} is damaged: its safetensors header cannot be read ({error})") from error
    if size < whole:
        raise GeneratorError(f"{path} is not whole: {size} of {whole} bytes are here; fetch it again")
    if size > whole:
        raise GeneratorError(f"{path} is damaged: it has {size} bytes, {whole} expected; fetch it again")

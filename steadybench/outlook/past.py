"""What the finished clips of an output folder say about making more of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from generators.contract import GeneratorInfo
from steadybench.clips import ClipNote, ClipStore

Kind: TypeAlias = tuple[str, str, str, int, int]
"""Method, configuration, backbone, width and height."""


@dataclass(frozen=True, slots=True)
class Made:
    """A finished clip."""

    kind: Kind
    device: str
    """Empty where a program of its own made it."""
    made_s: float
    seconds: float
    """Of video."""
    bytes: int


@dataclass(frozen=True, slots=True)
class Pace:
    """Finished clips of one kind, made by one device."""

    device: str
    clips: int
    made_s: float
    seconds: float
    """Of video."""
    bytes: int

    @property
    def per_second(self) -> float:
        """Seconds of making a second of video."""
        return self.made_s / self.seconds

    @property
    def bytes_per_second(self) -> float:
        """Bytes a second of video."""
        return self.bytes / self.seconds


class Past:
    """Finished clips of an output folder, as their notes tell them; no clip is read.

    Args:
        out: the folder; it need not exist.
    """

    def __init__(self, out: Path) -> None:
        store = ClipStore(out)
        self._made = [made for note in store.notes() if (made := _made(note, store.folder))]

    def paces(self, info: GeneratorInfo, size: tuple[int, int]) -> list[Pace]:
        """What was measured of a row at a size, one entry a device, most video first."""
        kind = (info.method, info.configuration, info.backbone, *size)
        mine = [made for made in self._made if made.kind == kind]
        devices = dict.fromkeys(made.device for made in mine)
        paces = [_pace(device, (made for made in mine if made.device == device)) for device in devices]
        return sorted(paces, key=lambda pace: -pace.seconds)


def _pace(device: str, clips: Iterable[Made]) -> Pace:
    found = list(clips)
    return Pace(
        device=device,
        clips=len(found),
        made_s=sum(made.made_s for made in found),
        seconds=sum(made.seconds for made in found),
        bytes=sum(made.bytes for made in found),
    )


def _made(note: ClipNote, folder: Path) -> Made | None:
    """A note in short; None where it does not say what it should."""
    who, job = note.made_from.get("generator"), note.made_from.get("job")
    try:
        size = (folder / note.file).stat().st_size
        if not isinstance(who, dict) or not isinstance(job, dict):
            return None
        width, height, seconds = (float(str(job[name])) for name in ("width", "height", "seconds"))
        names = (str(who["method"]), str(who["configuration"]), str(who["backbone"]))
    except (OSError, KeyError, ValueError, TypeError):
        return None
    if not seconds > 0 or not note.made_s > 0:
        return None
    return Made((*names, int(width), int(height)), note.device, note.made_s, seconds, size)

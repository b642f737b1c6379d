"""Frames of a clip counted without decoding: one pass over the packets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av

from metrics.clip import DEMUX_OPTIONS
from metrics.clip_checks import DECODER_FAULTS, check_path, pick_stream, unopened


@dataclass(frozen=True, slots=True)
class Packets:
    """What the packets of a clip's pictures say."""

    frames: int
    """Packets that hold something and are meant to be shown."""
    fps: float
    """The container's average rate; where it states none, intervals over the time from first to last."""


def counted(path: Path) -> Packets:
    """Count the pictures of a clip. Raises ClipError where the file cannot be opened."""
    check_path(path)
    try:
        with av.open(str(path.absolute()), metadata_errors="replace", options=DEMUX_OPTIONS) as container:
            stream = pick_stream(path, container)
            stamps = [p.pts for p in container.demux(stream) if p.size and not p.is_discard]
            rate = stream.average_rate or stream.guessed_rate
            fps = float(rate) if rate else _measured(stamps, float(stream.time_base or 0))
            return Packets(len(stamps), fps)
    except DECODER_FAULTS as fault:
        raise unopened(fault, path) from fault


def _measured(stamps: list[int | None], tick_s: float) -> float:
    known = [stamp for stamp in stamps if stamp is not None]
    span_s = (max(known) - min(known)) * tick_s if known else 0.0
    return (len(known) - 1) / span_s if span_s > 0 else 25.0

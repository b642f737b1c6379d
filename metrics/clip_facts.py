"""What is known about a clip: from its header and first frame, and after reading all of it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av

from metrics import clip_pixels

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

    from metrics.clip_time import Clock


@dataclass(frozen=True, slots=True)
class ClipHeader:
    """What the container and the first frame say."""

    path: Path
    width: int
    """Displayed width in pixels: after rotation, before sample aspect ratio."""
    height: int
    coded_width: int
    coded_height: int
    rotation_deg: int
    """Degrees counter-clockwise by which the coded picture is turned for display: 0, 90, 180 or 270."""
    sample_aspect_ratio: float
    """Width over height of a coded pixel. Recorded, never applied: pixels are measured as they are."""
    codec: str
    pixel_format: str
    bit_depth: int
    full_range: bool
    matrix: str
    """Luma-chroma matrix applied on the way to RGB; ``bt601`` also where the clip does not say."""
    container: str
    decoder: str
    promised_fps: float | None
    promised_frames: int | None
    promised_duration_s: float | None


@dataclass(frozen=True, slots=True)
class ClipFacts(ClipHeader):
    """What reading the whole clip showed."""

    frames: int
    fps: float
    """Average: intervals over the time from first to last frame; the container's rate for a single frame."""
    duration_s: float
    """Time of the last frame plus one mean frame interval."""
    variable_rate: bool
    """True where frame intervals differ by more than a tenth of their mean."""
    longest_gap_s: float
    """Longest interval between two successive frames; 0 for a single frame."""
    counted_timestamps: int
    """Frames without a usable timestamp, timed by the stated rate instead."""


def decoder_version() -> str:
    """Name and versions of everything that turns bytes into pixels."""
    codec, scale = (".".join(map(str, av.library_versions[name])) for name in ("libavcodec", "libswscale"))
    return f"PyAV {av.__version__} / libavcodec {codec} / libswscale {scale}"


def header_of(path: Path, container: InputContainer, stream: VideoStream, first: av.VideoFrame) -> ClipHeader:
    """Collect what is known once the first frame is decoded."""
    turn = round(first.rotation / 90) * 90 % 360
    width, height = (first.height, first.width) if turn in (90, 270) else (first.width, first.height)
    return ClipHeader(
        path=path, width=width, height=height, coded_width=first.width, coded_height=first.height,
        rotation_deg=turn,
        sample_aspect_ratio=float(stream.sample_aspect_ratio or 1),
        codec=stream.codec_context.name, pixel_format=first.format.name,
        bit_depth=max(part.bits for part in first.format.components),
        full_range=clip_pixels.is_full_range(first), matrix=clip_pixels.matrix_name(first),
        container=container.format.name, decoder=decoder_version(),
        promised_fps=float(stream.average_rate) if stream.average_rate else None,
        promised_frames=stream.frames or None,
        promised_duration_s=_promised_duration(container, stream),
    )


def _promised_duration(container: InputContainer, stream: VideoStream) -> float | None:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    if container.duration and len(container.streams) == 1:
        return float(Fraction(container.duration, av.time_base))
    return None


def facts_of(header: ClipHeader, clock: Clock) -> ClipFacts:
    """Complete the header with what the whole clip showed."""
    known = {name: getattr(header, name) for name in ClipHeader.__dataclass_fields__}
    return ClipFacts(
        **known, frames=clock.frames, fps=1.0 / clock.mean_interval_s, duration_s=clock.duration_s,
        variable_rate=clock.variable_rate, longest_gap_s=clock.longest_s, counted_timestamps=clock.counted,
    )

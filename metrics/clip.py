"""The clip reader: decodes a clip once, frame by frame, and says exactly what it found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import av
import numpy as np
from av.container import InputContainer
from numpy.typing import NDArray

from metrics import clip_pixels
from metrics.clip_checks import check_complete, check_path, explained, pick_stream
from metrics.clip_time import Clock
from metrics.errors import ClipError

if TYPE_CHECKING:
    from av.video.stream import VideoStream

# Containers with moving pictures in one file. Playlists and scripts (hls, dash, concat) are left out on
# purpose: they point at other files, whose bytes the clip's digest would not cover.
_CONTAINERS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,gif,apng,asf,flv,h264,hevc,av1,obu,ivf,mjpeg,mjpeg_2000,mpeg,mpegts,"
    "mpegvideo,m4v,mxf,nut,ogg,rm,swf,vc1,wtv,yuv4mpegpipe"
)
_DEMUX_OPTIONS = {"format_whitelist": _CONTAINERS, "protocol_whitelist": "file"}
# A damaged frame must be an error, not a guess: texture and drift would be measured on the concealment.
_DECODE_OPTIONS = {"err_detect": "explode"}


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
    """Frames without a usable timestamp, timed by the average rate instead."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One decoded frame. Converting costs only when asked for; drop it before reading many more."""

    t_s: float
    """Seconds since the first frame."""
    index: int
    _picture: av.VideoFrame
    _turn: int
    _short_side: int

    def luma(self) -> NDArray[np.uint8]:
        """Gamma-encoded luma, uint8 (h, w), full range 0-255, upright, within the reader's short side."""
        return clip_pixels.luma(self._picture, self._size(self._short_side), self._turn)

    def rgb(self, short_side: int) -> NDArray[np.uint8]:
        """Gamma-encoded sRGB, uint8 (h, w, 3), full range 0-255, upright, within ``short_side``."""
        return clip_pixels.rgb(self._picture, self._size(short_side), self._turn)

    def _size(self, short_side: int) -> tuple[int, int]:
        return clip_pixels.shrunk_size(self._picture.height, self._picture.width, short_side)


class ClipReader:
    """Decodes one clip from start to end, once, holding one frame at a time.

    Args:
        path: any file with moving pictures; the content decides the format, never the name.
        max_short_side: limit for the shorter side of :meth:`Frame.luma`; larger clips are area-averaged.
        threads: decoder threads. One by default: clips are scored side by side in processes.

    Use as a context manager and iterate over it once. ``header`` is known on entry, ``facts`` after the last
    frame.

    Raises:
        ClipError: on entry if there is nothing to decode, while iterating if the clip is damaged, cut off or
            changes its frame size.

    """

    def __init__(self, path: Path, max_short_side: int = 480, threads: int = 1) -> None:
        self.path = Path(path)
        self._max_short_side = max_short_side
        self._threads = threads
        self._container: InputContainer | None = None
        self._facts: ClipFacts | None = None

    def __enter__(self) -> Self:
        check_path(self.path)
        try:
            self._container = _open(self.path)
            self._stream = pick_stream(self.path, self._container)
            _set_up(self._stream, self._threads)
            self._pictures = self._container.decode(self._stream)
            self._first = next(self._pictures)
        except BaseException as fault:
            self._close()
            raise explained(fault, self.path, frames=0) from fault
        self.header = _header(self.path, self._container, self._stream, self._first)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    @property
    def luma_shape(self) -> tuple[int, int]:
        """(height, width) of every array that :meth:`Frame.luma` returns."""
        return clip_pixels.shrunk_size(self.header.height, self.header.width, self._max_short_side)

    @property
    def facts(self) -> ClipFacts:
        """What the whole clip showed; only after the last frame has been read."""
        if self._facts is None:
            raise RuntimeError(f"{self.path}: facts are known only after every frame has been read")
        return self._facts

    def __iter__(self) -> Iterator[Frame]:
        clock = Clock(self._stream)
        for picture in self._decoded():
            self._check_size(picture, clock.frames)
            index, t_s = clock.frames, clock.tick(picture)
            yield Frame(t_s, index, picture, self.header.rotation_deg, self._max_short_side)
        check_complete(self.header, clock)
        self._facts = _facts(self.header, clock)

    def _decoded(self) -> Iterator[av.VideoFrame]:
        yield self._first
        del self._first
        frames = 1
        while True:
            try:
                picture = next(self._pictures)
            except StopIteration:
                return
            except (av.FFmpegError, OSError, ValueError) as fault:
                raise explained(fault, self.path, frames) from fault
            if picture.is_corrupt:
                raise ClipError(self.path, f"frame {frames} is damaged", "encode or download the clip again")
            yield picture
            frames += 1

    def _check_size(self, picture: av.VideoFrame, index: int) -> None:
        expected = (self.header.coded_width, self.header.coded_height)
        if (picture.width, picture.height) != expected:
            raise ClipError(
                self.path,
                f"expected one frame size, but it changes from {expected[0]}x{expected[1]} to "
                f"{picture.width}x{picture.height} at frame {index}",
                "write the parts as separate clips or at one size",
            )

    def _close(self) -> None:
        if self._container is not None:
            self._container.close()
            self._container = None


def probe(path: Path) -> ClipHeader:
    """Open a clip, decode its first frame, and return what header and frame say. Raises ClipError."""
    with ClipReader(path) as reader:
        return reader.header


def sha256_of_file(path: Path) -> str:
    """SHA-256 of a file's bytes, 64 hex digits, read in pieces. Raises ClipError where it cannot be read."""
    check_path(path)
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as fault:
        raise explained(fault, path, frames=0) from fault


def decoder_version() -> str:
    """Name and versions of everything that turns bytes into pixels."""
    codec, scale = (".".join(map(str, av.library_versions[name])) for name in ("libavcodec", "libswscale"))
    return f"PyAV {av.__version__} / libavcodec {codec} / libswscale {scale}"


def _open(path: Path) -> InputContainer:
    # The prefix keeps FFmpeg from reading "name:with:colons.mp4" as a protocol.
    return av.open(f"file:{path.absolute()}", metadata_errors="replace", options=_DEMUX_OPTIONS)


def _set_up(stream: VideoStream, threads: int) -> None:
    context = stream.codec_context
    context.options = _DECODE_OPTIONS
    context.thread_count = threads
    context.thread_type = "AUTO" if threads > 1 else "NONE"


def _header(path: Path, container: InputContainer, stream: VideoStream, first: av.VideoFrame) -> ClipHeader:
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


def _facts(header: ClipHeader, clock: Clock) -> ClipFacts:
    known = {name: getattr(header, name) for name in ClipHeader.__dataclass_fields__}
    return ClipFacts(
        **known, frames=clock.frames, fps=1.0 / clock.mean_interval_s, duration_s=clock.duration_s,
        variable_rate=clock.variable_rate, longest_gap_s=clock.longest_s, counted_timestamps=clock.counted,
    )

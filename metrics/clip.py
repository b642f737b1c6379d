"""The clip reader: decodes a clip once, frame by frame, and says exactly what it found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
from av.container import InputContainer
from numpy.typing import NDArray

from metrics import clip_pixels
from metrics.clip_checks import (
    DECODER_FAULTS,
    check_complete,
    check_path,
    damaged,
    pick_stream,
    unopened,
)
from metrics.clip_facts import ClipFacts, ClipHeader, facts_of, header_of
from metrics.clip_time import Clock
from metrics.errors import ClipError

# Containers with moving pictures in one file. Playlists and scripts (hls, dash, concat) are left out on
# purpose: they point at other files, whose bytes the clip's digest would not cover.
_CONTAINERS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,gif,apng,asf,flv,h264,hevc,av1,obu,ivf,mjpeg,mjpeg_2000,mpeg,mpegts,"
    "mpegvideo,m4v,mxf,nut,ogg,rm,swf,vc1,wtv,yuv4mpegpipe"
)
DEMUX_OPTIONS = {"format_whitelist": _CONTAINERS, "protocol_whitelist": "file"}
# A damaged frame must be an error, not a guess: texture and drift would be measured on the concealment.
_DECODE_OPTIONS = {"err_detect": "explode"}


@dataclass(frozen=True, slots=True)
class Frame:
    """One decoded frame. Converting costs only when asked for; drop it before reading many more."""

    t_s: float
    """Seconds since the first frame."""
    index: int
    _picture: av.VideoFrame
    _turn: int
    _short_side: int
    _native: list[NDArray[np.uint8]] = field(default_factory=list, repr=False, compare=False)

    @property
    def picture(self) -> av.VideoFrame:
        """What the decoder gave, in its own layout and size, before any turn."""
        return self._picture

    def luma(self) -> NDArray[np.uint8]:
        """Gamma-encoded luma, uint8 (h, w), full range 0-255, upright, within the reader's short side."""
        return clip_pixels.luma(self._picture, self._size(self._short_side), self._turn)

    def rgb(self, short_side: int) -> NDArray[np.uint8]:
        """Gamma-encoded sRGB, uint8 (h, w, 3), full range 0-255, upright, within ``short_side``."""
        return clip_pixels.rgb(self._picture, self._size(short_side), self._turn)

    def rgb_native(self) -> NDArray[np.uint8]:
        """Gamma-encoded sRGB at the clip's own size, uint8 (h, w, 3), upright; converted once, read only."""
        if not self._native:
            picture = clip_pixels.rgb(self._picture, (self._picture.height, self._picture.width), self._turn)
            picture.flags.writeable = False
            self._native.append(picture)
        return self._native[0]

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
        self._first: av.VideoFrame | None = None
        self._facts: ClipFacts | None = None

    def __enter__(self) -> Self:
        check_path(self.path)
        try:
            self._open()
        except BaseException as fault:
            self._close()
            if isinstance(fault, DECODER_FAULTS):
                raise unopened(fault, self.path) from fault
            raise
        return self

    def _open(self) -> None:
        # An absolute path, or FFmpeg would read "name:with:colons.mp4" as a protocol.
        name = str(self.path.absolute())
        container = self._container = av.open(name, metadata_errors="replace", options=DEMUX_OPTIONS)
        stream = self._stream = pick_stream(self.path, container)
        stream.codec_context.options = _DECODE_OPTIONS
        stream.codec_context.thread_count = self._threads
        stream.codec_context.thread_type = "AUTO" if self._threads > 1 else "NONE"
        self._pictures = container.decode(stream)
        self._first = next(self._pictures)
        self.header = header_of(self.path, container, stream, self._first)

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
        first, self._first = self._first, None
        if first is None:
            raise RuntimeError(f"{self.path}: a clip is read once; open another reader to read it again")
        clock = Clock(self._stream)
        for picture in self._decoded(first):
            self._check_size(picture, clock.frames)
            index, t_s = clock.frames, clock.tick(picture)
            yield Frame(t_s, index, picture, self.header.rotation_deg, self._max_short_side)
        check_complete(self.header, clock)
        self._facts = facts_of(self.header, clock)

    def _decoded(self, picture: av.VideoFrame | None) -> Iterator[av.VideoFrame]:
        frames = 0
        while picture is not None:
            if picture.is_corrupt:
                raise damaged(self.header, frames, None, more=True)
            yield picture
            frames += 1
            try:
                picture = next(self._pictures, None)
            except DECODER_FAULTS as fault:
                raise damaged(self.header, frames, fault, more=self._more_packets()) from fault

    def _more_packets(self) -> bool:
        """Tell damage inside a clip from a clip that was cut off inside a frame."""
        if self._container is None:
            return False
        try:
            return any(packet.size for packet in self._container.demux(self._stream))
        except DECODER_FAULTS:
            return False

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
        raise unopened(fault, path) from fault

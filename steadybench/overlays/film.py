"""Writes pictures that stay on screen for uneven times as a film that every browser plays."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
from av.packet import Packet
from av.video.stream import VideoStream
from numpy.typing import NDArray

from generators.encode import to_yuv420

_TICKS = 90_000
_BT709, _LIMITED = 1, 1
_OPTIONS = {
    # One thread, no macroblock tree, no banner: the same pictures give the same bytes on any machine.
    "crf": "29", "preset": "medium", "profile": "high", "flags": "+bitexact", "threads": "1", "mbtree": "0",
    # Seeking lands on a key frame within two seconds; without B-frames packets come in the order shown.
    "g": "16", "bf": "0",
}  # fmt: skip


class Film:
    """An mp4 file in the making: H.264 4:2:0, index in front. Use as a context manager.

    Args:
        path: file to write.
        size: width and height in pixels, both even.

    """

    def __init__(self, path: Path, size: tuple[int, int]) -> None:
        self._path = path
        self.size = size
        self._waiting: list[Packet[VideoStream]] = []
        self._times: list[int] = []

    def __enter__(self) -> Self:
        options = {"movflags": "+faststart", "fflags": "+bitexact"}
        self._out = av.open(str(self._path), "w", format="mp4", options=options)
        self._video = video = self._out.add_stream("libx264", rate=Fraction(8), options=_OPTIONS)
        video.width, video.height = self.size
        video.pix_fmt = "yuv420p"
        context = video.codec_context
        context.time_base = Fraction(1, _TICKS)
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        context.color_range = _LIMITED
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._out.close()

    def show(self, at_s: float, picture: NDArray[np.uint8]) -> None:
        """Add a picture, uint8 RGB (h, w, 3), shown from a second on; the first one from 0."""
        frame = av.VideoFrame.from_ndarray(to_yuv420(picture), format="yuv420p")
        frame.pts, frame.time_base = round(at_s * _TICKS), Fraction(1, _TICKS)
        self._times.append(frame.pts)
        self._mux(self._video.encode(frame))

    def end(self, at_s: float) -> None:
        """Write what is left; the last picture stays until this second."""
        self._times.append(max(round(at_s * _TICKS), self._times[-1] + 1))
        self._mux(self._video.encode(None))

    def _mux(self, packets: list[Packet[VideoStream]]) -> None:
        """Write packets whose time on screen is known by now."""
        self._waiting += packets
        while self._waiting and len(self._times) > 1:
            start = self._times.pop(0)
            packet = self._waiting.pop(0)
            packet.duration = self._times[0] - start
            self._out.mux(packet)

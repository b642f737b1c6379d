"""Writes one clip of a study: every frame as often as asked, nothing in the file but pictures."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from steadybench.study.exporting import settings

if TYPE_CHECKING:
    from av import VideoFrame
    from av.packet import Packet
    from av.video.stream import VideoStream


class Film:
    """An mp4 file in the making. Use as a context manager; the same pictures give the same bytes.

    Args:
        path: file to write.
        size: width and height in pixels, both even.
        rate: frames a second.
        qp: H.264 quantiser, 0..51.
    """

    def __init__(self, path: Path, size: tuple[int, int], rate: Fraction, qp: int = settings.QP) -> None:
        self._path, self._size, self._rate, self._qp = path, size, rate, qp
        self.frames = 0

    def __enter__(self) -> Self:
        import av
        from av.bitstream import BitStreamFilterContext

        self._out = av.open(str(self._path.absolute()), "w", format="mp4", options=dict(settings.CONTAINER))
        video = self._out.add_stream(settings.CODEC, rate=self._rate,
                                     options=settings.options(self._rate, self._qp))
        video.width, video.height = self._size
        video.pix_fmt = settings.PIXEL_FORMAT
        context = video.codec_context
        context.time_base = 1 / self._rate
        context.colorspace = context.color_primaries = context.color_trc = settings.BT709
        context.color_range = settings.LIMITED
        self._video, self._strip = video, BitStreamFilterContext(settings.STRIP, video)
        return self

    def show(self, picture: VideoFrame, times: int = 1) -> None:
        """Add a picture of the film's size, 8-bit 4:2:0 BT.709 limited range, ``times`` frames long."""
        from av.video.frame import PictureType

        for _ in range(times):
            picture.pts, picture.time_base = self.frames, 1 / self._rate
            picture.pict_type = PictureType.NONE
            self._mux(self._video.encode(picture))
            self.frames += 1

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if fault is None:
                self._mux(self._video.encode(None))
                self._out.mux(self._strip.filter(None))
        finally:
            self._out.close()

    def _mux(self, packets: Iterable[Packet[VideoStream]]) -> None:
        for packet in packets:
            self._out.mux(self._strip.filter(packet))

"""Reading and rewriting video files for the pages (PyAV), and pictures from them (OpenCV)."""

from __future__ import annotations

import errno
import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from reports.files import replacing

Picture = NDArray[np.uint8]
"""(H, W, 3) uint8, blue-green-red."""

STILLS = 7
STILL_HEIGHT = 160
SHORT_SIDE = 480
"""Most pixels that a poster or a transcoded clip has on its short side."""
_LONGEST_PLAYED, _SHORTEST_PLAYED = 1920, 1080
_TICKS = 90_000
"""Ticks a second of the transcoded clip's clock; every usual frame rate divides it well."""
_CONTAINERS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,gif,apng,asf,flv,h264,hevc,av1,obu,ivf,mjpeg,mjpeg_2000,mpeg,"
    "mpegts,mpegvideo,m4v,mxf,nut,ogg,rm,swf,vc1,wtv,yuv4mpegpipe"
)
_ENCODING = {"crf": "23", "preset": "veryfast", "g": "48", "flags": "+bitexact", "mbtree": "0"}
"""Without macroblock tree: with it x264 gives other bytes each time at some widths."""
_SEEK_FROM = 45.0
"""Seconds from which seven jumps to the nearest key frame cost less than one pass."""


class UnreadableError(Exception):
    """A file without a picture that could be decoded; the message says what is wrong, without its path."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What a player needs to know of a video file. Sizes are as shown, after rotation."""

    container: str
    codec: str
    pixels: str
    width: int
    height: int
    fps: float
    seconds: float


def probe(path: Path) -> Probe:
    """Read a file's header and first frame. Raises ``UnreadableError``."""
    try:
        with _opened(path) as container:
            if not container.streams.video:
                raise UnreadableError("it has no video stream")
            stream = container.streams.video[0]
            first = next(container.decode(stream), None)
            if first is None:
                raise UnreadableError("it has no frame that can be decoded")
            width, height = _upright(first).shape[1::-1]
            rate = float(stream.average_rate or stream.guessed_rate or 25)
            length = stream.duration and stream.time_base and float(stream.duration * stream.time_base)
            seconds = length or (container.duration or 0) / 1e6
            return Probe(
                container.format.name, stream.codec_context.name, first.format.name,
                width, height, rate, max(float(seconds), 1.0 / rate),
            )
    except (av.FFmpegError, OSError, ValueError) as fault:
        raise UnreadableError(_said(fault)) from fault


def _opened(path: Path) -> InputContainer:
    """Open a film and nothing else: no playlist or script that names further files, no address."""
    options = {"format_whitelist": _CONTAINERS, "protocol_whitelist": "file"}
    return av.open(str(path.absolute()), options=options, metadata_errors="replace")


def playable(seen: Probe) -> str:
    """Why browsers would not play a file as it is, empty if they do."""
    if "mp4" not in seen.container:
        return f"{seen.container.split(',')[0].upper()} files"
    if seen.codec != "h264":
        return f"{seen.codec} video"
    if seen.pixels not in ("yuv420p", "yuvj420p"):
        return f"{seen.pixels} pictures"
    if min(seen.width, seen.height) > _SHORTEST_PLAYED or max(seen.width, seen.height) > _LONGEST_PLAYED:
        return f"pictures of {seen.width}×{seen.height} pixels"
    return ""


def shown_size(width: int, height: int, short_side: int = SHORT_SIDE) -> tuple[int, int]:
    """Size of a picture in even pixels, made smaller where its short side has more than ``short_side``."""
    scale = min(1.0, short_side / min(width, height), 4 * short_side / max(width, height))
    return max(2, math.floor(width * scale / 2) * 2), max(2, math.floor(height * scale / 2) * 2)


def transcode(source: Path, target: Path, fps: float, short_side: int = SHORT_SIDE) -> None:
    """Rewrite a clip as H.264 4:2:0, moov first, keeping its times, without sound.

    Its short side gets ``short_side`` pixels at most.

    Decoding stops at the first broken frame; what came before it is kept. Raises ``UnreadableError`` if that
    is nothing, ``OSError`` where the disk is full.
    """
    try:
        with replacing(target) as part:
            if not _rewrite(source, part, fps, short_side):
                raise UnreadableError("it has no frame that can be decoded")
    except av.FFmpegError as fault:
        if fault.errno == errno.ENOSPC:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target)) from fault
        raise UnreadableError(_said(fault)) from fault


def _rewrite(source: Path, part: Path, fps: float, short_side: int) -> bool:
    """Encode every frame that decodes; tell whether there was one."""
    with av.open(str(part), "w", format="mp4", options={"movflags": "+faststart"}) as out:
        rate = Fraction(fps).limit_denominator(1001)  # how long the last frame stays
        stream = out.add_stream("libx264", rate=rate, options=dict(_ENCODING))
        stream.pix_fmt, stream.thread_count = "yuv420p", 1
        stream.codec_context.time_base = Fraction(1, _TICKS)
        last = -1
        for at, frame in frames(source):
            picture = _upright(frame)
            if last < 0:
                stream.width, stream.height = shown_size(picture.shape[1], picture.shape[0], short_side)
            last = max(last + 1, round(at * _TICKS))
            small = _resized(picture, (stream.width, stream.height))
            rewritten = VideoFrame.from_ndarray(small, format="bgr24")
            rewritten.pts, rewritten.time_base = last, Fraction(1, _TICKS)
            out.mux(stream.encode(rewritten))
        if last >= 0:
            out.mux(stream.encode())
    return last >= 0


def frames(path: Path, start: float = 0.0) -> Iterator[tuple[float, VideoFrame]]:
    """Frames with their seconds from the first one, from the key frame before ``start`` on.

    Ends quietly at the first frame that cannot be decoded.
    """
    with _opened(path) as container:
        stream = container.streams.video[0]
        base = float(stream.time_base or Fraction(1, _TICKS))
        zero = (stream.start_time or 0) * base
        if start > 0:
            container.seek(int((start + zero) / base), stream=stream)
        try:
            for index, frame in enumerate(container.decode(stream)):
                clock = None if frame.pts is None else frame.pts * base - zero
                yield index / float(stream.guessed_rate or 25) if clock is None else clock, frame
        except av.FFmpegError:
            return


def stills(path: Path, seen: Probe) -> tuple[bytes, bytes]:
    """Poster (first frame, short side at most 480 px) and filmstrip as JPEG bytes.

    The filmstrip is ``STILLS`` pictures side by side, 160 px high; each shows the middle of its share of
    the clip's length, so a time axis of the same width lies right under it. A picture that cannot be
    decoded is a grey field. Raises ``UnreadableError`` without a first frame.
    """
    first = next(frames(path), None)
    if first is None:
        raise UnreadableError("it has no frame that can be decoded")
    upright = _upright(first[1])
    poster = _resized(upright, shown_size(upright.shape[1], upright.shape[0]))
    cell = max(2, round(STILL_HEIGHT * seen.width / seen.height))
    times = [(index + 0.5) / STILLS * seen.seconds for index in range(STILLS)]
    jumps = seen.seconds >= _SEEK_FROM and "mp4" in seen.container  # others may lack the index for it
    groups = [[at] for at in times] if jumps else [times]
    cells = [_cell(frame, cell) for group in groups for frame in _on_screen(path, group)]
    return _jpeg(poster), _jpeg(np.concatenate(cells, axis=1))


def _on_screen(path: Path, times: Sequence[float]) -> Iterator[VideoFrame | None]:
    """Find the frame on screen at each of some ascending seconds, in one pass; None where none decodes."""
    waiting, shown = list(times), None
    for when, frame in frames(path, times[0] if len(times) == 1 else 0.0):
        while waiting and shown is not None and when > waiting[0]:
            waiting.pop(0)
            yield shown
        if not waiting:
            return
        shown = frame
    for _ in waiting:
        yield shown


def _cell(frame: VideoFrame | None, width: int) -> Picture:
    if frame is None:
        return np.full((STILL_HEIGHT, width, 3), 128, np.uint8)
    return _resized(_upright(frame), (width, STILL_HEIGHT))


def _upright(frame: VideoFrame) -> Picture:
    picture = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
    return np.ascontiguousarray(np.rot90(picture, round(frame.rotation / 90) % 4))


def _resized(picture: Picture, size: tuple[int, int]) -> Picture:
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _jpeg(picture: Picture) -> bytes:
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 80])
    return data.tobytes()


def _said(fault: Exception) -> str:
    return str(getattr(fault, "strerror", "") or type(fault).__name__).lower()

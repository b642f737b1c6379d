"""Writers of the clips that users really have: cut off, turned, grey, huge, empty, or no clip at all.

Each writer takes a folder, writes one tiny file and returns its path. The picture is known exactly, see
:func:`picture`. ``READABLE`` and ``UNREADABLE`` name them all, for tests that want every kind.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]
Writer = Callable[[Path], Path]

CORNERS: Mapping[str, int] = {"top_left": 40, "top_right": 100, "bottom_left": 160, "bottom_right": 220}
"""Grey level of each corner quarter of :func:`picture`."""
MARK_STEP = 16


def picture(width: int, height: int, index: int = 0) -> Rgb:
    """Four grey quarters, levels as in ``CORNERS``, and a centre block of level ``MARK_STEP * index``."""
    grey = np.empty((height, width), np.uint8)
    y, x = height // 2, width // 2
    grey[:y, :x], grey[:y, x:] = CORNERS["top_left"], CORNERS["top_right"]
    grey[y:, :x], grey[y:, x:] = CORNERS["bottom_left"], CORNERS["bottom_right"]
    grey[y - y // 4 : y + y // 4, x - x // 4 : x + x // 4] = MARK_STEP * index % 256
    return np.repeat(grey[..., None], 3, axis=2)


def pictures(width: int = 64, height: int = 48, frames: int = 8) -> list[Rgb]:
    """The first ``frames`` pictures."""
    return [picture(width, height, i) for i in range(frames)]


def noise(width: int = 64, height: int = 48, frames: int = 48) -> list[Rgb]:
    """Seeded noise: incompressible, so cutting a share of the bytes cuts about that share of the frames."""
    rng = np.random.default_rng(7)
    return [rng.integers(0, 256, (height, width, 3), np.uint8) for _ in range(frames)]


_LOSSLESS = {"qp": "0", "preset": "ultrafast"}


def write_clip(
    path: Path, frames: Iterable[Rgb | av.VideoFrame], *, fps: Fraction | int = 16, codec: str = "libx264",
    pixels: str = "yuv420p", container: str | None = None, movflags: str = "",
    times_ms: Sequence[int] | None = None, options: Mapping[str, str] | None = None,
    colour: Mapping[str, int] | None = None,
) -> Path:
    """Encode RGB pictures, or frames as they are; x264 losslessly unless told otherwise.

    ``times_ms`` sets the presentation times; ``colour`` sets the codec context's ``colorspace`` and
    ``color_range`` by their ITU-T H.273 numbers.
    """
    tuned = dict(_LOSSLESS if options is None and codec == "libx264" else options or {})
    muxing = {"movflags": movflags} if movflags else {}
    with av.open(str(path), "w", format=container, options=muxing) as out:
        stream: Any = None
        for i, one in enumerate(frames):
            frame = one if isinstance(one, av.VideoFrame) else _encodable(one, pixels, colour or {})
            if stream is None:
                stream = out.add_stream(codec, rate=Fraction(fps), options=tuned)
                stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, pixels
                for name, value in (colour or {}).items():
                    setattr(stream.codec_context, name, value)
                if times_ms is not None:
                    stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
            if times_ms is not None:
                frame.pts, frame.time_base = times_ms[i], Fraction(1, 1000)
            out.mux(stream.encode(frame))
        if stream is not None:
            out.mux(stream.encode(None))
    return path


def _encodable(rgb: Rgb, pixels: str, colour: Mapping[str, int]) -> av.VideoFrame:
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")
    full = colour.get("color_range") == 2 or pixels.startswith(("yuvj", "gray"))
    return frame.reformat(
        format=pixels, dst_colorspace="ITU709" if colour.get("colorspace") == 1 else "ITU601",
        dst_color_range="JPEG" if full else "MPEG",
    )


def plain(folder: Path) -> Path:
    return write_clip(folder / "plain.mp4", pictures())


def zero_bytes(folder: Path) -> Path:
    path = folder / "zero_bytes.mp4"
    path.write_bytes(b"")
    return path


def text(folder: Path) -> Path:
    path = folder / "text.mp4"
    path.write_text("This is not a film.\n" * 200)
    return path


def playlist(folder: Path) -> Path:
    """A script that names another file: its own digest would not cover what is measured."""
    plain(folder)
    path = folder / "playlist.mp4"
    path.write_text("ffconcat version 1.0\nfile 'plain.mp4'\n")
    return path


def still_picture(folder: Path) -> Path:
    path = folder / "still_picture.mp4"
    path.write_bytes(cv2.imencode(".png", picture(64, 48))[1].tobytes())
    return path


def directory(folder: Path) -> Path:
    path = folder / "directory.mp4"
    path.mkdir()
    return path


def audio_only(folder: Path) -> Path:
    path = folder / "audio_only.mp4"
    with av.open(str(path), "w") as out:
        _play(out, out.add_stream("aac", rate=16000, layout="mono"))
    return path


def song_with_cover(folder: Path) -> Path:
    """Audio with a cover picture, which containers carry as a video stream."""
    path = folder / "song_with_cover.mp4"
    with av.open(str(path), "w") as out:
        sound = out.add_stream("aac", rate=16000, layout="mono")
        cover = out.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 64, 48, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        _play(out, sound)
        out.mux(cover.encode(_encodable(picture(64, 48), "yuvj420p", {})))
        out.mux(cover.encode(None))
    return path


def _play(out: av.container.OutputContainer, stream: av.AudioStream) -> None:
    """Encode one second of a tone."""
    tone = np.sin(np.arange(16000, dtype=np.float32) / 10)[None]
    for start in range(0, 16000, 1000):
        frame = av.AudioFrame.from_ndarray(tone[:, start : start + 1000], format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 16000, start
        out.mux(stream.encode(frame))
    out.mux(stream.encode(None))


def header_only(folder: Path) -> Path:
    """A well-formed mp4 that announces a video track and holds no frame."""
    whole = write_clip(folder / "whole.mp4", noise(frames=16), movflags="faststart").read_bytes()
    path = folder / "header_only.mp4"
    path.write_bytes(whole[: whole.index(b"mdat") + 4])
    return path


def truncated_moov_first(folder: Path) -> Path:
    return _cut(write_clip(folder / "truncated_moov_first.mp4", noise(), movflags="faststart"), 0.6)


def truncated_moov_last(folder: Path) -> Path:
    return _cut(write_clip(folder / "truncated_moov_last.mp4", noise()), 0.6)


def truncated_avi(folder: Path) -> Path:
    return _cut(write_clip(folder / "truncated.avi", noise(), codec="mpeg4"), 0.6)


def truncated_mkv(folder: Path) -> Path:
    return _cut(write_clip(folder / "truncated.mkv", noise()), 0.6)


def truncated_gif(folder: Path) -> Path:
    return _cut(write_clip(folder / "truncated.gif", noise(), fps=10, codec="gif", pixels="gray"), 0.6)


def _cut(path: Path, share: float) -> Path:
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    return path


def corrupt_middle(folder: Path) -> Path:
    """The right length, but 2,000 bytes in the middle are garbage."""
    path = write_clip(folder / "corrupt_middle.mp4", noise(), movflags="faststart")
    whole = bytearray(path.read_bytes())
    middle = (whole.index(b"mdat") + len(whole)) // 2
    whole[middle : middle + 2000] = np.random.default_rng(3).bytes(2000)
    path.write_bytes(whole)
    return path


def size_change(folder: Path) -> Path:
    """Two elementary streams of different size, one after the other."""
    parts = [
        write_clip(folder / f"part{i}.h264", pictures(width, 48, 4), container="h264").read_bytes()
        for i, width in enumerate((64, 96))
    ]
    path = folder / "size_change.mp4"
    path.write_bytes(b"".join(parts))
    return path


def no_timestamps(folder: Path) -> Path:
    """An elementary stream: frames without times."""
    return write_clip(folder / "no_timestamps.h264", pictures(), container="h264")


def one_frame(folder: Path) -> Path:
    return write_clip(folder / "one_frame.mp4", pictures(frames=1))


def two_frames(folder: Path) -> Path:
    return write_clip(folder / "two_frames.mp4", pictures(frames=2))


def half_second(folder: Path) -> Path:
    return write_clip(folder / "half_second.mp4", pictures(frames=8))


VARIABLE_TIMES_MS = (0, 60, 125, 400, 450, 900, 960, 1000)


def variable_rate(folder: Path) -> Path:
    """Frames shown at ``VARIABLE_TIMES_MS``."""
    return write_clip(folder / "variable_rate.mp4", pictures(), times_ms=VARIABLE_TIMES_MS)


def rotated(folder: Path, clockwise: int = 90) -> Path:
    """Stored as :func:`picture`, with a flag that players turn it ``clockwise`` degrees (90, 180 or 270)."""
    path = write_clip(folder / f"rotated_{clockwise}.mp4", pictures())
    whole = bytearray(path.read_bytes())
    cos, sin = {90: (0, 1), 180: (-1, 0), 270: (0, -1)}[clockwise]
    # The track header's 3x3 matrix starts 44 bytes after the box type, in 16.16 fixed point.
    start = whole.index(b"tkhd") + 44
    struct.pack_into(">9i", whole, start, *(v << 16 for v in (cos, sin, 0, -sin, cos, 0, 0, 0)), 1 << 30)
    path.write_bytes(whole)
    return path


def odd_size(folder: Path) -> Path:
    """71 x 53: neither side even, stored in 4:2:0."""
    return write_clip(folder / "odd_size.mkv", pictures(71, 53), codec="ffv1")


def ten_bit(folder: Path) -> Path:
    return write_clip(folder / "ten_bit.mp4", pictures(), pixels="yuv420p10le")


def ten_bit_444(folder: Path) -> Path:
    return write_clip(folder / "ten_bit_444.mkv", pictures(), codec="ffv1", pixels="yuv444p10le")


def rgb_lossless(folder: Path) -> Path:
    return write_clip(folder / "rgb_lossless.mkv", pictures(), codec="ffv1", pixels="bgr0")


def grey(folder: Path) -> Path:
    return write_clip(folder / "grey.mkv", pictures(), codec="ffv1", pixels="gray")


def gif(folder: Path) -> Path:
    return write_clip(folder / "moving.gif", pictures(), fps=10, codec="gif", pixels="gray")


def avi(folder: Path) -> Path:
    return write_clip(folder / "mpeg4.avi", pictures(), codec="mpeg4", options={"qscale": "2"})


def mjpeg(folder: Path) -> Path:
    return write_clip(
        folder / "mjpeg.avi", pictures(), codec="mjpeg", pixels="yuvj420p", options={"qmin": "1", "q": "1"},
        colour={"color_range": 2},
    )


def full_range(folder: Path) -> Path:
    return write_clip(folder / "full_range.mp4", pictures(), colour={"color_range": 2})


def eight_k(folder: Path) -> Path:
    return write_clip(folder / "eight_k.mp4", pictures(7680, 4320, 2))


def wrong_name(folder: Path) -> Path:
    """An mp4 that calls itself a text file."""
    return write_clip(folder / "plain_again.mp4", pictures()).rename(folder / "really_mp4.txt")


def strange_name(folder: Path) -> Path:
    """A name that a URL parser, a pattern or a terminal would trip over."""
    return plain(folder).rename(folder / "http:-50%02d 'ocean'\n🌊.mp4")


READABLE: Mapping[str, Writer] = {
    writer.__name__: writer
    for writer in (
        plain, one_frame, two_frames, half_second, variable_rate, rotated, odd_size, ten_bit, ten_bit_444,
        rgb_lossless, grey, gif, avi, mjpeg, full_range, eight_k, no_timestamps, wrong_name, strange_name,
    )
}
UNREADABLE: Mapping[str, Writer] = {
    writer.__name__: writer
    for writer in (
        zero_bytes, text, playlist, still_picture, directory, audio_only, song_with_cover, header_only,
        truncated_moov_first, truncated_moov_last, truncated_avi, truncated_mkv, truncated_gif,
        corrupt_middle, size_change,
    )
}

"""The one writer of clips: same bytes for same pictures, and nothing in the file but pictures."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from steadybench.study.exporting import padding, settings
from steadybench.study.exporting.canvas import Canvas, planes
from steadybench.study.exporting.film import Film
from tests.steadybench.study.export_sources import scene


def _film(path: Path, size: tuple[int, int], times: int = 1, frames: int = 24) -> Path:
    fit = Canvas(size).fit
    with Film(path, size, Fraction(48)) as film:
        for picture in scene("film", frames, size):
            film.show(fit(av.VideoFrame.from_ndarray(picture, format="rgb24")), times)
    return path


@pytest.mark.parametrize("width", [96, 192, 416])
def test_the_same_pictures_give_the_same_bytes(tmp_path: Path, width: int) -> None:
    """At widths, too, where x264 with its usual settings does not."""
    first, second = (_film(tmp_path / name, (width, 112)).read_bytes() for name in ("a.mp4", "b.mp4"))
    assert first == second


def test_a_file_holds_no_text_of_its_makers(tmp_path: Path) -> None:
    """The encoder's settings, the muxer's name, dates and the clip's own bit rate are not there."""
    data = _film(tmp_path / "a.mp4", (96, 64)).read_bytes()
    assert not [word for word in (b"x264", b"Lavf", b"Lavc", b"crf", b"btrt", b"qp=") if word in data]
    assert b"\x06\x05" not in data[data.index(b"mdat"):][:64]
    start = data.index(b"mvhd") + 8
    assert data[start:start + 8] == bytes(8)


def test_every_file_has_one_format(tmp_path: Path) -> None:
    """H.264 High 4:2:0, BT.709 limited range, a key frame each second and nowhere else."""
    with av.open(str(_film(tmp_path / "a.mp4", (96, 64), frames=120))) as clip:
        video = clip.streams.video[0]
        context = video.codec_context
        assert (video.profile, context.pix_fmt, video.average_rate) == ("High", "yuv420p", 48)
        colours = context.colorspace, context.color_primaries, context.color_trc, context.color_range
        assert colours == (1, 1, 1, 1)
        keys = [packet.pts * packet.time_base for packet in clip.demux(video) if packet.is_keyframe]
    assert keys == [0, 1, 2]


def test_a_repeated_picture_shows_the_same(tmp_path: Path) -> None:
    """Repeats cost next to nothing and do not ripple, so a low rate is not seen in the quality."""
    with av.open(str(_film(tmp_path / "a.mp4", (96, 64), times=3))) as clip:
        shown = [planes(frame)[0].astype(int) for frame in clip.decode(video=0)]
    assert len(shown) == 72
    within = max(float(np.abs(shown[i] - shown[i - i % 3]).mean()) for i in range(72))
    between = min(float(np.abs(shown[i] - shown[i + 3]).mean()) for i in range(0, 69, 3))
    assert within < 0.3 < 1.5 < between
    once = _film(tmp_path / "once.mp4", (96, 64)).stat().st_size
    assert (tmp_path / "a.mp4").stat().st_size - once < 80 * 48


def test_a_padded_file_plays_and_its_size_says_nothing(tmp_path: Path) -> None:
    """Files grow to one size, differ from each other, and play as before; padding twice changes nothing."""
    paths = [_film(tmp_path / name, (96, 64)) for name in ("a.mp4", "b.mp4")]
    own = paths[0].stat().st_size
    size = padding.target([own, own + 5000])
    for _ in range(2):
        for path in paths:
            padding.pad(path, own, size, "ab" * 32, path.stem)
    assert [path.stat().st_size for path in paths] == [size, size]
    assert size % settings.FREE == 0
    assert size >= own + 5000 + 40
    first, second = (path.read_bytes() for path in paths)
    assert first[:own] == second[:own]
    assert first[own:] != second[own:]
    with av.open(str(paths[0])) as clip:
        assert sum(1 for _ in clip.decode(video=0)) == 24

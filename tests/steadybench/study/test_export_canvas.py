"""One size and one set of colours for every picture, and no change where none is needed."""

from __future__ import annotations

import av
import numpy as np
import pytest

from metrics import clip_pixels
from steadybench.study.exporting.canvas import Canvas, as_picture, fitted, planes
from steadybench.study.exporting.settings import GREY, GREY_YUV
from tests.steadybench.study.export_sources import scene


def _picture(size: tuple[int, int] = (96, 64), matrix: int = 1, form: str = "yuv420p") -> av.VideoFrame:
    rgb = av.VideoFrame.from_ndarray(scene("canvas", 1, size)[0], format="rgb24")
    made = rgb.reformat(format=form, dst_colorspace=matrix)
    made.colorspace = {1: 1, 5: 2}[matrix]
    return made


def _rgb(picture: av.VideoFrame) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return clip_pixels.rgb(picture, (picture.height, picture.width), 0).astype(np.int64)


def test_a_picture_that_is_as_it_should_be_is_not_touched() -> None:
    """No scaler, no copy, no bars."""
    picture, canvas = _picture(), Canvas((96, 64))
    assert canvas.place(canvas.fit(picture)) is picture


@pytest.mark.parametrize(("matrix", "form"), [
    (5, "yuv420p"), (5, "yuv444p"), (1, "yuv422p10le"), (1, "yuvj420p"),
])
def test_colours_stay_what_they_were_in_any_layout(matrix: int, form: str) -> None:
    """As the metrics read them, to a code value: unlabelled pictures are BT.601."""
    picture = _picture(matrix=matrix, form=form)
    made = Canvas((96, 64)).fit(picture)
    assert (made.format.name, int(made.colorspace), int(made.color_range)) == ("yuv420p", 1, 1)
    off = _rgb(made) - _rgb(picture)
    assert np.abs(off.mean(axis=(0, 1))).max() < 1
    assert np.abs(off).mean() < 2


def test_another_shape_gets_neutral_bars_in_the_middle() -> None:
    """Half as wide as the canvas: a quarter of grey on either side, the picture whole between."""
    picture, canvas = _picture((64, 64)), Canvas((128, 64))
    y, u, v = planes(canvas.place(canvas.fit(picture)))
    for plane, grey, share in zip((y, u, v), GREY_YUV, (1, 2, 2), strict=True):
        edge = 32 // share
        assert set(np.unique(plane[:, :edge])) == set(np.unique(plane[:, -edge:])) == {grey}
    assert np.array_equal(y[:, 32:96], planes(picture)[0])
    assert abs(_rgb(as_picture((y, u, v)))[0, 0] - GREY).max() <= 1


def test_a_larger_clip_keeps_its_shape() -> None:
    """832x480 into 640x360: height decides; sides are even."""
    assert fitted((832, 480), (640, 360)) == (624, 360)
    assert fitted((480, 832), (640, 360)) == (208, 360)
    assert fitted((3, 3), (2, 2)) == (2, 2)
    made = Canvas((48, 32)).fit(_picture())
    assert (made.width, made.height) == (48, 32)
    small = _rgb(_picture()).reshape(32, 2, 48, 2, 3).mean(axis=(1, 3))
    assert np.abs(_rgb(made) - small).mean() < 4


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_clips_stand_upright(turn: int) -> None:
    """A clip that says that it lies on its side is shown as players show it."""
    picture = _picture((64, 96) if turn != 180 else (96, 64))
    made = Canvas((96, 64), turn=turn).fit(picture)
    wanted = np.rot90(planes(picture)[0], turn // 90)
    assert np.abs(planes(made)[0].astype(int) - wanted).mean() < 0.5


def test_oblong_pixels_are_shown_as_players_do() -> None:
    """48 columns of pixels twice as wide as high fill 96."""
    made = Canvas((96, 64), pixel_aspect=2.0).fit(_picture((48, 64)))
    assert (made.width, made.height) == (96, 64)

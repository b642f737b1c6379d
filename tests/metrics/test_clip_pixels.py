"""Colour and luma from every pixel layout: known code values in, known colours out."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from metrics import clip_pixels
from metrics.clip import ClipReader
from tests import odd_clips

# Studio-range code values of the primaries, 8 bits, as tabulated for colour bars of each standard.
PRIMARIES = {
    ("bt601", (255, 0, 0)): (81, 90, 240),
    ("bt601", (0, 255, 0)): (145, 54, 34),
    ("bt601", (0, 0, 255)): (41, 240, 110),
    ("bt709", (255, 0, 0)): (63, 102, 240),
    ("bt709", (0, 255, 0)): (173, 42, 26),
    ("bt709", (0, 0, 255)): (32, 240, 118),
    ("bt709", (255, 255, 255)): (235, 128, 128),
    ("bt601", (0, 0, 0)): (16, 128, 128),
}
JPEG_RED = (76, 85, 255)
SIZE = (24, 32)


def flat(codes: tuple[int, int, int], pixels: str = "yuv444p") -> av.VideoFrame:
    planes = np.empty((3, 48, 64), np.uint8)
    planes[:] = np.array(codes, np.uint8)[:, None, None]
    return av.VideoFrame.from_ndarray(planes, format=pixels)


def scene(pixels: str) -> av.VideoFrame:
    """A smooth coloured scene in a layout, through a lossless 16-bit master."""
    y, x = np.mgrid[0:48, 0:64]
    rgb = np.stack([40 + 2 * x, 60 + 3 * y, 200 - x - y], axis=2).astype(np.uint8)
    frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
    return frame.reformat(format=pixels, dst_colorspace="ITU601")


@pytest.mark.parametrize(("matrix", "rgb"), sorted(PRIMARIES))
def test_primaries_keep_their_colour(matrix: str, rgb: tuple[int, int, int], tmp_path: Path) -> None:
    frame = flat(PRIMARIES[matrix, rgb])
    path = odd_clips.write_clip(
        tmp_path / "flat.mp4", [frame], pixels="yuv444p", colour={"colorspace": 1 if matrix == "bt709" else 5}
    )
    with ClipReader(path) as reader:
        assert (reader.header.matrix, reader.header.full_range) == (matrix, False)
        got = next(iter(reader)).rgb(24)
    assert got.shape == (24, 32, 3)
    assert np.abs(got.astype(int) - rgb).max() <= 2


def test_unmarked_clips_are_read_as_bt601(tmp_path: Path) -> None:
    path = odd_clips.write_clip(tmp_path / "flat.mp4", [flat((81, 90, 240))], pixels="yuv444p")
    with ClipReader(path) as reader:
        assert reader.header.matrix == "bt601"
        assert next(iter(reader)).rgb(48)[0, 0] == pytest.approx([255, 0, 0], abs=2)


def test_full_range_is_not_stretched(tmp_path: Path) -> None:
    path = odd_clips.write_clip(
        tmp_path / "flat.mp4", [flat(JPEG_RED, "yuvj444p")], pixels="yuvj444p",
        colour={"color_range": 2, "colorspace": 5},
    )
    with ClipReader(path) as reader:
        assert reader.header.full_range
        frame = next(iter(reader))
        assert frame.rgb(48)[0, 0] == pytest.approx([255, 0, 0], abs=2)
        assert frame.luma()[0, 0] == 76


@pytest.mark.parametrize(
    ("code", "level"), [(16, 0), (235, 255), (126, 128), (0, 0), (255, 255)],
)
def test_studio_luma_is_stretched_to_full_range(code: int, level: int) -> None:
    assert clip_pixels.luma(flat((code, 128, 128)), (48, 64), 0)[0, 0] == level


@pytest.mark.parametrize(
    "pixels",
    [
        "yuv420p", "yuv422p", "yuv444p", "yuv411p", "yuva420p", "nv12", "nv21", "nv16", "yuyv422", "uyvy422",
        "yuv420p10le", "yuv420p10be", "yuv422p12le", "yuv444p16le", "p010le", "rgb24", "bgra", "gbrp",
        "gbrp10le", "rgb48le",
    ],
)
def test_every_layout_shows_the_same_scene(pixels: str) -> None:
    reference, frame = scene("rgb24"), scene(pixels)
    colour = clip_pixels.rgb(frame, SIZE, 0).astype(int)
    expected = clip_pixels.rgb(reference, SIZE, 0).astype(int)
    assert np.abs(colour - expected)[2:-2, 2:-2].max() <= 4
    luma = clip_pixels.luma(frame, (48, 64), 0).astype(int)
    assert np.abs(luma - clip_pixels.luma(reference, (48, 64), 0)).max() <= 2


@pytest.mark.parametrize("pixels", ["yuv420p", "yuv420p10le", "nv12", "nv21", "yuyv422", "yuv420p10be"])
def test_the_full_range_flag_is_honoured_in_every_layout(pixels: str) -> None:
    frame = scene("rgb24").reformat(format=pixels, dst_colorspace="ITU601", dst_color_range="JPEG")
    frame.color_range = 2
    expected = clip_pixels.luma(scene("rgb24"), (48, 64), 0).astype(int)
    assert np.abs(clip_pixels.luma(frame, (48, 64), 0) - expected).max() <= 2


@pytest.mark.parametrize("pixels", ["gray", "gray10le", "gray16le", "gray16be", "ya8"])
def test_grey_layouts_are_full_range_and_neutral(pixels: str) -> None:
    ramp = np.repeat(np.arange(0, 256, 4, dtype=np.uint8)[None], 48, axis=0)
    frame = av.VideoFrame.from_ndarray(ramp, format="gray").reformat(format=pixels)
    assert np.abs(clip_pixels.luma(frame, (48, 64), 0).astype(int) - ramp).max() <= 1
    colour = clip_pixels.rgb(frame, (48, 64), 0)
    assert np.abs(colour.astype(int) - ramp[..., None]).max() <= 1


def test_small_colour_is_the_area_mean_of_large_colour() -> None:
    frame = scene("yuv420p")
    small = clip_pixels.rgb(frame, (12, 16), 0).astype(float)
    large = clip_pixels.rgb(frame, (48, 64), 0).astype(float)
    mean = large.reshape(12, 4, 16, 4, 3).mean(axis=(1, 3))
    assert np.abs(small - mean)[1:-1, 1:-1].max() <= 3


@pytest.mark.parametrize(
    ("height", "width", "short", "expected"),
    [
        (480, 832, 480, (480, 832)), (1080, 612, 480, (847, 480)), (48, 64, 480, (48, 64)),
        (1, 9000, 480, (1, 9000)),
    ],
)
def test_shrunk_size(height: int, width: int, short: int, expected: tuple[int, int]) -> None:
    assert clip_pixels.shrunk_size(height, width, short) == expected

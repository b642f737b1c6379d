"""Cutting without encoding: the frames that stay are the very same."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from generators.contract import GeneratorError
from generators.native.trim import trim
from generators.probe import probe

CODECS = {
    "b-frames": ("libx264", {"preset": "fast"}),
    "pyramid": ("libx264", {"x264-params": "bframes=8:b-pyramid=normal"}),
    "open": ("libx264", {"x264-params": "open-gop=1:keyint=12:bframes=3"}),
    "mpeg4": ("mpeg4", {}),
}


def write(path: Path, count: int, codec: str, options: dict[str, str]) -> None:
    """A texture that slides, so that frames lean on each other."""
    texture = np.random.default_rng(0).integers(0, 255, (48, 192, 3), dtype=np.uint8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=16, options=options)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for index in range(count):
            picture = np.ascontiguousarray(texture[:, index : index + 64])
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())


def frames(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


@pytest.mark.parametrize("name", CODECS)
@pytest.mark.parametrize("wanted", [24, 32, 47])
def test_the_first_frames_stay_bit_for_bit(tmp_path: Path, name: str, wanted: int) -> None:
    source, target = tmp_path / "a.mp4", tmp_path / "b.mp4"
    write(source, 60, *CODECS[name])
    before = source.read_bytes()
    count = trim(source, target, wanted, wanted - 8, wanted + 8)

    assert abs(count - wanted) <= 4
    long, short = frames(source), frames(target)
    assert len(short) == count
    assert all(np.array_equal(one, other) for one, other in zip(long, short, strict=False))
    assert probe(target).fps == 16.0
    assert source.read_bytes() == before


def test_a_stream_without_a_place_to_cut_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "a.mp4"
    write(source, 60, "libx264", {"x264-params": "bframes=16:b-adapt=0:b-pyramid=none"})
    with pytest.raises(GeneratorError, match="clip of 60 frames cannot be cut to 20 to 21 frames without"):
        trim(source, tmp_path / "b.mp4", 20, 20, 21)

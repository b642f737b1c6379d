"""The encoder: same frames, same bytes, right colours; broken streams leave nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from generators.contract import FrameStream, GeneratorError
from generators.encode import encode, pad_to_even, to_yuv420
from generators.procedural.renderer import Renderer


def stream(*blocks: object, fps: float = 8.0) -> FrameStream:
    return FrameStream(fps, iter(blocks))  # type: ignore[arg-type]


def clip(width: int = 96, height: int = 64, count: int = 8) -> np.ndarray:
    return np.concatenate(list(Renderer("river", 1, width, height, 8.0).blocks(count)))


def decode(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])


def test_the_same_frames_give_the_same_bytes_however_they_are_blocked(tmp_path: Path, make_job) -> None:
    frames = clip()
    encode(stream(frames), tmp_path / "a.mp4", make_job())
    encode(stream(*np.split(frames, [1, 2, 7])), tmp_path / "b.mp4", make_job())

    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.mp4", "b.mp4"]


def test_the_same_frames_give_the_same_bytes_every_time(tmp_path: Path, make_job) -> None:
    job = make_job(width=192, height=112, fps=16.0, seconds=3.0)
    frames = np.concatenate(list(Renderer("river", 1, 192, 112, 16.0).blocks(job.frame_count)))
    path = tmp_path / "a.mp4"

    bytes_found = set()
    for _ in range(6):
        encode(stream(frames, fps=16.0), path, job)
        bytes_found.add(path.read_bytes())

    assert len(bytes_found) == 1


def test_facts_and_container(tmp_path: Path, make_job) -> None:
    path = tmp_path / "a.mp4"
    facts = encode(stream(clip()), path, make_job())
    head = path.read_bytes()

    assert (facts.frames, facts.width, facts.height, facts.fps, facts.padded) == (8, 96, 64, 8.0, (0, 0))
    assert facts.bytes == len(head)
    assert head.index(b"moov") < head.index(b"mdat")
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        context = video.codec_context
        assert (context.name, context.profile, context.pix_fmt) == ("h264", "High", "yuv420p")
        assert (int(context.colorspace), int(context.color_range)) == (1, 1)
        assert (int(context.color_primaries), int(context.color_trc)) == (1, 1)
        assert float(video.average_rate) == 8.0
        assert video.frames == 8


@pytest.mark.parametrize("fps", [8.0, 12.5, 16.0, 24000 / 1001, 29.97])
def test_the_frame_rate_is_kept(tmp_path: Path, make_job, fps: float) -> None:
    frames = clip(count=4)
    encode(stream(frames, fps=fps), tmp_path / "a.mp4", make_job(fps=fps, seconds=4 / fps))

    with av.open(str(tmp_path / "a.mp4")) as container:
        assert np.isclose(float(container.streams.video[0].average_rate), fps, rtol=1e-4)


def test_colour_conversion_has_the_values_of_the_standard() -> None:
    """BT.709 limited range of pure colours, computed by hand."""
    colours = {
        (255, 255, 255): (235, 128, 128),
        (0, 0, 0): (16, 128, 128),
        (255, 0, 0): (63, 102, 240),
        (0, 255, 0): (173, 42, 26),
        (0, 0, 255): (32, 240, 118),
    }
    for rgb, yuv in colours.items():
        planes = to_yuv420(np.full((4, 4, 3), rgb, np.uint8))

        assert (planes[0, 0], planes[4, 0], planes[5, 0]) == yuv


def test_texture_survives(tmp_path: Path, make_job) -> None:
    frames = clip(208, 120)
    encode(stream(frames), tmp_path / "a.mp4", make_job(width=208, height=120))
    grey = [f.astype(np.float64).mean(axis=-1) for f in (frames, decode(tmp_path / "a.mp4"))]
    detail = [np.abs(np.diff(g, axis=2)).mean() for g in grey]

    assert np.isclose(detail[1], detail[0], rtol=0.06)
    assert np.abs(grey[0] - grey[1]).mean() < 3


def test_odd_sizes_repeat_the_last_row_and_column(tmp_path: Path, make_job) -> None:
    facts = encode(stream(clip(95, 63)), tmp_path / "a.mp4", make_job(width=95, height=63))

    assert facts.padded == (1, 1)
    assert decode(tmp_path / "a.mp4").shape == (8, 64, 96, 3)
    labels = pad_to_even(np.arange(15, dtype=np.uint8).reshape(3, 5))
    assert labels.shape == (4, 6)
    assert np.array_equal(labels[3, :5], labels[2, :5])
    assert np.array_equal(labels[:, 5], labels[:, 4])


def raising() -> Iterator[np.ndarray]:
    yield clip(count=4)
    raise RuntimeError("lost the GPU")


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        ([np.full((8, 64, 96, 3), np.nan, np.float32)], "float32 with NaN.*uint8"),
        ([np.zeros((8, 64, 96, 3), np.float32)], "float32; expected uint8"),
        ([np.zeros((8, 64, 96, 3), np.uint16)], "uint16"),
        ([np.zeros((8, 96, 64, 3), np.uint8)], r"shape \(8, 96, 64, 3\); expected uint8 \(T, 64, 96, 3\)"),
        ([np.zeros((4, 64, 96, 3), np.uint8), np.zeros((4, 32, 48, 3), np.uint8)], r"\(4, 32, 48, 3\)"),
        ([np.zeros((64, 96, 3), np.uint8)], r"shape \(64, 96, 3\)"),
        ([np.zeros((8, 64, 96), np.uint8)], "shape"),
        ([[1, 2]], "list"),
        ([clip(count=3)], "3 frames came; expected 4 to 12"),
        ([clip(count=13)], "more than 12 frames came"),
        ([], "0 frames came"),
    ],
)
def test_broken_streams_are_refused_and_leave_nothing(
    tmp_path: Path, make_job, blocks: list[object], words: str
) -> None:
    with pytest.raises(GeneratorError, match=words):
        encode(stream(*blocks), tmp_path / "a.mp4", make_job())

    assert list(tmp_path.iterdir()) == []


def test_an_endless_stream_is_stopped(tmp_path: Path, make_job) -> None:
    def endless() -> Iterator[np.ndarray]:
        while True:
            yield clip(count=4)

    with pytest.raises(GeneratorError, match="more than 12 frames"):
        encode(FrameStream(8.0, endless()), tmp_path / "a.mp4", make_job())


def test_a_stream_that_raises_leaves_the_old_file_alone(tmp_path: Path, make_job) -> None:
    (tmp_path / "a.mp4").write_bytes(b"old")

    with pytest.raises(RuntimeError, match="lost the GPU"):
        encode(FrameStream(8.0, raising()), tmp_path / "a.mp4", make_job())
    assert (tmp_path / "a.mp4").read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_frame_rate_that_is_no_number_is_refused(tmp_path: Path, make_job) -> None:
    with pytest.raises(GeneratorError, match="nan frames a second; expected 8"):
        encode(stream(clip(), fps=float("nan")), tmp_path / "a.mp4", make_job())


def test_a_dishonest_frame_rate_is_refused(tmp_path: Path, make_job) -> None:
    with pytest.raises(GeneratorError, match="16 frames a second; expected 8"):
        encode(stream(clip(), fps=16.0), tmp_path / "a.mp4", make_job())


@pytest.mark.parametrize("count", [4, 12])
def test_half_a_second_more_or_less_is_accepted(tmp_path: Path, make_job, count: int) -> None:
    assert encode(stream(clip(count=count)), tmp_path / "a.mp4", make_job()).frames == count

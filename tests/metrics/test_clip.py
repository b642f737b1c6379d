"""The clip reader on the clips that users have: right pixels, right times, and clear words for the rest."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import pickle
import re
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from metrics.clip import ClipReader, probe, sha256_of_file
from metrics.clip_checks import check_complete
from metrics.clip_facts import ClipFacts
from metrics.clip_time import Clock
from metrics.errors import ClipError
from tests import odd_clips
from tests.odd_clips import CORNERS, MARK_STEP

CLIPS = Path(__file__).parents[3] / "shared" / "clips"
EXACT = sorted(set(odd_clips.READABLE) - {"avi", "mjpeg", "rotated", "eight_k"})
FRAMES = {"one_frame": 1, "two_frames": 2, "eight_k": 2}


Read = tuple[list[float], list[NDArray[np.uint8]], ClipFacts]


def read(path: Path, short_side: int = 480, threads: int = 1) -> Read:
    with ClipReader(path, short_side, threads) as reader:
        seen = [(frame.t_s, frame.luma()) for frame in reader]
        return [t for t, _ in seen], [y for _, y in seen], reader.facts


def corners(y: NDArray[np.uint8]) -> dict[str, int]:
    """Level in the middle of each corner quarter's outer part."""
    top, left = y.shape[0] // 8, y.shape[1] // 8
    return {
        "top_left": int(y[top, left]), "top_right": int(y[top, -left]),
        "bottom_left": int(y[-top, left]), "bottom_right": int(y[-top, -left]),
    }


def centre(y: NDArray[np.uint8]) -> int:
    return int(y[y.shape[0] // 2, y.shape[1] // 2])


@pytest.mark.parametrize("kind", EXACT)
def test_lossless_clips_give_back_the_picture_they_were_made_of(kind: str, tmp_path: Path) -> None:
    times, lumas, facts = read(odd_clips.READABLE[kind](tmp_path))
    assert facts.frames == len(times) == FRAMES.get(kind, 8)
    for index, y in enumerate(lumas):
        assert y.dtype == np.uint8 and y.shape == (facts.height, facts.width)
        assert corners(y) == pytest.approx(dict(CORNERS), abs=1)
        assert centre(y) == pytest.approx(MARK_STEP * index, abs=1)
    assert times[0] == 0.0


@pytest.mark.parametrize("kind", ["avi", "mjpeg"])
def test_lossy_clips_give_back_the_picture_nearly(kind: str, tmp_path: Path) -> None:
    _, lumas, facts = read(odd_clips.READABLE[kind](tmp_path))
    assert facts.container == "avi" and facts.frames == 8
    assert corners(lumas[-1]) == pytest.approx(dict(CORNERS), abs=3)
    assert centre(lumas[-1]) == pytest.approx(MARK_STEP * 7, abs=10)


@pytest.mark.parametrize("clockwise", [90, 180, 270])
def test_the_rotation_flag_turns_the_picture_upright(clockwise: int, tmp_path: Path) -> None:
    path = odd_clips.rotated(tmp_path, clockwise)
    _, lumas, facts = read(path)
    upright = np.rot90(odd_clips.picture(64, 48, 0)[..., 0], -clockwise // 90)
    assert facts.rotation_deg == 360 - clockwise
    assert (facts.coded_height, facts.coded_width) == (48, 64)
    assert lumas[0].shape == upright.shape == (facts.height, facts.width)
    assert corners(lumas[0]) == pytest.approx(corners(upright), abs=1)
    with ClipReader(path) as reader:
        colour = next(iter(reader)).rgb(24)
        assert reader.luma_shape == upright.shape
    assert colour.shape == (*(side // 2 for side in upright.shape), 3)
    assert corners(colour[..., 1]) == pytest.approx(corners(upright), abs=1)


def test_eight_k_is_brought_down_to_the_short_side(tmp_path: Path) -> None:
    path = odd_clips.eight_k(tmp_path)
    _, lumas, facts = read(path)
    assert (facts.width, facts.height, facts.frames) == (7680, 4320, 2)
    assert lumas[0].shape == (480, 853)
    assert corners(lumas[1]) == pytest.approx(dict(CORNERS), abs=1)
    with ClipReader(path) as reader:
        assert reader.luma_shape == (480, 853)


def test_small_clips_are_never_enlarged(tmp_path: Path) -> None:
    with ClipReader(odd_clips.plain(tmp_path), max_short_side=4000) as reader:
        frame = next(iter(reader))
        assert frame.luma().shape == (48, 64)
        assert frame.rgb(4000).shape == (48, 64, 3)


def test_downscaling_averages_areas(tmp_path: Path) -> None:
    board = np.zeros((64, 64, 3), np.uint8)
    board[::2, ::2] = board[1::2, 1::2] = 200
    _, lumas, _ = read(odd_clips.write_clip(tmp_path / "board.mp4", [board]), short_side=32)
    assert lumas[0].shape == (32, 32)
    assert np.all(np.abs(lumas[0].astype(int) - 100) <= 1)


def test_names_that_look_like_addresses_are_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = odd_clips.strange_name(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert path.name.startswith("http:")
    assert probe(Path(path.name)).promised_frames == 8


def test_arrays_do_not_hold_on_to_the_decoders_memory(tmp_path: Path) -> None:
    for writer in (odd_clips.plain, odd_clips.full_range, odd_clips.grey, odd_clips.ten_bit):
        folder = tmp_path / writer.__name__
        folder.mkdir()
        with ClipReader(writer(folder)) as reader:
            frame = next(iter(reader))
            decoded = np.frombuffer(frame._picture.planes[0], np.uint8)  # type: ignore[call-overload]
            assert not np.shares_memory(frame.luma(), decoded)


def test_arrays_outlive_the_frames_they_came_from(tmp_path: Path) -> None:
    for writer in (odd_clips.plain, odd_clips.full_range, odd_clips.grey, odd_clips.ten_bit):
        folder = tmp_path / writer.__name__
        folder.mkdir()
        with ClipReader(writer(folder)) as reader:
            kept = [frame.luma() for frame in reader]
        assert [centre(y) for y in kept] == pytest.approx([MARK_STEP * i for i in range(8)], abs=1)


def test_threads_do_not_change_a_pixel(tmp_path: Path) -> None:
    path = odd_clips.write_clip(tmp_path / "noise.mp4", odd_clips.noise(96, 64, 24), options={"crf": "20"})
    one, two = read(path, threads=1), read(path, threads=2)
    assert one[0] == two[0]
    assert all(np.array_equal(a, b) for a, b in zip(one[1], two[1], strict=True))


def test_variable_rate_keeps_every_presentation_time(tmp_path: Path) -> None:
    times, _, facts = read(odd_clips.variable_rate(tmp_path))
    assert times == [ms / 1000 for ms in odd_clips.VARIABLE_TIMES_MS]
    assert facts.variable_rate and facts.counted_timestamps == 0
    assert facts.fps == pytest.approx(7.0)
    assert facts.duration_s == pytest.approx(1.0 + 1 / 7)
    assert facts.longest_gap_s == pytest.approx(0.45)


def test_constant_rate_facts(tmp_path: Path) -> None:
    times, _, facts = read(odd_clips.half_second(tmp_path))
    assert times == [i / 16 for i in range(8)]
    assert not facts.variable_rate
    assert (facts.fps, facts.duration_s, facts.longest_gap_s) == (16.0, 0.5, 1 / 16)
    assert (facts.codec, facts.pixel_format, facts.bit_depth) == ("h264", "yuv420p", 8)
    assert re.fullmatch(r"PyAV \S+ / libavcodec \d+\.\d+\.\d+ / libswscale \d+\.\d+\.\d+", facts.decoder)


def test_millisecond_timestamps_are_not_a_variable_rate(tmp_path: Path) -> None:
    path = odd_clips.write_clip(tmp_path / "rounded.mkv", odd_clips.pictures(frames=24), fps=30)
    assert not read(path)[2].variable_rate


def test_frames_without_timestamps_are_counted(tmp_path: Path) -> None:
    times, _, facts = read(odd_clips.no_timestamps(tmp_path))
    assert facts.counted_timestamps == 8
    assert times == pytest.approx([i / 16 for i in range(8)])


def test_one_frame_lasts_one_frame(tmp_path: Path) -> None:
    _, _, facts = read(odd_clips.one_frame(tmp_path))
    assert (facts.frames, facts.duration_s, facts.longest_gap_s) == (1, 1 / 16, 0.0)


TEN = Fraction(10)
STREAM: Any = SimpleNamespace(guessed_rate=TEN, average_rate=TEN, time_base=Fraction(1, 1000))


def tick(clock: Clock, pts: int | None, base: int = 1000) -> float:
    shown: Any = SimpleNamespace(pts=pts, time_base=Fraction(1, base), duration=base // 10)
    return clock.tick(shown)


def test_a_repeated_timestamp_is_counted_and_later_ones_are_trusted_again() -> None:
    clock = Clock(STREAM)
    assert [tick(clock, p) for p in (500, 600, 600, None, 900, 1000)] == [0, 0.1, 0.2, 0.3, 0.4, 0.5]
    assert clock.counted == 2


@settings(deadline=None, derandomize=True)
@given(st.lists(st.none() | st.integers(-(10**6), 10**6), min_size=1, max_size=40))
def test_times_always_start_at_zero_and_grow(stamps: list[int | None]) -> None:
    clock = Clock(STREAM)
    times = [tick(clock, p) for p in stamps]
    assert times[0] == 0.0
    assert all(a < b for a, b in pairwise(times))
    assert clock.frames == len(stamps) and clock.mean_interval_s > 0


SAYS = {
    "zero_bytes": r"empty file \(0 bytes\)",
    "text": r"expected a video, but the decoder says: Invalid data",
    "playlist": r"got a playlist or still picture",
    "still_picture": r"got a playlist or still picture",
    "directory": r"got a folder",
    "audio_only": r"found only: audio;",
    "song_with_cover": r"found only: audio, cover picture;",
    "header_only": r"no frame that can be decoded",
    "truncated_moov_first": r"truncated: header says 48 frames, \d+ could be decoded",
    "truncated_moov_last": r"truncated: this mp4 lacks its index",
    "truncated_avi": r"truncated: header says 48 frames, \d+ could be decoded",
    "truncated_mkv": r"truncated: header says 3\.00 s, \d+ \(\d\.\d\d s\) could be decoded",
    "truncated_gif": r"truncated: the GIF's end mark is missing",
    "corrupt_middle": r"corrupt: header says 48 frames, 2\d could be decoded",
    "size_change": r"changes from 64x48 to 96x48 at frame 4",
}


def test_every_unreadable_kind_has_its_words() -> None:
    assert set(SAYS) == set(odd_clips.UNREADABLE)


@pytest.mark.parametrize("kind", sorted(odd_clips.UNREADABLE))
def test_unreadable_clips_say_what_and_what_to_do(
    kind: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = odd_clips.UNREADABLE[kind](tmp_path)
    capfd.readouterr()
    with pytest.raises(ClipError) as caught:
        read(path)
    fault = caught.value
    assert fault.path == path and re.search(SAYS[kind], f"{fault.reason};")
    assert str(fault) == f"{path}: {fault.reason}; {fault.advice}" and "\n" not in str(fault)
    assert fault.advice
    again = pickle.loads(pickle.dumps(fault))
    assert str(again) == str(fault)
    assert capfd.readouterr() == ("", "")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ClipError, match=r"nowhere\.mp4: no such file"):
        probe(tmp_path / "nowhere.mp4")
    with pytest.raises(ClipError, match="no such file"):
        sha256_of_file(tmp_path / "nowhere.mp4")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    path = odd_clips.plain(tmp_path)
    path.chmod(0)
    with pytest.raises(ClipError, match="not allowed to read it"):
        probe(path)


def test_control_characters_of_a_name_stay_out_of_messages() -> None:
    assert str(ClipError(Path("a\n\x1b[31mb.mp4"), "r\n", "d")) == "a\\n\\x1b[31mb.mp4: r\\n; d"


@pytest.mark.parametrize(
    ("frames", "seconds", "complete"),
    [
        (8, 0.5, True), (None, None, True),
        (9, 0.5625, True),  # one frame is no truncation
        (16, 1.0, False), (None, 1.0, False), (16, None, False),
        (16, 0.5, True),  # an edit list hides frames
        (8, 5.0, True),  # a last frame that is held
    ],
)
def test_truncation_needs_every_promise_broken(
    frames: int | None, seconds: float | None, complete: bool, tmp_path: Path
) -> None:
    header = dataclasses.replace(
        probe(odd_clips.half_second(tmp_path)), promised_frames=frames, promised_duration_s=seconds
    )
    clock = Clock(STREAM)
    for i in range(8):
        tick(clock, i, base=16)
    if complete:
        check_complete(header, clock)
    else:
        with pytest.raises(ClipError, match="truncated"):
            check_complete(header, clock)


def test_a_long_clip_may_not_lack_half_a_second(tmp_path: Path) -> None:
    header = dataclasses.replace(
        probe(odd_clips.half_second(tmp_path)), promised_frames=None, promised_duration_s=100.0
    )
    clock = Clock(STREAM)
    for i in range(994):
        tick(clock, i, base=10)
    with pytest.raises(ClipError, match=r"header says 100\.00 s, 994 \(99\.40 s\)"):
        check_complete(header, clock)


def test_probe_reads_the_header_only(tmp_path: Path) -> None:
    header = probe(odd_clips.rotated(tmp_path, 90))
    assert (header.width, header.height, header.promised_frames, header.promised_fps) == (48, 64, 8, 16.0)
    assert header.promised_duration_s == 0.5


def test_facts_wait_for_the_last_frame_and_a_reader_reads_once(tmp_path: Path) -> None:
    with ClipReader(odd_clips.plain(tmp_path)) as reader:
        with pytest.raises(RuntimeError, match="after every frame"):
            _ = reader.facts
        assert len(list(reader)) == 8
        assert reader.facts.frames == 8
        with pytest.raises(RuntimeError, match="read once"):
            list(reader)


def test_sha256_is_of_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "abc"
    path.write_bytes(b"abc" * 10**6)
    assert sha256_of_file(path) == hashlib.sha256(b"abc" * 10**6).hexdigest()


@pytest.mark.clips
@pytest.mark.skipif(not CLIPS.is_dir(), reason="no shared clips beside the project")
@pytest.mark.parametrize("path", sorted(CLIPS.glob("*/*.*")), ids=lambda p: p.stem)
def test_real_clips_read_to_the_end(path: Path) -> None:
    with ClipReader(path) as reader:
        for frame in reader:
            if frame.index % 50 == 0:
                assert frame.luma().shape == reader.luma_shape
                assert frame.rgb(120).std() > 1
    assert reader.facts.frames == reader.facts.promised_frames
    assert reader.facts.duration_s == pytest.approx(reader.facts.promised_duration_s, abs=0.1)

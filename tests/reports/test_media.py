"""Clips and stills: linked where browsers play them, else transcoded once, always upright."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from reports.media import Media, Order, one_by_one, prepare_all
from reports.media import prepare as prepare_order
from reports.modes import AS_THEY_ARE, Mode
from reports.video import STILLS, playable, probe
from tests import odd_clips
from tests.reports import made


def prepare(source: Path, key: str, folder: Path, mode: Mode = AS_THEY_ARE) -> Media:
    return prepare_order(Order(source, key, folder, mode))


def test_playable_files_are_linked(tmp_path: Path) -> None:
    source = made.write_clip(tmp_path / "a.mp4")
    media = prepare(source, "abc", tmp_path / "clips")
    assert (tmp_path / "clips" / media.video).samefile(source)
    assert media.transcoded == "" and media.problem == ""
    assert (media.width, media.height, media.fps, media.seconds) == (96, 64, 16.0, 2.0)


@pytest.mark.parametrize(("name", "codec", "pixels", "said"), [
    ("a.avi", "mpeg4", "yuv420p", "AVI files"),
    ("a.gif", "gif", "rgb8", "GIF files"),
    ("a.mp4", "mpeg4", "yuv420p", "mpeg4 video"),
    ("a.mp4", "libx264", "yuv444p", "yuv444p pictures"),
    ("a.mp4", "libx264", "yuv420p10le", "yuv420p10le pictures"),
])
def test_what_browsers_do_not_play_is_transcoded(tmp_path: Path, name: str, codec: str, pixels: str,
                                                 said: str) -> None:
    source = made.write_clip(tmp_path / name, codec=codec, pixels=pixels)
    media = prepare(source, "abc", tmp_path / "clips")
    assert f"do not reliably play {said}; measured on the original" in media.transcoded
    made_of = probe(tmp_path / "clips" / media.video)
    assert playable(made_of) == ""
    assert made_of.seconds == pytest.approx(2.0, abs=0.02)
    assert made_of.fps == pytest.approx(16.0, rel=0.05)


def test_large_pictures_come_out_small_and_even(tmp_path: Path) -> None:
    source = made.write_clip(tmp_path / "a.mp4", seconds=0.2, size=(2002, 1100))
    media = prepare(source, "abc", tmp_path / "clips")
    assert "pictures of 2002×1100 pixels" in media.transcoded
    assert (media.width, media.height) == (872, 480)


def test_the_filmstrip_shows_the_middle_of_each_seventh(tmp_path: Path) -> None:
    """A clip that gets brighter second by second: each still has the brightness of its own time."""
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=10, options={"g": "250"})
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for i in range(70):
            picture = np.full((64, 96, 3), 20 + 3 * i, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode())
    media = prepare(path, "abc", tmp_path / "clips")
    strip = cv2.imread(str(tmp_path / "clips" / media.strip))
    assert strip is not None
    assert strip.shape[:2] == (160, 240 * STILLS)
    seen = [float(strip[:, 240 * i + 20:240 * i + 220].mean()) for i in range(STILLS)]
    assert seen == pytest.approx([20 + 3 * (10 * i + 5) for i in range(STILLS)], abs=8)


@pytest.mark.parametrize(("clockwise", "order"), [
    (90, ("bottom_left", "top_left", "bottom_right", "top_right")),
    (180, ("bottom_right", "bottom_left", "top_right", "top_left")),
    (270, ("top_right", "bottom_right", "top_left", "bottom_left")),
])
def test_turned_clips_are_shown_upright(tmp_path: Path, clockwise: int, order: tuple[str, ...]) -> None:
    media = prepare(odd_clips.rotated(tmp_path, clockwise), "abc", tmp_path / "clips")
    poster = cv2.imread(str(tmp_path / "clips" / media.poster), cv2.IMREAD_GRAYSCALE)
    assert poster is not None
    assert poster.shape == (media.height, media.width)
    height, width = poster.shape
    corners = [float(poster[y, x]) for y in (2, height - 3) for x in (2, width - 3)]
    assert corners == pytest.approx([odd_clips.CORNERS[name] for name in order], abs=12)


def test_a_script_that_names_other_files_is_no_film(tmp_path: Path) -> None:
    assert "cannot be shown" in prepare(odd_clips.playlist(tmp_path), "abc", tmp_path / "clips").problem


@pytest.mark.parametrize("kind", sorted(odd_clips.READABLE))
def test_every_odd_film_gets_a_player(tmp_path: Path, kind: str) -> None:
    media = prepare(odd_clips.READABLE[kind](tmp_path), "abc", tmp_path / "clips")
    assert media.problem == ""
    assert playable(probe(tmp_path / "clips" / media.video)) == ""


@pytest.mark.parametrize("kind", sorted(odd_clips.UNREADABLE))
def test_no_broken_file_stops_a_report(tmp_path: Path, kind: str) -> None:
    media = prepare(odd_clips.UNREADABLE[kind](tmp_path), "abc", tmp_path / "clips")
    assert bool(media.problem) != bool(media.video)
    assert not list((tmp_path / "clips").glob("*.part*"))


def test_what_can_still_be_decoded_is_shown(tmp_path: Path) -> None:
    source = made.write_clip(tmp_path / "a.avi", codec="mpeg4", faults=200)
    media = prepare(source, "abc", tmp_path / "clips")
    assert media.problem == "" and (tmp_path / "clips" / media.strip).is_file()


@pytest.mark.parametrize("content", [b"", b"this is not a film", bytes(4096)])
def test_no_film_at_all(tmp_path: Path, content: bytes) -> None:
    source = tmp_path / "a.mp4"
    source.write_bytes(content)
    media = prepare(source, "abc", tmp_path / "clips")
    assert media.video == "" and "cannot be shown" in media.problem
    assert str(tmp_path) not in media.problem


def test_sound_without_picture(tmp_path: Path) -> None:
    source = tmp_path / "a.mp4"
    with av.open(str(source), "w") as out:
        stream = out.add_stream("aac", rate=16000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 16000
        out.mux(stream.encode(frame))
        out.mux(stream.encode())
    assert "no video stream" in prepare(source, "abc", tmp_path / "clips").problem


def test_lost_outputs_are_made_again(tmp_path: Path) -> None:
    source = made.write_clip(tmp_path / "a.mp4")
    first = prepare(source, "abc", tmp_path / "clips")
    (tmp_path / "clips" / first.strip).unlink()
    assert prepare(source, "abc", tmp_path / "clips") == first
    assert (tmp_path / "clips" / first.strip).is_file()


def test_a_file_that_went_is_still_shown_from_the_earlier_build(tmp_path: Path) -> None:
    source = made.write_clip(tmp_path / "a.mp4")
    first = prepare(source, "abc", tmp_path / "clips")
    source.unlink()
    assert prepare(source, "abc", tmp_path / "clips") == first
    assert "no longer" in prepare(source, "def", tmp_path / "clips").problem


def test_no_player_points_at_a_clip_that_went_from_where_it_lay(tmp_path: Path) -> None:
    source, there = made.write_clip(tmp_path / "a.mp4"), Mode(where_they_lie=True)
    assert prepare(source, "abc", tmp_path / "run" / "clips", there).video
    source.unlink()
    for mode in (there, AS_THEY_ARE):
        gone = prepare(source, "abc", tmp_path / "run" / "clips", mode)
        assert "no longer" in gone.problem and not gone.video


def tree(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def is_streamable(path: Path) -> bool:
    """The index stands before the pictures."""
    content = path.read_bytes()
    return content.index(b"moov") < content.index(b"mdat")


def test_light_copies_are_made_only_where_they_save_pixels(tmp_path: Path) -> None:
    source = made.write_clip(tmp_path / "a.mp4", size=(320, 240))
    small = prepare(source, "small", tmp_path / "clips", Mode(short_side=120))
    assert (small.width, small.height) == (160, 120)
    assert small.transcoded == (
        "Shown transcoded to 160×120 pixels, as a light copy; measured on the original.")
    copy = tmp_path / "clips" / small.video
    assert playable(probe(copy)) == "" and is_streamable(copy)
    assert not copy.samefile(source)
    same = prepare(source, "same", tmp_path / "clips", Mode(short_side=240))
    assert same.transcoded == "" and (tmp_path / "clips" / same.video).samefile(source)


def test_clips_that_stay_where_they_lie_are_pointed_at(tmp_path: Path) -> None:
    source = made.write_clip(tmp_path / "50 % off #1?.mp4")
    folder = tmp_path / "run" / "report" / "clips"
    media = prepare(source, "abc", folder, Mode(where_they_lie=True))
    assert media.video == "../../../50%20%25%20off%20%231%3F.mp4"
    assert not list(folder.glob("*.mp4"))
    assert prepare(source, "abc", folder, Mode(where_they_lie=True)) == media


def test_what_browsers_do_not_play_is_transcoded_wherever_it_lies(tmp_path: Path) -> None:
    source = made.write_clip(tmp_path / "a.avi", codec="mpeg4")
    media = prepare(source, "abc", tmp_path / "clips", Mode(where_they_lie=True))
    assert media.video == "abc.mp4" and (tmp_path / "clips" / "abc.mp4").is_file()


MODES = (AS_THEY_ARE, Mode(where_they_lie=True), Mode(short_side=48))


@pytest.mark.parametrize("name", ["a.mp4", "a.avi", "a.gif"])
@pytest.mark.parametrize("last", MODES)
def test_which_mode_came_before_changes_no_byte(tmp_path: Path, name: str, last: Mode) -> None:
    codec = {"a.avi": "mpeg4", "a.gif": "gif"}.get(name, "libx264")
    source = made.write_clip(tmp_path / name, codec=codec, pixels="rgb8" if codec == "gif" else "yuv420p")
    fresh = prepare(source, "abc", tmp_path / "fresh", last)
    for mode in (*MODES, last):
        again = prepare(source, "abc", tmp_path / "again", mode)
    assert again == fresh
    assert tree(tmp_path / "again") == tree(tmp_path / "fresh")


def test_a_change_of_mode_does_not_decode_for_stills_again(tmp_path: Path,
                                                            monkeypatch: pytest.MonkeyPatch) -> None:
    source = made.write_clip(tmp_path / "a.mp4")
    first = prepare(source, "abc", tmp_path / "clips")
    monkeypatch.setattr("reports.media.stills", lambda *_: pytest.fail("decoded again"))
    assert prepare(source, "abc", tmp_path / "clips", Mode(where_they_lie=True)).strip == first.strip


def test_only_what_an_earlier_build_did_not_leave_is_spread(tmp_path: Path) -> None:
    orders = [Order(made.write_clip(tmp_path / f"{i}.mp4", 0.5, hue=50 + 40 * i), f"k{i}", tmp_path / "clips")
              for i in range(3)]
    first = prepare_order(orders[1])
    told: list[int] = []

    def backwards(function: Callable[[Order], Media], given: Sequence[Order]) -> Iterator[tuple[int, Media]]:
        assert [order.key for order in given] == ["k0", "k2"]
        return ((i, function(given[i])) for i in (1, 0))

    found = prepare_all(orders, backwards, lambda: told.append(1))
    assert [media.video for media in found] == ["k0.mp4", "k1.mp4", "k2.mp4"]
    assert found[1] == first and len(told) == 3
    assert prepare_all(orders, one_by_one) == found

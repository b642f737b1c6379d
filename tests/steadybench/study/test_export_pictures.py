"""One file from one clip, whatever the clip: other sizes, both ends, its own rate, drawn pictures."""

from __future__ import annotations

import resource
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from steadybench.study.exporting.canvas import planes
from steadybench.study.exporting.making import make
from steadybench.study.exporting.order import Made, Order
from steadybench.study.exporting.settings import GREY_YUV
from steadybench.study.key import Source
from steadybench.study.model import Stimulus
from tests.steadybench.study.export_sources import scene, write_clip

_CANVAS = (128, 64)


def _make(folder: Path, stimulus: Stimulus, rate: str = "24", clip: Path | None = None, digest: str = ""
          ) -> tuple[Made, NDArray[np.uint8]]:
    source = Source(str(clip), digest, "the clip", "s", "p", 0) if clip else None
    made = make(Order(("0" * 16,), stimulus, source, _CANVAS, rate, 20, folder, "i"))
    assert not made.fault
    with av.open(str(folder / f"{'0' * 16}.mp4")) as film:
        return made, np.stack([planes(frame)[0].copy() for frame in film.decode(video=0)])


def _clip(seconds: float, excerpt: str = "full", until: float = 0.0, spoil: str = "") -> Stimulus:
    return Stimulus("0" * 16, "clip", "s", "p", "x", seconds, excerpt, spoil, "", until)  # type: ignore[arg-type]


def test_both_ends_of_a_clip_of_another_shape(tmp_path: Path) -> None:
    """Bars on both sides of the start and the end, words on grey between, frames to the exact number."""
    digest = write_clip(tmp_path / "a.mp4", scene("ends", 60, (64, 64)), 12)
    made, luma = _make(tmp_path, _clip(3.0, "ends", 5.0), clip=tmp_path / "a.mp4", digest=digest)
    assert (made.frames, made.rate, made.pictures_fps) == (72, "24", 12.0)
    grey = GREY_YUV[0]
    assert np.abs(luma[:24, :, :28].astype(int) - grey).max() <= 3
    assert np.abs(luma[48:, :, 100:].astype(int) - grey).max() <= 3
    assert np.median(luma[24:48]) == pytest.approx(grey, abs=1)
    assert luma[24:48].min() < 60
    with av.open(str(tmp_path / "a.mp4")) as clip:
        own = np.stack([planes(frame)[0].astype(int) for frame in clip.decode(video=0)])
    assert np.abs(luma[:24, :, 32:96] - np.repeat(own[:12], 2, axis=0)).mean() < 2.5
    assert np.abs(luma[48:, :, 32:96] - np.repeat(own[48:], 2, axis=0)).mean() < 2.5


def test_without_a_common_rate_a_clip_keeps_its_own(tmp_path: Path) -> None:
    """A rate like that of television is kept exactly."""
    rate = Fraction(30000, 1001)
    digest = write_clip(tmp_path / "a.mp4", scene("own", 75, _CANVAS), rate)
    made, luma = _make(tmp_path, _clip(2.0), rate="", clip=tmp_path / "a.mp4", digest=digest)
    assert (made.rate, made.frames, len(luma)) == ("30000/1001", 59, 59)


def test_a_full_disk_is_told_and_leaves_no_half_file(tmp_path: Path) -> None:
    """As far as a limit on the size of files shows it."""
    digest = write_clip(tmp_path / "a.mp4", scene("full", 16, _CANVAS), 8)
    (tmp_path / "clips").mkdir()
    source = Source(str(tmp_path / "a.mp4"), digest, "the clip", "s", "p", 0)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        made = make(Order(("0" * 16,), _clip(2.0), source, _CANVAS, "24", 20, tmp_path / "clips", "i"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert made.disk_full
    assert "too large" in made.fault
    assert list((tmp_path / "clips").iterdir()) == []


@pytest.mark.parametrize("spoil", ["frozen", "drifting", "hardened", "resetting"])
def test_a_spoiled_clip_is_as_long_as_the_clean_one(tmp_path: Path, spoil: str) -> None:
    """And is another film."""
    digest = write_clip(tmp_path / "a.mp4", scene("spoiled", 20, (64, 64)), 8)
    (clean, a), (spoiled, b) = (
        _make(tmp_path, _clip(2.5, spoil=name), clip=tmp_path / "a.mp4", digest=digest)
        for name in ("", spoil)
    )
    assert clean.frames == spoiled.frames == 60
    assert np.abs(a[-4].astype(int) - b[-4]).mean() > 2
    assert np.abs(b[:, :, :28].astype(int) - GREY_YUV[0]).max() <= 3


def test_an_instruction_says_what_to_press(tmp_path: Path) -> None:
    """Still, readable, and different for each answer."""
    told = {}
    for press in ("left", "right", "tie"):
        stimulus = Stimulus("0" * 16, "instruction", "", "", "", 2.0, "full", "", press)
        made, luma = _make(tmp_path, stimulus)
        assert (made.frames, made.pictures_fps) == (48, 0.0)
        assert np.ptp(luma.astype(int), axis=0).mean() < 1
        told[press] = luma[0]
    assert len({picture.tobytes() for picture in told.values()}) == 3
    assert all(0.01 < (picture < 100).mean() < 0.2 for picture in told.values())


def test_the_training_example_is_drawn_and_plain(tmp_path: Path) -> None:
    """A river that flows, and one that does not."""
    stimuli = [Stimulus("0" * 16, "training", "", "", "", 2.0, "full", spoil, "") for spoil in ("", "frozen")]
    films = [_make(tmp_path, one)[1].astype(int) for one in stimuli]
    assert [len(luma) for luma in films] == [48, 48]
    flowing, still = (float(np.abs(luma[-1] - luma[0]).mean()) for luma in films)
    assert flowing > 3 * still

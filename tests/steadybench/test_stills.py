"""Clips and stills of the report: made while clips are measured, by workers, in the mode asked for."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from click.testing import CliRunner

from reports.media import Media, Order, prepare
from reports.modes import Mode
from steadybench.cli import cli
from steadybench.execute import Limits
from steadybench.progress import Progress
from steadybench.score import Order as How
from steadybench.score import rebuild, score_paths
from steadybench.stills import spread
from tests.reports import made
from tests.steadybench.fake_measurer import FakeMeasurer


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    folder = tmp_path / "clips"
    folder.mkdir()
    for i in range(5):
        made.write_clip(folder / f"{i}.mp4", 0.5, hue=60 + 30 * i)
    return folder


def score(clips: Path, out: Path, *, report: bool = True, jobs: int = 1) -> None:
    how = How(out, ["steadybench", "score"], Limits(jobs, 60), report=report)
    assert not score_paths([clips], None, FakeMeasurer(), how, Progress(lambda _: None)).failed


def report(out: Path, mode: Mode, jobs: int = 1) -> None:
    rebuild(How(out, ["steadybench", "report"], Limits(jobs, 60), mode=mode), Progress(lambda _: None))


def media(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (out / "report" / "clips").iterdir()}


def test_stills_are_there_before_a_report_is_built(clips: Path, tmp_path: Path,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.media.stills", lambda *_: pytest.fail("decoded by the report"))
    score(clips, tmp_path / "out")
    assert len([name for name in media(tmp_path / "out") if name.endswith(".strip.jpg")]) == 5


def test_who_wants_no_report_gets_no_stills(clips: Path, tmp_path: Path) -> None:
    score(clips, tmp_path / "out", report=False)
    assert not (tmp_path / "out" / "report").exists()


def test_workers_change_no_byte(clips: Path, tmp_path: Path) -> None:
    for jobs in (1, 2):
        score(clips, tmp_path / str(jobs), report=False)
        report(tmp_path / str(jobs), Mode(), jobs)
    assert media(tmp_path / "1") == media(tmp_path / "2")
    assert len(media(tmp_path / "1")) == 20


def lose(order: Order) -> Media:
    """Stand-in for a decoder that brings its process down at one file."""
    if order.key == "k1":
        os.kill(os.getpid(), signal.SIGKILL)
    return prepare(order)


def test_a_file_that_brings_down_its_worker_is_shown_as_such(clips: Path, tmp_path: Path) -> None:
    orders = [Order(clips / f"{i}.mp4", f"k{i}", tmp_path / "out") for i in range(4)]
    found = dict(spread(Limits(2, 60))(lose, orders))
    assert [bool(found[i].video) for i in range(4)] == [True, False, True, True]
    assert "ended by SIGKILL" in found[1].problem


def test_clips_stay_where_they_lie_and_come_back(clips: Path, tmp_path: Path) -> None:
    score(clips, tmp_path / "out")
    first = media(tmp_path / "out")
    report(tmp_path / "out", Mode(where_they_lie=True))
    scripts = [path.read_text() for path in (tmp_path / "out" / "report" / "prompt").glob("*.js")]
    assert not [name for name in media(tmp_path / "out") if name.endswith(".mp4")]
    assert any('"clips/../../../clips/0.mp4"' in script for script in scripts)
    report(tmp_path / "out", Mode())
    assert media(tmp_path / "out") == first


def test_light_copies_are_told(clips: Path, tmp_path: Path) -> None:
    score(clips, tmp_path / "out")
    report(tmp_path / "out", Mode(short_side=32))
    pages = [path.read_text() for path in (tmp_path / "out" / "report").rglob("*.html")]
    assert any("Shown transcoded to 48×32 pixels, as a light copy; measured on the original." in page
               for page in pages)


@pytest.mark.parametrize(("options", "told"), [
    (["--single-file", "--link-clips"], "--single-file holds no clips"),
    (["--single-file", "--transcode", "480p"], "--single-file holds no clips"),
    (["--link-clips", "--transcode", "360p"], "--link-clips shows the clips themselves"),
    (["--transcode", "720p"], "'720p' is not one of '480p', '360p'"),
    (["--jobs", "0"], "0 is not in the range x>=1"),
])
def test_wishes_that_contradict_each_other_are_refused(tmp_path: Path, options: list[str],
                                                       told: str) -> None:
    done = CliRunner().invoke(cli, ["report", str(tmp_path), *options])
    assert done.exit_code == 2 and told in done.output


@pytest.mark.parametrize("fields", [
    {"single_file": True, "where_they_lie": True}, {"single_file": True, "short_side": 480},
    {"where_they_lie": True, "short_side": 480},
])
def test_no_mode_contradicts_itself(fields: dict[str, bool | int]) -> None:
    with pytest.raises(ValueError, match="clips"):
        Mode(**fields)

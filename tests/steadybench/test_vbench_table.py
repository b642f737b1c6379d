"""VBench's overall scores of each method, out of the rows of the results table."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from metrics.vbench.quality import SCALES, quality_score
from steadybench.tables import ResultRow
from steadybench.vbench_table import save


def row(method: str, clip: str, name: str, value: float | None, called: str = "") -> ResultRow:
    status, reason = ("ok", "") if value is not None else ("abstained", "no weights")
    setup = (called or clip, method, "", "", "", "", "p", 0, 5.0)
    return ResultRow(*setup, f"vbench.{name}", value, "0-1", "higher", status, reason, clip, "id")


def clip(method: str, name: str, frames: int, value: float | None, **others: float | None) -> list[ResultRow]:
    numbers = dict.fromkeys(SCALES, value) | others | {"frames": float(frames)}
    return [row(method, name, quantity, number) for quantity, number in numbers.items()]


def written(rows: list[ResultRow], out: Path) -> dict[str, dict[str, str]]:
    path = save(rows, out)
    assert path is not None
    return {line["method"]: line for line in csv.DictReader(path.read_text().splitlines())}


def test_consistencies_weigh_frames_and_the_rest_weighs_videos(tmp_path: Path) -> None:
    rows = [*clip("m", "a", 11, 0.9), *clip("m", "b", 31, 0.5), *clip("other", "a", 11, 0.9)]
    found = written(rows, tmp_path)
    line = found["m"]
    assert float(line["background_consistency"]) == pytest.approx(0.6)
    assert float(line["background_consistency_by_videos"]) == pytest.approx(0.7)
    assert float(line["imaging_quality"]) == pytest.approx(0.7)
    scores = {name: float(line[name]) for name in SCALES}
    assert float(line["quality_score"]) == pytest.approx(quality_score(scores))
    assert (line["clips"], found["other"]["clips"], line["reason"]) == ("2", "1", "")


def test_a_dimension_that_a_clip_lacks_is_left_out_with_its_name(tmp_path: Path) -> None:
    rows = [*clip("m", "a", 9, 0.9), *clip("m", "b", 9, 0.5, motion_smoothness=None)]
    line = written(rows, tmp_path)["m"]
    assert line["motion_smoothness"] == line["quality_score"] == ""
    assert line["reason"] == "not of every clip: motion_smoothness"
    assert line["imaging_quality"] == "0.7"


def test_one_file_under_two_names_counts_once(tmp_path: Path) -> None:
    twins = [*clip("m", "a", 9, 0.9), row("m", "a", "frames", 9.0, "twin"), *clip("m", "b", 9, 0.5)]
    assert written(twins, tmp_path)["m"]["clips"] == "2"


def test_without_the_panel_there_is_no_file(tmp_path: Path) -> None:
    assert save(clip("m", "a", 9, 0.9), tmp_path) is not None
    assert save([], tmp_path) is None
    assert list(tmp_path.iterdir()) == []

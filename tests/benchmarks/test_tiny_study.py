"""Tables of a study, on a hand-made results table whose answers are worked out beside it."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest

from benchmarks.study_clips import StudyError, read
from benchmarks.tiny_study import Mean, main, mean, rows_of, study
from reports.model import RESULT_COLUMNS

AXES = ("premise", "drift", "stagnation", "hardening")
Onset = tuple[float, str] | str
"""A second with its status, or the reason for abstaining."""


def came(second: float) -> Onset:
    return second, "ok"


def held(second: float = 60.0) -> Onset:
    return second, "censored"


def clip(
    configuration: str,
    prompt: str,
    seed: int = 0,
    late: Mapping[str, float] | None = None,
    method: str = "self-forcing",
    backbone: str = "tiny",
    horizon: float | None = 60.0,
    **onsets: Onset,
) -> Iterator[dict[str, object]]:
    """Rows of one clip that held on every axis that is not named."""
    shared = {
        "clip": f"{method}:{configuration} {prompt} seed {seed}",
        "method": method,
        "backbone": backbone,
        "configuration": configuration,
        "prompt_id": prompt,
        "seed": seed,
        "horizon_s": horizon,
        "clip_sha256": hashlib.sha256(f"{method} {configuration} {prompt} {seed}".encode()).hexdigest(),
    }
    for axis in AXES:
        said = onsets.get(axis, held())
        value, status = (None, "abstained") if isinstance(said, str) else said
        own = {"value": value, "status": status, "reason": said if isinstance(said, str) else ""}
        named = {"metric": f"{axis}.onset", "unit": "s", "direction": "higher", "identity": f"id-{axis}"}
        yield {**shared, **named, **own}
    for axis, level in (late or {}).items():
        named = {"metric": f"{axis}.late", "unit": "", "direction": "lower", "identity": f"id-{axis}"}
        yield {**shared, **named, "value": level, "status": "ok", "reason": ""}


def written(folder: Path, *clips: Iterable[dict[str, object]]) -> Path:
    folder.mkdir(exist_ok=True)
    with (folder / "results.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, RESULT_COLUMNS)
        writer.writeheader()
        writer.writerows(row for rows in clips for row in rows)
    return folder


def cells(text: str, title: str, row: str) -> list[str]:
    """Cells of a row of the table under a heading, its name left out."""
    table = text.partition(f"### {title}\n")[2].partition("###")[0]
    (line,) = (line for line in table.splitlines() if line.startswith(f"| {row} |"))
    return [cell.strip() for cell in line.strip("|").split("|")][1:]


LONG, NATIVE = "self-forcing:long (tiny backbone)", "steady-forcing:engine-native (tiny backbone)"


@pytest.fixture
def text(tmp_path: Path) -> str:
    """Two scenes, two seeds, two rows in two folders."""
    late = {"drift": 0.2, "stagnation": 0.1, "hardening": 0.0}
    steady = partial(clip, method="steady-forcing")
    first = written(
        tmp_path / "a",
        clip("long", "surf", 0, late, drift=came(10)),
        clip("long", "surf", 1, late, drift=held(20)),
        clip("long", "fire", 0, {**late, "drift": 0.8}, drift=came(30)),
        clip("long", "fire", 1, {**late, "drift": 0.4}, hardening=came(40)),
    )
    second = written(
        tmp_path / "b",
        steady("engine-native", "surf", 0, {**late, "drift": 0.0}, stagnation=came(15)),
        steady("engine-native", "surf", 1, late, premise=came(50)),
        steady("engine-native", "fire", 0, {"drift": 0.3}, stagnation="no medium"),
        steady("engine-native", "fire", 1, {"drift": 0.5}),
    )
    return study(read([first, second]), "self-forcing:long")


def test_heading(text: str) -> None:
    assert text.startswith("8 clips of 2 scenes, 2 seeds, 60 s asked for.\n")
    assert "nothing about the published checkpoints" in text


def test_failures_of_an_axis(text: str) -> None:
    # onsets 10, 30 came; 20, 60 did not. Survival 3/4 after 10, 3/4 * 1/2 after 30: the median is 30.
    # Of the late levels 0.2, 0.2, 0.8, 0.4 none is struck out: mean 0.4.
    assert cells(text, "Drift", LONG) == ["4", "0", "0", "50 %", "30.0", "0.40"]


def test_what_another_failure_ended_is_cut_short(text: str) -> None:
    # the clip that stagnates at 15 and the one whose camera moves at 50 cannot be said to hold their scene:
    # two cut short, levels 0.3 and 0.5 remain. Nothing drifts; the longest time seen is 60.
    assert cells(text, "Drift", NATIVE) == ["4", "0", "2", "0 %", "> 60", "0.40"]


def test_an_abstained_clip_is_counted(text: str) -> None:
    # of three clips with a number one stagnates at 15; the moved one is cut at 50; late levels: 0.1 of the
    # one that failed, which is never struck out; the moved clip's is; the fourth has none.
    assert cells(text, "Stagnation", NATIVE) == ["3", "1", "1", "33 %", "> 60", "0.10"]


def test_steady_seconds(text: str) -> None:
    # first failures: 10, 30, 40 came; 20 was seen without. 3/4 after 10, * 1/2 after 30: median 30.
    assert cells(text, "Steady seconds", LONG) == ["4", "100 %", "30.0", "0", "–"]
    # 15 came, 50 the camera, 60 held, one cannot be told: 2/3 after 15, 1/3 after 50.
    # Pairs: surf 0: 15 - 10 = 5; surf 1: 50 - 20 = 30; fire 1: 60 - 40 = 20; mean 18.3.
    assert cells(text, "Steady seconds", NATIVE) == ["4", "75 %", "50.0", "1", "+18.3"]


def test_a_clip_that_was_not_measured_is_told(tmp_path: Path) -> None:
    broken = [row | {"status": "failed", "value": None} for row in clip("long", "fire")]
    text = study(read([written(tmp_path / "a", clip("long", "surf"), broken)]), "self-forcing:long")
    assert cells(text, "Steady seconds", LONG)[0] == "2, 1 not measured"
    assert cells(text, "Drift", LONG)[0] == "1"


def test_another_row_to_compare_with_may_be_absent(tmp_path: Path) -> None:
    text = study(read([written(tmp_path / "a", clip("long", "surf"))]), "causvid:engine-native")
    assert cells(text, "Steady seconds", LONG)[-1] == "–"


def test_rows_with_the_same_clips_are_named(tmp_path: Path) -> None:
    made = [list(clip("common", "surf", method=method)) for method in ("causvid", "longlive")]
    for row in (*made[0], *made[1]):
        row["clip_sha256"] = "ab" * 32
    text = study(read([written(tmp_path / "a", *made, clip("long", "surf"))]), "self-forcing:long")
    names = "causvid:common (tiny backbone), longlive:common (tiny backbone)"
    assert f"The same clips to the byte, so one result and not 2: {names}." in text


def test_scenes_are_drawn_and_not_clips() -> None:
    # One of five scenes fails, in both of its clips. The failing share of five drawn scenes is binomial:
    # at most 2 of 5 with 94 %, at most 3 with 99 %, so the interval ends at 60 %; with ten clips drawn
    # one by one it would end at 50 %.
    scenes = [scene for scene in "abcde" for _ in range(2)]
    found = mean([float(scene == "c") for scene in scenes], scenes)
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0, 0.6))


def test_a_scene_with_more_clips_weighs_more() -> None:
    assert mean([1, 1, 1, 0], ["a", "a", "a", "b"]) == Mean(0.75)
    alike = mean([0.3] * 6, list("abcdef"))
    assert alike is not None
    assert (alike.low, alike.high) == pytest.approx((0.3, 0.3))


def test_few_scenes_give_no_interval_and_no_values_no_mean() -> None:
    assert mean([1, 0, 0, 0, 0], list("abcda")) == Mean(0.2)
    assert mean([], []) is None


def test_intervals_are_shown(tmp_path: Path) -> None:
    folder = written(
        tmp_path / "a", *(clip("long", scene, late={"drift": 0.7}, drift=came(8)) for scene in "abcde")
    )
    text = study(read([folder]), "self-forcing:long")
    assert cells(text, "Drift", LONG) == [
        "5",
        "0",
        "0",
        "100 % [100, 100]",
        "8.0 [8.0, 8.0]",
        "0.70 [0.70, 0.70]",
    ]
    assert cells(text, "Hardening", LONG)[4] == "> 60 [> 60, > 60]"


def test_a_run_given_twice_counts_once(tmp_path: Path) -> None:
    folder = written(tmp_path / "a", clip("long", "surf"))
    (row,) = rows_of(read([folder, folder]))
    assert len(row.clips) == 1


def swapped(rows: Iterable[dict[str, object]], **changes: object) -> list[dict[str, object]]:
    return [row | changes for row in rows]


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (list(clip("engine-native", "surf", horizon=30.0)), "different horizons: 30 s, 60 s"),
        (
            swapped(clip("engine-native", "surf"), identity="id-other"),
            "drift measured under different identities: id-drift, id-other",
        ),
        (list(clip("engine-native", "")), "without method or prompt: self-forcing:engine-native  seed 0"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    tmp_path: Path, other: list[dict[str, object]], told: str
) -> None:
    folder = written(tmp_path / "a", clip("long", "surf"), other)
    with pytest.raises(StudyError, match=f"(?s)put side by side.*{told}"):
        read([folder])


def test_folders_without_a_table_are_named_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "results.csv").write_text("clip,value\nx,1\n", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main([str(tmp_path / "gone"), str(tmp_path / "odd")])
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert "gone" in said
    assert "lacks the columns" in said


def test_the_command_prints_the_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([str(written(tmp_path / "a", clip("long", "surf"))), "--against", "self-forcing:long"])
    said = capsys.readouterr().out
    assert cells(said, "Steady seconds", LONG)[0] == "1"


def test_an_empty_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="no clip"):
        read([written(tmp_path / "a")])

"""Scoring, with a measurer that needs milliseconds: resume, duplicates, faults, determinism."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pyarrow.parquet as pq
import pytest

from metrics.types import Quantity
from steadybench import tables
from steadybench.errors import INCOMPLETE, OK, InputError, NothingFoundError
from steadybench.execute import Limits
from steadybench.progress import Progress
from steadybench.score import Order, Summary, rebuild, score_paths
from steadybench.wanted import load as load_wanted
from steadybench.wanted import save as save_wanted
from tests.steadybench.fake_measurer import FakeMeasurer

CLIPS = {"a.mp4": b"aaaaaaaaaa", "b.gif": b"bb", "sub/c.avi": b"ccccccccc", "d.mp4": b"dddddddddddd"}
TABLES = ("results.parquet", "results.csv", "curves.parquet", "wanted.json")


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    for name, data in CLIPS.items():
        path = tmp_path / "clips" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "clips"


class Bench:
    """One output folder and what was said and measured on the way."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.said: list[str] = []
        self.log = out.with_suffix(".log")

    def score(self, *paths: Path, jobs: int = 1, manifest: Path | None = None, version: int = 1) -> Summary:
        order = Order(self.out, ["steadybench", "score"], Limits(jobs, 30), report=False)
        measurer = FakeMeasurer(version, self.log)
        return score_paths(paths, manifest, measurer, order, Progress(self.said.append))

    def measured(self) -> list[str]:
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return sorted(lines)

    def tables(self) -> dict[str, bytes]:
        return {name: (self.out / name).read_bytes() for name in TABLES}

    def rows(self) -> list[dict[str, object]]:
        return pq.read_table(self.out / "results.parquet").to_pylist()

    def records(self) -> dict[str, tuple[int, int]]:
        found = sorted(self.out.glob("records/*/*.json"))
        return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in found}


@pytest.fixture
def bench(tmp_path: Path) -> Callable[[str], Bench]:
    return lambda name: Bench(tmp_path / name)


def test_every_clip_has_a_row_for_every_quantity(clips: Path, bench: Callable[[str], Bench]) -> None:
    one = bench("one")

    summary = one.score(clips)

    assert (summary.exit_code, summary.clips, summary.failed) == (OK, 4, ())
    found = {(row["clip"], row["metric"]): row["value"] for row in one.rows()}
    assert len(found) == 12
    assert found["c", "drift.onset"] == ord("c") / 3
    assert found["b", "premise.onset"] is None


def test_a_second_run_measures_nothing_and_changes_no_byte(
    clips: Path, bench: Callable[[str], Bench]
) -> None:
    one = bench("one")
    one.score(clips)
    records, before = one.records(), one.tables()
    assert len(one.measured()) == 4

    one.score(clips)

    assert one.measured() == []
    assert one.records() == records
    assert one.tables() == before


def test_jobs_and_folder_order_do_not_change_a_byte(clips: Path, bench: Callable[[str], Bench]) -> None:
    one, two = bench("one"), bench("two")
    one.score(clips, jobs=1)
    two.score(clips, jobs=2)

    assert one.tables() == two.tables()
    assert {path.name: path.read_bytes() for path in one.out.glob("records/*/*")} == {
        path.name: path.read_bytes() for path in two.out.glob("records/*/*")
    }


def test_moving_and_renaming_clips_measures_nothing_again(clips: Path, bench: Callable[[str], Bench]) -> None:
    one = bench("one")
    one.score(clips)
    one.measured()
    (clips / "a.mp4").rename(clips / "new name.mkv")

    one.score(clips)

    assert one.measured() == []
    assert "new name" in {row["clip"] for row in one.rows()}


def test_a_new_metric_version_measures_again_under_another_identity(
    clips: Path, bench: Callable[[str], Bench]
) -> None:
    one = bench("one")
    one.score(clips)
    old = {row["identity"] for row in one.rows()}
    one.measured()

    one.score(clips, version=2)

    assert len(one.measured()) == 4
    assert not old & {row["identity"] for row in one.rows()}


def test_only_the_missing_measurement_is_taken(clips: Path, bench: Callable[[str], Bench]) -> None:
    one = bench("one")
    one.score(clips)
    one.measured()
    before = one.tables()
    drift = [
        path for path in sorted(one.out.glob("records/*/*.json")) if b'"drift.onset"' in path.read_bytes()
    ]
    drift[0].write_bytes(b"damaged")

    one.score(clips)

    (line,) = one.measured()
    assert line.endswith(" drift")
    assert one.tables() == before


@pytest.mark.parametrize("data", [b"BAD", b"BUG", b"CRASH"])
def test_a_clip_that_fails_fails_alone_and_is_tried_again(
    clips: Path, bench: Callable[[str], Bench], data: bytes
) -> None:
    one = bench("one")
    (clips / "x.mp4").write_bytes(data)

    summary = one.score(clips)

    assert summary.exit_code == INCOMPLETE
    assert [line.split(":")[0] for line in summary.failed] == ["x"]
    failed = [row for row in one.rows() if row["status"] == "failed"]
    assert {row["clip"] for row in failed} == {"x"}
    assert len(failed) == 3
    assert all(row["reason"] and row["value"] is None for row in failed)
    assert len(one.measured()) == 5
    one.score(clips)
    assert len(one.measured()) == 1


def test_a_clip_that_hangs_is_stopped(clips: Path, bench: Callable[[str], Bench]) -> None:
    one = bench("one")
    (clips / "x.mp4").write_bytes(b"HANG")
    order = Order(one.out, ["steadybench"], Limits(1, 2.0), report=False)

    summary = score_paths([clips], None, FakeMeasurer(), order, Progress(one.said.append))

    assert summary.failed == ("x: was stopped after 2 s; raise the time limit if it needs longer",)


def test_duplicates_are_measured_once_named_twice_and_announced(
    clips: Path, bench: Callable[[str], Bench]
) -> None:
    one = bench("one")
    (clips / "twin.mp4").write_bytes(CLIPS["a.mp4"])

    one.score(clips)

    assert len(one.measured()) == 4
    twins = [row for row in one.rows() if row["clip"] in {"a", "twin"}]
    assert len(twins) == 6
    assert len({row["clip_sha256"] for row in twins}) == 1
    sentence = "Same bytes under several names, measured once: a, twin."
    assert sentence in load_wanted(one.out).limits
    assert sentence in json.loads((one.out / "run.json").read_text())["notices"]
    assert sentence in one.said


def test_a_manifest_names_methods_and_says_what_it_does_not_cover(
    clips: Path, bench: Callable[[str], Bench]
) -> None:
    one = bench("one")
    table = clips / "clips.csv"
    table.write_text(
        "path,method,prompt_id,seed,horizon_s,fixed_camera\na.mp4,M,p,3,30,no\nsub/c.avi,N,p,,,\n"
    )

    one.score(clips / "a.mp4", clips / "b.gif", manifest=table)

    rows = {row["clip"]: row for row in one.rows()}
    assert (rows["a"]["method"], rows["a"]["seed"], rows["a"]["horizon_s"]) == ("M", 3, 30.0)
    assert (rows["b"]["method"], rows["b"]["seed"]) == ("", None)
    limits = " ".join(load_wanted(one.out).limits)
    assert "without method and prompt: b.gif" in limits
    assert "not scored: c.avi" in limits
    assert load_wanted(one.out).entries[0].notes == ("The manifest says that this camera is not fixed.",)


def test_a_manifest_alone_names_the_clips(clips: Path, bench: Callable[[str], Bench]) -> None:
    one = bench("one")
    (clips / "clips.csv").write_text("path,method\nsub/c.avi,N\n")

    one.score(manifest=clips / "clips.csv")

    assert {row["clip"] for row in one.rows()} == {"c"}


def test_an_annotated_mask_is_part_of_the_identity_and_of_the_key(
    clips: Path, bench: Callable[[str], Bench]
) -> None:
    one = bench("one")
    cv2.imwrite(str(clips / "m.png"), np.full((48, 64), 1, np.uint8))
    table = clips / "clips.csv"
    table.write_text("path,mask\na.mp4,m.png\nb.gif,\n")
    one.score(clips, manifest=table)
    identities = {row["clip"]: row["identity"] for row in one.rows() if row["metric"] == "drift.onset"}
    one.measured()
    assert identities["a"] != identities["b"]

    cv2.imwrite(str(clips / "m.png"), np.full((48, 64), 2, np.uint8))
    one.score(clips, manifest=table)

    assert one.measured() == ["a.mp4 premise,drift"]


@pytest.mark.parametrize(
    "mask", [np.zeros((4, 4, 3), np.uint8), np.full((4, 4), 9, np.uint8), np.zeros((4, 4), np.uint16)]
)
def test_a_mask_of_the_wrong_kind_is_refused(
    clips: Path, bench: Callable[[str], Bench], mask: np.ndarray
) -> None:
    cv2.imwrite(str(clips / "m.png"), mask)
    (clips / "clips.csv").write_text("path,mask\na.mp4,m.png\n")

    with pytest.raises(InputError, match="expected an 8-bit grey PNG"):
        bench("one").score(clips, manifest=clips / "clips.csv")


def test_same_bytes_with_two_masks_fail_alone(clips: Path, bench: Callable[[str], Bench]) -> None:
    (clips / "twin.mp4").write_bytes(CLIPS["a.mp4"])
    cv2.imwrite(str(clips / "m.png"), np.full((48, 64), 1, np.uint8))
    (clips / "clips.csv").write_text("path,mask\na.mp4,m.png\ntwin.mp4,\n")

    one = bench("one")
    summary = one.score(clips, manifest=clips / "clips.csv")

    reason = "a, twin hold the same bytes but carry different masks; give them the same mask"
    assert summary.failed == (f"a: {reason}", f"twin: {reason}")
    assert {row["status"] for row in one.rows() if row["clip"] not in ("a", "twin")}.isdisjoint({"failed"})


def test_a_folder_without_clips_says_what_is_there(tmp_path: Path, bench: Callable[[str], Bench]) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(NothingFoundError, match="No clip found in"):
        bench("one").score(tmp_path / "empty")
    (tmp_path / "empty" / "notes.md").write_text("x")
    with pytest.raises(NothingFoundError, match=r"holds only notes\.md"):
        bench("one").score(tmp_path / "empty")


def test_the_report_command_rebuilds_the_same_tables(clips: Path, bench: Callable[[str], Bench]) -> None:
    one = bench("one")
    one.score(clips)
    before = one.tables()
    for name in TABLES[:3]:
        (one.out / name).unlink()

    summary = rebuild(Order(one.out, [], report=False), Progress(one.said.append))

    assert summary.exit_code == OK
    assert one.tables() == before


def test_records_that_are_missing_show_as_not_measured_yet(
    clips: Path, bench: Callable[[str], Bench]
) -> None:
    one = bench("one")
    one.score(clips)
    next(one.out.glob("records/*/*.json")).unlink()

    summary = rebuild(Order(one.out, [], report=False), Progress(one.said.append))

    assert summary.exit_code == INCOMPLETE
    assert tables.NOT_YET in {row["reason"] for row in one.rows()}


def test_a_folder_that_holds_no_run_cannot_be_reported(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no readable run"):
        rebuild(Order(tmp_path, [], report=False), pytest.fail)


def test_run_json_has_versions_identities_and_no_clock(clips: Path, bench: Callable[[str], Bench]) -> None:
    one = bench("one")
    one.score(clips)
    first = (one.out / "run.json").read_bytes()
    one.score(clips)

    run = json.loads(first)
    assert (one.out / "run.json").read_bytes() == first
    assert run["packages"]["numpy"] == np.__version__
    assert run["decoder"]["libraries"]["libavcodec"]
    assert set(run["identities"]) == {row["identity"] for row in one.rows()}
    assert run["machine"]["cpus"] >= 1
    assert run["command"] == "steadybench score"


class Liar(FakeMeasurer):
    """Announces fewer quantities than it returns."""

    def quantities(self) -> tuple[Quantity, ...]:
        return tuple(item for item in super().quantities() if item.id != "drift.late")


def test_a_metric_that_returns_what_it_did_not_declare_fails_its_clip(
    clips: Path, bench: Callable[[str], Bench]
) -> None:
    one = bench("one")
    order = Order(one.out, ["steadybench"], Limits(1, 30), report=False)

    summary = score_paths([clips / "a.mp4"], None, Liar(), order, Progress(one.said.append))

    assert "undeclared quantities: ['drift.late']" in summary.failed[0]


def test_a_run_of_an_earlier_version_is_read(clips: Path, bench: Callable[[str], Bench]) -> None:
    """It knows nothing of weights and revisions."""
    one = bench("one")
    one.score(clips)
    body = json.loads((one.out / "wanted.json").read_text())
    for entry in body["entries"]:
        del entry["weights_digest"], entry["revision"]
    (one.out / "wanted.json").write_text(json.dumps(body))
    assert {(entry.weights_digest, entry.revision) for entry in load_wanted(one.out).entries} == {("", "")}


def test_entries_survive_the_disk(clips: Path, bench: Callable[[str], Bench]) -> None:
    one = bench("one")
    one.score(clips)
    found = load_wanted(one.out)
    entry = replace(found.entries[0], notes=("a", "b"), horizon_s=0.1, path="caf\udce9.mp4")
    (one.out / "again").mkdir()
    save_wanted(replace(found, entries=(entry,)), one.out / "again")

    assert load_wanted(one.out / "again").entries == (entry,)
    assert [entry.clip for entry in found.entries] == ["a", "b", "d", "c"]

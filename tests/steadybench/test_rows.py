"""No table pools what differs in configuration, backbone, weights or revision, or calls it by one name."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray

from generators.contract import GeneratorInfo, Job
from metrics.types import Identity, Measurement, Quantity, Value
from metrics.vbench.quality import SCALES
from prompts.loader import load_suite
from steadybench.execute import Limits
from steadybench.manifest import ManifestError
from steadybench.plan import Method, PlannedClip
from steadybench.progress import Progress
from steadybench.remarks import described
from steadybench.score import Order, score_paths
from tests.steadybench.fake_measurer import FakeScored
from tests.steadybench.test_steady_tables import AllAxes

OLD, NEW = "a" * 64, "b" * 64
PROMPTS = 6
SETUPS = (
    ("longlive", "wan2.1-1.3b", "native", OLD, "e52d9ef"),
    ("longlive", "wan2.1-1.3b", "native", NEW, "e52d9ef"),
    ("longlive", "wan2.1-1.3b", "native", OLD, "7860ad9"),
    ("longlive", "wan2.1-1.3b", "native", OLD, ""),
    ("longlive", "wan2.1-1.3b", "engine-native", OLD, ""),
    ("longlive", "tiny", "engine-native", OLD, ""),
    ("longlive", "wan2.1-1.3b", "common", OLD, ""),
    ("longlive:common", "wan2.1-1.3b", "", OLD, ""),
)
"""Method, backbone, configuration, weights, revision; the last two names differ by a number only."""
SETUP = ("method", "backbone", "configuration", "weights_digest", "revision")


@dataclass(frozen=True)
class WithPanel(AllAxes):
    """The axes, and VBench's quantities: all of them the file's second byte over 100."""

    def quantities(self) -> tuple[Quantity, ...]:
        names = (*SCALES, "frames")
        panel = [Quantity(f"vbench.{name}", "0-1", "higher", "Score.") for name in names]
        return (*super().quantities(), *panel)

    def identities(self, mask_source: str) -> Mapping[str, Identity]:
        return {**super().identities(mask_source), "vbench": Identity("vbench", 1, {})}

    def measure(
        self, path: Path, names: Sequence[str], labels: NDArray[np.uint8] | None, mask_source: str
    ) -> FakeScored:
        axes = [name for name in names if name != "vbench"]
        found = super().measure(path, axes, labels, mask_source)
        score = path.read_bytes()[1] / 100
        values = [Value(f"vbench.{name}", score) for name in SCALES] + [Value("vbench.frames", 10.0)]
        panel = Measurement(self.identities(mask_source)["vbench"], tuple(values))
        return FakeScored(found.facts, found.mask_sha256, (*found.measurements, panel))


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report over clips of every setup; setup number n drifts at second n + 2 and scores n + 1 percent."""
    folder = tmp_path_factory.mktemp("rows")
    lines = [f"path,{','.join(SETUP)},prompt_id,seed,horizon_s"]
    for number, setup in enumerate(SETUPS):
        for prompt in range(PROMPTS):
            name = f"c{number}-{prompt}.mp4"
            (folder / name).write_bytes(bytes([number + 2, number + 1, prompt]))
            lines.append(f"{name},{','.join(setup)},p{prompt},0,30")
    (folder / "clips.csv").write_text("\n".join(lines) + "\n")
    order = Order(folder / "out", ["steadybench", "score"], Limits(1, 60), report=True)
    summary = score_paths([], folder / "clips.csv", WithPanel(), order, Progress([].append))
    assert not summary.failed
    return folder / "out"


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def setup_of(line: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(str(line[name]) for name in SETUP)


def test_results_lead_from_every_number_to_what_made_it(out: Path) -> None:
    rows = pq.read_table(out / "results.parquet").to_pylist()
    expected = {setup: number + 2.0 for number, setup in enumerate(SETUPS)}
    drifts = [row for row in rows if row["metric"] == "drift.onset"]
    assert len(drifts) == PROMPTS * len(SETUPS)
    assert {(setup_of(row), row["value"]) for row in drifts} == set(expected.items())
    assert [setup_of(row) for row in rows] == [setup_of(row) for row in table(out / "results.csv")]


def test_steady_seconds_pool_no_two_setups(out: Path) -> None:
    rows = [row for row in table(out / "steady_seconds.csv") if row["axis"] == "any"]
    found = {setup_of(row): (row["clips"], float(row["median_s"])) for row in rows}
    assert found == {setup: (str(PROMPTS), number + 2.0) for number, setup in enumerate(SETUPS)}
    assert len(rows) == len(SETUPS)


def test_comparisons_name_every_setup_once(out: Path) -> None:
    rows = table(out / "comparisons.csv")
    names = {row[side] for row in rows for side in ("method_a", "method_b")}
    pairs = [frozenset((row["method_a"], row["method_b"])) for row in rows]
    assert len(names) == len(SETUPS)
    assert sorted(map(sorted, pairs)) == sorted(map(sorted, combinations(sorted(names), 2)))
    assert "longlive:native (wan2.1-1.3b backbone) [weights bbbbbbbb, revision e52d9ef]" in names
    assert "longlive:native (wan2.1-1.3b backbone) [weights aaaaaaaa, revision not stated]" in names
    assert {"longlive:common (wan2.1-1.3b backbone) #1", "longlive:common (wan2.1-1.3b backbone) #2"} <= names


def test_vbench_scores_pool_no_two_setups(out: Path) -> None:
    found = {setup_of(row): (row["clips"], float(row["imaging_quality"]))
             for row in table(out / "vbench_quality.csv")}  # fmt: skip
    assert found == {
        setup: (str(PROMPTS), pytest.approx((number + 1) / 100)) for number, setup in enumerate(SETUPS)
    }


def test_pages_never_call_two_setups_by_one_name(out: Path) -> None:
    index = (out / "report" / "index.html").read_text(encoding="utf-8")
    board = index.split('id="board"', 1)[1].split("<tbody>", 1)[1].split("</tbody>", 1)[0]
    assert board.count("<tr") == len(SETUPS)
    names = {row["method_a"] for row in table(out / "comparisons.csv")}
    told = re.sub(r"<[^>]*>", "", board)
    assert all(told.count(name) == 1 for name in names)
    assert len(list((out / "report" / "method").glob("*.html"))) == len(SETUPS)


def test_a_shortened_digest_is_refused_before_anything_is_scored(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"1234")
    (tmp_path / "clips.csv").write_text("path,method,weights_digest\na.mp4,m,aaaaaaaa\n")
    with pytest.raises(ManifestError):
        score_paths([], tmp_path / "clips.csv", AllAxes(), Order(tmp_path / "out", []), Progress([].append))
    assert not (tmp_path / "out" / "results.csv").exists()


def job() -> Job:
    return Job(load_suite("fixed_camera").prompts[0], 0, 30.0, 16.0, 832, 480)


def test_a_run_records_weights_and_revision_of_each_method() -> None:
    info = GeneratorInfo("m", "native", "wan2.1-1.3b", 1, OLD, revision="e52d9ef")
    method = Method("m:native", {}, info)
    (told,) = described([PlannedClip(method, job())]).values()
    assert isinstance(told, dict)
    assert (told["weights_digest"], told["revision"]) == (OLD, "e52d9ef")


def test_another_revision_or_other_weights_are_another_clip() -> None:
    infos = [GeneratorInfo("m", "native", "wan2.1-1.3b", 1, weights, revision=revision)
             for weights in (OLD, NEW) for revision in ("e52d9ef", "7860ad9")]  # fmt: skip
    assert len({PlannedClip(Method("m:native", {}, info), job()).key for info in infos}) == 4

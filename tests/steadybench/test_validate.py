"""The validation run: plan, resuming, what is left out, what is written. Nothing real is measured."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from metrics.types import Curve, Identity, Quantity, Value
from metrics.validation.responses import CLEAN, Perturbation
from steadybench.errors import NothingFoundError
from steadybench.execute import Limits
from steadybench.progress import Progress
from steadybench.validate import Validated, ValidateRequest, validate
from steadybench.validation.sources import MEDIA, FileClip, Source, scenes, split_seed
from steadybench.validation.work import TruthOrEarly, in_order, tasks_of

QUANTITIES = (
    Quantity("premise.onset", "s", "higher", "When the camera moves."),
    Quantity("drift.late", "level 0-1", "lower", "Drift at the end.", headline=True),
)
PERTURBATIONS = (
    Perturbation("shift", "drift", (1.0, 2.0, 3.0, 4.0)),
    Perturbation("freeze", "stagnation", (1.0,)),
    Perturbation("brighter", "nuisance", (1.0, 2.0)),
)
STRENGTH = {"shift": 0.1, "brighter": 0.001}


@dataclass(frozen=True)
class FakeSuite:
    """Numbers from names. Each measurement is noted in a log; files say by their content how they behave."""

    log: Path
    version: int = 1
    deadly: str = "none of them"
    """Perturbation whose first measurement kills its process."""

    def quantities(self) -> tuple[Quantity, ...]:
        return QUANTITIES

    def identity(self, mask: TruthOrEarly) -> Identity:
        return Identity("validation", self.version, {"mask": mask})

    def perturbations(self) -> tuple[Perturbation, ...]:
        return PERTURBATIONS

    def measure(
        self, source: Source, scratch: Path, perturbation: str, severity: float, mask: TruthOrEarly
    ) -> tuple[tuple[Value, ...], tuple[Curve, ...]]:
        with self.log.open("a") as stream:
            stream.write(f"{source.name} {perturbation} {severity:g} {mask}\n")
        if perturbation == self.deadly:
            os._exit(9)
        kind = source.path.read_text() if isinstance(source, FileClip) else ""
        if kind == "short":
            raise ValueError("the clip lasts 1.00 s")
        moved = kind == "pan"
        if kind == "bare":
            return (Value("drift.late", None, "abstained", "no support"),), ()
        premise = Value("premise.onset", 2.0 if moved else 20.0, "ok" if moved else "censored")
        own = (sum(source.name.encode()) % 17) / 1000
        answer = own + STRENGTH.get(perturbation, 0.0) * severity * (1 + own)
        return (premise, Value("drift.late", answer)), ()


def run(tmp_path: Path, suite: FakeSuite, **how: object) -> tuple[Validated, list[str]]:
    said: list[str] = []
    request = ValidateRequest(tmp_path / "out", limits=Limits(2, 60.0), **how)  # type: ignore[arg-type]
    return validate(request, suite, Progress(said.append)), said


def measured(suite: FakeSuite) -> list[str]:
    return suite.log.read_text().splitlines() if suite.log.exists() else []


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_24_scenes_whose_halves_share_no_seed() -> None:
    report, calibrate = (scenes(half, (0, 1, 2), False, 2) for half in ("report", "calibrate"))
    assert len(report) == len(MEDIA) * 3 == 24
    assert {scene.medium for scene in report} == set(MEDIA)
    assert not {scene.seed for scene in report} & {scene.seed for scene in calibrate}
    assert {split_seed("report", i) for i in range(500)}.isdisjoint(
        split_seed("calibrate", i) for i in range(500)
    )
    assert sum(scene.ladder for scene in report) == 2
    assert len({scene.name for scene in report}) == 24
    assert len(scenes("report", (0, 1, 2), True, 1)) == 6


def test_ladder_clips_get_every_severity_and_others_the_strongest(tmp_path: Path) -> None:
    suite = FakeSuite(tmp_path / "log")
    ladder, plain = scenes("report", (0,), True, 1)[:2]
    assert [(t.perturbation, t.severity) for t in tasks_of(plain, suite, "early", tmp_path)] == [
        (CLEAN, 0.0), ("shift", 4.0), ("freeze", 1.0), ("brighter", 2.0),
    ]  # fmt: skip
    assert len(tasks_of(ladder, suite, "early", tmp_path)) == 1 + 4 + 1 + 2


def test_every_clean_clip_comes_before_the_rest_of_the_clip_before_it(tmp_path: Path) -> None:
    suite = FakeSuite(tmp_path / "log")
    plans = [tasks_of(scene, suite, "early", tmp_path) for scene in scenes("report", (0,), True, 1)]
    order = in_order(plans)
    assert sorted(map(str, order)) == sorted(str(task) for tasks in plans for task in tasks)
    begun = [task.source.name for task in order if task.perturbation == CLEAN]
    for index, tasks in enumerate(plans[:-1]):
        assert order.index(plans[index + 1][0]) < order.index(tasks[1])
    assert begun == [tasks[0].source.name for tasks in plans]


def test_tables_and_page(tmp_path: Path) -> None:
    suite = FakeSuite(tmp_path / "log")
    done, said = run(tmp_path, suite, quick=True)
    out = tmp_path / "out"
    assert done.exit_code == 0
    (row,) = table(out / "selectivity.csv")
    assert list(row)[:6] == [
        "metric", "headline", "selectivity", "auc", "weakest_target", "strongest_nuisance",
    ]  # fmt: skip
    assert (row["metric"], row["headline"]) == ("drift.late", "true")
    assert (row["weakest_target"], row["strongest_nuisance"]) == ("shift", "brighter")
    rows = table(out / "validation.csv")
    shifts = [r for r in rows if (r["metric"], r["perturbation"]) == ("drift.late", "shift")]
    assert [(r["severity"], r["clips"], r["top"]) for r in shifts] == [
        ("1", "1", "false"), ("2", "1", "false"), ("3", "1", "false"), ("4", "6", "true"),
    ]  # fmt: skip
    assert float(shifts[-1]["response"]) == pytest.approx(0.4, rel=0.02)
    assert shifts[-1]["rho"] == "1"
    assert "drift.late" in (out / "validation.md").read_text()
    assert any("drift.late" in line and "shift" in line for line in said)
    assert len(json.loads((out / "validation.json").read_text())["rendered"]) == 6


def test_a_second_run_measures_nothing_and_writes_the_same(tmp_path: Path) -> None:
    suite = FakeSuite(tmp_path / "log")
    run(tmp_path, suite, quick=True)
    files = ("validation.csv", "selectivity.csv", "validation.md")
    first, count = [(tmp_path / "out" / name).read_bytes() for name in files], len(measured(suite))
    run(tmp_path, suite, quick=True)
    assert len(measured(suite)) == count
    assert [(tmp_path / "out" / name).read_bytes() for name in files] == first


def test_what_died_is_named_and_done_by_the_next_run_alone(tmp_path: Path) -> None:
    done, said = run(tmp_path, FakeSuite(tmp_path / "log", deadly="freeze"), quick=True)
    assert done.exit_code == 3
    assert len(done.failed) == 6
    assert any("freeze" in line and "failed" in line for line in said)
    suite = FakeSuite(tmp_path / "again")
    done, _ = run(tmp_path, suite, quick=True)
    assert done.exit_code == 0
    assert {line.split()[1] for line in measured(suite)} == {"freeze"}
    assert len(measured(suite)) == 6


def test_another_version_of_the_metrics_is_measured_anew(tmp_path: Path) -> None:
    run(tmp_path, FakeSuite(tmp_path / "log"), quick=True)
    suite = FakeSuite(tmp_path / "again", version=2)
    run(tmp_path, suite, quick=True)
    assert len(measured(suite)) == len(measured(FakeSuite(tmp_path / "log")))


def clips(folder: Path, kinds: Sequence[str]) -> Path:
    folder.mkdir()
    for number, kind in enumerate(kinds):
        (folder / f"{kind}{number}.mp4").write_text(kind if kind != "good" else f"good {number}")
    return folder


def test_unfit_files_are_left_out_with_the_reason(tmp_path: Path) -> None:
    folder = clips(tmp_path / "clips", ("good", "good", "pan", "short", "bare"))
    done, said = run(tmp_path, FakeSuite(tmp_path / "log"), quick=True, clips=folder, ladders=1)
    assert done.exit_code == 0
    assert {name: len(found.clips) for name, found in done.sets.items()} == {
        "rendered": 6, "files": 2, "all": 8,
    }  # fmt: skip
    left_out = json.loads((tmp_path / "out" / "validation.json").read_text())["left_out"]
    assert left_out == {
        "pan2.mp4": "its camera moves from second 2",
        "short3.mp4": "the clip lasts 1.00 s",
        "bare4.mp4": "no support",
    }
    assert any("pan2.mp4 is left out" in line for line in said)
    top = [r for r in table(tmp_path / "out" / "validation.csv") if r["top"] == "true"]
    assert {r["clips"] for r in top} == {"8"}
    assert (tmp_path / "out" / "selectivity_rendered.csv").exists()
    assert (tmp_path / "out" / "selectivity_files.csv").exists()


def test_a_folder_without_clips(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(NothingFoundError):
        run(tmp_path, FakeSuite(tmp_path / "log"), clips=tmp_path / "empty")

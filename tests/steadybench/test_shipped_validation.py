"""The tables that ship: of the present metrics, on scenes that took no part, and what they say."""

from __future__ import annotations

import csv
import json
from importlib.resources import files

import pytest

from metrics.thresholds import thresholds
from metrics.validation.alarms import MOST
from metrics.validation.targets import PROCEDURAL
from steadybench.validation.sources import split_seed
from steadybench.validation.work import Suite

DATA = files("metrics") / "data"
AXES = ("drift", "stagnation", "hardening")


def table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((DATA / name).read_text().splitlines()))


def test_they_are_of_the_present_metrics_and_of_seeds_kept_for_proof() -> None:
    told = json.loads((DATA / "validation.json").read_text())
    assert told["identity"]["settings"] == dict(Suite().identity("early").settings), "run: make validate"
    assert told["split"] == "report" and len(told["rendered"]) >= 24
    calibrated = {split_seed("calibrate", index) for index in range(100)}
    assert not calibrated & {scene["seed"] for scene in told["rendered"]}


@pytest.mark.parametrize("axis", AXES)
def test_each_level_reaches_its_bars(axis: str) -> None:
    row = next(r for r in table("selectivity.csv") if r["metric"] == f"{axis}.late")
    assert row["verdict"] == "pass"
    assert float(row["selectivity"]) >= PROCEDURAL.selectivity and float(row["auc"]) >= PROCEDURAL.auc


@pytest.mark.parametrize("axis", AXES)
def test_few_clean_minutes_are_flagged(axis: str) -> None:
    rows = [r for r in table("alarms.csv") if r["axis"] == axis and r["kind"] == "clean"]
    assert {"all", "river", "fire"} <= {r["medium"] for r in rows}
    assert all(float(r["share"]) <= MOST for r in rows)


@pytest.mark.parametrize("part", sorted(thresholds()))
def test_little_of_what_is_natural_lies_beyond_its_threshold(part: str) -> None:
    row = next(r for r in table("natural.csv") if r["part"] == part and r["medium"] == "all")
    assert float(row["natural"]) == thresholds()[part].natural, "run: make validate"
    assert float(row["beyond"]) <= MOST

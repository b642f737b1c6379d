"""A number that changes goes with a version that changes."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from metrics.declaration import constants
from metrics.declarations import declaration, declarations
from metrics.score import MEASUREMENTS, Scored, Settings, measure
from tests import golden, golden_clips
from tests.golden import Golden, faults, measured, renewed, stored


@pytest.fixture(scope="module")
def now() -> dict[str, Golden]:
    return measured()


def test_numbers_change_only_with_their_version(now: dict[str, Golden]) -> None:
    found = faults(stored(), now)
    assert not found, "\n".join(line for lines in found.values() for line in lines)


def test_every_measurement_and_every_number_has_golden_values() -> None:
    kept = stored()
    assert set(kept) == {*MEASUREMENTS, *golden.WEIGHT_FREE}
    for declared in declarations():
        if declared.name in kept:
            numbers = {q.id for q in declared.quantities if not q.id.endswith(".level")}
            assert all(set(case) == numbers for case in kept[declared.name].cases.values())


def test_golden_clips_tell_the_failures_apart() -> None:
    """Each headline moves on its clip and rests on the clean one; else a change would pass unseen."""
    kept = {name: one.cases for name, one in stored().items()}
    for axis, clip in (("drift", "carried"), ("stagnation", "looped"), ("hardening", "hardened")):
        late = {case: kept[axis][case][f"{axis}.late"] for case in (clip, "clean")}
        assert isinstance(late[clip], float) and isinstance(late["clean"], float)
        assert late[clip] > 0.4 > 0.1 > late["clean"]
        assert kept[axis]["clean"][f"{axis}.onset"] == "censored 12"
        assert isinstance(kept[axis][clip][f"{axis}.onset"], float)
    assert kept["premise"]["carried"]["premise.onset"] != kept["premise"]["clean"]["premise.onset"]


# ---- the test can fail


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("golden")
    return {name: golden_clips.write(name, folder) for name in ("carried", "slowed", "hardened")}


def seen(clip: Path, name: str) -> dict[str, Golden]:
    scored: Scored = measure(clip, Settings(measurements=(name,)), golden_clips.labels(), "truth")
    numbers = {value.metric: golden.number(value) for value in scored.measurements[0].values}
    return {name: Golden(declaration(name).version, {clip.stem: numbers})}


def before(name: str, case: str) -> dict[str, Golden]:
    kept = stored()[name]
    return {name: replace(kept, cases={case: kept.cases[case]})}


@pytest.mark.parametrize(
    ("name", "clip"), [("drift", "carried"), ("stagnation", "slowed"), ("hardening", "hardened")]
)
def test_constants_changed_by_a_tenth_are_found(
    name: str, clip: str, clips: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    module = sys.modules[declaration(name).module]
    for constant in constants(module.__name__):
        monkeypatch.setattr(module, constant.name, 1.1 * getattr(module, constant.name))
    if hasattr(module, "thresholds"):
        parts = {name: replace(part, failed=1.1 * part.failed) for name, part in module.thresholds().items()}
        monkeypatch.setattr(module, "thresholds", lambda: parts)
    (lines,) = faults(before(name, clip), seen(clips[clip], name)).values()
    assert f"VERSION is still {declaration(name).version}" in lines[0] and "tests.golden --write" in lines[0]
    assert any(line.startswith(f"{clip}: {name}.late was ") for line in lines[1:])


def changed(kept: Golden, by: float) -> Golden:
    numbers = dict(kept.cases["clean"])
    assert isinstance(numbers["drift.late"], float)
    numbers["drift.late"] += by
    return replace(kept, cases={**kept.cases, "clean": numbers})


def test_tolerances_are_those_that_the_code_declares() -> None:
    kept = stored()["drift"]
    tolerance = next(q.tolerance for q in declaration("drift").quantities if q.id == "drift.late")
    assert tolerance is not None and 0 < tolerance < 0.05
    assert faults({"drift": kept}, {"drift": changed(kept, 0.9 * tolerance)}) == {}
    (lines,) = faults({"drift": kept}, {"drift": changed(kept, 1.1 * tolerance)}).values()
    assert len(lines) == 2 and lines[1].startswith("clean: drift.late was ")


def test_a_lost_or_censored_number_is_a_change() -> None:
    kept = stored()["drift"]
    for other in ("abstained", 12.0):
        cases = {**kept.cases, "clean": {**kept.cases["clean"], "drift.onset": other}}
        (lines,) = faults({"drift": kept}, {"drift": replace(kept, cases=cases)}).values()
        told = f"clean: drift.onset was censored 12 and is {other}; 0.01 or half a percent is allowed"
        assert lines[1:] == [told]


def test_a_raised_version_asks_for_values_of_its_own() -> None:
    kept = stored()["drift"]
    raised = {"drift": replace(kept, version=kept.version + 1)}
    assert faults({"drift": kept}, raised) == {
        "drift": [f"there are no golden values of version {kept.version + 1}"]
    }
    assert renewed({"drift": kept}, raised, force=False) == raised


def test_values_of_an_unchanged_version_are_not_written_over(tmp_path: Path) -> None:
    kept = stored()
    now = {"drift": changed(kept["drift"], 0.5)}
    assert renewed(kept, now, force=False) == kept
    assert renewed(kept, now, force=True) == kept | now
    golden.save(kept, tmp_path / "golden.json")
    assert stored(tmp_path / "golden.json") == kept
    assert (tmp_path / "golden.json").read_bytes() == golden.FILE.read_bytes()

"""What a camera, a codec or a player may change without changing the verdict."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from metrics.score import Scored
from tests.scenes import Scene, Stage, number, shared_stage, value

AXES = ("premise", "drift", "stagnation", "hardening")
CLEAN = Scene("river", width=224, height=128)
FAILING = replace(CLEAN, kind="drift+stagnation+hardening")
"""All three axes fail at once."""

CHANGES: dict[str, dict[str, object]] = {
    "darker": {"exposure": 0.7},
    "brighter": {"exposure": 1.25},
    "lower gamma": {"gamma": 0.85},
    "higher gamma": {"gamma": 1.2},
    "crf 23": {"crf": 23},
    "crf 28": {"crf": 28},
    "three quarters of the size": {"size": 0.75},
    "sensor noise": {"sensor_noise": 2.0},
    "mirrored": {"mirror": True},
    "16 fps": {"fps": 16.0},
    "24 fps": {"fps": 24.0},
}
LATE_CLEAN, LATE_FAILING, ONSET = 0.1, 0.2, 2.0
"""How far late levels of the clean and of the failing clip may move, and onsets, seconds."""


@pytest.fixture(scope="module")
def stage() -> Stage:
    return shared_stage()


def changed(scene: Scene, change: str) -> Scene:
    new = CHANGES[change]
    assert set(new) <= {f.name for f in fields(Scene)}
    return replace(scene, **new)  # type: ignore[arg-type]


def moved(before: Scored, after: Scored, tolerance: float) -> dict[str, str]:
    """Onsets and late levels that are not the same."""
    found = {}
    for axis in AXES:
        a, b = (value(s, f"{axis}.onset") for s in (before, after))
        if a.status != b.status or a.value is None or b.value is None or abs(a.value - b.value) > ONSET:
            found[f"{axis}.onset"] = f"{a.value} {a.status} -> {b.value} {b.status}"
    for axis in AXES[1:]:
        x, y = (number(s, f"{axis}.late") for s in (before, after))
        if abs(x - y) > tolerance:
            found[f"{axis}.late"] = f"{x:.3f} -> {y:.3f}"
    return found


def test_the_failing_clip_fails_on_every_axis(stage: Stage) -> None:
    scored = stage.score(FAILING)
    assert [value(scored, f"{axis}.onset").status for axis in AXES[1:]] == ["ok"] * 3
    assert value(scored, "premise.onset").status == "censored"


@pytest.mark.parametrize("change", CHANGES)
def test_a_clean_clip_stays_clean(stage: Stage, change: str) -> None:
    assert moved(stage.score(CLEAN), stage.score(changed(CLEAN, change)), LATE_CLEAN) == {}


@pytest.mark.parametrize("change", CHANGES)
def test_a_failing_clip_fails_at_the_same_second(stage: Stage, change: str) -> None:
    assert moved(stage.score(FAILING), stage.score(changed(FAILING, change)), LATE_FAILING) == {}


def test_the_mask_from_the_start_tells_the_same(stage: Stage) -> None:
    for scene in (CLEAN, FAILING):
        assert moved(stage.score(scene), stage.score(scene, "early"), LATE_FAILING) == {}


@pytest.mark.parametrize("scene", [CLEAN, FAILING], ids=["clean", "failing"])
def test_four_pixels_of_the_mask_do_not_decide(stage: Stage, scene: Scene) -> None:
    scored = stage.score(scene)
    for axis in AXES[1:]:
        base = number(scored, f"{axis}.late")
        for variant in ("eroded4", "dilated4"):
            assert number(scored, f"{axis}.late_{variant}") == pytest.approx(base, abs=0.15), (axis, variant)

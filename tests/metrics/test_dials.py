"""Each failure that is injected moves its own axis, at its own second, and no other axis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pytest

from metrics.score import Scored
from tests.scenes import ONSET_S, RAMP_S, SECONDS, Scene, Stage, curve, notes, number, shared_stage, value

AXES = ("drift", "stagnation", "hardening")
CLEARLY, LEFT_ALONE, QUIET = 0.3, 0.15, 0.2
"""How far a dial moves its own axis beyond the clean clip at least, and another axis at most; and how much
an axis may stir before the dial's second."""


@dataclass(frozen=True, slots=True)
class Case:
    """A dial on a medium, and the axis that it fails."""

    axis: str
    scene: Scene

    @property
    def clean(self) -> Scene:
        return replace(self.scene, kind="")

    def __str__(self) -> str:
        return f"{self.scene.medium}-{self.scene.kind}"


DIALS = {
    "river": {
        "drift": ("drift", "tone", "boiling", "redraw"),
        "stagnation": ("stagnation", "freeze", "attenuation", "replay", "pingpong"),
        "hardening": ("hardening", "blur", "sticking"),
    },
    "fire": {"drift": ("drift",), "stagnation": ("stagnation", "replay"), "hardening": ("hardening",)},
}
CASES = [
    Case(axis, Scene(medium, kind))
    for medium, axes in DIALS.items()
    for axis, kinds in axes.items()
    for kind in kinds
]


@pytest.fixture(scope="module")
def stage() -> Stage:
    return shared_stage()


def every_case() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", CASES, ids=str)


def levels(scored: Scored, axis: str, start: float, end: float) -> Iterator[float]:
    found = curve(scored, f"{axis}.level")
    for t_s, level in zip(found.t_s, found.values, strict=True):
        if level is not None and start <= t_s < end:
            yield level


@pytest.mark.parametrize("medium", DIALS)
def test_a_clean_clip_holds_to_the_end(stage: Stage, medium: str) -> None:
    scored = stage.score(Scene(medium))
    for axis in AXES:
        assert value(scored, f"{axis}.onset").status == "censored"
        assert number(scored, f"{axis}.onset") == pytest.approx(SECONDS, abs=0.01)
        assert number(scored, f"{axis}.late") < QUIET
    assert value(scored, "premise.onset").status == "censored"
    assert value(scored, "stagnation.replay_onset").status == "censored"
    assert number(scored, "stagnation.frozen_share") < 0.1


@every_case()
def test_a_dial_moves_its_own_axis(stage: Stage, case: Case) -> None:
    late = number(stage.score(case.scene), f"{case.axis}.late")
    clean = number(stage.score(case.clean), f"{case.axis}.late")
    assert late >= min(0.5, clean + CLEARLY)


@every_case()
def test_an_axis_is_quiet_before_the_dial_turns(stage: Stage, case: Case) -> None:
    assert max(levels(stage.score(case.scene), case.axis, 0, ONSET_S)) < QUIET


@every_case()
def test_an_onset_lies_within_the_dials_turn(stage: Stage, case: Case) -> None:
    onset = value(stage.score(case.scene), f"{case.axis}.onset")
    if number(stage.score(case.scene), f"{case.axis}.late") >= 0.6:
        assert onset.status == "ok"
    if onset.status == "ok":
        assert onset.value is not None and ONSET_S <= onset.value <= ONSET_S + RAMP_S + 1


@every_case()
def test_a_dial_leaves_the_other_axes_alone(stage: Stage, case: Case) -> None:
    moved = {}
    for axis in AXES:
        late, clean = (number(stage.score(s), f"{axis}.late") for s in (case.scene, case.clean))
        if axis != case.axis and abs(late - clean) > LEFT_ALONE:
            moved[axis] = f"{clean:.2f} -> {late:.2f}"
    assert moved == {}


# ---- stagnation in its disguises


LOOPS = [c for c in CASES if c.scene.kind in ("replay", "pingpong")]


@pytest.mark.parametrize("case", LOOPS, ids=str)
def test_a_loop_is_named_with_its_second(stage: Stage, case: Case) -> None:
    scored = stage.score(case.scene)
    onset = value(scored, "stagnation.replay_onset")
    assert onset.status == "ok"
    assert onset.value == pytest.approx(ONSET_S, abs=1)


def test_the_length_of_an_exact_loop_is_found(stage: Stage) -> None:
    assert number(stage.score(Scene("river", "replay")), "stagnation.replay_lag") == pytest.approx(4, abs=0.2)


def test_a_freeze_is_no_replay(stage: Stage) -> None:
    scored = stage.score(Scene("river", "freeze"))
    assert value(scored, "stagnation.replay_onset").status == "censored"
    assert number(scored, "stagnation.frozen_share") > 0.3


@pytest.mark.parametrize("case", [*LOOPS, Case("stagnation", Scene("river", "freeze"))], ids=str)
def test_replay_and_freeze_are_never_rewarded(stage: Stage, case: Case) -> None:
    """No axis holds longer, and none scores clearly better, than on the clip that goes on."""
    failed, clean = stage.score(case.scene), stage.score(case.clean)
    for axis in AXES:
        assert number(failed, f"{axis}.onset") <= number(clean, f"{axis}.onset")
        assert number(failed, f"{axis}.late") >= number(clean, f"{axis}.late") - 0.08
    assert number(failed, "premise.onset") <= number(clean, "premise.onset")


@pytest.mark.parametrize("source", ["truth", "early"])
def test_a_still_has_failed_at_second_zero(stage: Stage, source: str) -> None:
    scored = stage.score(Scene("river", "freeze", onset_s=0.0), source)
    onset = value(scored, "stagnation.onset")
    assert (onset.value, onset.status) == (0.0, "ok")
    assert number(scored, "stagnation.late") > 0.9


# ---- strength


RISING = {"tone": "drift", "stagnation": "stagnation", "hardening": "hardening", "blur": "hardening"}


@pytest.mark.parametrize(("kind", "axis"), RISING.items())
def test_more_of_a_failure_is_worse(stage: Stage, kind: str, axis: str) -> None:
    scenes = [Scene("river"), *(Scene("river", kind, strength=s) for s in (0.4, 1.0))]
    lates = [number(stage.score(s), f"{axis}.late") for s in scenes]
    assert all(after > before - 0.03 for before, after in pairwise(lates)), lates
    assert lates[2] > lates[1] + 0.1, lates


# ---- the fixed-camera premise


@pytest.mark.parametrize(("kind", "said"), [("pan", "pan"), ("zoom", "zoom in"), ("shake", "shakes")])
def test_a_moving_camera_breaks_the_premise_with_second_and_kind(stage: Stage, kind: str, said: str) -> None:
    scored = stage.score(Scene("river", kind))
    onset = value(scored, "premise.onset")
    assert onset.status == "ok"
    assert onset.value is not None and ONSET_S <= onset.value <= ONSET_S + 2
    assert any(said in note for note in notes(scored, "premise"))


@pytest.mark.parametrize("kind", ["pan", "zoom", "shake"])
def test_a_moving_camera_is_not_rewarded_as_motion(stage: Stage, kind: str) -> None:
    moving, clean = stage.score(Scene("river", kind)), stage.score(Scene("river"))
    assert number(moving, "stagnation.late") >= number(clean, "stagnation.late") - 0.08


@pytest.mark.parametrize("kind", ["pan", "zoom"])
def test_a_moving_camera_is_taken_out_before_the_scene_is_compared(stage: Stage, kind: str) -> None:
    scored = stage.score(Scene("river", kind))
    assert number(scored, "drift.detail_loss") < 0.4


def test_a_zoom_is_measured(stage: Stage) -> None:
    scored = stage.score(Scene("river", "zoom"))
    assert number(scored, "premise.zoom") == pytest.approx(12, abs=1)


def test_a_pan_is_measured(stage: Stage) -> None:
    """12 % of the frame height, in % of the diagonal."""
    scene = Scene("river", "pan")
    expected = 12 * scene.height / float(np.hypot(scene.width, scene.height))
    assert number(stage.score(scene), "premise.pan") == pytest.approx(expected, rel=0.1)


STANDING = ("stagnation", "freeze", "replay", "hardening", "blur", "sticking", "boiling", "tone")


@pytest.mark.parametrize("kind", STANDING)
def test_other_failures_keep_the_premise(stage: Stage, kind: str) -> None:
    scored = stage.score(Scene("river", kind))
    assert value(scored, "premise.onset").status == "censored"
    assert notes(scored, "premise") == ()

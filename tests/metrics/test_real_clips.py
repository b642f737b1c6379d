"""Real and generated clips whose verdict a person can see."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from metrics.score import Scored, Settings, measure
from tests.scenes import notes, value

CLIPS = Path(__file__).parents[3] / "shared" / "clips"
STEADY = ("real/river_gravel.mp4", "real/fire_under_pot.avi", "real/river_drone_stabilised.gif")
HOLDING = (*STEADY, "generated/otter_magi1_5s.mp4")
MOVING = {"real/river_drone_unstabilised.gif": "pan", "generated/hotspring_selfforcing_5s.mp4": "pan"}

pytestmark = [
    pytest.mark.clips,
    pytest.mark.skipif(not CLIPS.is_dir(), reason=f"the shared clips are not at {CLIPS}"),
]


@cache
def scored(name: str) -> Scored:
    return measure(CLIPS / name, Settings())


@pytest.mark.parametrize("name", STEADY)
@pytest.mark.parametrize("axis", ["drift", "stagnation", "hardening"])
def test_real_footage_is_not_called_failed(name: str, axis: str) -> None:
    """Held to the end, or not measurable; never failed."""
    assert value(scored(name), f"{axis}.onset").status in ("censored", "abstained")


@pytest.mark.parametrize("name", HOLDING)
def test_a_steady_camera_keeps_the_premise(name: str) -> None:
    assert value(scored(name), "premise.onset").status == "censored"
    assert notes(scored(name), "premise") == ()


@pytest.mark.parametrize("name", STEADY)
def test_real_footage_does_not_abstain_on_everything(name: str) -> None:
    statuses = {value(scored(name), f"{axis}.onset").status for axis in ("drift", "stagnation", "hardening")}
    assert "censored" in statuses


@pytest.mark.parametrize(("name", "kind"), MOVING.items())
def test_a_moving_camera_breaks_the_premise(name: str, kind: str) -> None:
    assert value(scored(name), "premise.onset").status == "ok"
    assert any(kind in note for note in notes(scored(name), "premise"))

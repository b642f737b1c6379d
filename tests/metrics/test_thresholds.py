"""The scale from a part to a level."""

from __future__ import annotations

from itertools import pairwise

import pytest

from metrics.thresholds import Threshold, thresholds


@pytest.mark.parametrize("name", sorted(thresholds()))
def test_every_part_passes_through_its_points(name: str) -> None:
    scale = thresholds()[name]
    assert 0 <= scale.natural < scale.failed
    assert scale.level(scale.natural) == 0
    assert scale.level(scale.failed) == pytest.approx(0.5)
    if scale.worst is not None:
        assert scale.level(scale.worst) == pytest.approx(1)


@pytest.mark.parametrize("scale", [Threshold(1, 3), Threshold(0.35, 0.65, 1.0), Threshold(0, 0.2, 1.0)])
def test_levels_rise_and_stay_between_zero_and_one(scale: Threshold) -> None:
    end = 50.0 if scale.worst is None else scale.worst
    levels = [scale.level(end * i / 200) for i in range(201)]
    beyond = [v for v in levels if v > 0]
    assert all(a < b for a, b in pairwise(beyond))
    assert min(levels) == 0 and max(levels) <= 1 + 1e-12
    assert scale.level(-5) == 0


def test_by_hand() -> None:
    assert Threshold(1, 3).level(7) == pytest.approx(6 / 8)
    assert Threshold(1, 3).known(None) is None
    assert Threshold(0.0, 0.5, 1.0).level(0.25) == pytest.approx(0.25)
    assert Threshold(0.35, 0.65, 1.0).level(9.0) == pytest.approx(1)

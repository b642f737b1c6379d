"""Which way the medium flows."""

from __future__ import annotations

import numpy as np

from metrics.curves import Bins
from metrics.direction import wrong_way
from metrics.similarity import Similarity
from metrics.track import Pair


def pairs(*velocities: tuple[float, float], speed: float = 2.0) -> list[Pair]:
    return [
        Pair(
            i / 8, Similarity.identity(), np.full(9, speed, np.float32), np.zeros(3, np.float32),
            np.array(v, np.float32),
        )
        for i, v in enumerate(velocities)
    ]  # fmt: skip


def test_a_medium_that_turns_round_goes_the_wrong_way_from_then_on() -> None:
    seen = pairs(*[(2.0, 0.0)] * 48, *[(-2.0, 0.5)] * 32)
    curve, why = wrong_way("w", seen, Bins(10.0))
    assert why == ""
    assert curve.values == (0.0,) * 6 + (1.0,) * 4


def test_a_turn_to_the_side_is_not_the_wrong_way() -> None:
    curve, _ = wrong_way("w", pairs(*[(2.0, 0.0)] * 40, *[(0.4, 1.9)] * 40), Bins(10.0))
    assert set(curve.values) == {0.0}


def test_a_medium_without_direction_abstains() -> None:
    swing = [(2.0, 0.0), (-2.0, 0.1)] * 40
    curve, why = wrong_way("w", pairs(*swing), Bins(10.0))
    assert set(curve.values) == {None} and "no direction" in why


def test_too_little_flow_abstains() -> None:
    curve, why = wrong_way("w", [], Bins(4.0))
    assert curve.values == (None,) * 4 and "too little flow" in why

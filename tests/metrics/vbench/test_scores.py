"""VBench's arithmetic against numbers by hand."""

from __future__ import annotations

import numpy as np
import pytest

from metrics.vbench.engine import difference
from metrics.vbench.scores import ClipScores, Consistency, Degree, Look, interval, needed


def of_frames(levels: list[int], step: int = 2) -> ClipScores:
    pictures = [np.full((4, 6, 3), level, np.uint8) for level in levels]
    scores = ClipScores(480, step)
    for i, picture in enumerate(pictures):
        change = difference(pictures[i - 1], picture) if i else None
        scores.look(Look(i, change=change))
    return scores


def test_flicker_of_0_1_3_is_994118() -> None:
    assert of_frames([0, 1, 3]).values()["temporal_flickering"] == pytest.approx(253.5 / 255)
    assert round(253.5 / 255, 6) == 0.994118


def test_differences_do_not_wrap_at_eight_bits() -> None:
    assert difference(np.full((2, 2, 3), 250, np.uint8), np.full((2, 2, 3), 5, np.uint8)) == 245


def test_one_frame_has_nothing_that_needs_two() -> None:
    values = of_frames([7]).values()
    assert {name for name, value in values.items() if value is not None} == set()


@pytest.mark.parametrize(
    ("sampled", "votes"), [(41, 10), (479, 120), (959, 240), (1919, 480), (10, 2), (14, 4), (6, 2), (2, 0)]
)
def test_votes_are_rounded_to_the_even_number(sampled: int, votes: int) -> None:
    assert needed(sampled) == votes


@pytest.mark.parametrize(
    ("fps", "step"), [(16, 2), (8, 1), (24, 3), (30, 4), (23.976, 3), (20, 2), (12, 2), (28, 4), (3, 1)]
)
def test_about_eight_frames_a_second_are_sampled(fps: float, step: int) -> None:
    assert interval(fps) == step


def test_the_threshold_grows_with_the_short_side() -> None:
    assert Degree(480).threshold == 11.25
    assert Degree(256).threshold == 6.0


def test_vote_and_continuous_form_are_two_numbers() -> None:
    degree = Degree(480)
    for speed in [20.0] * 9 + [0.99 * 11.25] * 31:
        degree.add(speed)
    assert degree.pairs + 1 == 41
    assert degree.vote() is False
    assert degree.continuous() == pytest.approx((9 + 31 * 0.99) / 40)
    one_more = Degree(480)
    for speed in [20.0] * 10 + [0.0] * 30:
        one_more.add(speed)
    assert one_more.vote() is True
    assert one_more.continuous() == pytest.approx(0.25)


def test_a_pair_at_the_threshold_does_not_move() -> None:
    degree = Degree(256)
    for _ in range(3):
        degree.add(6.0)
    assert degree.vote() is False
    assert degree.continuous() == 1.0


def test_a_vote_that_needs_none_is_won_as_in_vbench() -> None:
    degree = Degree(256)
    assert degree.vote() is None
    degree.add(0.0)
    assert degree.vote() is True


def test_consistency_is_half_to_the_frame_before_and_half_to_the_first() -> None:
    consistency = Consistency()
    for angle in (0.0, 60.0, 120.0):
        turned = np.deg2rad(angle)
        consistency.add(np.float32([3 * np.cos(turned), 3 * np.sin(turned)]))
    # frame 1: cos 60 twice; frame 2: cos 60 and cos 120, which counts as 0
    assert consistency.mean.value() == pytest.approx((0.5 + 0.25) / 2, abs=1e-6)
    assert consistency.mean.count == 2


def test_scales_are_those_of_overall_scores() -> None:
    scores = ClipScores(480, 2)
    for i in range(3):
        scores.look(Look(i, imaging=60.0 + i, aesthetic=5.0 + i))
    scores.middle(0, 25.5)
    values = scores.values()
    assert values["imaging_quality"] == pytest.approx(0.61)
    assert values["aesthetic_quality"] == pytest.approx(0.6)
    assert values["motion_smoothness"] == pytest.approx(0.9)


def test_pairs_and_triples_count_from_the_first_frame_of_a_piece() -> None:
    piece = ClipScores(480, 2, start=5, end=11)
    assert [i for i in range(14) if piece.pair_ending_at(i) is not None] == [7, 9]
    assert [i for i in range(14) if piece.triple_ending_at(i) is not None] == [7, 9]
    piece.speed(6, 8, 100.0)
    assert piece.values()["dynamic_degree_cont"] is None
    piece.look(Look(5, change=99.0))
    piece.look(Look(6, change=51.0))
    assert piece.values()["temporal_flickering"] == pytest.approx(0.8)

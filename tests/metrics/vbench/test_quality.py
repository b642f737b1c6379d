"""From clips to a set, by VBench's own rules."""

from __future__ import annotations

import pytest

from metrics.vbench.quality import SCALES, WEIGHTINGS, Clip, normalised, overall, quality_score

AT_MOST = {name: scale.high for name, scale in SCALES.items()}


def test_everything_at_its_best_is_one() -> None:
    assert quality_score(AT_MOST) == pytest.approx(1.0)


def test_a_frozen_clip_loses_at_most_the_weight_of_dynamic_degree() -> None:
    assert quality_score(AT_MOST | {"dynamic_degree": 0.0}) == pytest.approx(1 - 0.5 / 6.5)
    assert round(1 - 0.5 / 6.5, 4) == 0.9231


def test_everything_at_its_lowest_is_zero_and_nothing_is_clipped() -> None:
    assert quality_score({name: scale.low for name, scale in SCALES.items()}) == pytest.approx(0.0)
    assert normalised("motion_smoothness", 1.0) > 1
    assert normalised("temporal_flickering", 0.5) < 0


def test_stretch_of_the_dimensions_near_one() -> None:
    stretch = {name: round(1 / (scale.high - scale.low), 2) for name, scale in SCALES.items()}
    assert stretch["subject_consistency"] == 1.17
    assert stretch["background_consistency"] == 1.35
    assert stretch["temporal_flickering"] == 2.70
    assert stretch["motion_smoothness"] == 3.43


def test_a_missing_dimension_is_no_zero() -> None:
    with pytest.raises(ValueError, match="lacks motion_smoothness"):
        quality_score({name: v for name, v in AT_MOST.items() if name != "motion_smoothness"})


def test_two_means_of_clips_of_unequal_length() -> None:
    clips = [Clip(0.9, 11), Clip(0.5, 31)]
    assert overall(clips, "frames") == pytest.approx((0.9 * 10 + 0.5 * 30) / 40)
    assert overall(clips, "videos") == pytest.approx(0.7)
    same = [Clip(0.9, 21), Clip(0.5, 21)]
    assert overall(same, "frames") == pytest.approx(overall(same, "videos"))


def test_only_the_consistencies_weigh_by_frames() -> None:
    assert {n for n, kind in WEIGHTINGS.items() if kind == "frames"} == {
        "background_consistency", "subject_consistency",
    }


@pytest.mark.parametrize("clips", [[], [Clip(0.5, 1)]])
def test_nothing_has_no_mean(clips: list[Clip]) -> None:
    with pytest.raises(ValueError, match="has two frames"):
        overall(clips, "frames")

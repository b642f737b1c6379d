"""Curves against values worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.curves import Bins, late, onset, onset_s, slope_per_min, summary, value_or_abstain, worst
from metrics.types import Curve

Levels = Sequence[float | None]
LEVELS = st.lists(st.none() | st.floats(0, 1), max_size=40)


def curve(values: Levels) -> Curve:
    return Curve("axis.level", tuple(i + 0.5 for i in range(len(values))), tuple(values))


# ---- onset


ONSETS: dict[str, tuple[Levels, float | None]] = {
    "for good": ([0] * 5 + [1] * 7, 5.0),
    "from the start": ([1] * 8, 0.0),
    "never": ([0.1] * 12, None),
    "a stumble": ([0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], None),
    "a stumble, then for good": ([0, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1], 8.0),
    "for good with one good second": ([0, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1], 2.0),
    "a single second": ([0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1], None),
    "only the last second": ([0] * 11 + [1], None),
    "the last seconds": ([0] * 9 + [1] * 3, 9.0),
    "holes are skipped": ([0, 0, 1, None, 1, None, 1, 1], 2.0),
    "a hole before": ([0, 0, None, 1, 1, 1], 3.0),
    "holes do not count as good": ([0, 1, 1, None, None, None, None, None], 1.0),
    "unmeasured": ([None] * 6, None),
    "empty": ([], None),
}


@pytest.mark.parametrize(("levels", "expected"), ONSETS.values(), ids=ONSETS.keys())
def test_onset(levels: Levels, expected: float | None) -> None:
    assert onset_s(levels) == expected


@given(LEVELS)
@settings(deadline=None, derandomize=True)
def test_the_onset_is_a_failing_second(levels: Levels) -> None:
    when = onset_s(levels)
    if when is not None:
        level = levels[int(when)]
        assert level is not None and level >= 0.5


@given(LEVELS, st.floats(0, 1))
@settings(deadline=None, derandomize=True)
def test_a_worse_clip_never_fails_later(levels: Levels, more: float) -> None:
    worse = [None if v is None else min(1.0, v + more) for v in levels]
    before, after = onset_s(levels), onset_s(worse)
    assert before is None or (after is not None and after <= before)


@given(LEVELS, st.integers(1, 10))
@settings(deadline=None, derandomize=True)
def test_good_seconds_in_front_move_the_onset_by_their_number(levels: Levels, seconds: int) -> None:
    before = onset_s(levels)
    assert onset_s([0.0] * seconds + list(levels)) == (None if before is None else before + seconds)


def test_no_failure_is_censored_at_the_clips_length() -> None:
    held = onset("axis.onset", curve([0.1] * 10), 10.25)
    assert (held.value, held.status) == (10.25, "censored")


def test_a_failure_at_zero_is_a_number() -> None:
    failed = onset("axis.onset", curve([1.0] * 10), 10.0)
    assert (failed.value, failed.status) == (0.0, "ok")


def test_nothing_measured_abstains() -> None:
    empty = onset("axis.onset", curve([None] * 10), 10.0)
    assert (empty.value, empty.status) == (None, "abstained")
    assert "measured" in empty.reason


# ---- late, worst, slope


def test_late_is_the_mean_of_the_last_five_seconds() -> None:
    assert late(curve([9.0] * 15 + [0, 1, 2, 3, 4])) == pytest.approx(2.0)


def test_late_takes_the_last_third_of_a_short_clip() -> None:
    assert late(curve([9.0] * 6 + [1, 2, 6])) == pytest.approx(3.0)


def test_late_leaves_holes_out() -> None:
    assert late(curve([9.0] * 15 + [None, 1, None, 3, None])) == pytest.approx(2.0)
    assert late(curve([9.0] * 15 + [None] * 5)) is None


def test_worst_is_the_highest_window_and_its_start() -> None:
    values = [0.0] * 20
    values[7:12] = [0.2, 0.4, 1.0, 0.4, 0.2]
    assert worst(curve(values)) == (pytest.approx(2.2 / 5), 7.0)


def test_the_first_of_two_equal_worst_windows_counts() -> None:
    assert worst(curve([0.0] * 3 + [1.0] * 5 + [0.0] * 5 + [1.0] * 5)) == (1.0, 3.0)


def test_worst_of_nothing() -> None:
    assert worst(curve([None] * 12)) is None


def test_the_slope_of_a_line_is_exact_a_minute() -> None:
    assert slope_per_min(curve([0.01 * i for i in range(20)])) == pytest.approx(0.6)


def test_one_outlier_does_not_tilt_the_slope() -> None:
    values = [0.01 * i for i in range(21)]
    values[20] = 50.0
    assert slope_per_min(curve(values)) == pytest.approx(0.6, rel=0.02)


@given(st.lists(st.none() | st.floats(-5, 5), min_size=1, max_size=25))
@settings(deadline=None, derandomize=True)
def test_the_slope_is_the_median_of_all_pairwise_slopes(values: Levels) -> None:
    points = [(i + 0.5, v) for i, v in enumerate(values) if v is not None]
    found = slope_per_min(curve(values))
    if len(points) < 4:
        assert found is None
    else:
        pairs = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in combinations(points, 2)]
        assert found == pytest.approx(60 * float(np.median(pairs)), abs=1e-9)


def test_summary_abstains_part_by_part() -> None:
    values = {v.metric: v for v in summary("axis", curve([0.0] * 7 + [None] * 5), 12.0)}
    assert values["axis.onset"].status == "censored"
    assert values["axis.late"].status == "abstained" and values["axis.late"].reason
    assert values["axis.slope"].value == pytest.approx(0.0)
    assert set(values) == {f"axis.{n}" for n in ("onset", "late", "slope", "worst", "worst_start")}


def test_zero_is_a_value() -> None:
    assert value_or_abstain("a.b", 0.0, "why").value == 0.0
    assert value_or_abstain("a.b", None, "why").reason == "why"


# ---- bins


@pytest.mark.parametrize(("seconds", "count"), [(0.3, 1), (1.0, 1), (10.4, 10), (10.6, 11), (240.0, 240)])
def test_bins_tile_the_clip(seconds: float, count: int) -> None:
    bins = Bins(seconds)
    assert bins.count == count
    assert bins.centres() == tuple(i + 0.5 for i in range(count))
    assert bins.index(0.0) == 0
    assert bins.index(seconds) == count - 1


def test_a_bin_is_the_median_of_its_observations() -> None:
    found = Bins(4.0).curve("a.b", [0.1, 0.5, 0.9, 1.0, 1.5, 3.9], [1.0, 9.0, 2.0, 4.0, None, 7.0])
    assert found.values == (2.0, 4.0, None, 7.0)
    assert found.t_s == (0.5, 1.5, 2.5, 3.5)


@given(st.floats(0.1, 300), st.lists(st.floats(0, 1), max_size=30))
@settings(deadline=None, derandomize=True)
def test_no_observation_falls_outside(seconds: float, shares: list[float]) -> None:
    bins = Bins(seconds)
    found = bins.curve("a.b", [s * seconds for s in shares], [1.0] * len(shares))
    assert len(found.values) == bins.count
    assert any(v == 1.0 for v in found.values) == bool(shares)

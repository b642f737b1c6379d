from __future__ import annotations

import pytest

from reports.gather import columns, shots
from reports.leaderboard import task_columns
from reports.model import ReportInput
from reports.plane import Plane, plane
from reports.share import share
from reports.steady_tables import standings_of
from tests.reports.made import Rows, all_held, entry, report_input, results, rows


def placed(data: ReportInput) -> Plane:
    found = shots(data)
    return plane(found, task_columns(columns(found)), standings_of(data))


def report(clips: list[tuple[str, str, float, float, dict[str, object]]]) -> ReportInput:
    """One clip each: method, prompt, late level of drift and of stagnation, onsets."""
    entries, table = [], Rows()
    for i, (method, prompt, drift, stagnation, onsets) in enumerate(clips):
        clip = entry(f"{i}.mp4", method=method, prompt_id=prompt, horizon_s=30.0, facts={"duration_s": 30.0})
        entries.append(clip)
        late = [{"metric": "drift.late", "value": drift}, {"metric": "stagnation.late", "value": stagnation}]
        table += rows(clip, all_held(30.0, **onsets), late)
    return report_input(entries, results(table))


def test_a_point_is_one_less_the_mean_late_levels() -> None:
    data = report([("m", "a", 0.2, 0.1, {}), ("m", "b", 0.4, 0.5, {}), ("m", "c", 0.0, 0.0, {})])
    (point,) = placed(data).points
    assert point.steadiness.value == pytest.approx(0.8)
    assert point.persistence.value == pytest.approx(0.8)
    assert (point.clips, point.prompts, point.moved, point.silent) == (3, 3, 0, 0)
    assert point.steadiness.low is not None and point.steadiness.high is not None
    assert point.steadiness.low < 0.8 < point.steadiness.high


def test_a_frozen_clip_stands_still_and_does_not_move_and_is_counted() -> None:
    (point,) = placed(report([("m", "a", 0.0, 1.0, {"stagnation": 4.0})])).points
    assert (point.persistence.value, point.steadiness.value) == (0.0, 1.0)
    assert (point.frozen, point.drifted, point.moved) == (1, 0, 0)


def test_a_drifting_clip_seems_to_move_and_is_counted() -> None:
    (point,) = placed(report([("m", "a", 1.0, 0.0, {"drift": 4.0})])).points
    assert (point.persistence.value, point.steadiness.value) == (1.0, 0.0)
    assert (point.frozen, point.drifted, point.moved) == (0, 1, 0)


def test_after_the_camera_moved_nothing_counts() -> None:
    (point,) = placed(report([("m", "a", 0.1, 0.1, {"premise": 2.0})])).points
    assert (point.persistence.value, point.steadiness.value, point.moved) == (0.0, 0.0, 1)


def test_a_clip_without_one_of_the_numbers_is_counted_apart() -> None:
    data = report([("m", "a", 0.1, 0.1, {}), ("m", "b", 0.1, 0.1, {})])
    lost = (data.results["clip"] == "1.mp4") & (data.results["metric"] == "drift.late")
    data.results.loc[lost, ["value", "status", "reason"]] = [None, "abstained", "too dark"]
    (point,) = placed(data).points
    assert (point.clips, point.silent) == (1, 1)
    assert point.steadiness.low is None and "1 prompt" in point.steadiness.why


def test_two_horizons_make_no_plane_and_the_reason_names_the_field() -> None:
    first, second = (entry(f"{s}.mp4", method=f"m{s}", prompt_id="a", horizon_s=s, facts={"duration_s": s})
                     for s in (10.0, 30.0))
    late = [{"metric": f"{axis}.late", "value": 0.1} for axis in ("drift", "stagnation")]
    table = results(rows(first, all_held(10.0), late), rows(second, all_held(30.0), late))
    found = placed(report_input([first, second], table))
    assert found.points == () and found.why.startswith("horizon_s differs")


def test_no_method_no_point() -> None:
    found = placed(report([("", "a", 0.1, 0.1, {})]))
    assert found.points == () and "no method" in found.why


def test_a_share_is_a_mean_and_its_limits_hold_it() -> None:
    found = share([0.0, 0.25, 0.5, 1.0], ["a", "b", "c", "d"])
    assert found.value == pytest.approx(0.4375)
    assert found.low is not None and found.high is not None and 0 <= found.low < 0.4375 < found.high <= 1


def test_a_share_of_one_everywhere_keeps_a_lower_limit_below_one() -> None:
    found = share([1.0] * 4, ["a", "b", "c", "d"])
    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(0.025 ** 0.25)


def test_a_share_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="one value or more"):
        share([], [])

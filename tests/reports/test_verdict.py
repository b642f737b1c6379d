"""Which numbers earn nothing, which clips are ranked, what their time was."""

from __future__ import annotations

from typing import Any

import pytest

from reports.completeness import state
from reports.gather import Shot, columns, shots
from reports.leaderboard import clip_rows, method_rows, task_columns
from reports.pages import verdict_badge
from reports.survival import Time
from reports.verdict import not_credited, onset_time, steady_time, verdict
from tests.reports import made


def shot(extra: tuple[dict[str, Any], ...] = (), **came: Any) -> Shot:
    clip = made.entry("a")
    table = made.results(made.rows(clip, made.all_held(30.0, **came), extra))
    return shots(made.report_input([clip], table))[0]


LATE = tuple({"metric": f"{axis}.late", "value": 0.1} for axis in made.AXES[1:])


def struck(of: Shot) -> set[str]:
    return {reading.metric for reading in of.readings if not_credited(of, reading)}


@pytest.mark.parametrize(("came", "expected"), [
    ({}, set()),
    ({"stagnation": 10.0}, {"drift.onset", "drift.late"}),
    ({"drift": 10.0}, {"stagnation.onset", "stagnation.late"}),
    ({"drift": 5.0, "stagnation": 20.0}, set()),
    ({"drift": 20.0, "stagnation": 5.0}, set()),
    ({"drift": 8.0, "stagnation": 8.0}, set()),
    ({"drift": made.held(8.0), "stagnation": 8.0}, set()),
    ({"hardening": 3.0}, set()),
    ({"stagnation": 10.0, "drift": "no ground"}, set()),
    ({"premise": 2.0}, {f"{axis}.{of}" for axis in made.AXES[1:] for of in ("onset", "late")}),
    ({"premise": 2.0, "hardening": made.held(1.5)}, {"drift.onset", "drift.late", "stagnation.onset",
                                                    "stagnation.late"}),
    ({"premise": 9.0, "drift": 5.0}, {"stagnation.onset", "stagnation.late", "hardening.onset",
                                      "hardening.late"}),
    ({"premise": 5.0, "drift": 5.0, "stagnation": 4.0},
     {"hardening.onset", "hardening.late"}),
])
def test_a_number_that_another_failure_bought_is_struck(came: dict[str, Any], expected: set[str]) -> None:
    found = struck(shot(LATE, **came))
    if came.get("drift") == "no ground":
        found -= {"drift.late"}
    assert found == expected


def test_numbers_without_direction_are_never_struck() -> None:
    found = shot(({"metric": "drift.scale", "value": 1.0, "direction": "none"},), stagnation=10.0)
    assert "drift.scale" not in struck(found)


def test_drift_time_of_a_frozen_clip_is_cut_at_the_freeze() -> None:
    found = shot(stagnation=10.0)
    by_axis = {column.axis: column for column in columns([found])}
    assert onset_time(found, by_axis["drift"]) == Time(10.0, happened=False)
    assert onset_time(found, by_axis["stagnation"]) == Time(10.0, happened=True)
    assert onset_time(found, by_axis["hardening"]) == Time(30.0, happened=False)


@pytest.mark.parametrize(("came", "outcome", "at", "axes"), [
    ({}, "holds", 30.0, ()),
    ({"drift": 8.0, "hardening": 3.0}, "fails", 3.0, ("hardening",)),
    ({"drift": 3.0, "hardening": 3.0}, "fails", 3.0, ("drift", "hardening")),
    ({"premise": 2.0, "drift": 1.0}, "fails", 1.0, ("drift",)),
    ({"premise": 2.0, "drift": 3.0}, "moves", 2.0, ("premise",)),
    ({"premise": 2.0, "drift": 2.0}, "moves", 2.0, ("premise",)),
    ({"hardening": "too dark"}, "undecided", None, ("hardening",)),
    ({"hardening": "too dark", "drift": 4.0}, "fails", 4.0, ("drift",)),
    ({"hardening": made.held(12.0)}, "undecided", None, ("hardening",)),
    ({"hardening": made.held(29.2)}, "holds", 29.2, ()),
    ({"stagnation": (0, "failed")}, "unmeasured", None, ("stagnation",)),
    ({"premise": "too dark"}, "undecided", None, ("premise",)),
    ({"premise": 1.0, "drift": (0, "failed")}, "unmeasured", None, ("drift",)),
])
def test_outcomes(came: dict[str, Any], outcome: str, at: float | None, axes: tuple[str, ...]) -> None:
    found = verdict(shot(**came))
    assert (found.outcome, found.at_s, found.axes) == (outcome, at, axes)
    assert found.ranked == (outcome != "unmeasured")


@pytest.mark.parametrize(("length", "asked", "text"), [
    (5.1, 30.0, "holds for 5.1 s of 30 s asked"),
    (29.3, 30.0, "holds for 29.3 s of 30 s asked"),
    (29.5, 30.0, "holds for 29.5 s"),
    (4.4, 5.0, "holds for 4.4 s of 5 s asked"),
    (4.6, 5.0, "holds for 4.6 s"),
    (30.0, 5.0, "holds for 30.0 s"),
    (5.1, None, "holds for 5.1 s"),
])
def test_a_clip_is_held_against_the_length_asked(length: float, asked: float | None, text: str) -> None:
    clip = made.entry("a", method="m", horizon_s=asked, facts={"duration_s": length})
    table = made.results(made.rows(clip, made.all_held(length)))
    (found,) = shots(made.report_input([clip], table))
    assert verdict_badge(verdict(found)).text == text
    assert steady_time(found) == Time(length, happened=False)
    short = "asked" in text
    (row,) = method_rows([found], task_columns(columns([found])))
    assert (row.held, row.short, row.cells[0].held) == (int(not short), int(short), int(not short))
    assert {state(found, c).kind for c in columns([found])} == {"part" if short else "held"}


def test_the_length_is_the_file_s_own_where_the_tables_stop_earlier() -> None:
    clip = made.entry("a", horizon_s=30.0, facts={"duration_s": 30.0})
    (found,) = shots(made.report_input([clip], made.results(made.rows(clip, made.all_held(29.1)))))
    assert verdict(found).outcome == "holds"
    clip = made.entry("a", horizon_s=30.0, facts={"duration_s": 5.0})
    table = made.results(made.rows(clip, made.all_held(5.0, drift="too dark")))
    (found,) = shots(made.report_input([clip], table))
    assert verdict_badge(verdict(found)).text.startswith("no failure seen in less than the 30 s asked, drift")


def test_a_missing_record_is_not_a_held_clip() -> None:
    clip = made.entry("a")
    onsets = {axis: made.held(30.0) for axis in ("premise", "drift", "stagnation")}
    found = shots(made.report_input([clip], made.results(made.rows(clip, onsets))))[0]
    assert verdict(found).outcome == "unmeasured"


def test_steady_time_is_the_first_failure_and_abstains_with_its_axes() -> None:
    assert steady_time(shot(drift=8.0, hardening=3.0)) == Time(3.0, happened=True)
    assert steady_time(shot()) == Time(30.0, happened=False)
    assert steady_time(shot(drift=8.0, hardening="too dark")) is None


def test_a_moving_camera_ends_the_steady_time_like_a_failure() -> None:
    assert steady_time(shot(premise=2.25)) == Time(2.25, happened=True)
    assert steady_time(shot(premise=2.25, drift=1.0)) == Time(1.0, happened=True)
    assert steady_time(shot(premise="too dark")) is None
    moved = shot(premise=2.25, drift=6.0)
    for column in task_columns(columns([moved])):
        fault = Time(6.0, happened=True) if column.axis == "drift" else Time(2.25, happened=False)
        assert onset_time(moved, column) == fault


def test_failures_after_the_first_are_named_in_order() -> None:
    found = verdict(shot(premise=2.0, drift=12.0, hardening=10.0))
    assert found.later == (("hardening", 10.0), ("drift", 12.0))
    assert verdict_badge(found).text == "camera moves at 2.0 s, then hardening at 10.0 s, drift at 12.0 s"


def board(*clips: tuple[str, str, dict[str, Any]], moving: str = "") -> Any:
    """Method rows from (name, method, what came) triples; the clip ``moving`` is declared not fixed."""
    entries = [made.entry(name, method=method, prompt_id=f"p-{name}",
                          fixed_camera=False if name == moving else None) for name, method, _ in clips]
    table = made.results(*(
        made.rows(entry, made.all_held(30.0, **came), LATE)
        for entry, (_, _, came) in zip(entries, clips, strict=True)
    ))
    found = shots(made.report_input(entries, table))
    return {row.label.text: row for row in method_rows(found, task_columns(columns(found)))}


def test_a_method_does_not_lose_its_failures_by_panning() -> None:
    panning = board(("a", "m", {}), ("b", "m", {"premise": 1.0, "drift": 2.0}), ("c", "m", {"premise": 3.0}),
                    ("d", "m", {"drift": (0, "failed")}), ("e", "m", {"hardening": "too dark"}))["m"]
    counts = (panning.clips, panning.ranked, panning.excepted, panning.unmeasured, panning.untold)
    assert counts == (5, 4, 0, 1, 1)
    assert (panning.moved, panning.held) == (2, 1)
    assert (panning.steady.clips, panning.steady.seconds) == (3, 3.0)
    drift = panning.cells[0]
    assert (drift.cut, drift.onset.clips, drift.held) == (1, 4, 2)
    assert drift.level.mean.value == pytest.approx(0.1)


def test_only_a_clip_declared_not_fixed_is_left_out() -> None:
    row = board(("a", "m", {}), ("b", "m", {"premise": 1.0}), moving="b")["m"]
    assert (row.clips, row.ranked, row.excepted, row.moved) == (2, 1, 1, 0)
    assert row.steady.clips == 1 and row.steady.held == 1 and row.cells[0].cut == 0
    twin = made.entry("twin", clip_sha256=made.digest("a"), fixed_camera=False)
    both = [made.entry("a"), twin]
    (found,) = shots(made.report_input(both, made.results(made.rows(both[0], made.all_held(9.0)))))
    assert verdict(found).outcome == "excepted" and not verdict(found).ranked


def test_struck_late_levels_do_not_enter_the_mean() -> None:
    rows = board(("a", "m", {}), ("b", "m", {"stagnation": 4.0}))
    drift, stagnation, _ = rows["m"].cells
    assert drift.cut == 1 and drift.held == 1 and drift.onset.clips == 2
    assert drift.level.mean.value == pytest.approx(0.1)
    assert stagnation.cut == 0
    frozen = board(("b", "m", {"stagnation": 4.0}))["m"]
    level = frozen.cells[0].level
    assert level.mean is None and level.clips == 0
    assert [(part.rival, part.clips, part.mean) for part in level.struck] == [("stagnation", 1, 0.1)]


def test_an_axis_lost_before_the_end_is_not_held() -> None:
    row = board(("a", "m", {}), ("b", "m", {"hardening": made.held(12.0)}))["m"]
    assert [cell.held for cell in row.cells] == [2, 2, 1]
    assert row.held == 1 and row.steady.clips == 2 and not row.steady.reached
    part = shot(hardening=made.held(12.0))
    assert [state(part, column).kind for column in columns([part])] == ["held", "held", "held", "part"]


def test_longest_steady_first() -> None:
    rows = board(("a", "early", {"drift": 2.0}), ("b", "late", {"drift": 9.0}), ("c", "never", {}),
                 ("d", "unread", {"drift": "too dark"}))
    assert list(rows) == ["never", "late", "early", "unread"]


def test_the_same_file_under_two_names_counts_once() -> None:
    one, two = made.entry("a", method="m"), made.entry("b", method="m", clip_sha256=made.digest("a"))
    table = made.results(made.rows(one, made.all_held(30.0)), made.rows(two, made.all_held(30.0)))
    found = shots(made.report_input([two, one], table))
    assert [shot.entry.clip for shot in found] == ["a"]
    assert [entry.clip for entry in found[0].also] == ["b"]


@pytest.mark.parametrize("other", [
    {"method": "n"}, {"method": "m", "configuration": "fast"}, {"method": "m", "backbone": "wan"},
])
def test_the_same_file_from_two_setups_counts_once_for_each(other: dict[str, Any]) -> None:
    sha = made.digest("a")
    clips = [made.entry("a", method="m"), made.entry("again", method="m", clip_sha256=sha),
             made.entry("b", clip_sha256=sha, **other)]
    table = made.results(*(made.rows(clip, made.all_held(30.0, drift=7.0)) for clip in clips))
    found = shots(made.report_input(clips, table))
    assert [shot.entry.clip for shot in found] == ["a", "b"]
    assert [[entry.clip for entry in shot.also] for shot in found] == [["again"], []]
    assert found[0].key == sha[:12] != found[1].key
    rows = method_rows(found, task_columns(columns(found)))
    assert [(row.clips, row.steady and row.steady.seconds) for row in rows] == [(1, 7.0), (1, 7.0)]


def test_identities_never_share_a_column() -> None:
    clip = made.entry("a", method="m")
    table = made.results(made.rows(clip, made.all_held(30.0), identity="dis"),
                         made.rows(clip, made.all_held(30.0, drift=3.0), identity="raft"))
    found = shots(made.report_input([clip], table))
    tasks = task_columns(columns(found))
    assert [(c.axis, c.identity) for c in tasks] == [
        (axis, identity) for axis in made.AXES[1:] for identity in ("dis", "raft")]
    (row,) = clip_rows(found, tasks)
    assert [onset.reading.value for onset, _ in row.marks[:2] if onset.reading] == [30.0, 3.0]
    (method,) = method_rows(found, tasks)
    assert method.steady is None

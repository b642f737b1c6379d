"""Who is ranked, what earns a rank, the two tables, and how onsets are read together."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from reports import steady_tables
from reports.answer import answer, limits
from reports.gather import columns, shots
from reports.leaderboard import method_rows, task_columns
from reports.model import ReportInput
from reports.standings import Standing, Standings
from tests.reports import made

Clips = Mapping[str, list[dict[str, Any]]]
"""By method: what came in the clip of each prompt; the key ``entry`` changes the clip's entry."""


def study(clips: Clips, horizon: float | None = 30.0) -> ReportInput:
    entries, rows = [], []
    for method, own in clips.items():
        for i, came in enumerate(own):
            came = dict(came)
            changes = {"method": method, "prompt_id": f"p{i:02}", "horizon_s": horizon}
            entry = made.entry(f"{method}-{i}", **{**changes, **came.pop("entry", {})})
            entries.append(entry)
            rows.append(made.rows(entry, made.all_held(came.pop("end", 30.0), **came)))
    return made.report_input(entries, made.results(*rows))


def of(clips: Clips, horizon: float | None = 30.0) -> dict[str, Standing]:
    return {row.label.text: row for row in steady_tables.standings_of(study(clips, horizon)).rows}


def fails(*at: float, axis: str = "drift") -> list[dict[str, Any]]:
    return [{axis: second} for second in at]


GOOD, POOR = [{}] * 8, fails(3, 4, 5, 3, 4, 5, 6, 7)


def test_methods_are_ranked_and_share_a_rank_where_alike() -> None:
    found = of({"good": GOOD, "fine": [{}] * 7 + fails(29), "poor": POOR})
    assert {name: (row.rank, row.group) for name, row in found.items()} == {
        "good": (1, "a"), "fine": (1, "a"), "poor": (3, "b")}
    assert list(found) == ["good", "fine", "poor"]


@pytest.mark.parametrize(("hole", "told"), [
    ({"drift": (0, "failed")}, "1 clip not measured"),
    ({"drift": "too little still ground"}, "1 clip without a number on every axis"),
    ({"end": 12.0}, "1 clip shorter than asked without a failure"),
    ({"entry": {"prompt_id": "other"}}, "no clip of p07, which others have"),
])
def test_a_method_with_a_hole_has_no_rank(hole: dict[str, Any], told: str) -> None:
    found = of({"holed": [*GOOD[:7], hole], "fine": GOOD, "poor": POOR})
    assert told in found["holed"].unranked and found["holed"].rank is None
    if "entry" not in hole:
        assert (found["fine"].rank, found["poor"].rank) == (1, 2)
        assert list(found)[-1] == "holed"


def test_a_prompt_on_which_no_method_has_a_time_is_no_hole() -> None:
    silent = {"drift": "too little still ground"}
    found = of({"one": [*GOOD, silent], "two": [*POOR, silent]})
    assert (found["one"].rank, found["two"].rank) == (1, 2)


def test_few_prompts_have_no_rank_and_the_page_says_why() -> None:
    found = of({"one": GOOD[:2], "two": POOR[:2]})
    assert {row.rank for row in found.values()} == {None}
    assert found["one"].unranked == "2 prompts; 3 are needed"
    assert found["one"].steady is not None and "fewer than 3" in found["one"].steady.why
    alone = of({"one": GOOD})
    assert alone["one"].rank is None and alone["one"].unranked == "no other method to compare with"


def said(clips: Clips) -> tuple[tuple[str, ...], tuple[str, ...]]:
    data = study(clips)
    found, standings = shots(data), steady_tables.standings_of(data)
    rows = method_rows(found, task_columns(columns(found)), standings)
    return answer(found, rows, standings), limits(found, rows, columns(found), (), standings)


def test_the_answer_and_its_limits_tell_what_the_tests_can_tell() -> None:
    sentences, told = said({"one": POOR[:5], "two": GOOD[:5]})
    assert sentences[0] == "5 prompts are too few to rank 2 methods."
    assert any(line.startswith("5 prompts cannot tell methods apart") for line in told)
    sentences, told = said({"one": GOOD, "two": GOOD})
    assert sentences[0] == "By these clips no two of the 2 methods compared can be told apart."
    sentences, told = said({"one": POOR, "two": GOOD, "short": [*GOOD[:7], {"end": 9.0}]})
    assert sentences[:2] == ("two holds longest, told apart from one.",
                             "No rank for short, of which data are missing.")
    assert "Without a rank, for what is missing: short (1 clip shorter than asked without a failure)." in told


def test_without_a_horizon_means_go_as_far_as_every_method_has_a_clip() -> None:
    found = of({"one": [{"end": 20.0}, {}, {}], "two": [{"end": 25.0}] * 3}, horizon=None)
    assert {row.steady.horizon for row in found.values() if row.steady} == {25.0}


MOVED = {"drift": (6.0, False), "stagnation": (6.0, False), "hardening": (6.0, False)}
CASES = [  # what came, stagnation, hardening; then the axis of the first failure and what is credited (E.7)
    ({}, "", {"drift": (30.0, False), "stagnation": (30.0, False)}),
    ({"stagnation": 6.0}, "stagnation", {"drift": (6.0, False), "stagnation": (6.0, True)}),
    ({"stagnation": 6.0, "hardening": 2.0}, "hardening", {"drift": (6.0, False), "hardening": (2.0, True)}),
    ({"hardening": 6.0}, "hardening", {"drift": (30.0, False), "stagnation": (30.0, False)}),
    ({"drift": 6.0}, "drift", {"stagnation": (6.0, False), "drift": (6.0, True)}),
    ({"premise": 6.0}, "premise", MOVED),
]


@pytest.mark.parametrize(("came", "first", "credit"), CASES)
def test_the_joint_reading(came: dict[str, Any], first: str, credit: dict[str, tuple[float, bool]]) -> None:
    """Frozen or looped earns no drift credit, drifted no motion credit, a moved camera nothing."""
    row = of({"m": [came] * 3})["m"]
    assert row.steady is not None
    assert row.steady.seconds == (min(came.values()) if first else float("inf"))
    for column, one in row.axes.items():
        if column.axis in credit and one is not None:
            at, failed = credit[column.axis]
            assert (one.until, one.events) == (at, 3 if failed else 0)


def test_a_frozen_method_does_not_lead_on_drift() -> None:
    """Its clips leave the drift curve where they freeze, so that no mean up to the horizon can be claimed."""
    found = of({"frozen": fails(*[4] * 8, axis="stagnation"), "drifting": fails(*[20] * 8)})
    means = {name: {column.axis: one.mean for column, one in row.axes.items() if one}
             for name, row in found.items()}
    assert means["frozen"]["drift"] is None and means["drifting"]["drift"] == 20.0
    assert means["drifting"]["stagnation"] is None
    assert found["drifting"].rank == 1 and found["frozen"].rank == 2


def read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def test_the_tables_hold_what_the_page_shows(tmp_path: Path) -> None:
    data = study({"good": GOOD, "poor": POOR, "short": [*GOOD[:7], {"end": 9.0}]})
    steady_tables.write(data, tmp_path)
    rows = read(tmp_path / "steady_seconds.csv")
    assert tuple(rows[0]) == steady_tables.STEADY_COLUMNS
    assert [(row["method"], row["axis"]) for row in rows] == [
        (method, axis) for method in ("good", "poor", "short")
        for axis in ("any", "drift", "stagnation", "hardening")]
    good, poor, short = rows[0], rows[4], rows[8]
    assert (good["clips"], good["prompts"], good["events"], good["horizon_s"]) == ("8", "8", "0", "30")
    assert (good["median_s"], good["rmst_s"], good["rank"], good["tie_group"]) == ("> 30", "30", "1", "a")
    assert (poor["median_s"], poor["rmst_s"], poor["rank"], poor["tie_group"]) == ("4", "4.625", "2", "b")
    assert float(poor["rmst_low_s"]) < 4.625 < float(poor["rmst_high_s"])
    assert short["rank"] == "" and short["note"] == "no rank: 1 clip shorter than asked without a failure"
    assert rows[6]["median_s"] == "> 7" and rows[6]["note"] == "no mean: no clip was seen up to 30 s"
    (pair,) = read(tmp_path / "comparisons.csv")
    assert tuple(pair) == steady_tables.COMPARISON_COLUMNS
    assert (pair["method_a"], pair["method_b"], pair["prompts"]) == ("good", "poor", "8")
    assert float(pair["p"]) == float(pair["p_holm"]) == 2 / 2**8
    assert float(pair["rmst_difference_s"]) == pytest.approx(25.375)


def test_equal_tables_are_equal_to_the_byte(tmp_path: Path) -> None:
    names = ("steady_seconds.csv", "comparisons.csv")
    data = study({"good": GOOD, "poor": POOR, "odd, \"name\"": fails(*range(1, 9))})
    turned = made.report_input(data.clips[::-1], data.results.iloc[::-1])
    for i, given in enumerate((data, data, turned)):
        steady_tables.write(given, tmp_path / str(i))
    first, *others = [[(tmp_path / str(i) / name).read_bytes() for name in names] for i in range(3)]
    assert others == [first, first]


def test_a_mixture_has_its_reason_in_the_table(tmp_path: Path) -> None:
    clips = [{"entry": {"horizon_s": 30.0 * (1 + i % 2)}} for i in range(6)]
    found = steady_tables.write(study({"m": clips}), tmp_path)
    rows = read(tmp_path / "steady_seconds.csv")
    assert all(row["median_s"] == "" and "horizon_s differs: 30 s in 3 clips" in row["note"] for row in rows)
    assert found.refusals and read(tmp_path / "comparisons.csv") == []


def test_nameless_clips_leave_the_heads(tmp_path: Path) -> None:
    clip = made.entry("a")
    data = made.report_input([clip], made.results(made.rows(clip, made.all_held(30.0))))
    assert steady_tables.write(data, tmp_path) == Standings()
    assert read(tmp_path / "steady_seconds.csv") == []

"""Values from the literature: with source and setting, apart from what was measured, never ranked."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from reports.build import build
from reports.gather import shots
from reports.model import ReportInput
from reports.published import published, tables
from tests.reports import made

METHOD = "self-forcing:long"


def report(folder: Path, method: str = METHOD, value: float = 6.5, **changes: object) -> ReportInput:
    """Two clips of one method with a panel's number beside their axes."""
    clips, table = [], made.Rows()
    for i in range(2):
        clip = made.entry(f"c{i}.mp4", folder / f"c{i}.mp4", method=method, prompt_id=f"p{i}", seed=0)
        extra = [{"metric": "task_panel.fbd", "value": value + i, "unit": "% diagonal", "identity": "aa" * 8}]
        clips.append(clip)
        table += made.rows(clip, made.all_held(30.0), extra)
    return replace(made.report_input(clips, made.results(table)), **changes)


def test_every_table_carries_source_setting_and_horizon() -> None:
    assert {table.panel for table in tables()} == {"vbench", "task_panel"}
    for table in tables():
        assert table.source.startswith("SNF-Bench") and "832x480" in table.setting
        assert table.horizon_s in (5, 60, 120, 240) and table.n >= 4
        assert len(table.rows) == 8 and set(table.rows) == set(table.names)
        for values in table.rows.values():
            assert len(values) == len(table.metrics)
            assert any(value is not None for value in values)


def test_columns_are_quantities_that_the_panels_have() -> None:
    from metrics.score import quantities

    known = {q.id: q.range for q in quantities(("vbench", "task_panel"))}
    for table in tables():
        for values in table.rows.values():
            for metric, value in zip(table.metrics, values, strict=True):
                low, high = known[metric] or (None, None)
                assert value is None or ((low is None or value >= low) and (high is None or value <= high))


def test_some_values_are_those_of_the_source() -> None:
    by_title = {table.title: table for table in tables()}

    def value(title: str, method: str, metric: str) -> float | None:
        table = by_title[title]
        return table.rows[method][table.metrics.index(metric)]

    assert value("VBench, 60 s", "causal-forcing", "vbench.background_consistency") == 0.8773
    assert value("VBench, 60 s", "causal-forcing", "vbench.imaging_quality") == 0.683
    assert value("Task metrics version 1.0, 60 s", "steady-forcing", "task_panel.dlr") == 0.28
    assert value("Task metrics version 1.1, 60 s", "causal-forcing", "task_panel.nbf") == 87.6
    # A pooled number that compares with no other is told in a note and stands in no cell.
    assert value("VBench, 240 s", "steady-forcing", "vbench.dynamic_degree_cont") is None
    assert any(".0264" in note for note in by_title["VBench, 240 s"].notes)


def test_only_tables_of_measured_panels_are_shown_unless_asked_for(tmp_path: Path) -> None:
    found = shots(report(tmp_path))
    assert {t["title"].split()[0] for t in published(found, wanted=False)} == {"Task"}
    assert len(published(found, wanted=True)) == len(tables())
    plain = shots(made.story_report(tmp_path))
    assert published(plain, wanted=False) == []
    assert len(published(plain, wanted=True)) == len(tables())


def test_our_means_stand_below_the_method_of_the_same_name(tmp_path: Path) -> None:
    table = published(shots(report(tmp_path)), wanted=False)[0]
    at = [row["method"] for row in table["rows"]].index("Self-Forcing")
    mine = table["rows"][at + 1]
    assert mine["ours"] and mine["method"] == METHOD and mine["about"].startswith("measured here, 2 clips")
    assert mine["cells"][table["columns"].index("fbd")] == "7.00"
    assert set(mine["cells"]) == {"7.00", "–"}
    assert sum(row["ours"] for row in table["rows"]) == 1


def test_a_method_that_nobody_published_stands_at_the_end(tmp_path: Path) -> None:
    rows = published(shots(report(tmp_path, "mine")), wanted=False)[0]["rows"]
    assert [row["ours"] for row in rows] == [False] * 8 + [True]


def test_nothing_of_it_enters_a_ranking(tmp_path: Path) -> None:
    """The leaderboard is the same to the byte whatever the panels say, and names no published method."""
    pages = []
    for value in (1.0, 99.0):
        folder = tmp_path / str(value)
        data = report(folder, published=True)
        page = build(replace(data, results=report(folder, value=value).results), folder / "out")
        pages.append(page.read_text(encoding="utf-8"))
    boards = [re.search(r'<section id="leaderboard">.*?</section>', page, re.S)[0].replace("<wbr>", "")
              for page in pages]
    assert boards[0] == boards[1]
    assert METHOD in boards[0]
    for word in ("Rolling-Forcing", "CausVid", "16.27", "fbd"):
        assert word in pages[0]
        assert word not in boards[0]
    assert not list((tmp_path / "1.0" / "out").rglob("*.csv"))


@pytest.mark.parametrize("method", ["<script>alert(1)</script>", "a&b\"c"])
def test_names_are_escaped(tmp_path: Path, method: str) -> None:
    page = build(report(tmp_path, method), tmp_path / "out").read_text(encoding="utf-8")
    section = re.search(r'<section id="published">.*?</section>', page, re.S)[0]
    assert "<script>" not in section and 'a&b"c' not in section
    assert "measured here, 2 clips" in section

"""The first page says what the tables say: signs, ranks, letters, limits, plane, curves, agreement."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.index.bump import MISSING
from reports.index.names import Named, named, short_names
from reports.index.page import index_context, write
from reports.index.spread import spread
from reports.labels import labels
from reports.model import ReportInput
from reports.plane import plane
from reports.site.site import Site, site_of
from reports.writer import Writer
from tests.reports import made
from tests.reports.grid import HORIZON, METHODS, study


def site(data: ReportInput, tmp_path: Path) -> Site:
    return site_of(data, tmp_path / "media")


def said(data: ReportInput, tmp_path: Path) -> dict[str, Any]:
    return index_context(site(data, tmp_path))


def page(data: ReportInput, tmp_path: Path) -> str:
    return write(site(data, tmp_path), Writer(tmp_path / "out")).read_text(encoding="utf-8")


def cells(context: dict[str, Any], family: str) -> dict[str, Any]:
    """Cells of one family by the name of the method."""
    (found,) = (one for one in context["families"] if one.title == family)
    names = [row["named"].name for row in context["rows"]]
    return dict(zip(names, found.cells, strict=True))


def few(*clips: tuple[str, str, int, dict[str, Any]], late: float = 0.1, end: float = 30.0) -> ReportInput:
    """Clips given as method, prompt, seed and what came."""
    entries, table = [], made.Rows()
    for method, prompt, seed, came in clips:
        entry = made.entry(f"{method} {prompt} {seed}", method=method, prompt_id=prompt, seed=seed,
                           horizon_s=HORIZON, facts={"duration_s": end})
        entries.append(entry)
        extra = [{"metric": f"{axis}.late", "value": late} for axis in made.AXES[1:]]
        table += made.rows(entry, made.all_held(end, **came), extra)
    return made.report_input(entries, made.results(table))


# Completeness

def test_every_clip_has_a_sign_and_every_hole_too(tmp_path: Path) -> None:
    data = study(4, 2, METHODS[:3], skip=[(METHODS[2], 1, 1)])
    found = said(data, tmp_path)
    marks = [mark for row, _ in found["mark_rows"] for cell in row.cells for mark in cell]
    assert len(marks) == 4 * 2 * 3
    (hole,) = (mark for mark in marks if mark.kind == "x")
    assert hole.told == "no clip of seed 1" and hole.url.endswith("#holes")
    assert found["mark_totals"] == [8 - (head["named"].name == METHODS[2]) for head in found["mark_heads"]]
    assert found["completeness_told"] == "Something is missing in 1 of 4 prompts."
    gone = [row.title for row, _ in found["mark_rows"] if row.gap]
    assert len(gone) == 1 and found["regimes"] == ()


def test_scenes_of_the_suite_are_told_apart_by_kind(tmp_path: Path) -> None:
    found = said(study(40, 1, METHODS[:1]), tmp_path)
    assert found["regimes"][0] == "channel flow" and len(found["regimes"]) >= 2
    assert {regime for _, regime in found["mark_rows"]} == set(range(len(found["regimes"])))
    other = study(40, 1, METHODS[:1])
    clips = tuple(dataclasses.replace(clip, prompt="Something else.") for clip in other.clips)
    assert said(dataclasses.replace(other, clips=clips), tmp_path)["regimes"] == ()


def test_signs_lead_to_their_clips_and_tell_what_came(tmp_path: Path) -> None:
    data = few(("m", "p", 0, {}), ("m", "q", 0, {"drift": 4.0, "hardening": 4.0}),
               ("m", "r", 0, {"premise": 2.0}), ("m", "s", 0, {"hardening": "too dark"}),
               ("m", "t", 0, {"drift": (0, "failed")}))
    found = site(data, tmp_path)
    rows = {row.title: row.cells[0][0] for row, _ in index_context(found)["mark_rows"]}
    assert {title: (mark.kind, mark.told) for title, mark in rows.items()} == {
        "p": ("h", "held 30 s"), "q": ("c", "drift and hardening 4 s"), "r": ("m", "camera 2 s"),
        "s": ("a", "hardening abstained: too dark"), "t": ("f", "drift failed: it broke"),
    }
    assert {mark.url for mark in rows.values()} == {found.clip_url(clip.shot.key) for clip in found.clips}


def test_a_clip_shorter_than_asked_is_a_gap(tmp_path: Path) -> None:
    found = said(few(("m", "p", 0, {}), end=5.0), tmp_path)
    ((row, _),) = found["mark_rows"]
    assert (row.cells[0][0].kind, row.cells[0][0].told, row.gap) == ("p", "held 5 s of 30 s asked", True)


def test_without_methods_clips_stand_against_axes(tmp_path: Path) -> None:
    found = said(few(("", "", 0, {"premise": 3.0, "drift": "too dark"})), tmp_path)
    assert [head["name"] for head in found["mark_heads"]] == [
        "Fixed camera", "Drift", "Stagnation", "Hardening"]
    ((row, _),) = found["mark_rows"]
    assert [cell[0].kind for cell in row.cells] == ["m", "a", "h", "h"]
    assert found["rows"] == [] and len(found["clip_rows"]) == 1


def test_clips_without_a_method_have_a_column_and_those_without_a_prompt_a_row(tmp_path: Path) -> None:
    found = said(few(("m", "p", 0, {}), ("", "p", 0, {}), ("m", "", 0, {})), tmp_path)
    assert [head["named"] is None for head in found["mark_heads"]] == [False, True]
    rows = {row.title: [len(cell) for cell in row.cells] for row, _ in found["mark_rows"]}
    assert rows == {"p": [1, 1], "no prompt named": [1, 0]}


# Ranks

def test_limits_letters_and_separation(tmp_path: Path) -> None:
    found = said(study(12, 1, METHODS[:4]), tmp_path)
    rank = {row["named"].name: row["rank"] for row in found["rows"]}
    assert (rank["steady-forcing"]["text"], rank["self-forcing"]["text"]) == ("1", "4")
    assert rank["self-forcing"]["limits"] == "4"
    assert [row["apart"] for row in found["rows"]][-1]
    head = next(one.heads[0] for one in found["families"] if one.title == "Steady seconds")
    pairs = site(study(12, 1, METHODS[:4]), tmp_path).standings.comparisons
    assert head.apart == f"{sum(pair.p_holm <= 0.05 for pair in pairs)} of 6"
    letters = [cell[0].letter for cell in cells(found, "Steady seconds").values()]
    assert letters == [row["rank"]["group"] for row in found["rows"]]


def test_late_levels_are_those_of_the_table(tmp_path: Path) -> None:
    """Against pandas: the mean over clips that neither froze nor moved."""
    data = study(10, 2, METHODS[:3])
    late = data.results[data.results["metric"] == "drift.late"].groupby("method")["value"].mean()
    shown = cells(said(data, tmp_path), "Drift")
    for method in ("steady-forcing", "causvid"):
        assert shown[method][1].text == f"{late[method]:.2f}"
        low, high = map(float, shown[method][1].more[0].split(" to "))
        assert low <= late[method] <= high


def test_what_a_frozen_clip_does_not_drift_is_struck_out_with_reason_and_count(tmp_path: Path) -> None:
    cell = cells(said(study(4, 1, METHODS[:2]), tmp_path), "Drift")["self-forcing"][1]
    assert cell.text == "–" and cell.sort == ""
    assert cell.struck == (("0.01", "4 of 4 frozen before drift could show"),)
    source = page(study(4, 1, METHODS[:2]), tmp_path)
    assert "<s>0.01</s> 4 of 4 frozen before drift could show" in source


def test_frozen_clips_win_no_letter(tmp_path: Path) -> None:
    found = said(study(12, 1, METHODS[:4]), tmp_path)
    shown = cells(found, "Drift")
    assert shown["self-forcing"][1].text == "–"
    assert shown["self-forcing"][1].letter > shown["steady-forcing"][1].letter == "a"


def test_the_noise_floor_stands_with_each_number_or_is_said_to_be_missing(tmp_path: Path) -> None:
    one, two = (said(study(4, seeds, METHODS[:2]), tmp_path) for seeds in (1, 2))
    assert one["remarks"][0].startswith("One seed a prompt: no noise floor")
    assert not any("seed ±" in line for (cell,) in cells(one, "Steady seconds").values()
                   for line in cell.more)
    table = study(4, 2, METHODS[:1]).results.query("metric == 'hardening.late'")
    by_seed = table.groupby("seed")["value"].mean()
    shown = cells(two, "Hardening")["steady-forcing"][1].more
    assert f"seed ± {abs(by_seed[0] - by_seed[1]):.2f}" in shown


def test_costs_of_several_devices_are_shown_and_not_compared(tmp_path: Path) -> None:
    data = study(3, 1, METHODS[:2])
    single = said(data, tmp_path)
    assert cells(single, "Cost")["self-forcing"][0].text == "2.00"
    mixed = dataclasses.replace(data, clips=tuple(
        dataclasses.replace(clip, device="another card") if clip.method == METHODS[1] else clip
        for clip in data.clips))
    found = said(mixed, tmp_path)
    (family,) = (one for one in found["families"] if one.title == "Cost")
    assert [(head.sortable, head.arrow) for head in family.heads] == [(False, "")]
    assert cells(found, "Cost")["self-forcing"][0].text == "2.00 on another card"
    assert any("2 devices" in remark for remark in found["remarks"])
    nobody = dataclasses.replace(data, clips=tuple(dataclasses.replace(c, made_s=None) for c in data.clips))
    found = said(nobody, tmp_path)
    assert not any(one.title == "Cost" for one in found["families"])
    assert "Cost is not shown: no clip says how long its making took." in found["remarks"]


def test_the_panel_has_means_or_a_sentence(tmp_path: Path) -> None:
    data = study(6, 1, METHODS[:3])
    degree = data.results[data.results["metric"] == "vbench.dynamic_degree"].groupby("method")["value"].mean()
    shown = cells(said(data, tmp_path), "VBench")
    assert {name: own[0].text for name, own in shown.items()} == {
        name: f"{value:.2f}" for name, value in degree.items()}
    without = said(study(3, 1, METHODS[:3], panel=False), tmp_path)
    assert not any(one.title == "VBench" for one in without["families"])
    assert any("--panels vbench" in remark for remark in without["remarks"])


def test_a_panel_of_two_identities_is_not_averaged(tmp_path: Path) -> None:
    data = study(3, 1, METHODS[:3])
    table = data.results.copy()
    other = table["metric"].str.startswith("vbench.") & (table["method"] == METHODS[0])
    table.loc[other, "identity"] = "another"
    found = said(dataclasses.replace(data, results=table), tmp_path)
    assert not any(one.title == "VBench" for one in found["families"])
    assert any("more than one identity" in remark for remark in found["remarks"])


def test_methods_that_may_not_be_pooled_have_no_numbers_and_say_why(tmp_path: Path) -> None:
    data = few(("m", "p", 0, {}), ("m", "q", 0, {}), ("n", "p", 0, {}))
    clips = tuple(dataclasses.replace(c, horizon_s=60.0) if c.prompt_id == "q" else c for c in data.clips)
    found = said(dataclasses.replace(data, clips=clips), tmp_path)
    assert found["refusals"] and {row["rank"]["text"] for row in found["rows"]} == {"–"}
    shown = cells(found, "Drift")["m"]
    assert (shown[0].text, shown[1].text, shown[1].more) == ("–", "–", ("lengths differ",))


# Plane, curves, agreement

def test_marks_of_the_plane_stand_where_the_numbers_are(tmp_path: Path) -> None:
    data = study(5, 1, METHODS[:3])
    found = site(data, tmp_path)
    points = {point.setup: point for point in plane(found.shots, found.tasks, found.standings).points}
    marks = index_context(found)["plane"]
    assert len(marks) == len(points) == 3
    of = {one: points[setup] for setup, one in named(found).items()}
    for mark, point in ((mark, of[mark["named"]]) for mark in marks):
        assert mark["x"] == pytest.approx(100 * point.persistence.value, abs=0.01)
        assert mark["y"] == pytest.approx(100 * (1 - point.steadiness.value), abs=0.01)
        assert mark["across"][0] <= mark["x"] <= mark["across"][1]
        assert mark["dots"].count("M") == point.clips
    assert "frozen before drift could show" in next(m for m in marks if m["named"].name == METHODS[1])["told"]


@settings(deadline=None, derandomize=True)
@given(st.lists(st.floats(0, 400), max_size=12))
def test_names_beside_a_chart_keep_their_order_and_never_overlap(wanted: list[float]) -> None:
    places = spread(wanted, 19, 400)
    for i, at in enumerate(places):
        assert -0.05 <= at <= 400.05
        for j in range(i):
            assert abs(at - places[j]) >= 18.8
            if wanted[j] < wanted[i]:
                assert places[j] < at
    far = all(abs(a - b) >= 19 for i, a in enumerate(wanted) for b in wanted[:i])
    if far and all(at <= 400 for at in wanted):
        assert places == pytest.approx(wanted, abs=0.06)


def test_of_names_that_meet_the_last_stays_and_the_others_give_way_upwards() -> None:
    assert spread([100, 100, 100], 19, 400) == [62, 81, 100]
    assert spread([0, 0, 400], 19, 400) == [0, 19, 400]


def test_clips_at_risk_by_hand(tmp_path: Path) -> None:
    """Failures at 4 and 12 s, one clip held: 3 at risk at 0 s, 2 at 5 s, 1 at 15 s."""
    data = few(("m", "p", 0, {"drift": 4.0}), ("m", "q", 0, {"hardening": 12.0}), ("m", "r", 0, {}))
    found = said(data, tmp_path)
    ticks = [tick.label for tick in found["survival_ticks"]]
    (line,) = found["survival"].lines
    assert dict(zip(ticks, line.cells, strict=True)) == {
        "0": (3, percent(100)), "5": (2, percent(67)), "10": (2, percent(67)), "15": (1, percent(33)),
        "20": (1, percent(33)), "25": (1, percent(33)), "30": (1, percent(33))}
    drift = next(chart for chart in found["survival_axes"] if chart.title == "Drift")
    assert drift.lines[0].cells[1] == (2, percent(67)) and drift.lines[0].cells[-1] == (2, percent(67))


def percent(share: int) -> str:
    return f"{share}\N{NO-BREAK SPACE}%"


def test_no_share_is_told_where_no_clip_is_left(tmp_path: Path) -> None:
    """All clips of one method froze by 12 s: nobody knows whether they would have drifted after that."""
    frozen = [("m", prompt, 0, {"stagnation": at}) for prompt, at in (("p", 6.0), ("q", 12.0))]
    found = said(few(*frozen, ("n", "p", 0, {}), ("n", "q", 0, {})), tmp_path)
    (drift,) = (chart for chart in found["survival_axes"] if chart.title == "Drift")
    cells = {line.named.name: line.cells for line in drift.lines}
    assert cells["m"] == ((2, percent(100)), (2, percent(100)), (1, percent(100)), *[(0, "–")] * 4)
    assert cells["n"] == ((2, percent(100)),) * 7
    assert {line.named.name: line.cells[-1] for line in found["survival"].lines}["m"] == (0, percent(0))


def test_one_clip_a_method_has_no_curve(tmp_path: Path) -> None:
    found = said(few(("m", "p", 0, {}), ("n", "p", 0, {})), tmp_path)
    assert found["survival"] is None and found["survival_axes"] == []


def test_dynamic_degree_orders_methods_the_other_way_round(tmp_path: Path) -> None:
    data = study(40, 1, [m for m in METHODS if m != "self-forcing"])
    found = said(data, tmp_path)
    rows = {row["title"]: row for row in found["bump_rows"]}
    assert float(rows["Drift"]["tau"].replace("\N{MINUS SIGN}", "-")) < -0.3
    assert found["bump_told"].startswith("Ranks differ most here: causal-forcing is rank 1 by dynamic degree")
    degree = data.results[data.results["metric"] == "vbench.dynamic_degree"].groupby("method")["value"].mean()
    best = max(degree.index, key=lambda method: degree[method])
    assert found["bump"][0]["named"].name == best and found["bump"][0]["marks"][0]["rank"].startswith("1")


def test_a_frozen_method_wins_no_order_by_drift(tmp_path: Path) -> None:
    found = said(study(8, 1, METHODS[:3]), tmp_path)
    drift = [title for title, _ in found["bump_heads"]].index("Drift")
    ranks = {line["named"].name: line["marks"][drift]["rank"] for line in found["bump"]}
    assert ranks == {"steady-forcing": "1", "causvid": "2", "self-forcing": "3"}


@pytest.mark.parametrize(("data", "why"), [
    (study(3, 1, METHODS[:3], panel=False), MISSING),
    (study(3, 1, METHODS[:2]), "Dynamic degree is there for 2 methods; an order needs 3."),
])
def test_where_there_is_no_order_one_sentence_says_why(data: ReportInput, why: str, tmp_path: Path) -> None:
    assert said(data, tmp_path)["bump_why"] == why


# Names, whole pages

def test_a_backbone_that_all_share_is_told_once() -> None:
    found = labels(site_shots("tiny", "tiny"))
    assert sorted(short_names(found).values()) == ["a", "b"]
    other = labels(site_shots("tiny", "wan"))
    assert sorted(short_names(other).values()) == ["a (tiny backbone)", "b (wan backbone)"]


def site_shots(*backbones: str) -> Any:
    from reports.gather import shots

    clips = [made.entry(name, method=name, configuration="native", backbone=backbone)
             for name, backbone in zip("ab", backbones, strict=True)]
    return shots(made.report_input(clips, made.results()))


@pytest.mark.parametrize("data", [
    made.report_input((), made.results(), quantities=(), run={}, limits=()),
    dataclasses.replace(made.report_input((), made.results()), results=pd.DataFrame(), curves=pd.DataFrame()),
    few(("", "", 0, {})),
    few(("m", "p", 0, {})),
    few(("m", "p", 0, {"drift": "too dark"}), ("n", "p", 0, {"drift": (0, "failed")})),
    few(("m", "p", 0, {}), ("", "p", 1, {})),
    study(3, 1, METHODS[:1]),
], ids=["no clips", "no tables", "no method", "one clip", "no numbers", "half named", "one method"])
def test_small_reports_have_a_sensible_page(data: ReportInput, tmp_path: Path) -> None:
    source = page(data, tmp_path)
    for section in ("completeness", "leaderboard", "limits", "axes", "provenance"):
        assert source.count(f'id="{section}"') == 1
    assert not re.search(r"\b(nan|None|inf|Undefined)\b(?! of it)", re.sub(r"<[^>]*>", " ", source))
    assert 'd=""' not in source


def test_no_markup_comes_from_names(tmp_path: Path) -> None:
    nasty = "<img src=x onerror=alert(1)>\"' {{ 7 }}"
    data = study(3, 1, (nasty, METHODS[0], METHODS[2]))
    source = page(data, tmp_path)
    assert "<img" not in source and "onerror=alert(1)&gt;" in source


def test_the_page_of_eight_methods_and_96_prompts_is_light(tmp_path: Path) -> None:
    source = page(study(96), tmp_path)
    assert len(source.encode()) < 200_000
    each = re.search(r'<tbody class="each">(.*?)</tbody>', source, re.S)
    assert each is not None
    assert each[1].count("<a class=") == 768
    assert len(each[1].encode()) <= 90 * 768


def test_the_same_records_give_the_same_bytes(tmp_path: Path) -> None:
    data = study(6, 2, METHODS[:4])
    shuffled = dataclasses.replace(data, clips=data.clips[::-1],
                                   results=data.results.sample(frac=1.0, random_state=1))
    assert page(data, tmp_path / "a") == page(shuffled, tmp_path / "b")


def test_every_marker_has_a_shape(tmp_path: Path) -> None:
    found: list[Named] = list(named(site(study(1), tmp_path)).values())
    assert len({one.shape for one in found}) == len({one.look.marker for one in found}) == 8

"""What the results page of a study says, read without a browser."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from reports.study.estimate import Estimate
from reports.study.page.plots import WIDTH, Axis
from reports.study.page.words import figure, p_value, share, signed
from reports.study.page.write import write
from reports.study.results import Results
from reports.study.tables.write import TABLES, files
from tests.reports.study.made_results import (
    HOSTILE,
    METRIC,
    NAMES,
    REGISTRATION,
    crowded,
    results,
    validation,
    votes,
)
from tests.reports.study.made_votes import by_strength


def page(found: Results, folder: Path) -> str:
    return write(found, folder).read_text(encoding="utf-8")


def words(found: Results, folder: Path) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page(found, folder))).split())


def rows(found: Results, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files(found)[f"{name}.csv"])))


def test_the_answer_comes_first_and_names_who_is_told_apart(tmp_path: Path) -> None:
    text = words(results(), tmp_path)
    assert "Steady-Forcing (engine-native, tiny) is chosen over all others; " in text
    assert text.index("is chosen over all others") < text.index("Deviations from the registration")
    assert "Of 1 planned comparison: 1 as expected." in text
    assert "As registered." in text and "Nobody was left out by these rules." in text


def test_numbers_of_the_page_are_those_of_the_tables(tmp_path: Path) -> None:
    found = results()
    text = words(found, tmp_path)
    for row in rows(found, "strengths"):
        around = [signed(float(row[name])) for name in ("strength", "strength_low", "strength_high")]
        assert f"{around[0]} [{around[1]}, {around[2]}]" in text
    planned = rows(found, "planned")[0]
    assert f"{planned['wins_better']}, {planned['wins_worse']}, {planned['ties']}" in text


def test_nothing_hostile_becomes_markup(tmp_path: Path) -> None:
    source = page(crowded(), tmp_path)
    assert "<script>document" not in source and html.escape(HOSTILE, quote=False)[:20] in source


def test_systems_go_by_name_and_never_by_token(tmp_path: Path) -> None:
    apart = [vote for vote in votes() if {vote.first, vote.second} in ({"aa11", "bb22"}, {"cc33", "dd44"})]
    for found in (results(), results(apart), results([])):
        text = words(found, tmp_path)
        assert not [token for token in NAMES if token in text]
    assert "fall into groups that never met" in words(results(apart), tmp_path)
    table = rows(results(apart), "strengths")
    assert len(table) == 1 and "never met: " in table[0]["reason"] and "aa11" not in table[0]["reason"]


def test_with_and_without_those_left_out(tmp_path: Path) -> None:
    found = results(left_out=("r5",))
    text = words(found, tmp_path)
    assert "R5 all sessions side chose left in 24 of 24" in text and "With everyone" in text
    table = rows(found, "strengths")
    counted, everyone = ({row["system"]: row["strength"] for row in table if row["of"] == of}
                         for of in ("counted", "everyone"))
    assert counted.keys() == everyone.keys() and counted != everyone
    assert all(signed(float(value)) in text for value in everyone.values())


def test_what_must_not_be_overlooked_stands_on_top(tmp_path: Path) -> None:
    text = words(crowded(), tmp_path)
    assert text.index("Simulated: the answers were made by a program") < text.index("Which is stiller?")
    assert "The registered gate on alpha is not met" in text
    assert "2 deviations from what was registered" in text
    assert "future 3" in text


def test_a_gate_that_is_met_is_told(tmp_path: Path) -> None:
    found = results(registration=replace(REGISTRATION, alpha_gate=-0.5))
    assert "The registered gate on alpha is met" in words(found, tmp_path)


def test_a_blind_page_says_so(tmp_path: Path) -> None:
    assert "Still blind" in words(results(unblinded=()), tmp_path)
    assert "Unblinded by Ann at 2026-03-02T08:00:00Z." in words(results(), tmp_path)


def test_ties_alone_and_nobody_give_reasons_and_no_numbers(tmp_path: Path) -> None:
    ties = [replace(vote, choice="tie") for vote in votes()]
    text = words(results(ties), tmp_path)
    assert "No ranking. All 288 judgements are ties." in text and "not told apart" in text
    text = words(results([]), tmp_path)
    assert "No ranking. No vote counts." in text and "No answer counts." in text
    assert "1 without a test" in text and "is not tested: 0 of the 3 raters" in text


def test_who_judged_and_who_could_not_is_told_apart(tmp_path: Path) -> None:
    some = [replace(vote, choice="unable") if vote.rater == "r5" else vote for vote in votes()]
    text = words(results(some), tmp_path)
    assert "240 of 240 votes count" in text and "48 could not judge." in text and "No vote" not in text
    out = tuple(f"r{i}" for i in range(6))
    text = words(results(some, left_out=out), tmp_path)
    assert "No ranking. No vote counts. All 5 raters who judged were left out by the rules." in text
    one = [replace(vote, choice="unable") if vote.rater != "r5" else vote for vote in votes()]
    assert "The one rater who judged was left out" in words(results(one, left_out=("r5",)), tmp_path)


def test_equals_are_not_told_apart(tmp_path: Path) -> None:
    flipped = [replace(vote, choice=("first", "second")[i % 2]) for i, vote in enumerate(votes())]
    assert "No pair of systems is told apart at 95 %, of 6 pairs" in words(results(flipped), tmp_path)


def test_who_is_pulled_by_the_ridge_is_told_under_the_strengths(tmp_path: Path) -> None:
    lost = results(by_strength({"aa11": 0.3, "cc33": 0.0, "dd44": -60.0}))
    assert "is said by the ridge too" in words(lost, tmp_path)
    assert "is said by the ridge too" not in words(results(), tmp_path)


def test_few_pairs_told_apart_are_named(tmp_path: Path) -> None:
    close = by_strength({"aa11": 1.0, "bb22": 0.1, "cc33": 0.0, "dd44": -0.6}, prompts=6, raters=4)
    text = words(results(close), tmp_path)
    named = re.search(r"([1-3]) of 6 pairs told apart at 95 %: (.*?)\.(?:\s|$)", text)
    assert named is not None and len(named[2].split(";")) == int(named[1]) and " over " in named[2]


def test_what_all_names_end_in_is_told_once(tmp_path: Path) -> None:
    alike = {token: f"method-{token[0]}:native (tiny backbone)" for token in NAMES}
    text = words(results(names=alike), tmp_path)
    assert "4, all tiny backbone" in text and "method-a:native is chosen over all others" in text
    assert text.count("(tiny backbone)") == 0
    assert rows(results(names=alike), "strengths")[0]["system"] == "method-a:native (tiny backbone)"
    assert "all tiny" not in words(results(names={**alike, "aa11": "method-a:native"}), tmp_path)


def test_a_rater_on_one_side_who_counts_is_named(tmp_path: Path) -> None:
    sided = [replace(vote, choice="first" if vote.first_is_left else "second") if vote.rater == "r2" else vote
             for vote in votes()]
    assert "One rater chose the left clip in all of 48 decided votes" in words(results(sided), tmp_path)
    several = [replace(vote, choice="first" if vote.first_is_left else "second")
               if vote.rater in ("r1", "r2") else vote for vote in votes()]
    told = words(results(several), tmp_path)
    assert "2 raters each chose the same side in all of their 48 decided votes" in told


def test_a_validation_tells_agreement_and_ranks_nobody(tmp_path: Path) -> None:
    found = validation()
    text = words(found, tmp_path)
    assert f"Raters agree with {METRIC} where its gap is clear on " in text
    assert "Strengths of" not in text and "told apart" not in text and "Planned comparisons" not in text
    assert "Kendall’s tau" in text and f"drift.late against {METRIC}: agreement differs by" in text
    assert {row["metric"] for row in rows(found, "agreement")} == {METRIC, "drift.late"}


@pytest.mark.parametrize("found", [results(), crowded(), validation(), results([])], ids=range(4))
def test_every_table_is_written_with_its_head(found: Results, tmp_path: Path) -> None:
    write(found, tmp_path)
    for name, (head, _) in TABLES.items():
        with (tmp_path / f"{name}.csv").open(newline="") as stream:
            assert next(csv.reader(stream)) == list(head)
    whole = json.loads((tmp_path / "analysis.json").read_text())
    assert whole["study"] == found.study and len(whole["votes"]) == len(found.votes)
    links = set(re.findall(r'href="([^"#]+\.(?:csv|json))"', (tmp_path / "index.html").read_text()))
    assert links == {*(f"{name}.csv" for name in TABLES), "analysis.json"}


def test_the_same_results_give_the_same_bytes(tmp_path: Path) -> None:
    assert page(crowded(), tmp_path / "a") == page(crowded(), tmp_path / "b")
    assert files(crowded()) == files(crowded())


def test_words_for_numbers() -> None:
    assert (signed(0.416), signed(-0.004), signed(-1.25, 1)) == ("+0.42", "0.00", "−1.2")
    assert share(Estimate(0.615, 0.5, 0.7)) == "62 % [50, 70]" and share(None) == "–"
    assert share(Estimate(0.5, None, None, "few")) == "50 %"
    assert figure(Estimate(0.5, -0.1, 1.1)) == "+0.50 [−0.10, +1.10]"
    assert (p_value(0.0004), p_value(0.0314)) == ("< 0.001", "0.031")


@pytest.mark.parametrize("values", [[-1.2, 0.4], [0.001, 0.002], [0.0], [-30.0, 250.0], [2.0, 3.0]])
def test_an_axis_holds_its_values_zero_and_a_few_round_marks(values: list[float]) -> None:
    axis = Axis(values)
    places = [axis.x(value) for value in sorted(values)]
    assert places == sorted(places) and all(0 <= x <= WIDTH for x in [*places, axis.zero])
    ticks = list(axis.ticks())
    assert 2 <= len(ticks) <= 8 and "0" in {tick.label.strip("0.") or "0" for tick in ticks}
    assert all(0 <= tick.x <= WIDTH for tick in ticks)

"""Single parts of the results page and its tables, at their boundaries."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.study.alpha import Alpha, alpha
from reports.study.model import Vote
from reports.study.page import lead, standing, testing, trust
from reports.study.page.plots import Axis
from reports.study.page.words import Names
from reports.study.pairs import Planned
from reports.study.strengths import Strengths
from reports.study.summary import Agreement
from reports.study.tables import ranking
from tests.reports.study.made_results import NAMES, results, validation, votes
from tests.reports.study.made_votes import by_strength

WORDS = Names(NAMES, {f"r{n}": f"R{n}" for n in range(6)})


def sided(rater: str, *, left: bool) -> list[Vote]:
    """Everybody votes by taste but one rater, who takes one side always."""
    return [replace(vote, choice="first" if vote.first_is_left == left else "second") if vote.rater == rater
            else vote for vote in votes()]


def test_a_gate_is_met_above_its_value_only() -> None:
    part = results().parts[0]
    found = part.counted.alpha
    assert isinstance(found, Alpha) and found.alpha.low is not None
    assert "is not met" in lead.gate(part, found.alpha.low)
    assert "is met" in lead.gate(part, found.alpha.low - 1e-9)
    assert lead.gate(part, None) == ""


def gated(units: int) -> str:
    """A gate at 0.1 on units on which four raters agree; as many are judged by one rater alone."""
    every = by_strength({"aa11": 60.0, "bb22": 0.0, "cc33": -60.0}, nu=0.0, prompts=2 * units, raters=4)
    cast = [vote for vote in every if {vote.first, vote.second} == {"aa11", "bb22"}
            and (int(vote.prompt[1:]) < units or vote.rater == "r0")]
    part = results().parts[0]
    return lead.gate(replace(part, counted=replace(part.counted, alpha=alpha(cast))), 0.1)


@pytest.mark.parametrize("units", [3, 9])
def test_a_gate_is_not_met_on_a_handful_of_units(units: int) -> None:
    told = f"is not met: too few units, {units} with two votes or more where it needs 10"
    assert told in gated(units)


def test_a_gate_is_met_on_ten_units_that_raters_agree_on() -> None:
    assert "is met" in gated(10)


def test_who_is_pulled_by_the_ridge_is_told_on_the_page_and_in_the_table() -> None:
    fitted = results().parts[0].counted.strengths
    assert isinstance(fitted, Strengths) and standing.pulled(fitted, WORDS) == ""
    assert [row["pulled"] for row in ranking.strengths(results())] == [False] * 4
    lost = results(by_strength({"aa11": 0.3, "cc33": 0.0, "dd44": -60.0}))
    fitted = lost.parts[0].counted.strengths
    assert isinstance(fitted, Strengths)
    far = [one.system for one in fitted.standings if one.pulled]
    told = standing.pulled(fitted, WORDS)
    assert "dd44" in far and "is said by the ridge too" in told and all(NAMES[name] in told for name in far)
    pulled = {row["system"]: row["pulled"] for row in ranking.strengths(lost)}
    assert pulled == {NAMES[one.system]: one.pulled for one in fitted.standings}


@pytest.mark.parametrize(("prompts", "told"), [(5, "with too few prompts to tell"), (6, "not told apart")])
def test_a_planned_comparison_on_too_few_prompts_cannot_tell(prompts: int, told: str) -> None:
    flipped = [replace(vote, choice=("first", "second", "tie")[i % 3])
               for i, vote in enumerate(votes(prompts=prompts))]
    own = results(flipped).parts[0].counted.planned
    assert lead.planned(own) == f"Of 1 planned comparison: 1 {told}."
    assert isinstance(own[0], Planned)
    table = standing.planned([own[0]], WORDS)
    assert table is not None and table.rows[0][1] == told


@pytest.mark.parametrize(("decided", "warned"), [(7, False), (8, True)])
def test_one_side_is_told_from_eight_decided_votes_on(decided: int, warned: bool) -> None:
    every = sided("r2", left=True)
    own = [vote for vote in every if vote.rater == "r2"][:decided]
    found = results([*(vote for vote in every if vote.rater != "r2"), *own])
    assert any(f"in all of {decided} decided votes" in line for line in lead.warnings(found)) == warned


@pytest.mark.parametrize(("left", "share"), [(True, "R2 100 %"), (False, "R2 0 %")])
def test_raters_who_lean_to_either_side_are_named(left: bool, share: str) -> None:
    told = " ".join(trust.sides(results(sided("r2", left=left)).parts[0].counted.sides, WORDS))
    assert "limits leave out one half" in told and share in told


def test_differences_are_those_of_the_pair_as_it_is_written() -> None:
    upside_down = {"aa11": -1.2, "bb22": -0.1, "cc33": 0.1, "dd44": 2.2}
    found = results(by_strength(upside_down))
    strengths = {row["system"]: row["strength"] for row in ranking.strengths(found)}
    rows = list(ranking.pairs(found))
    assert len(rows) == 6 and any(float(str(row["difference"])) < 0 for row in rows)
    for row in rows:
        expected = float(str(strengths[row["first"]])) - float(str(strengths[row["second"]]))
        assert float(str(row["difference"])) == pytest.approx(expected, abs=1e-6)


def test_the_matrix_marks_both_of_two_that_are_told_apart() -> None:
    own = results().parts[0].counted
    assert isinstance(own.strengths, Strengths)
    rows = [cells for _, cells in standing.matrix(own.strengths, own.duels, WORDS)]
    opposite = {"better": "worse", "worse": "better", "": ""}
    tones = set()
    for i, cells in enumerate(rows):
        assert cells[i] is None
        for j, cell in enumerate(cells):
            mirrored = rows[j][i]
            if cell and mirrored:
                tones.add(cell.tone)
                assert cell.tone == opposite[mirrored.tone]
    assert {"better", "worse"} <= tones


def test_ticks_say_their_values() -> None:
    axis = Axis([-0.12, 0.31])
    assert [tick.label for tick in axis.ticks()] == ["−0.1", "0.0", "+0.1", "+0.2", "+0.3"]
    assert [tick.label for tick in Axis([-2.1, 3.0]).ticks()] == [
        "−2", "−1", "0", "+1", "+2", "+3"]


def test_dots_of_the_curve_lie_where_agreement_is() -> None:
    found = validation().parts[0].counted.metrics[0]
    assert isinstance(found, Agreement)
    drawn = testing.metric(found, WORDS)["curve"]
    shares = {}
    for band in ("near", "middle", "clear"):
        own = [unit for unit in found.units if unit.band == band]
        agree, against = sum(unit.agree for unit in own), sum(unit.disagree for unit in own)
        shares[band] = agree / (agree + against)
    assert {name: y for _, y, name in drawn.dots} == {
        name: pytest.approx(drawn.height * (1 - share), abs=0.051) for name, share in shares.items()}
    assert [name for _, _, name in sorted(drawn.dots)] == ["near", "middle", "clear"]

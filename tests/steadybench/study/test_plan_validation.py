"""Pairs that test a metric are chosen by rule."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from reports.bootstrap import stretch
from reports.model import QuantityCard
from steadybench.errors import InputError
from steadybench.study.planning.making import Made, make
from steadybench.study.planning.outlook import outlook
from steadybench.study.planning.reading import Read
from steadybench.study.planning.request import Request
from tests.steadybench.study.made_read import SECRET, candidate, made_read, read_of


def spread(system: int, prompt: int, axis: str) -> float:
    """Stagnation differs by system; drift parts systems 4 and 5 from the others; hardening is flat."""
    if axis == "stagnation":
        return round(0.1 * system + 0.01 * prompt * system, 4)
    return 0.6 if axis == "drift" and system > 3 else 0.05


def made(read: Read | None = None, **options: object) -> Made:
    request = Request(metric="stagnation.late", **{"votes": 2, **options})  # type: ignore[arg-type]
    return make(read or made_read(6, 6, levels=spread), request, SECRET)


def test_gap_band_and_better_follow_from_the_frozen_scores() -> None:
    plan = made().plan
    low, high = plan.settings.bands

    assert plan.directions == {"stagnation.late": "lower", "drift.late": "lower", "hardening.late": "lower"}
    for unit in plan.units:
        first, second = (plan.scores[name]["stagnation.late"] for name in (unit.first_clip, unit.second_clip))
        assert unit.gap == abs(first - second)
        assert unit.better == (unit.first if first < second else unit.second)
        assert unit.band == ("near" if unit.gap < low else "middle" if unit.gap < high else "clear")
        assert (unit.question, unit.metric) == ("motion", "stagnation.late")


def test_higher_is_better_where_the_metric_says_so() -> None:
    read = made_read(6, 6, levels=spread)
    card = replace(read.quantities["stagnation.late"], direction="higher")
    plan = made(replace(read, quantities={**read.quantities, card.id: card})).plan

    for unit in plan.units:
        first, second = (plan.scores[name]["stagnation.late"] for name in (unit.first_clip, unit.second_clip))
        assert unit.better == (unit.first if first > second else unit.second)


def test_pairs_are_matched_on_the_other_axes() -> None:
    found = made()
    plan = found.plan

    for unit in plan.units:
        for axis in ("drift.late", "hardening.late"):
            values = [plan.scores[name][axis] for name in (unit.first_clip, unit.second_clip)]
            assert abs(values[0] - values[1]) <= plan.settings.off_axis == 0.1
    # 4 x 2 of the 15 pairs of systems differ in drift, on each of 6 prompts.
    assert any("90 of them parted by it, 42 of those matched" in line for line in found.told)
    assert sum(one.reason.startswith("the two clips differ on another axis") for one in found.left_out) == 48


def test_matching_can_be_loosened_and_says_when_nothing_is_left() -> None:
    assert any("90 of those matched" in line for line in made(off_axis=0.6).told)
    apart = made_read(3, 4, levels=lambda i, j, axis: 0.2 * i + 0.05 * j * i)
    with pytest.raises(InputError, match=r"all differ by more than 0.1 on .*--off-axis"):
        made(apart)


def test_bands_have_as_many_units_and_stated_edges() -> None:
    found = made(bands=(0.12, 0.25), per_band=6)

    assert found.plan.settings.bands == (0.12, 0.25)
    assert Counter(unit.band for unit in found.plan.units) == {"near": 6, "middle": 6, "clear": 6}
    assert not any("--bands" in line for line in found.told)
    for band in ("near", "middle", "clear"):
        prompts = Counter(unit.prompt for unit in found.plan.units if unit.band == band)
        assert max(prompts.values()) <= 3


def test_an_empty_band_is_told_and_the_others_stay() -> None:
    found = made(bands=(0.001, 0.9))

    assert {unit.band for unit in found.plan.units} == {"middle"}
    assert "Band clear: 0 of 0 pairs, 42 were wanted." in found.told


def test_the_usual_edges_are_terciles_and_depend_on_the_clips() -> None:
    found = made()
    counted = Counter(unit.band for unit in found.plan.units)

    assert len(set(counted.values())) == 1
    assert any("terciles" in line for line in found.told)
    assert any("--bands MIDDLE,CLEAR" in line for line in found.told)


def test_ties_and_abstentions_are_left_out() -> None:
    clips = [candidate(i, j, levels=spread) for i in range(4) for j in range(4)]
    silent = replace(clips[0], values={name: value for name, value in clips[0].values.items()
                                       if name[0] != "stagnation.late"})
    equal = replace(clips[5], values={**clips[5].values, ("stagnation.late", "stagnation-identity"):
                                      clips[9].values["stagnation.late", "stagnation-identity"] + 0.001})
    found = made(read_of(silent, *clips[1:5], equal, *clips[6:]))
    reasons = Counter(one.reason for one in found.left_out)

    assert reasons["stagnation.late abstained on one of the two, or measured it in another way"] == 3
    assert reasons["stagnation.late does not part the two"] == 1


def test_another_way_of_measuring_is_never_held_against_the_usual_one() -> None:
    clips = [candidate(i, j, levels=spread) for i in range(4) for j in range(4)]
    other = replace(clips[0], values={(name, "other masks"): value
                                      for (name, _), value in clips[0].values.items()})
    found = made(read_of(other, *clips[1:]))

    assert sum("in another way" in one.reason for one in found.left_out) == 3


def test_a_metric_of_an_end_that_is_not_shown_is_not_tested() -> None:
    clips = [candidate(i, j, levels=spread, seconds=30.0) for i in range(4) for j in range(4)]

    assert {one.until for one in made(read_of(*clips)).plan.stimuli if one.kind == "clip"} == {30.0}
    with pytest.raises(InputError, match="an end that is not shown"):
        made(read_of(*clips), seconds=20.0)


def test_an_end_of_one_of_two_clips_that_is_not_shown_is_enough() -> None:
    clips = [candidate(i, j, levels=spread, seconds=34.0 if i == 1 else 30.0)
             for i in range(4) for j in range(4)]
    found = made(read_of(*clips))

    hidden = [one for one in found.left_out if "an end of a clip that is not shown" in one.reason]
    assert len(hidden) == 12 and all("birch" in {setup.method for setup in one.setups} for one in hidden)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"metric": "stagnation.speed"}, "is no quantity of these runs; there are: drift.late"),
        ({"metric": "mask.area", "question": ("motion",)}, "has no better direction"),
        ({"metric": "", "kind": "validation"}, "needs --metric"),
        ({"kind": "comparison"}, "never pooled"),
        ({"question": ("preference",)}, "validates no metric"),
        ({"prompts_per_pair": 3}, "takes --per-band"),
    ],
)
def test_what_does_not_fit_is_refused(options: dict[str, object], told: str) -> None:
    read = made_read(3, 3, levels=spread)
    cards = {**read.quantities, "mask.area": QuantityCard("mask.area", "share", "none", "", False, False)}
    request = Request(**{"metric": "stagnation.late", **options})  # type: ignore[arg-type]

    with pytest.raises(InputError, match=told):
        make(replace(read, quantities=cards), request, SECRET)


def test_a_comparison_holds_no_scores() -> None:
    plan = make(made_read(3, 3, levels=spread), Request(votes=2), SECRET).plan

    assert plan.scores == {} and plan.directions == {}
    assert [question.id for question in plan.questions] == ["stillness", "motion", "texture"]


def test_bands_without_a_figure_lead_to_no_talk_of_figures() -> None:
    few = "\n".join(outlook(made(made_read(6, 2, levels=spread)).plan))
    known = "\n".join(outlook(made().plan))

    assert "±" not in few and "figures" not in few and "It cannot tell two metrics apart, and says" in few
    assert "±" in known and "less than about the first of these figures" in known


def test_the_planner_counts_units_over_prompts_not_votes() -> None:
    """1.96 * 0.5 / sqrt(n), wider for few prompts; more votes a unit promise nothing more."""
    few, many = ("\n".join(outlook(made(votes=votes).plan)) for votes in (2, 10))
    units = [unit for unit in made().plan.units if unit.band == "clear"]
    prompts = len({unit.prompt for unit in units})
    width = 100 * 1.96 * 0.5 / len(units) ** 0.5 * stretch(prompts)

    band = f"Band clear: {len(units)} units on {prompts} prompts"
    for text in (few, many):
        (line,) = (line for line in text.splitlines() if band in line)
        assert f"at best ± {width:.0f} points" in line

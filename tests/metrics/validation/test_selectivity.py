"""From readings to rows and verdicts, on a suite small enough to be worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pytest

from metrics.types import Quantity
from metrics.validation.responses import CLEAN, Perturbation, Reading, Readings, Response, pooled_auc, respond
from metrics.validation.selectivity import Selectivity, select
from metrics.validation.targets import Bars

LATE = Quantity("drift.late", "level 0-1", "lower", "Drift at the end.", headline=True)
ONSET = Quantity("drift.onset", "s", "higher", "When it begins.", headline=True)
PART = Quantity("drift.part", "dB", "none", "Something signed.")
BARS = Bars(selectivity=8.0, auc=0.98)
SUITE = (
    Perturbation("shift", "drift", (1.0, 2.0)),
    Perturbation("turn", "drift", (1.0,)),
    Perturbation("freeze", "stagnation", (1.0,)),
    Perturbation("brighter", "nuisance", (1.0,)),
)
CLIPS = ("a", "b", "c")
Cells = Mapping[tuple[str, float], tuple[float | None, ...]]
GOOD: Cells = {
    (CLEAN, 0.0): (0.0, 0.1, 0.2),
    ("shift", 1.0): (0.2, 0.4, 0.3),
    ("shift", 2.0): (0.5, 0.7, 0.9),  # changes .5 .6 .7: d_z 6
    ("turn", 1.0): (0.4, 0.7, 0.8),  # changes .4 .6 .6: mean .5333, sd .11547, d_z 4.6188
    ("freeze", 1.0): (0.0, 0.1, 0.2),
    ("brighter", 1.0): (0.0, 0.12, 0.18),  # changes 0 .02 -.02: d_z 0
}


def readings(cells: Cells, metric: str = "drift.late") -> Readings:
    return Readings(
        (
            Reading(clip, perturbation, severity, {metric: value})
            for (perturbation, severity), values in cells.items()
            for clip, value in zip(CLIPS, values, strict=True)
        ),
        SUITE,
    )


def row(quantity: Quantity, cells: Cells, perturbation: str, severity: float = 1.0) -> Response:
    found = respond(quantity, readings(cells, quantity.id))
    return next(r for r in found if (r.perturbation, r.severity) == (perturbation, severity))


def verdict(quantity: Quantity, cells: Cells, bars: Bars = BARS) -> Selectivity:
    read = readings(cells, quantity.id)
    found = select(quantity, respond(quantity, read), read, bars)
    assert found is not None
    return found


def test_a_row_by_hand() -> None:
    found = row(LATE, GOOD, "shift", 2.0)
    assert (found.role, found.top, found.clips, found.abstained, found.sign) == (
        "target",
        True,
        3,
        0,
        "right",
    )
    assert found.response == pytest.approx(0.6)
    assert found.spread == pytest.approx(0.1)
    assert found.d_z == pytest.approx(6.0)
    assert found.clean_spreads == pytest.approx(6.0)  # clean clips differ by 0.1
    assert found.auc == 1.0
    # clips a and c rise 0 .2 .5 and .2 .3 .9, b .1 .4 .7: all in order
    assert (found.rho, found.rho_clips) == (pytest.approx(1.0), 3)


def test_roles_come_from_the_axis() -> None:
    roles = {item.perturbation: item.role for item in respond(LATE, readings(GOOD))}
    assert roles == {"shift": "target", "turn": "target", "freeze": "other", "brighter": "nuisance"}


def test_the_auc_is_against_nuisances_and_other_failures_too() -> None:
    alike = {**GOOD, ("freeze", 1.0): (0.8, 0.8, 0.8)}
    # .4 and .7 beat the six below .2, .8 also ties with three frozen: (6 + 6 + 7.5) / 27
    assert row(LATE, alike, "turn").auc == pytest.approx(19.5 / 27)
    assert row(LATE, GOOD, "freeze").auc is None
    assert pooled_auc(LATE, readings(GOOD)) == 1.0


def test_a_higher_is_better_metric_is_turned_round() -> None:
    onset = {key: tuple(None if v is None else 10 * (1 - v) for v in values) for key, values in GOOD.items()}
    found = row(ONSET, onset, "shift", 2.0)
    assert found.response == pytest.approx(-6.0)
    assert (found.sign, found.auc) == ("right", 1.0)
    assert verdict(ONSET, onset).weakest_target == "turn"


def test_a_metric_without_direction_counts_its_distance_from_clean() -> None:
    both = {**GOOD, ("turn", 1.0): (-0.8, -0.7, -0.9)}
    assert row(PART, both, "turn").auc == 1.0
    assert row(PART, both, "turn").sign == ""
    assert verdict(PART, both).verdict == ""


def test_selectivity_by_hand() -> None:
    noisy = {**GOOD, ("brighter", 1.0): (0.1, 0.1, 0.2)}  # changes .1 0 0: d_z .0333/.057735 = .57735
    found = verdict(LATE, noisy)
    assert (found.weakest_target, found.strongest_nuisance) == ("turn", "brighter")
    assert found.selectivity == pytest.approx(4.618802 / 0.5773503, rel=1e-5)
    assert found.magnitude == pytest.approx(0.533333 / 0.033333, rel=1e-4)
    assert (found.verdict, found.reasons) == ("pass", "")
    assert verdict(LATE, noisy, Bars(8.1, 0.98)).reasons == "selectivity below 8.1"


def test_without_any_nuisance_response_selectivity_is_infinite() -> None:
    still = {**GOOD, ("brighter", 1.0): GOOD[CLEAN, 0.0]}
    found = verdict(LATE, still)
    assert found.selectivity == math.inf
    assert found.nuisance_d_z == 0


def test_the_wrong_way_round_is_no_response() -> None:
    wrong = {**GOOD, ("turn", 1.0): (-0.4, -0.5, -0.45), ("brighter", 1.0): (0.1, 0.1, 0.2)}
    found = verdict(LATE, wrong)
    assert (found.selectivity, found.weakest_target, found.verdict) == (0.0, "turn", "fail")
    assert "turn is answered the wrong way" in found.reasons
    assert found.selectivity_unsigned is not None
    assert found.selectivity_unsigned > 1


def test_abstentions_are_counted_and_more_than_a_quarter_fails() -> None:
    gone = {**GOOD, ("shift", 2.0): (0.5, None, 0.8)}
    found = row(LATE, gone, "shift", 2.0)
    assert (found.clips, found.abstained) == (3, 1)
    assert found.response == pytest.approx(0.55)
    judged = verdict(LATE, gone)
    assert judged.abstained == pytest.approx(1 / 3)
    assert "no number on 1 of 3 clips under shift" in judged.reasons


def test_a_target_that_is_never_measured_gives_no_selectivity() -> None:
    found = verdict(LATE, {**GOOD, ("turn", 1.0): (None, None, None)})
    assert (found.selectivity, found.weakest_target, found.verdict) == (None, "turn", "fail")


def test_credit_for_a_frozen_clip_fails() -> None:
    kind = {**GOOD, (CLEAN, 0.0): (0.1, 0.2, 0.3), ("freeze", 1.0): (0.0, 0.0, 0.1)}
    found = verdict(LATE, kind)
    # frozen clips gain 1/6 on average; turn's answer is .4333
    assert found.credit == pytest.approx((0.5 / 3) / (1.3 / 3))
    assert "looks better on a still or looped clip" in found.reasons
    assert verdict(LATE, GOOD).credit == 0.0


def test_the_same_clip_twice_is_refused() -> None:
    twice = [Reading("a", CLEAN, 0.0, {}), Reading("a", CLEAN, 0.0, {})]
    with pytest.raises(ValueError, match="read twice"):
        Readings(twice, SUITE)


def test_the_names_of_still_and_looped_perturbations_exist() -> None:
    from metrics.validation.corruptions import CORRUPTIONS
    from metrics.validation.targets import FAMILIES, NUISANCE, STILL_OR_LOOPED

    assert set(STILL_OR_LOOPED) <= {item.id for item in CORRUPTIONS}
    assert {*FAMILIES.values(), NUISANCE} <= {item.family for item in CORRUPTIONS}
    assert all(len(item.severities) >= 4 for item in CORRUPTIONS if len(item.severities) > 1)

"""Agreement of raters with a metric: bands, curve, order, and two metrics against each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import kendalltau, spearmanr

from reports.study.estimate import Abstained
from reports.study.metric import Curve, Difference, Judged, bands, curve, difference, joined
from reports.study.model import Verdict, Vote
from reports.study.ordering import Ordering, ordering, spearman
from reports.study.resample import Sampling
from tests.reports.study.made_votes import by_strength

FAST = Sampling(300)
TRUE = {"a": 1.5, "b": 0.5, "c": -0.5, "d": -1.5}
VOTES = by_strength(TRUE, prompts=12)


def verdicts(votes: Sequence[Vote], noise: float = 0.0, sign: float = 1.0, seed: int = 0) -> list[Verdict]:
    """A metric that measures the true strengths with some noise."""
    rng = np.random.default_rng(seed)
    found = []
    for vote in {vote.unit: vote for vote in votes}.values():
        gap = sign * (TRUE[vote.first] - TRUE[vote.second]) + noise * rng.normal()
        band = "near" if abs(gap) < 1.5 else "middle" if abs(gap) < 2.5 else "clear"
        found.append(Verdict(vote.unit, "m.late", "first" if gap > 0 else "second", abs(gap), band))
    return found


def unit(agree: int, disagree: int, ties: int, prompt: str = "p") -> Judged:
    return Judged(f"{prompt} {agree} {disagree} {ties}", prompt, "a", "b", 1.0, "near", agree, disagree, ties)


@pytest.mark.parametrize(("agree", "disagree", "ties", "majority"), [
    (3, 2, 1, 1), (2, 3, 1, -1), (3, 3, 0, 0), (3, 0, 3, 0), (2, 1, 3, 0), (4, 0, 2, 1), (0, 0, 6, 0),
])
def test_when_a_unit_is_decided(agree: int, disagree: int, ties: int, majority: int) -> None:
    assert unit(agree, disagree, ties).majority == majority


def test_undecided_units_are_not_dropped_from_the_cautious_share() -> None:
    units = [unit(4, 1, 1, f"p{i}") for i in range(6)] + [unit(1, 1, 4, f"p{i}") for i in range(6)]
    near, every = bands(units, FAST)
    assert (near.band, every.band) == ("near", "all")
    assert (near.agree, near.disagree, near.undecided, near.units, near.prompts) == (6, 0, 6, 12, 6)
    assert near.decided_share is not None and near.decided_share.value == 1
    assert near.cautious_share.value == 0.5
    assert near.ties_share.value == pytest.approx(30 / 72)


def test_clear_gaps_agree_more_than_near_ones() -> None:
    found = {band.band: band for band in bands(joined(VOTES, verdicts(VOTES)), FAST)}
    assert list(found) == ["clear", "middle", "near", "all"]
    clear, near = found["clear"].decided_share, found["near"].decided_share
    assert clear is not None and near is not None and clear.value > near.value > 0.5
    assert clear.low is not None and clear.low > 0.7
    assert sum(found[name].units for name in ("clear", "middle", "near")) == found["all"].units == 72


def test_a_metric_of_the_wrong_sign_disagrees() -> None:
    units = joined(VOTES, verdicts(VOTES, sign=-1))
    every, bent, order = bands(units, FAST)[-1], curve(units, 6, FAST), ordering(units, FAST)
    assert every.decided_share is not None and every.decided_share.value < 0.2
    assert isinstance(bent, Curve) and bent.slope.high is not None
    assert bent.slope.high < 0 and bent.half_gap is None
    assert isinstance(order, Ordering) and order.kendall.value == -1 and order.spearman.value == -1


def test_the_curves_slope_is_the_planted_one() -> None:
    bent = curve(joined(VOTES, verdicts(VOTES)), 6, FAST)
    assert isinstance(bent, Curve) and bent.slope.low is not None and bent.slope.high is not None
    assert bent.slope.low < 1.0 < bent.slope.high and bent.slope.high - bent.slope.low < 0.8
    assert bent.half_gap == pytest.approx(np.log(3) / bent.slope.value)
    gaps, shares, lows, highs = (np.array(column) for column in zip(*bent.points, strict=True))
    assert shares[0] == lows[0] == highs[0] == 0.5 and (np.diff(shares) > 0).all()
    assert (lows <= shares).all() and (shares <= highs).all() and gaps[-1] == pytest.approx(3)


def test_full_agreement_has_a_finite_slope() -> None:
    bent = curve([unit(6, 0, 0, f"p{i}") for i in range(8)], 6, FAST)
    assert isinstance(bent, Curve) and np.isfinite(bent.slope.value) and bent.slope.value > 2


def test_the_order_is_that_of_the_planted_strengths() -> None:
    order = ordering(joined(VOTES, verdicts(VOTES)), FAST)
    assert isinstance(order, Ordering)
    assert [name for name, _, _ in order.scores] == list(TRUE)
    for name, human, machine in order.scores:
        assert human == pytest.approx(TRUE[name], abs=0.6)
        assert machine == pytest.approx(TRUE[name], abs=1e-9)
    assert order.kendall.value == 1 and order.kendall.low is not None and order.kendall.low > 0.5


def test_spearman_is_that_of_scipy() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 5, (2, 20, 7)).astype(float)
    assert spearman(x, y) == pytest.approx([spearmanr(a, b).statistic for a, b in zip(x, y, strict=True)])
    assert kendalltau(x[0], y[0]).statistic == pytest.approx(kendalltau(y[0], x[0]).statistic)
    assert np.isnan(spearman(np.ones((1, 4)), np.arange(4.0)[None])[0])


def test_a_good_metric_beats_a_poor_one_unit_by_unit() -> None:
    good, poor = ({one.unit: one for one in joined(VOTES, verdicts(VOTES, noise, seed=5))}
                  for noise in (0, 4.0))
    found = difference(("good", "poor"), good, poor, FAST)
    assert isinstance(found, Difference) and found.units == 72
    assert found.only_first > found.only_second
    assert found.difference.value == pytest.approx((found.only_first - found.only_second) / 72)
    assert found.difference.low is not None and found.difference.low > 0
    same = difference(("good", "good"), good, good, FAST)
    assert isinstance(same, Difference) and same.difference.value == 0
    assert same.difference.low is not None and same.difference.high is not None
    assert -0.05 < same.difference.low < 0 < same.difference.high < 0.05
    assert isinstance(difference(("a", "b"), good, {}, FAST), Abstained)


def test_votes_without_a_verdict_and_verdicts_without_votes_are_left_out() -> None:
    some = verdicts(VOTES)[:10]
    blind = [replace(vote, choice="unable") for vote in VOTES if vote.unit == some[0].unit]
    rest = [vote for vote in VOTES if vote.unit != some[0].unit]
    assert [one.unit for one in joined([*blind, *rest], some)] == sorted(one.unit for one in some[1:])


def test_too_little_abstains() -> None:
    units = joined(VOTES, verdicts(VOTES))
    assert isinstance(curve(units, 2, FAST), Abstained)
    assert isinstance(ordering([one for one in units if one.prompt in ("p0", "p1")], FAST), Abstained)
    two = [one for one in units if {one.better, one.worse} == {"a", "b"}]
    assert isinstance(ordering(two, FAST), Abstained)
    apart = [one for one in units if {one.better, one.worse} in ({"a", "b"}, {"c", "d"})]
    found = ordering(apart, FAST)
    assert isinstance(found, Abstained) and "never met" in found.why

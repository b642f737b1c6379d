"""Log-rank over paired prompts: against the library, SciPy and brute force; ranks and tie groups."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from scipy.stats import permutation_test
from statsmodels.duration.survfunc import survdiff
from statsmodels.stats.multitest import multipletests

from reports.ranks import (
    Comparison,
    beaten,
    compare,
    exchange_p,
    exchanges,
    holm,
    least_p,
    prompt_leads,
    rank_limits,
    ranks,
    scores,
    tie_groups,
)
from reports.survival import Time


def made(seed: int, prompts: int, seeds: int = 2, factor: float = 1.0) -> dict[str, dict[str, list[Time]]]:
    rng = np.random.default_rng(seed)
    at = np.ceil(12 * rng.exponential(size=(2, prompts, seeds)))
    at[1] = np.ceil(at[1] * factor)
    return {name: {f"p{i}": [Time(min(t, 30.0), t < 30) for t in row] for i, row in enumerate(own)}
            for name, own in zip("ab", at, strict=True)}


def arrays(methods: dict[str, dict[str, list[Time]]]) -> tuple[np.ndarray, ...]:
    rows = [(time.seconds, int(time.happened), int(prompt[1:]), side)
            for side, own in enumerate(methods.values()) for prompt, times in own.items() for time in times]
    seconds, happened, prompt, side = (np.array(column) for column in zip(*rows, strict=True))
    return seconds, happened, prompt, side


def brute_numerator(seconds: np.ndarray, happened: np.ndarray, side: np.ndarray) -> float:
    """Observed less expected failures of side 0, time by time."""
    total = 0.0
    for at in np.unique(seconds[happened == 1]):
        failing, risk = (seconds == at) & (happened == 1), seconds >= at
        expected = failing.sum() * (risk & (side == 0)).sum() / risk.sum()
        total += float((failing & (side == 0)).sum() - expected)
    return total


@pytest.mark.parametrize("seed", range(5))
def test_scores_add_up_to_the_log_rank_numerator(seed: int) -> None:
    seconds, happened, prompt, side = arrays(made(seed, 7, factor=1.4))
    found = scores(seconds, happened)
    expected = brute_numerator(seconds, happened, side)
    assert found[side == 0].sum() == pytest.approx(expected)
    assert found.sum() == pytest.approx(0, abs=1e-9)
    leads = prompt_leads(seconds, happened, prompt, side)
    assert leads.sum() == pytest.approx(-expected)  # the two seeds undo that both methods change


def test_the_statistic_is_the_library_s() -> None:
    methods = made(3, 8, factor=2.0)
    (pair,) = compare(methods)
    seconds, happened, _, side = arrays(methods)
    statistic, p = survdiff(seconds, happened, side)
    assert (pair.statistic, pair.p_clips) == pytest.approx((statistic, p))
    assert pair.prompts == 8


def test_p_counts_the_exchanges_of_methods_within_prompts() -> None:
    """Exchanging for real, prompt by prompt, and taking the log-rank numerator anew."""
    methods = made(1, 6, factor=1.8)
    (pair,) = compare(methods)
    seconds, happened, prompt, side = arrays(methods)
    found = [brute_numerator(seconds, happened, np.where(np.isin(prompt, swapped), 1 - side, side))
             for count in range(7) for swapped in itertools.combinations(range(6), count)]
    expected = np.mean(np.abs(found) >= abs(found[0]) - 1e-9)
    assert pair.p == pytest.approx(expected)


@pytest.mark.parametrize("prompts", [5, 12])
def test_exact_p_agrees_with_scipy(prompts: int) -> None:
    leads = np.random.default_rng(prompts).normal(0.4, 1, prompts)
    theirs = permutation_test((leads,), np.sum, permutation_type="samples", n_resamples=np.inf)
    assert exchange_p(leads) == pytest.approx(theirs.pvalue)


def test_random_exchanges_come_close_to_all_of_them() -> None:
    leads = np.random.default_rng(5).normal(0.5, 1, 16)
    theirs = permutation_test((leads,), np.sum, permutation_type="samples", n_resamples=np.inf)
    assert exchange_p(leads) == pytest.approx(theirs.pvalue, abs=0.01)
    assert exchange_p(leads) == exchange_p(leads)
    assert (exchanges(16)[0] == 1).all() and len(exchanges(16)) == 10_001


@pytest.mark.parametrize("prompts", [1, 2, 5, 6, 13, 30])
def test_the_smallest_p_is_that_of_prompts_which_all_agree(prompts: int) -> None:
    assert exchange_p(np.ones(prompts)) == pytest.approx(least_p(prompts), rel=0.35)
    assert exchange_p(np.zeros(prompts)) == 1.0


def test_five_prompts_tell_nothing_apart_and_six_do() -> None:
    def apart(prompts: int) -> float:
        times = {"a": {f"p{i}": [Time(30.0, happened=False)] for i in range(prompts)},
                 "b": {f"p{i}": [Time(2.0, happened=True)] for i in range(prompts)}}
        (pair,) = compare(times)
        assert pair.lead > 0
        return pair.p_holm

    assert apart(5) == 0.0625
    assert apart(6) == 0.03125


def test_methods_that_never_fail_are_alike() -> None:
    never = {f"p{i}": [Time(30.0, happened=False)] for i in range(8)}
    (pair,) = compare({"a": never, "b": never})
    assert (pair.statistic, pair.p_clips, pair.p, pair.lead) == (0.0, 1.0, 1.0, 0.0)


def test_pairs_are_corrected_together() -> None:
    three = {"a": made(1, 12)["a"], "b": made(1, 12, factor=1.6)["b"], "c": made(2, 12, factor=8.0)["b"]}
    found = compare(three)
    assert [(pair.first, pair.second) for pair in found] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert [pair.p_holm for pair in found] == holm([pair.p for pair in found])
    assert compare({"a": three["a"]}) == ()


@pytest.mark.parametrize(("p", "expected"), [
    ([0.01, 0.04, 0.03], [0.03, 0.06, 0.06]),  # 3 * 0.01, then 2 * 0.03, and 0.04 falls below neither
    ([0.5, 0.9], [1.0, 1.0]),
    ([0.02], [0.02]),
    ([], []),
])
def test_holm_by_hand(p: list[float], expected: list[float]) -> None:
    assert holm(p) == pytest.approx(expected)


def test_holm_agrees_with_the_library() -> None:
    p = np.random.default_rng(0).uniform(0, 0.2, 28)
    assert holm(list(p)) == pytest.approx(multipletests(p, method="holm")[1])


def test_unequal_seeds_weigh_a_prompt_no_more() -> None:
    methods = made(4, 6, seeds=1)
    doubled = {**methods, "a": {**methods["a"], "p0": methods["a"]["p0"] * 5}}
    (pair,) = compare(doubled)
    assert pair.prompts == 6 and 0 < pair.p <= 1


def test_prompts_that_only_one_has_are_left_out() -> None:
    methods = made(4, 6)
    more = {**methods["a"], "q": [Time(1.0, happened=True)]}
    assert compare({"a": more, "b": methods["b"]}) == compare(methods)
    assert compare({"a": {"x": more["q"]}, "b": methods["b"]}) == ()


def test_failures_after_the_other_method_has_left_say_nothing() -> None:
    """One method is seen for 6 s only, the other fails at 20 s: at no failure are clips of both at risk."""
    (pair,) = compare({"left": {f"p{i}": [Time(6.0, happened=False)] for i in range(8)},
                       "late": {f"p{i}": [Time(20.0, happened=True)] for i in range(8)}})
    assert (pair.statistic, pair.p_clips) == (0.0, 1.0)


def apart(*pairs: str, all_of: str) -> list[Comparison[str]]:
    """Every pair of some methods; those named, winner first, are told apart."""
    found = []
    for one, other in itertools.combinations(all_of, 2):
        lead = 1.0 if one + other in pairs else -1.0
        p = 0.01 if {one + other, other + one} & set(pairs) else 0.5
        found.append(Comparison(one, other, 9, lead, p, p))
    return found


@pytest.mark.parametrize(("order", "pairs", "expected"), [
    ("abc", [], [1, 1, 1]),
    ("abc", ["ab", "ac", "bc"], [1, 2, 3]),
    ("abc", ["ac", "bc"], [1, 1, 3]),
    ("abc", ["ab", "ac"], [1, 2, 2]),
    ("abc", ["ac"], [1, 1, 1]),            # b is like both, so that all are linked
    ("abcd", ["ac", "ad", "bc", "bd"], [1, 1, 3, 3]),
    ("abc", ["ba", "ac", "bc"], [1, 1, 3]),  # curves that cross: the mean says a, the log-rank b
    ("a", [], [1]),
    ("", [], []),
])
def test_who_cannot_be_told_apart_shares_a_rank(order: str, pairs: Sequence[str],
                                               expected: list[int]) -> None:
    found = ranks(order, apart(*pairs, all_of=order))
    assert [found[name] for name in order] == expected


def test_a_rank_lies_behind_all_that_beat_it_and_before_all_that_it_beats() -> None:
    pairs = apart("ac", "ad", "bd", all_of="abcd")
    assert beaten(pairs) == {("a", "c"), ("a", "d"), ("b", "d")}
    assert rank_limits("abcd", pairs) == {"a": (1, 2), "b": (1, 3), "c": (2, 4), "d": (3, 4)}


def test_tie_groups_are_lettered_from_the_best() -> None:
    assert tie_groups({"a": 1, "b": 1, "c": 3}) == {"a": "a", "b": "a", "c": "b"}
    many = tie_groups({str(i): i for i in range(1, 29)})
    assert (many["26"], many["27"], many["28"]) == ("z", "aa", "ab")

"""Late levels, noise floors, costs, rank limits: each number once by hand."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.costs import Cost, costs
from reports.gather import columns, shots
from reports.levels import Level, Struck, late_level
from reports.ranks import Pair, compare_levels, holm, rank_limits
from reports.seeds import mean_time, noise_floor
from reports.share import share
from reports.survival import Time, survival
from tests.reports import made


def level(*clips: tuple[str, float, dict[str, object]]) -> Level:
    """Drift's level of one method; a clip is its prompt, its late level and what came."""
    entries = [made.entry(str(i), method="m", prompt_id=prompt, seed=i)
               for i, (prompt, _, _) in enumerate(clips)]
    table = made.results(*(
        made.rows(entry, made.all_held(30.0, **came), [{"metric": "drift.late", "value": value}])
        for entry, (_, value, came) in zip(entries, clips, strict=True)))
    found = shots(made.report_input(entries, table))
    column = next(column for column in columns(found) if column.axis == "drift")
    return late_level(found, column)


def test_what_is_not_credited_stays_out_of_the_mean_and_is_counted_by_its_reason() -> None:
    found = level(("a", 0.3, {}), ("a", 0.1, {}), ("b", 0.0, {"stagnation": 3.0}),
                  ("b", 0.04, {"stagnation": 5.0}), ("c", 0.2, {"premise": 1.0}))
    assert found.mean is not None and found.mean.value == pytest.approx(0.2) and found.clips == 2
    assert found.struck == (Struck("premise", 1, 0.2), Struck("stagnation", 2, 0.02))
    assert found.by_prompt == {"a": pytest.approx(0.2)}


def test_a_fault_is_never_struck_out() -> None:
    found = level(("a", 0.9, {"stagnation": 3.0, "drift": 8.0}))
    assert found.mean is not None and found.mean.value == pytest.approx(0.9) and found.struck == ()


@settings(deadline=None, derandomize=True, max_examples=15)
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.floats(0, 1)), min_size=1, max_size=12))
def test_a_mean_of_shares_is_a_restricted_mean_of_which_nothing_is_censored(
    clips: list[tuple[str, float]],
) -> None:
    prompts = [prompt for prompt, _ in clips]
    found = share([value for _, value in clips], prompts)
    times = survival([Time(value, True) for _, value in clips], prompts, 1.0)
    assert times is not None and found.value == pytest.approx(times.mean)
    assert (found.low, found.high) == (pytest.approx(times.mean_low), pytest.approx(times.mean_high))
    assert found.why == times.why


def test_numbers_beyond_a_share_are_cut() -> None:
    """Cut to 0, 1 and 0.5 before they are averaged, so that no limit can lie beyond 0 or 1."""
    found, prompts = share([-0.5, 1.5, 0.5], ["a", "b", "c"]), ["a", "b", "c"]
    assert found == share([0.0, 1.0, 0.5], prompts) and found.value == pytest.approx(0.5)


def test_nothing_credited_is_no_mean() -> None:
    found = level(("a", 0.0, {"stagnation": 1.0}))
    assert found.mean is None and found.by_prompt == {}


def test_the_noise_floor_is_the_mean_difference_between_two_seeds() -> None:
    """Means by seed: 1 gives 2, 2 gives 3, 3 gives 7; differences 1, 5 and 4."""
    clips = [("a", 1, 1.0), ("b", 1, 3.0), ("a", 2, 2.0), ("b", 2, 4.0), ("a", 3, 6.0), ("b", 3, 8.0)]
    assert noise_floor(clips, mean) == pytest.approx(10 / 3)


def test_seeds_are_compared_on_the_prompts_that_both_have() -> None:
    clips = [("a", 1, 1.0), ("b", 1, 100.0), ("a", 2, 2.5)]
    assert noise_floor(clips, mean) == pytest.approx(1.5)


@pytest.mark.parametrize("clips", [
    [], [("a", 1, 1.0), ("b", 1, 2.0)], [("a", 1, 1.0), ("b", 2, 2.0)], [("a", None, 1.0), ("a", None, 2.0)],
    [("", 1, 1.0), ("", 2, 2.0)],
])
def test_one_seed_a_prompt_has_no_noise_floor(clips: list[tuple[str, int | None, float]]) -> None:
    assert noise_floor(clips, mean) is None


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def test_mean_times_between_seeds() -> None:
    """Up to 10 s: (4 + 10) / 2 and 10; a time that ends before the horizon without failure gives no mean."""
    assert mean_time([Time(4.0, True), Time(30.0, False)], 10.0) == pytest.approx(7.0)
    assert mean_time([Time(12.0, True)], 10.0) == pytest.approx(10.0)
    assert mean_time([Time(5.0, False)], 10.0) is None


def test_costs_are_told_apart_by_device() -> None:
    told = [(10.0, 20.0, "A"), (10.0, 40.0, "A"), (5.0, 20.0, "A"), (10.0, 5.0, "B"), (10.0, None, "B")]
    clips = [made.entry(str(i), method="m", facts={"duration_s": length}, made_s=spent, device=device)
             for i, (length, spent, device) in enumerate(told)]
    table = made.results(*(made.rows(clip, made.all_held(5.0)) for clip in clips))
    assert costs(shots(made.report_input(clips, table))) == (Cost("A", 4.0, 3), Cost("B", 0.5, 1))


def test_levels_are_compared_on_shared_prompts_and_corrected() -> None:
    low, high = ({f"p{i}": base + i / 100 for i in range(8)} for base in (0.1, 0.6))
    same = {**low, "only": 5.0}
    found = compare_levels({"low": low, "high": high, "same": same})
    by_name = {(pair.first, pair.second): pair for pair in found}
    assert by_name["low", "high"].lead == pytest.approx(0.5)
    assert by_name["low", "high"].p == pytest.approx(2 / 2**8)
    assert by_name["low", "same"].p == 1.0 and by_name["low", "same"].prompts == 8
    assert [pair.p_holm for pair in found] == holm([pair.p for pair in found])
    assert [pair.apart for pair in found] == [True, False, True]
    assert compare_levels({"one": {"a": 1.0}, "other": {"b": 1.0}}) == ()


def pairs(names: str, told: set[tuple[str, str]]) -> list[Pair[str]]:
    """Every pair; those in ``told``, better first, are told apart."""
    found = []
    for one, other in itertools.combinations(names, 2):
        p = 0.01 if {(one, other), (other, one)} & told else 0.5
        found.append(Pair(one, other, 9, 1.0 if (other, one) not in told else -1.0, p, p))
    return found


def test_rank_limits_by_hand() -> None:
    """a beats c and d, b beats d: a is 1 or 2, b 1 to 3, c 2 to 4, d 3 or 4."""
    found = rank_limits("abcd", pairs("abcd", {("a", "c"), ("a", "d"), ("b", "d")}))
    assert found == {"a": (1, 2), "b": (1, 3), "c": (2, 4), "d": (3, 4)}
    assert rank_limits("a", []) == {"a": (1, 1)}


def test_every_order_that_the_tests_allow_lies_within_the_rank_limits() -> None:
    generator = random.Random(3)
    for _ in range(30):
        names = "abcde"
        strength = {name: generator.random() for name in names}
        told = {(a, b) for a in names for b in names if strength[a] - strength[b] > 0.4}
        limits = rank_limits(names, pairs(names, told))
        allowed = [order for order in itertools.permutations(names)
                   if all(order.index(a) < order.index(b) for a, b in told)]
        for name in names:
            places = [order.index(name) + 1 for order in allowed]
            assert (min(places), max(places)) == limits[name]

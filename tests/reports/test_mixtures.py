"""What is measured differently is not ranked together, and the field that differs is named."""

from __future__ import annotations

from typing import Any

import pytest

from reports.gather import Shot, columns, shots
from reports.leaderboard import task_columns
from reports.mixtures import mixtures
from reports.standings import Standings, standings
from tests.reports import made

SETTINGS = {"rate_hz": 8.0, "sides": [480, 240], "mask": "early",
            "flow": {"backend": "dis", "preset": "fast"}}


def described(axis: str, **changes: Any) -> dict[str, Any]:
    """An identity as ``run.json`` spells it out."""
    settings = {**SETTINGS, **{key: value for key, value in changes.items() if key != "version"}}
    return {"measurement": axis, "version": changes.get("version", 1), "settings": settings,
            "mask_source": settings["mask"]}


def table(*clips: tuple[str, dict[str, Any], float | None]) -> tuple[tuple[Shot, ...], dict[str, Any]]:
    """Clips given as (method, what its identities change, horizon), one prompt each."""
    entries, rows, known = [], [], {}
    for i, (method, changes, horizon) in enumerate(clips):
        entry = made.entry(f"c{i}", method=method, prompt_id=f"p{i // 2}", horizon_s=horizon)
        for axis in made.AXES:
            identity = made.digest(f"{axis}{sorted(changes.items())}")[:16]
            known[identity] = described(axis, **changes)
            rows.append(made.rows(entry, {axis: made.held(30.0)}, identity=identity))
        entries.append(entry)
    return shots(made.report_input(entries, made.results(*rows))), known


def ranked(found: tuple[Shot, ...], known: dict[str, Any]) -> Standings:
    return standings(found, task_columns(columns(found)), known)


ALL = "premise, drift, stagnation and hardening"


@pytest.mark.parametrize(("one", "other", "told"), [
    ({}, {"mask": "truth"},
     f"mask of {ALL} differs: early in 2 clips (a) and truth in 2 clips (b)"),
    ({}, {"flow": {"backend": "raft", "preset": "fast"}},
     f"flow.backend of {ALL} differs: dis in 2 clips (a) and raft in 2 clips (b)"),
    ({}, {"version": 2}, f"version of {ALL} differs: 1 in 2 clips (a) and 2 in 2 clips (b)"),
    ({"sides": [480, 240]}, {"sides": [480, 120]},
     f"sides of {ALL} differs: 480, 120 in 2 clips (b) and 480, 240 in 2 clips (a)"),
])
def test_the_field_of_an_identity_is_named(one: dict[str, Any], other: dict[str, Any], told: str) -> None:
    found, known = table(("a", one, 30.0), ("b", other, 30.0), ("a", one, 30.0), ("b", other, 30.0))
    (mixture,) = mixtures(found, known)
    assert mixture.told == told
    result = ranked(found, known)
    assert result.refusals == (f"Not ranked together: {told}.",)
    assert [row.rank for row in result.rows] == [None, None] and result.comparisons == ()
    assert result.rows[0].unranked == f"{mixture.field} differs between the clips"
    assert all(row.steady is not None for row in result.rows)  # each alone is of one kind


def test_horizons_are_not_ranked_together() -> None:
    found, known = table(("a", {}, 30.0), ("b", {}, 60.0), ("a", {}, 30.0), ("b", {}, None))
    result = ranked(found, known)
    between, within = result.refusals
    told = "30 s in 2 clips (a), 60 s in 1 clip (b) and not stated in 1 clip (b)"
    assert between == f"Not ranked together: horizon_s differs: {told}."
    assert within == "Not pooled, b: horizon_s differs: 60 s in 1 clip (b) and not stated in 1 clip (b)."
    own, mixed = result.rows
    assert own.steady is not None and own.steady.horizon == 30.0
    assert mixed.steady is None and set(mixed.axes.values()) == {None}


def test_a_method_of_two_masks_has_no_steady_seconds_and_keeps_its_columns() -> None:
    found, known = table(("a", {}, 30.0), ("a", {"mask": "truth"}, 30.0), ("b", {}, 30.0))
    rows = {row.label.text: row for row in ranked(found, known).rows}
    assert rows["a"].steady is None and rows["b"].steady is not None
    assert [mixture.field for mixture in rows["a"].mixed] == ["mask"]
    assert sum(one is not None and one.clips == 1 for one in rows["a"].axes.values()) == 6


def test_identities_that_nobody_describes_are_named_by_digest() -> None:
    found, _ = table(("a", {}, 30.0), ("b", {"mask": "truth"}, 30.0))
    assert [mixture.field for mixture in mixtures(found, {})] == ["identity"] * 4
    digest = made.digest("drift[]")[:16]
    assert any(f"{digest} in 1 clip (a)" in mixture.told for mixture in mixtures(found, {}))


def test_two_differences_are_both_named() -> None:
    found, known = table(("a", {}, 30.0), ("b", {"mask": "truth", "version": 2}, 60.0))
    assert [mixture.field for mixture in mixtures(found, known)] == ["horizon_s", "mask", "version"]


def test_one_kind_is_no_mixture() -> None:
    found, known = table(("a", {}, 30.0), ("b", {}, 30.0))
    assert mixtures(found, known) == () and ranked(found, known).refusals == ()

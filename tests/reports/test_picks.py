"""Best, worst and random clips: the rule decides, and numbers that earn nothing are never best."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from reports.build import build
from reports.model import ReportInput
from reports.picks.choose import Pick, choose, metrics_of, quantity_metric, seed_of, steady_metric
from reports.picks.page import picks_context
from reports.site.site import Site, site_of
from tests.reports import made, many

LATE = quantity_metric("drift.late", made.digest("drift")[:16], higher=False)
ONSET = quantity_metric("drift.onset", made.digest("drift")[:16], higher=True)


def site(folder: Path, *clips: tuple[dict[str, object], float | None]) -> Site:
    parts = []
    for i, (onsets, late) in enumerate(clips):
        one = many.clip("alpha", f"p{i}")
        parts.append((one, many.numbered(one, onsets, {"drift": late})))
    return site_of(many.report(parts), folder)


def prompts(picks: Sequence[Pick]) -> list[str]:
    return [pick.clip.shot.entry.prompt_id for pick in picks]


def levels(folder: Path, *values: float) -> Site:
    return site(folder, *(({}, value) for value in values))


def test_lower_levels_are_better_and_no_clip_is_both(tmp_path: Path) -> None:
    found = choose(LATE, levels(tmp_path, 0.4, 0.1, 0.3, 0.2, 0.0).clips, "seed")

    assert prompts(found.best) == ["p4", "p1"]
    assert prompts(found.worst) == ["p0", "p2"]
    assert len(found.random) == 3
    assert (found.clips, found.tied) == (5, 1)


def test_three_of_each_at_most(tmp_path: Path) -> None:
    found = choose(LATE, levels(tmp_path, *(i / 10 for i in range(9))).clips, "seed")

    assert prompts(found.best) == ["p0", "p1", "p2"]
    assert prompts(found.worst) == ["p8", "p7", "p6"]


def test_what_another_failure_bought_is_never_best_and_says_why(tmp_path: Path) -> None:
    froze = ({"stagnation": 3.0}, 0.0)
    found = choose(LATE, site(tmp_path, froze, ({}, 0.1), ({}, 0.2), ({}, 0.3)).clips, "seed")

    assert prompts(found.best) == ["p1", "p2"]
    assert prompts(found.passed_over) == ["p0"]
    assert found.passed_over[0].why == (
        "not credited: stagnated at 3.0 s, and what stands still cannot drift")


def test_a_number_that_earns_nothing_is_named_where_it_ties_with_the_last_of_the_best(tmp_path: Path) -> None:
    froze = ({"stagnation": 3.0}, 0.2)
    found = choose(LATE, site(tmp_path, froze, ({}, 0.1), ({}, 0.2), ({}, 0.3)).clips, "seed")

    assert prompts(found.best) == ["p1", "p2"]
    assert prompts(found.passed_over) == ["p0"]


def test_a_number_that_earns_nothing_and_would_not_be_best_is_not_named(tmp_path: Path) -> None:
    froze = ({"stagnation": 3.0}, 0.25)
    found = choose(LATE, site(tmp_path, froze, ({}, 0.1), ({}, 0.2), ({}, 0.3)).clips, "seed")

    assert prompts(found.best) == ["p1", "p2"]
    assert found.passed_over == ()


def test_only_clips_that_failed_are_among_the_worst_times(tmp_path: Path) -> None:
    failed = ({"drift": 8.0}, 0.9)
    found = choose(ONSET, site(tmp_path, ({}, 0.1), failed, ({}, 0.1), ({}, 0.1)).clips, "seed")

    assert prompts(found.worst) == ["p1"]
    assert set(prompts(found.best)) < {"p0", "p2", "p3"}
    assert found.tied == 3


def test_of_equal_times_the_one_that_held_is_better(tmp_path: Path) -> None:
    found = choose(ONSET, site(tmp_path, ({"drift": 30.0}, 0.9), ({}, 0.1)).clips, "seed")

    assert prompts(found.best) == ["p1"]
    assert prompts(found.worst) == ["p0"]


def test_where_all_are_alike_none_is_best_or_worst(tmp_path: Path) -> None:
    found = choose(ONSET, levels(tmp_path, 0.1, 0.2, 0.3, 0.4).clips, "seed")

    assert (found.best, found.worst, found.passed_over) == ((), (), ())
    assert len(found.random) == 3


def test_one_clip_is_neither_best_nor_worst(tmp_path: Path) -> None:
    found = choose(LATE, levels(tmp_path, 0.1).clips, "seed")

    assert (found.best, found.worst) == ((), ())
    assert prompts(found.random) == ["p0"]


def test_clips_that_do_not_count_are_not_picked(tmp_path: Path) -> None:
    broken, moving = many.clip("alpha", "p8"), many.clip("alpha", "p9", fixed_camera=False)
    parts = [(broken, many.numbered(broken, {"hardening": (0.0, "failed")}, {"drift": 0.0})),
             (moving, many.numbered(moving, {}, {"drift": 0.01}))]
    for i in range(3):
        one = many.clip("alpha", f"p{i}")
        parts.append((one, many.numbered(one, {}, {"drift": 0.1 * i})))

    found = choose(LATE, site_of(many.report(parts), tmp_path).clips, "seed")

    assert found.clips == 3
    assert not {"p8", "p9"} & set(prompts((*found.best, *found.worst, *found.random)))


def test_the_draw_follows_from_content_and_not_from_names(tmp_path: Path) -> None:
    data = many.study(prompts=12)
    renamed = replace(
        data, clips=tuple(replace(one, method=f"z-{one.method[::-1]}") for one in data.clips),
        results=data.results.assign(method="z-" + data.results["method"].str[::-1]))
    found = [choose(steady_metric(), site_of(one, tmp_path).clips, seed_of(site_of(one, tmp_path).shots))
             for one in (data, renamed)]

    assert [pick.key for pick in found[0].random] == [pick.key for pick in found[1].random]
    assert [pick.key for pick in found[0].best] == [pick.key for pick in found[1].best]


def test_another_seed_or_metric_draws_other_clips(tmp_path: Path) -> None:
    clips = site_of(many.study(prompts=40), tmp_path).clips
    draws = {tuple(pick.key for pick in choose(metric, clips, seed).random)
             for metric in (LATE, ONSET, steady_metric()) for seed in ("a", "b")}

    assert len(draws) == 6


def test_the_seed_follows_from_the_clips_alone(tmp_path: Path) -> None:
    shots = site_of(many.study(), tmp_path).shots

    assert seed_of(shots) == seed_of(shots[::-1])
    assert seed_of(shots) != seed_of(shots[1:])
    assert re.fullmatch("[0-9a-f]{64}", seed_of(shots))


def test_metrics_are_the_headlines_under_each_identity(tmp_path: Path) -> None:
    one, other = many.clip("alpha", "p0"), many.clip("alpha", "p1")
    rows = [{**row, "identity": "f" * 16} if row["metric"].startswith("drift") else row
            for row in many.numbered(other, {})]
    found = site_of(many.report([(one, many.numbered(one, {})), (other, rows)]), tmp_path)

    names = [metric.id for metric in metrics_of(found.data.quantities, found.shots)]

    assert names[0] == "steady"
    assert names.count("drift.late") == 2
    assert names.count("hardening.late") == 1


def test_the_page_names_rule_seed_and_reasons(tmp_path: Path) -> None:
    parts = []
    for i, (onsets, late) in enumerate([({"stagnation": 3.0}, 0.0), ({}, 0.1), ({}, 0.2), ({}, 0.3)]):
        one = many.clip("alpha", f"p{i}")
        parts.append((one, many.numbered(one, onsets, {"drift": late})))
    data = many.report(parts)

    build(data, tmp_path)

    found = (tmp_path / "picks.html").read_text()
    assert f"<code>{seed_of(site_of(data, tmp_path).shots)[:12]}…</code>" in found
    assert "Not among the best, though the number would put it there" in found
    assert "stagnated at 3.0 s, and what stands still cannot drift" in found
    assert "All clips have the same number." in found
    key = made.digest("alpha p1 0")[:12]
    assert f'href="prompt/p1.html#{key}"' in found
    assert found.index("Steady time") < found.index('id="drift.onset"')


def empty(data: ReportInput, folder: Path) -> str:
    build(data, folder)
    return (folder / "picks.html").read_text()


def test_a_report_without_clips_says_that_nothing_can_be_picked(tmp_path: Path) -> None:
    assert "No clip has a number by which it could be picked." in empty(many.report([]), tmp_path)


def test_panels_are_listed_without_stills(tmp_path: Path) -> None:
    data = made.story_report(tmp_path)
    card = replace(many.QUANTITIES[0], id="vbench.quality", unit="", direction="higher")
    rows = [row for i, one in enumerate(data.clips)
            for row in made.rows(one, {}, [{"metric": "vbench.quality", "value": 0.1 * i}])]
    results = made.results(data.results.to_dict("records"), rows)
    found = picks_context(site_of(replace(data, results=results, quantities=(*data.quantities, card)),
                                  tmp_path / "out"))

    light = {part["id"]: part["light"] for part in found["metrics"]}
    assert light["vbench.quality"]
    assert not light["drift.onset"]
    assert any(kind.cards and kind.cards[0].clip.media.strip for part in found["metrics"]
               for kind in part["kinds"])

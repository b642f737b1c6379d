"""Two runs compared: pairs, changes by hand, identical and swapped runs, identities, page and check."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t

from reports.compare import page
from reports.compare.change import Change, levels, times
from reports.compare.check import Tolerance, findings, is_worse
from reports.compare.difference import Difference, compare_runs
from reports.compare.match import match
from reports.compare.text import text
from reports.compare.words import answer
from reports.gather import shots
from reports.means import mean
from reports.model import ReportInput
from reports.survival import Time
from tests.reports.made import Rows, all_held, digest, report_input, results, rows
from tests.reports.paper import clip_of, study

HOSTILE = "</script><b>x</b> \u202e | `y` " + "n" * 5000


def change(found: Difference, quantity: str, row: str = "") -> Change:
    own = [c for c in found.changes if c.quantity == quantity and row in c.row]
    assert len(own) == 1, [c.id for c in found.changes]
    return own[0]


def remade(data: ReportInput) -> ReportInput:
    """The same numbers of clips with other bytes."""
    names = {clip.clip_sha256: digest("again " + clip.clip) for clip in data.clips}
    table, lines = data.results.copy(), data.curves.copy()
    for frame in (table, lines):
        frame["clip_sha256"] = frame["clip_sha256"].map(names)
    clips = tuple(replace(clip, clip_sha256=names[clip.clip_sha256]) for clip in data.clips)
    return replace(data, clips=clips, results=table, curves=lines)


def with_identity(data: ReportInput, axis: str, version: int) -> ReportInput:
    """Another version of one measurement, hence another identity."""
    old, new = digest(axis)[:16], digest(f"{axis} {version}")[:16]
    table, lines = data.results.copy(), data.curves.copy()
    for frame in (table, lines):
        frame["identity"] = frame["identity"].replace(old, new)
    identities = dict(data.run["identities"])  # type: ignore[call-overload]
    body = identities.pop(old)
    return replace(data, results=table, curves=lines,
                   run={**data.run, "identities": {**identities, new: {**body, "version": version}}})


# ---- changes by hand


def test_a_mean_difference_by_hand() -> None:
    before = study({"a": [10, 20, 30, 30]})
    after = remade(study({"a": [12, 20, 26, 30]}))
    found = change(compare_runs(before, after, {}), "steady")
    assert (found.before, found.after) == (22.5, 22.0)
    assert found.difference.value == pytest.approx(-0.5)
    assert (found.difference.clips, found.difference.prompts, found.same) == (4, 4, 2)
    assert found.state == "within"


def test_a_late_level_by_hand() -> None:
    before = study({"a": [30.0] * 4}, lambda *_: {"hardening": 0.2})
    after = remade(study({"a": [30.0] * 4}, lambda _, i: {"hardening": 0.3 + i / 100}))
    found = change(compare_runs(before, after, {}), "hardening.late")
    assert found.difference.value == pytest.approx(0.115)
    assert found.state == "worse" and not found.higher
    low, high = found.difference.low, found.difference.high
    assert low is not None and high is not None and 0 < low < 0.115 < high


def test_levels_that_earn_nothing_are_left_out_and_counted() -> None:
    before = study({"a": [30.0] * 4}, lambda *_: {"stagnation": 0.2})
    after = remade(study({"a": [5.0, 30, 30, 30]}, lambda *_: {"stagnation": 0.2}))
    found = compare_runs(before, after, {})
    assert change(found, "stagnation.late").difference.clips == 3
    assert [(one.axis, one.before, one.after) for one in found.uncredited] == [("stagnation", 0, 1)]


def test_limits_are_at_least_those_of_rounding() -> None:
    """Four times minus one second may be four times half a bin: the interval holds zero."""
    pairs = [(f"p{i}", Time(10.0 + i, True), Time(9.0 + i, True)) for i in range(4)]
    found = times("a", "steady", "", pairs, 30.0)
    width = t.ppf(0.975, 3) * np.sqrt(1 / 6) / 2
    assert found.difference.low == pytest.approx(-1 - width)
    assert found.difference.high == pytest.approx(-1 + width)
    assert found.state == "worse"  # 0.65 s each way
    nearer = times("a", "steady", "", [(p, one, Time(one.seconds - 0.5, True)) for p, one, _ in pairs], 30.0)
    assert nearer.state == "within"


def test_times_that_end_early_are_compared_by_kaplan_meier() -> None:
    """A clip that was seen for 10 s only counts with what is known of it."""
    before = [("p0", Time(10.0, False)), ("p1", Time(20.0, True)), ("p2", Time(30.0, False))]
    after = [("p0", Time(10.0, False)), ("p1", Time(10.0, True)), ("p2", Time(30.0, False))]
    pairs = [(p, one, other) for (p, one), (_, other) in zip(before, after, strict=True)]
    found = times("a", "steady", "", pairs, 30.0)
    assert found.before == pytest.approx(20 + 0.5 * 10)  # one of two at risk fails at 20 s
    assert found.after == pytest.approx(10 + 2 / 3 * 20)  # one of three at 10 s: the one cut there is at risk


def test_two_prompts_have_no_interval_and_say_so() -> None:
    found = change(compare_runs(study({"a": [10, 20]}), remade(study({"a": [5, 10]})), {}), "steady")
    assert found.state == "untold" and "2 prompts" in found.difference.why
    assert (found.difference.low, found.difference.value) == (None, -7.5)


def test_seeds_of_a_prompt_are_drawn_together() -> None:
    values = [1.0, 1.0, 3.0, 3.0, 8.0, 8.0]
    alone = mean([1.0, 3.0, 8.0], ["a", "b", "c"])
    doubled = mean(values, ["a", "a", "b", "b", "c", "c"])
    assert doubled.low == pytest.approx(alone.low)
    assert doubled.high == pytest.approx(alone.high)


@pytest.mark.parametrize("prompts", [4, 8])
def test_limits_hold_the_truth_in_simulated_studies(prompts: int) -> None:
    """Changes of levels where there is none: 95 % is wanted, three standard errors of 300 studies allowed."""
    rng = np.random.default_rng(prompts)
    named = [f"p{i}" for i in range(prompts)]
    found = [mean(list(rng.beta(0.5, 2, prompts) - rng.beta(0.5, 2, prompts)), named) for _ in range(300)]
    assert np.mean([not one.excludes_zero for one in found]) > 0.95 - 3 * np.sqrt(0.95 * 0.05 / 300)


# ---- properties


TIMES = st.lists(st.tuples(st.integers(1, 30), st.integers(1, 30)), min_size=3, max_size=7)


@settings(max_examples=12, deadline=None)
@given(TIMES)
def test_swapped_runs_give_negated_changes(given_times: list[tuple[int, int]]) -> None:
    pairs = [(f"p{i}", Time(float(a), a < 30), Time(float(b), b < 30))
             for i, (a, b) in enumerate(given_times)]
    found = times("a", "steady", "", pairs, 30.0)
    back = times("a", "steady", "", [(p, other, one) for p, one, other in pairs], 30.0)
    assert back.difference.value == pytest.approx(-found.difference.value)
    assert (back.before, back.after) == (found.after, found.before)
    swapped = {"better": "worse", "worse": "better"}
    ends = [abs(end) for end in (found.difference.low, found.difference.high) if end is not None]
    if min(ends) > 0.2:  # the two draws' percentiles are mirrored but for one of 10,000
        assert back.state == swapped.get(found.state, found.state)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=3, max_size=7))
def test_limits_hold_the_mean_difference(given_levels: list[tuple[float, float]]) -> None:
    found = levels("a", "drift.late", "", [(f"p{i}", a, b) for i, (a, b) in enumerate(given_levels)])
    low, high = found.difference.low, found.difference.high
    assert low is not None and high is not None
    assert low - 1e-9 <= found.difference.value <= high + 1e-9


def test_identical_runs_have_no_difference_at_all() -> None:
    data = study({"a": [10, 20, 30, 30], "b": [30.0] * 4}, degree={"a": 0.5, "b": 0.7})
    found = compare_runs(data, data, {})
    assert found.same and found.made == () and found.flips == () and found.uncredited == ()
    assert {change.state for change in found.changes} == {"same"}
    assert {c.difference.value for c in found.changes} == {0}
    limits = [c.difference for c in found.changes if not c.difference.why]
    assert {end for mean in limits for end in (mean.low, mean.high)} == {0}
    assert found.numbers.compared == found.numbers.same == len(data.results)
    assert answer(found) == f"Nothing changed: all {len(data.results)} numbers are identical."


def test_the_order_of_clips_does_not_matter() -> None:
    before, after = study({"a": [10, 20, 30, 30]}), remade(study({"a": [5, 20, 26, 30]}))
    mixed = after.results.sample(frac=1, random_state=3)
    turned = replace(after, clips=tuple(reversed(after.clips)), results=mixed)
    first, second = compare_runs(before, after, {}), compare_runs(before, turned, {})
    assert text(first, "A", "B") == text(second, "A", "B")


# ---- pairing


def test_rows_are_paired_though_weights_and_revision_are_others() -> None:
    before = study({"a": [10, 20, 30]}, weights_digest="1" * 64, revision="r1")
    after = remade(study({"a": [5, 20, 30]}, weights_digest="2" * 64, revision="r2"))
    found = compare_runs(before, after, {})
    assert len(found.matched.twins) == 3
    named = {field.name: (field.before, field.after) for field in found.made}
    assert named["a (tiny backbone): revision"] == ("r1", "r2")
    assert named["a (tiny backbone): digest of the weights"] == ("1" * 64, "2" * 64)


def test_two_rows_of_one_name_are_paired_by_their_weights_only() -> None:
    before = [clip_of("a", f"p{i}", weights_digest=w * 64) for i in range(2) for w in "12"]
    data = report_input(before, results([r for clip in before for r in rows(clip, all_held(30.0))]))
    other = [replace(clip, weights_digest="3" * 64) for clip in before if clip.weights_digest == "1" * 64]
    after = report_input(other, results([r for clip in other for r in rows(clip, all_held(30.0))]))
    assert match(shots(data), shots(after), {}).twins == ()
    assert len(match(shots(data), shots(data), {}).twins) == len(shots(data))


def test_methods_of_other_names_are_paired_on_request() -> None:
    before, after = study({"old": [10, 20, 30]}), study({"new": [20, 20, 30]})
    assert compare_runs(before, after, {}).matched.twins == ()
    found = compare_runs(before, after, {"old (tiny backbone)": "new (tiny backbone)"})
    assert change(found, "steady").difference.value == pytest.approx(10 / 3)


def test_a_name_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(ValueError, match=r"first run has no method 'x'; it has a \(tiny backbone\)"):
        compare_runs(study({"a": [30.0]}), study({"a": [30.0]}), {"x": "a (tiny backbone)"})


def test_other_lengths_are_not_paired() -> None:
    before, after = study({"a": [30.0] * 3}), study({"a": [30.0] * 3})
    after = replace(after, clips=tuple(replace(clip, horizon_s=60.0) for clip in after.clips))
    found = compare_runs(before, after, {})
    assert found.matched.twins == () and len(found.matched.only_before) == 3
    assert {"horizon_s"} <= {field.name for field in found.made}
    assert "no clip in common" in answer(found)


def test_clips_without_method_or_prompt_are_paired_by_name() -> None:
    def bare(name: str, onset: float) -> Rows:
        clip = replace(clip_of("", ""), clip=name, clip_sha256=digest(name))
        return rows(clip, all_held(30.0, drift=onset))

    clips = [replace(clip_of("", ""), clip=name, clip_sha256=digest(name)) for name in ("x.mp4", "y.mp4")]
    before = report_input(clips, results(bare("x.mp4", 5.0), bare("y.mp4", 6.0)))
    after = report_input(clips, results(bare("x.mp4", 9.0), bare("y.mp4", 6.0)))
    found = compare_runs(before, after, {})
    assert [pair.before.entry.clip for pair in found.matched.twins] == ["x.mp4", "y.mp4"]
    assert change(found, "steady").difference.value == pytest.approx(2.0)


def test_several_clips_of_a_prompt_and_seed_are_paired_by_name_and_never_crosswise() -> None:
    def run(onsets: Mapping[str, float]) -> ReportInput:
        clips = [replace(clip_of("m", "p"), clip=name, clip_sha256=digest(name)) for name in onsets]
        return report_input(clips, results(*(rows(clip, all_held(30.0, drift=onset))
                                             for clip, onset in zip(clips, onsets.values(), strict=True))))

    found = compare_runs(run({"x.mp4": 5.0, "y.mp4": 6.0}), run({"y.mp4": 9.0, "x.mp4": 7.0}), {})
    assert [(pair.before.entry.clip, pair.after.entry.clip) for pair in found.matched.twins] == [
        ("x.mp4", "x.mp4"), ("y.mp4", "y.mp4")]
    less = compare_runs(run({"x.mp4": 5.0, "y.mp4": 6.0}), run({"y.mp4": 9.0}), {})
    assert [pair.after.entry.clip for pair in less.matched.twins] == ["y.mp4"]
    assert [shot.entry.clip for shot in less.matched.only_before] == ["x.mp4"]


def test_files_of_which_nothing_is_known_are_not_the_same() -> None:
    lost = report_input([replace(clip_of("m", "p"), clip_sha256="")], results(Rows()))
    (pair,) = match(shots(lost), shots(lost), {}).twins
    assert not pair.same_bytes
    known = report_input([clip_of("m", "p")], results(Rows()))
    (pair,) = match(shots(known), shots(known), {}).twins
    assert pair.same_bytes


# ---- how they were made


def test_fields_stand_in_the_order_of_causes() -> None:
    before = study({"a": [30.0] * 3}, run={"settings": {"flow": "dis"}, "machine": {"cpus": 2}})
    after = with_identity(study({"a": [30.0] * 3}, run={
        "steadybench": "0.2.0", "packages": {"numpy": "2.5", "av": "18"}, "settings": {"flow": "raft"},
        "machine": {"cpus": 8}, "command": "steadybench run --seeds 0"}), "drift", 2)
    found = compare_runs(before, after, {}).made
    assert [field.name for field in found] == [
        "steadybench", "packages.av", "packages.numpy", "settings.flow",
        "identity of drift under early mask: version", "machine.cpus", "command"]
    assert (found[1].before, found[1].after) == ("not stated", "18")


def test_prompts_and_what_clips_were_made_from_are_compared() -> None:
    before = study({"a": [30.0] * 3}, settings={"encoder version": "1"})
    after = remade(study({"a": [30.0] * 4}, settings={"encoder version": "2"}))
    first, *others = after.clips
    after = replace(after, clips=(replace(first, prompt="Other words."), *others))
    named = {field.name: (field.before, field.after) for field in compare_runs(before, after, {}).made}
    assert named["prompts"] == ("3 prompts", "4 prompts, of these only here: p03")
    assert named["text of prompt p00"] == ("A scene called p00.", "Other words.")
    assert named["clips: encoder version (3 of 3)"] == ("1", "2")


# ---- numbers, identities, verdicts


def test_numbers_under_other_identities_are_never_compared() -> None:
    before = study({"a": [10, 20, 30]})
    found = compare_runs(before, with_identity(before, "drift", 2), {})
    assert not any(c.quantity in ("steady", "drift.onset", "drift.late") for c in found.changes)
    assert [(one.axis, one.clips) for one in found.numbers.barred] == [("drift", 3)]
    assert not found.same
    assert "Drift is not compared in 3 clips: measured under identity" in text(found, "A", "B")


def test_a_run_of_mixed_identities_is_compared_clip_by_clip() -> None:
    plain = study({"a": [10, 20, 30, 30]})
    other = with_identity(plain, "drift", 2)
    late = plain.results["prompt_id"].isin(["p02", "p03"])
    mixed = replace(other, results=plain.results.where(~late, other.results),
                    run={**plain.run, "identities": {**plain.run["identities"],  # type: ignore[dict-item]
                                                     **other.run["identities"]}})  # type: ignore[dict-item]
    assert compare_runs(mixed, mixed, {}).same
    found = compare_runs(plain, mixed, {})
    assert [(one.axis, one.clips) for one in found.numbers.barred] == [("drift", 2)]
    assert change(found, "steady").difference.clips == 2
    assert any(field.name == "identity of drift under early mask" for field in found.made)


def test_a_number_that_is_gone_or_has_come_is_listed_with_its_reason() -> None:
    before = study({"a": [30.0] * 3})
    table = before.results.copy()
    lost = (table["metric"] == "drift.late") & (table["prompt_id"] == "p01")
    table.loc[lost, ["value", "status", "reason"]] = [None, "abstained", "too dark"]
    after = replace(before, results=table)
    (gone,) = [tally for tally in compare_runs(before, after, {}).numbers.tallies if tally.gone]
    assert (gone.metric, len(gone.gone), gone.reasons, gone.same_bytes) == ("drift.late", 1,
                                                                            {"abstained: too dark"}, 1)
    (come,) = [tally for tally in compare_runs(after, before, {}).numbers.tallies if tally.come]
    assert (come.metric, len(come.come)) == ("drift.late", 1)


def test_numbers_of_a_clip_that_is_no_longer_there_are_gone() -> None:
    before = study({"a": [30.0] * 3})
    clips = tuple(replace(clip, clip_sha256="") if clip.prompt_id == "p01" else clip for clip in before.clips)
    table = before.results.copy()
    lost = table["prompt_id"] == "p01"
    fields = ["value", "status", "reason", "identity", "clip_sha256"]
    table.loc[lost, fields] = [None, "failed", "no file", "", ""]
    after = replace(before, clips=clips, results=table)
    found = compare_runs(before, after, {})
    assert sum(len(tally.gone) for tally in found.numbers.tallies) == sum(lost)
    assert {finding.kind for finding in findings(found, Tolerance())} == {"missing"}


def test_a_verdict_that_flips_is_named_and_one_that_shifts_is_not() -> None:
    found = compare_runs(study({"a": [10, 20, 30]}), remade(study({"a": [12, 30, 30]})), {})
    (flip,) = found.flips
    assert (flip.before.outcome, flip.after.outcome, flip.pair.prompt) == ("fails", "holds", "p01")


# ---- the check


NONE = Tolerance()


def kinds(before: ReportInput, after: ReportInput, tolerance: Tolerance = NONE, allow: Sequence[str] = ()
          ) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for finding in findings(compare_runs(before, after, {}), tolerance, allow):
        found.setdefault(finding.kind + (" allowed" if finding.allowed else ""), []).append(finding.id)
    return found


def test_worse_better_and_nothing() -> None:
    good, bad = study({"a": [28, 29, 30, 30]}), remade(study({"a": [8, 9, 10, 11]}))
    assert kinds(good, bad) == {"worse": ["worse/a (tiny backbone)/steady"]}
    assert kinds(bad, good) == {"better": ["better/a (tiny backbone)/steady"]}
    assert kinds(good, good) == {}


def test_the_tolerance_lets_small_losses_pass_and_judges_where_there_is_no_interval() -> None:
    good, bad = study({"a": [28, 29, 30, 30]}), remade(study({"a": [8, 9, 10, 11]}))
    assert kinds(good, bad, Tolerance(seconds=25.0)) == {}
    few, worse = study({"a": [28, 30]}), remade(study({"a": [20, 20]}))
    assert kinds(few, worse) == {"untold": ["untold/a (tiny backbone)/steady"]}
    assert kinds(few, worse, Tolerance(seconds=5.0)) == {"worse": ["worse/a (tiny backbone)/steady"]}
    assert kinds(few, worse, Tolerance(seconds=9.5)) == {}


def test_allowed_findings_are_marked() -> None:
    good, bad = study({"a": [28, 29, 30, 30]}), remade(study({"a": [8, 9, 10, 11]}))
    name = "worse/a (tiny backbone)/steady"
    assert kinds(good, bad, allow=("worse/a*/steady",)) == {"worse allowed": [name]}
    assert kinds(good, bad, allow=("worse/b*",)) == {"worse": ["worse/a (tiny backbone)/steady"]}


def test_a_level_is_worse_where_it_rises() -> None:
    found = levels("a", "drift.late", "", [(f"p{i}", 0.1, 0.3 + i / 100) for i in range(4)])
    assert is_worse(found, None) and not is_worse(found, 0.5)
    back = levels("a", "drift.late", "", [(f"p{i}", 0.3 + i / 100, 0.1) for i in range(4)])
    assert not is_worse(back, None)


def test_what_the_baseline_has_and_the_run_lacks_is_missing() -> None:
    whole = study({"a": [30.0] * 3, "b": [30.0] * 3}, degree={"a": 0.1, "b": 0.2})
    assert kinds(whole, study({"a": [30.0] * 3}, degree={"a": 0.1}))["missing"] == [
        f"missing/b:native (tiny backbone) · p0{i} · seed 0" for i in range(3)]
    bare = study({"a": [30.0] * 3, "b": [30.0] * 3})
    assert kinds(whole, bare) == {"missing": ["missing/vbench.dynamic_degree"]}
    assert kinds(study({"a": [30.0] * 3}), whole) == {}


def test_other_identities_and_no_common_clip_are_incomparable() -> None:
    data = study({"a": [30.0] * 3})
    assert kinds(data, with_identity(data, "drift", 2)) == {"incomparable": ["incomparable/drift"]}
    assert kinds(data, study({"b": [30.0] * 3}))["incomparable"] == ["incomparable/clips"]


# ---- the page


def written(before: ReportInput, after: ReportInput, out: Path) -> str:
    found = compare_runs(before, after, {})
    return page.write(found, out, (Path("a"), Path("b"))).read_text(encoding="utf-8")


def test_a_hostile_name_is_escaped_and_nothing_is_loaded_from_elsewhere(tmp_path: Path) -> None:
    before = study({HOSTILE: [28, 29, 30, 30]}, run={HOSTILE: HOSTILE})
    after = remade(study({HOSTILE: [8, 9, 10, 11]}, run={HOSTILE: "other"}))
    body = written(before, after, tmp_path)
    assert "<b>x</b>" not in body and "&lt;b&gt;x&lt;/b&gt;" in body
    assert set(re.findall(r'(?:src|href)="([^"#]+)"', body)) == {
        "assets/base.css", "assets/compare.css", "assets/theme.js", "assets/base.js"}
    assert "default-src 'none'" in body and "<script>" not in body and "style=" not in body
    told = text(compare_runs(before, after, {}), HOSTILE, "B")
    assert "\u202e" not in told and "\\u202e" in told


def test_equal_runs_give_an_equal_page_that_says_nothing_changed(tmp_path: Path) -> None:
    data = study({"a": [10, 20, 30]})
    first, second = written(data, data, tmp_path / "1"), written(data, data, tmp_path / "2")
    assert first == second and "Nothing changed" in first and "Every recorded field is the same." in first


def test_flipped_clips_lead_to_both_reports_where_these_are_there(tmp_path: Path) -> None:
    before, after = study({"a": [10, 20, 30]}), remade(study({"a": [12, 30, 30]}))
    for name in ("a", "b"):
        (tmp_path / name / "report" / "prompt").mkdir(parents=True)
        (tmp_path / name / "report" / "index.html").touch()
    (tmp_path / "a" / "report" / "prompt" / "p01.html").touch()
    found = compare_runs(before, after, {})
    folders = tmp_path / "a", tmp_path / "b"
    body = page.write(found, tmp_path / "b" / "compare-a", folders).read_text("utf-8")
    (flip,) = found.flips
    assert f'href="../../a/report/prompt/p01.html#{flip.pair.before.key}"' in body
    assert "b/report/prompt" not in body and 'href="../report/index.html"' in body


def test_no_clips_at_all_give_a_page(tmp_path: Path) -> None:
    empty = report_input([], results([]))
    assert "no clip in common" in written(empty, study({"a": [30.0]}), tmp_path)

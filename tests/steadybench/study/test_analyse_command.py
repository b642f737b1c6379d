"""`study analyse` through the command: what it writes, what it names and keeps apart, what it refuses."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from steadybench.errors import NOTHING, OK, USAGE
from steadybench.study import planfile
from steadybench.study.answers import Answer
from steadybench.study.locking import lockfile
from steadybench.study.model import Plan, Trial, Unit
from tests.steadybench.study.locked_study import call, code, locked, told, write_study
from tests.steadybench.study.made_study import LABELS, made_plan
from tests.steadybench.study.sat_study import by_order, changed, digits, line, sit, write, write_lines

MADE = made_plan(systems=3, prompts=6, votes=6)
PLAN, KEY = MADE
ANSWERS = sit(PLAN)
FIRST = PLAN.sessions[0]


@dataclass(frozen=True)
class Outcome:
    """What one call of the command left."""

    code: int
    text: str
    out: Path

    def rows(self, name: str) -> list[dict[str, str]]:
        with (self.out / f"{name}.csv").open(newline="") as stream:
            return list(csv.DictReader(stream))

    def kinds(self, name: str) -> list[str]:
        return [row["kind"] for row in self.rows(name)]

    @property
    def page(self) -> str:
        return " ".join((self.out / "index.html").read_text().split())


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A locked study that is only read."""
    return locked(write_study(tmp_path_factory.mktemp("locked") / "study", MADE), "--draws", 200,
                  planned=("A>C",))


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """One that a test may change."""
    return locked(write_study(tmp_path / "study", MADE), "--draws", 200, planned=("A>C",))


Analyse = Callable[..., Outcome]


def contents(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def analyse(tmp_path: Path) -> Analyse:
    def run(folder: Path, answers: list[Answer] | Path, *options: object) -> Outcome:
        source = answers if isinstance(answers, Path) else write(answers, tmp_path / "answers")
        result = call("study", "analyse", folder, "--answers", source, "--out", tmp_path / "out", *options)
        return Outcome(code(result), told(result), tmp_path / "out")

    return run


def test_everything_as_registered(study: Path, analyse: Analyse) -> None:
    found = analyse(study, ANSWERS)
    assert found.code == OK and "As registered." in found.text
    assert not found.rows("deviations") and not found.rows("aside") and not found.rows("exclusions")
    votes = found.rows("votes")
    assert len(votes) == 6 * len(PLAN.units) and {row["counted"] for row in votes} == {"true"}
    assert [row["system"] for row in found.rows("strengths")] == ["System A", "System B", "System C"]
    wins = {row["verdict"] for row in found.rows("planned")}
    assert wins == {"confirmed"} and "1 as expected" in found.text
    assert len(found.rows("raters")) == len(PLAN.sessions)
    digest = lockfile.digest(lockfile.load(study))
    assert digest in found.page and "this analysis was not given one" in found.page
    assert "This is the digest that was deposited" in analyse(study, ANSWERS, "--sha256", digest).page


def test_votes_are_what_raters_chose(study: Path, analyse: Analyse) -> None:
    """Counted by hand from the answers: who won how often against whom."""
    units = {unit.id: unit for unit in PLAN.units}
    trials = {trial.id: trial for session in PLAN.sessions for trial in session.trials}
    wins: dict[tuple[str, str], int] = {}
    for answer in ANSWERS:
        trial = trials[answer.trial_id]
        if trial.check or answer.slot_chosen == "tie":
            continue
        shown = {unit_clip: system for unit in [units[trial.unit]]
                 for unit_clip, system in ((unit.first_clip, unit.first), (unit.second_clip, unit.second))}
        sides = [shown[trial.left], shown[trial.right]]
        winner = sides.pop(0 if answer.slot_chosen == "1" else 1)
        wins[winner, sides[0]] = wins.get((winner, sides[0]), 0) + 1
    name = {token: f"System {'ABC'[i]}" for i, token in enumerate(PLAN.systems)}
    rows = analyse(study, ANSWERS).rows("pairs")
    found = {}
    for row in rows:
        found[row["first"], row["second"]] = int(row["wins_first"])
        found[row["second"], row["first"]] = int(row["wins_second"])
    assert found == {(name[a], name[b]): number for (a, b), number in wins.items()}
    fitted = analyse(study, ANSWERS).rows("fit")
    for row in fitted:
        seen = sum(int(row[name]) for name in ("wins_first", "wins_second", "ties"))
        made = sum(float(row[f"fitted_{name}"]) for name in ("first", "second", "ties"))
        assert made == pytest.approx(seen)
    assert {tuple(sorted((row["first"], row["second"]))): int(row["ties"]) for row in fitted} == {
        (row["first"], row["second"]): int(row["ties"]) for row in rows}


def test_the_same_answers_give_the_same_bytes(study: Path, tmp_path: Path, analyse: Analyse) -> None:
    first = analyse(study, ANSWERS)
    before = contents(first.out)
    assert len(before) > 15
    again = tmp_path / "again"
    call("study", "analyse", study, "--answers", write(ANSWERS[::-1], tmp_path / "turned"), "--out", again)
    assert before == contents(again)


def test_names_come_with_unblinding_and_numbers_stay_the_same(own: Path, analyse: Analyse) -> None:
    blind = analyse(own, ANSWERS)
    written = b"".join(contents(blind.out).values()).decode()
    assert not [label for label in (*LABELS, "prompt-0") if label.lower() in written.lower()]
    strengths = [row["strength"] for row in blind.rows("strengths")]
    result = call("study", "unblind", own, "--by", "Ann Lee", "--reason", "All answers are in.")
    assert code(result) == OK
    named = analyse(own, ANSWERS)
    assert {row["system"] for row in named.rows("strengths")} == set(LABELS[:3])
    assert {row["prompt"] for row in named.rows("votes")} == {f"prompt-{i}" for i in range(6)}
    assert [row["strength"] for row in named.rows("strengths")] == strengths
    assert "Unblinded by Ann Lee" in named.page and "All answers are in." in named.page
    assert "As registered." in named.text, "unblinding after the last answer is no deviation"


def test_two_questions_are_never_pooled(tmp_path: Path, analyse: Analyse) -> None:
    made = made_plan(systems=3, prompts=4, votes=2, questions=("stillness", "motion"))
    folder = locked(write_study(tmp_path / "two", made), "--draws", 200, planned=("motion:A>B",))
    found = analyse(folder, sit(made[0]))
    questions = [row["question"] for row in found.rows("strengths")]
    assert questions == ["stillness"] * 3 + ["motion"] * 3
    assert [row["question"] for row in found.rows("planned")] == ["motion"]
    kinds = ("wins_first", "wins_second", "ties")
    for question in ("stillness", "motion"):
        votes = [row for row in found.rows("votes") if row["question"] == question]
        pairs = [row for row in found.rows("pairs") if row["question"] == question]
        assert sum(int(row[kind]) for row in pairs for kind in kinds) == len(votes)


def test_planned_comparisons_are_one_family_with_everyone_too(tmp_path: Path, analyse: Analyse) -> None:
    made = made_plan(systems=3, prompts=4, votes=2, questions=("stillness", "motion"))
    folder = locked(write_study(tmp_path / "two", made), "--draws", 200, planned=("A>B",))
    sessions = {session.question: session for session in made[0].sessions}.values()
    checks = [trial.id for session in sessions for trial in session.trials
              if trial.check in ("instructed", "content")]
    found = analyse(folder, changed(sit(made[0]), lambda a: a.trial_id in checks, slot_chosen="tie"))
    for of in ("counted", "everyone"):
        own = [row for row in found.rows("planned") if row["of"] == of]
        small, large = sorted(float(row["p"]) for row in own)
        holm = {small: min(1.0, 2 * small), large: max(min(1.0, 2 * small), large)}
        assert small < 0.5
        assert [float(row["p_holm"]) for row in own] == [holm[float(row["p"])] for row in own]


def test_repeats_count_where_both_answers_are_judgements(study: Path, analyse: Analyse) -> None:
    (repeat,) = [trial for trial in FIRST.trials if trial.check == "repeat"]
    for unjudged in (repeat.id, repeat.repeats):
        answers = [replace(a, slot_chosen="unable") if a.trial_id == unjudged else a for a in ANSWERS]
        rater = next(a.rater_digest for a in ANSWERS if a.session_id == FIRST.id)
        row = next(row for row in analyse(study, answers).rows("raters") if row["digest"] == rater)
        assert row["repeats"] == "0" and row["unable"] == "1"


def test_a_validation_ranks_nobody_and_tests_the_metric(tmp_path: Path, analyse: Analyse) -> None:
    made = made_plan(systems=4, prompts=5, votes=6, kind="validation")
    folder = locked(write_study(tmp_path / "validation", made), "--draws", 200)
    plan = made[0]

    def agrees(_: Plan, unit: Unit, trial: Trial, rater: int) -> str:
        if rater == 0:
            return "tie"
        better = unit.first_clip if unit.better == unit.first else unit.second_clip
        return "1" if trial.left == better else "2"

    found = analyse(folder, sit(plan, agrees))
    rows = {row["band"]: row for row in found.rows("agreement")}
    assert set(rows) == {"clear", "middle", "near", "all"}
    assert int(rows["all"]["units"]) == len(plan.units) == int(rows["all"]["agree"])
    assert float(rows["all"]["ties_share"]) > 0
    assert "Raters agree with stagnation.late where its gap is clear on 100 %" in found.page
    assert "Planned comparisons" not in found.page and "Strengths" not in found.page
    assert [float(row["kendall"]) for row in found.rows("correlations")] == [1.0]
    result = call("study", "lock", write_study(tmp_path / "again", made), "--planned", "A>B")
    assert code(result) == USAGE and "no planned comparisons" in told(result)


@pytest.mark.parametrize("field", ["better", "gap"])
def test_a_plan_whose_verdict_is_not_that_of_its_scores_is_told(
    field: str, tmp_path: Path, analyse: Analyse
) -> None:
    plan, key = made_plan(systems=3, prompts=4, votes=2, kind="validation")
    unit = plan.units[0]
    other = unit.first if unit.better == unit.second else unit.second
    wrong = replace(unit, better=other) if field == "better" else replace(unit, gap=(unit.gap or 0.0) + 0.01)
    plan = replace(plan, units=(wrong, *plan.units[1:]))
    folder = locked(write_study(tmp_path / "wrong", (plan, key)), "--draws", 200)
    found = analyse(folder, sit(plan))
    assert found.kinds("deviations") == ["plan"] and wrong.id in found.text


def test_what_must_be_known_of_the_export_stands_on_the_page(tmp_path: Path, analyse: Analyse) -> None:
    notes = [f"System {PLAN.systems[1]} shows a logo.", f"Clip {PLAN.stimuli[0].token} flashes.",
             f"system {PLAN.systems[0]}, prompt {PLAN.prompts[1]}: too short",
             f"system {PLAN.systems[0]}, prompt {PLAN.prompts[0]}: not matched",
             f"system {'0f' * 8}, prompt {PLAN.prompts[0]}: not matched"]
    folder = locked(write_study(tmp_path / "noted", MADE, notes=notes), "--draws", 200)
    found = analyse(folder, ANSWERS)
    assert "System System B shows" not in found.page
    assert "System A, prompt 2: too short" in found.page and "system System" not in found.page
    assert "2 times: not matched" in found.page and "a system not in the study, prompt 1<" in found.page
    assert "System B shows a logo." in found.page and f"{PLAN.stimuli[0].token} flashes." in found.page
    (folder / "export.json").unlink()
    found = analyse(folder, ANSWERS)
    assert found.code == OK and found.kinds("deviations") == ["export"] and "shows a logo" not in found.page


# What raters and files do


def _altered(**new: object) -> list[Answer]:
    return changed(ANSWERS, lambda a: a.session_id == FIRST.id, **new)


def test_excluded_raters_are_reported_with_results_with_and_without(study: Path, analyse: Analyse) -> None:
    checks = [trial.id for trial in FIRST.trials if trial.check in ("instructed", "content")]
    answers = changed(ANSWERS, lambda a: a.trial_id in checks, slot_chosen="tie")
    found = analyse(study, answers)
    assert [(row["rule"], row["session"]) for row in found.rows("exclusions")] == [("checks", "")]
    assert {row["of"] for row in found.rows("strengths")} == {"counted", "everyone"}
    left_out = [row for row in found.rows("raters") if row["excluded"]]
    assert len(left_out) == 1 and left_out[0]["counted"] == "0" and "failed 3 of 4" in left_out[0]["excluded"]
    counted = [row["counted"] for row in found.rows("votes")]
    assert counted.count("false") == sum(not trial.check for trial in FIRST.trials)
    assert "With everyone" in found.page and "As registered." in found.text


def test_one_rater_who_decides_all_by_side_is_named_and_left_out(study: Path, analyse: Analyse) -> None:
    def leftist(plan: Plan, unit: Unit, trial: Trial, rater: int) -> str:
        return "1" if rater == 0 else by_order(plan, unit, trial, rater)

    found = analyse(study, sit(PLAN, leftist, raters=3))
    assert [row["rule"] for row in found.rows("exclusions")] == ["side"]
    assert "chose left in" in found.text and "100 %" in found.text
    everyone = [row for row in found.rows("sides") if row["of"] == "everyone" and row["rater"] != "all"]
    assert max(float(row["left_share"]) for row in everyone) == 1.0
    assert [row["reason"] for row in found.rows("strengths") if row["of"] == "counted"] == [
        "Only 2 of the 3 raters that limits need."], "with him gone, two raters are too few"


def test_one_rater_by_side_in_too_few_trials_is_still_named(study: Path, analyse: Analyse) -> None:
    units = {unit.id: unit for unit in PLAN.units}
    own = [trial.id for session in PLAN.sessions[:2] for trial in session.trials if trial.unit in units]
    assert 8 <= sum(not t.check for s in PLAN.sessions[:2] for t in s.trials) < 20
    both = {session.id for session in PLAN.sessions[:2]}
    answers = changed(ANSWERS, lambda a: a.session_id in both, rater_digest=digits("one side"))
    answers = changed(answers, lambda a: a.trial_id in own, slot_chosen="2")
    found = analyse(study, answers)
    assert not found.rows("exclusions")
    assert "chose the right clip in all of" in found.page


def test_all_ties_give_no_number(study: Path, analyse: Analyse) -> None:
    found = analyse(study, sit(PLAN, lambda *_: "tie"))
    assert found.code == OK and f"All {6 * len(PLAN.units)} judgements are ties" in found.text
    assert [row["strength"] for row in found.rows("strengths")] == [""]
    assert [row["alpha"] for row in found.rows("alpha")] == [""]
    assert not found.rows("sides") and "No vote is decided" in found.page
    assert {row["verdict"] for row in found.rows("planned")} == {"open"}


def test_a_rater_whose_clips_never_showed_is_listed_without_times(study: Path, analyse: Analyse) -> None:
    found = analyse(study, _altered(slot_chosen="unable", watched_ms=0.0, rt_ms=0.0, clip_ms=0.0))
    assert found.code == OK and not found.rows("exclusions")
    rows = [row for row in found.rows("raters") if row["quickest"] == ""]
    assert [(row["playback"], row["unable"], row["checks"]) for row in rows] == [
        ("", str(sum(trial.check in ("", "repeat") for trial in FIRST.trials)), "0")]


@pytest.mark.parametrize("raters", [1, 2])
def test_fewer_than_three_raters_give_no_number(study: Path, analyse: Analyse, raters: int) -> None:
    found = analyse(study, sit(PLAN, raters=raters))
    assert f"Only {raters} of the 3 raters" in found.text
    assert [row["strength"] for row in found.rows("strengths")] == [""]
    assert [(row["verdict"], row["p"]) for row in found.rows("planned")] == [("not tested", "")]
    assert found.kinds("deviations") == ["raters", "votes", "votes"]
    assert "Fewer raters than planned" in found.text


def test_a_rater_counts_once_on_a_unit_however_many_sessions_show_it(study: Path, analyse: Analyse) -> None:
    """Three raters in turn: each session comes six times, and always to the same rater."""
    answers = sit(PLAN, raters=3)
    found = analyse(study, answers)
    votes = found.rows("votes")
    counted = [(row["rater"], row["unit"]) for row in votes if row["counted"] == "true"]
    assert len(votes) == 6 * len(PLAN.units) and len(counted) == len(set(counted)) == len(PLAN.units)
    assert "90 votes do not count" in found.text and "18 of 108 planned votes came" in found.text
    assert {row["of"] for row in found.rows("alpha")} == {"counted"}
    assert [row["alpha"] for row in found.rows("alpha")] == [""]


def test_the_vote_that_stands_is_the_first_of_a_session_that_counts(study: Path, analyse: Analyse) -> None:
    same = [session for session in PLAN.sessions if {t.unit for t in session.trials} & {FIRST.trials[0].unit}]
    raters = {session.id: digits("rater", i) for i, session in enumerate(PLAN.sessions)}
    raters |= {session.id: raters[FIRST.id] for session in same[:3]}
    answers = [replace(one, rater_digest=raters[one.session_id]) for one in ANSWERS]
    stalled = changed(answers, lambda a: a.session_id == FIRST.id, watched_ms=3000.0)
    late = "2025-03-01T11:00:00.000Z"
    later = changed(stalled, lambda a: a.session_id == same[1].id, submitted=late)
    found = analyse(study, later)
    own = [row for row in found.rows("votes") if row["unit"] == FIRST.trials[0].unit]
    assert sorted(row["session"] for row in own if row["counted"] == "false") == sorted(
        [FIRST.id, same[1].id])
    assert [row["rule"] for row in found.rows("exclusions")] == ["playback"]


def test_no_answer_at_all_is_told_on_a_page(study: Path, tmp_path: Path, analyse: Analyse) -> None:
    (tmp_path / "nothing").mkdir()
    found = analyse(study, tmp_path / "nothing")
    assert found.code == NOTHING and "No answer counts" in found.page
    assert found.kinds("deviations") == ["raters", "stopping", "sessions", "votes"]


def test_who_could_not_judge_has_not_voted(study: Path, analyse: Analyse) -> None:
    blind = [replace(one, slot_chosen="unable") for one in ANSWERS]
    found = analyse(study, blind)
    votes = 6 * len(PLAN.units)
    assert found.code == NOTHING
    assert f"No ranking. No vote counts. In all {votes} answers the rater could not judge." in found.text
    assert f"0 votes. {votes} could not judge." in found.page
    assert f"0 of {votes} planned votes count; {len(PLAN.units)} of {len(PLAN.units)} units" in found.page
    assert {row["counted"] for row in found.rows("raters")} == {"0"}


def test_where_the_rules_leave_everybody_out_it_is_told(study: Path, analyse: Analyse) -> None:
    found = analyse(study, [replace(one, watched_ms=10 * one.watched_ms) for one in ANSWERS])
    raters = len({one.rater_digest for one in ANSWERS})
    assert found.code == NOTHING and len(found.rows("exclusions")) == raters
    assert f"No vote counts. All {raters} raters who judged were left out by the rules." in found.page
    assert "Nobody has judged" not in found.page and "With everyone:" in found.page


@pytest.mark.parametrize(("answers", "kind"), [
    (_altered(study_digest="0" * 64), "other study"),
    (changed(ANSWERS, lambda a: a.trial_id == FIRST.trials[0].id, trial_id="f" * 12), "unknown trial"),
    (_altered(session_id="f" * 16), "unknown session"),
    (_altered(question_id="beauty"), "unknown question"),
    (_altered(started="2999-01-01T00:00:00.000Z", submitted="2999-01-01T00:00:04.000Z"), "future"),
    (_altered(started="2025-02-01T00:00:00.000Z", submitted="2025-02-01T00:00:04.000Z"), "before lock"),
])
def test_answers_that_do_not_belong_are_set_aside_by_kind(
    study: Path, analyse: Analyse, answers: list[Answer], kind: str
) -> None:
    found = analyse(study, answers)
    aside = found.rows("aside")
    expected = 1 if kind == "unknown trial" else len(FIRST.trials)
    assert [row["kind"] for row in aside] == [kind] * expected and all(row["reason"] for row in aside)
    assert "aside" in found.kinds("deviations") and f"Set aside as {kind}: {expected}." in found.text
    votes = sum(not trial.check for session in PLAN.sessions for trial in session.trials)
    gone = 1 if kind == "unknown trial" else sum(not trial.check for trial in FIRST.trials)
    assert len(found.rows("votes")) == votes - gone, "all else counts"


def test_doubles_conflicts_and_a_truncated_line_are_set_aside(
    study: Path, tmp_path: Path, analyse: Analyse
) -> None:
    lines: dict[str, list[str]] = {session.id: [] for session in PLAN.sessions}
    for one in ANSWERS:
        lines[one.session_id].append(line(one))
    first = lines[FIRST.id]
    double, clash = first[0], json.loads(first[1])
    clash |= {"slot_chosen": "tie", "answer_id": "e" * 32}
    first += [double, json.dumps(clash) + "\n", first.pop(2)[:100]]
    found = analyse(study, write_lines(lines, tmp_path / "damaged"))
    assert sorted(found.kinds("aside")) == ["conflict", "conflict", "duplicate", "truncated"]
    deviations = " ".join(row["text"] for row in found.rows("deviations"))
    assert "conflict: 2" in deviations and "truncated: 1" in deviations
    assert "duplicate" not in deviations, "the same answer twice is foreseen, and told as set aside"
    assert "sessions were not answered to the end: 2 trials are missing" in deviations


def test_a_rater_who_withdrew_is_left_out_and_told(study: Path, tmp_path: Path, analyse: Analyse) -> None:
    rater = next(one.rater_digest for one in ANSWERS if one.session_id == FIRST.id)
    gone = {"withdrawn": "2025-03-01T10:00:00.000Z", "session_id": FIRST.id, "rater_digest": rater,
            "deleted": 9}
    lines = {one.session_id: [""] for one in ANSWERS} | {FIRST.id: [json.dumps(gone) + "\n"]}
    for one in ANSWERS:
        lines[one.session_id].append(line(one))
    found = analyse(study, write_lines(lines, tmp_path / "withdrawn"))
    assert found.kinds("aside") == ["withdrawn"] * (1 + len(FIRST.trials))
    assert FIRST.id not in {row["session"] for row in found.rows("votes")}
    assert {"sessions", "votes"} <= set(found.kinds("deviations")) and "Set aside as withdrawn" in found.text


def test_simulated_answers_have_a_banner_and_never_mix(study: Path, tmp_path: Path, analyse: Analyse) -> None:
    simulated = [replace(one, simulated=True) for one in ANSWERS]
    found = analyse(study, simulated)
    assert found.kinds("deviations") == ["simulated"] and "Nobody has looked at a clip" in found.page
    mixed = changed(ANSWERS, lambda a: a.session_id == FIRST.id, simulated=True)
    found = analyse(study, write(mixed, tmp_path / "mixed"))
    assert set(found.kinds("aside")) == {"simulated"} and "Nobody has looked" not in found.page


@pytest.mark.parametrize("version", [digits("another page", length=16), "simulated"])
def test_answers_of_another_page_than_was_exported_are_told(study: Path, version: str, analyse: Analyse
                                                            ) -> None:
    altered = _altered(page_version=version)
    number = sum(one.page_version == version for one in altered)
    found = analyse(study, altered)
    assert found.kinds("deviations") == ["page"]
    assert f"{number} of {len(ANSWERS)} answers come from another version" in found.text
    every = analyse(study, [replace(one, page_version=version) for one in ANSWERS])
    assert every.kinds("deviations") == ["page"] and f"got {version}." in every.text


# What lies in the study's folder


def test_hypotheses_are_shown_once_the_study_is_unblinded(tmp_path: Path, analyse: Analyse) -> None:
    (tmp_path / "why.md").write_text("H1: Steady-Forcing is stiller than causvid.\n")
    folder = locked(write_study(tmp_path / "study", MADE), "--hypotheses", tmp_path / "why.md",
                    planned=("A>C",))
    blind = analyse(folder, ANSWERS)
    assert "The hypotheses stand in the lock" in blind.page
    assert not [path for path, data in contents(blind.out).items() if b"steady-forcing" in data.lower()]
    call("study", "unblind", folder, "--by", "Ann")
    open_ = analyse(folder, ANSWERS)
    assert "H1: Steady-Forcing is stiller than causvid." in open_.page
    assert "stand in the lock" not in open_.page
    assert "H1: Steady-Forcing" in (open_.out / "analysis.json").read_text()


def test_a_lock_edited_after_the_fact_is_refused(own: Path, analyse: Analyse) -> None:
    path = own / "lock.json"
    path.write_text(path.read_text().replace('"side_share": 0.85', '"side_share": 0.95'))
    found = analyse(own, ANSWERS)
    assert found.code == USAGE and "edited after the fact" in found.text and not found.out.exists()


def test_another_lock_than_was_deposited_is_refused(own: Path, analyse: Analyse) -> None:
    deposited = hashlib.sha256((own / "lock.json").read_bytes()).hexdigest()
    (own / "lock.json").unlink()
    locked(own, "--side-share", 0.95)
    found = analyse(own, ANSWERS, "--sha256", deposited)
    assert found.code == USAGE and "not the lock that was deposited" in found.text


def test_a_plan_changed_after_the_lock_is_refused(own: Path, analyse: Analyse) -> None:
    planfile.save(replace(PLAN, unblinded=("another sentence",)), own)
    found = analyse(own, ANSWERS)
    assert found.code == USAGE and "The plan is another one than was locked" in found.text


def test_an_export_made_anew_and_another_version_are_deviations(
    own: Path, analyse: Analyse, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = json.loads((own / "export.json").read_text())
    next(iter(body["files"].values()))["sha256"] = "1" * 64
    (own / "export.json").write_text(json.dumps(body))
    monkeypatch.setattr("steadybench.study.analysing.deviations.__version__", "9.9")
    found = analyse(own, ANSWERS)
    assert found.code == OK and found.kinds("deviations") == ["export", "software"]
    assert "1 of" in found.text and "analysed with 9.9" in found.text


def test_unblinding_while_answers_come_in_is_a_deviation(own: Path, analyse: Analyse) -> None:
    call("study", "unblind", own, "--by", "Ann")
    body = json.loads((own / "unblinded.json").read_text())
    body["entries"][0]["at"] = "2025-03-01T08:30:00Z"
    (own / "unblinded.json").write_text(json.dumps(body))
    found = analyse(own, ANSWERS)
    assert found.kinds("deviations") == ["unblinded"] and "while answers still came in" in found.text


def test_a_lock_remade_after_unblinding_is_a_deviation(own: Path, analyse: Analyse) -> None:
    call("study", "unblind", own, "--by", "Ann")
    (own / "lock.json").unlink()
    locked(own, "--side-share", 0.5, "--draws", 200)
    assert "under another lock" in analyse(own, ANSWERS).text


def test_without_a_lock_it_is_refused_or_exploratory(tmp_path: Path, analyse: Analyse) -> None:
    folder = write_study(tmp_path / "open", MADE)
    found = analyse(folder, ANSWERS)
    assert found.code == USAGE and "has no lock" in found.text
    found = analyse(folder, ANSWERS, "--unregistered")
    assert found.code == OK and "Not registered: exploratory." in found.text
    assert found.kinds("deviations") == ["registration"]


def test_after_unblinding_the_right_key_is_needed(own: Path, tmp_path: Path, analyse: Analyse) -> None:
    call("study", "unblind", own, "--by", "Ann")
    key = (own / "key.json").rename(tmp_path / "moved.json")
    found = analyse(own, ANSWERS)
    assert found.code == USAGE and "--key FILE" in found.text
    assert analyse(own, ANSWERS, "--key", key).code == OK
    key.write_text(key.read_text().replace(LABELS[0], "Best-Forcing"))
    found = analyse(own, ANSWERS, "--key", key)
    assert found.code == USAGE and "another one than was locked" in found.text


@pytest.mark.parametrize("place", ["study", "answers", "answers/results", "export", "export/results"])
def test_results_do_not_go_where_they_harm(study: Path, tmp_path: Path, place: str) -> None:
    write(ANSWERS, tmp_path / "answers")
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "study.js").write_text("window.steadyStudy = {}")
    out = study if place == "study" else tmp_path / place
    result = call("study", "analyse", study, "--answers", tmp_path / "answers", "--out", out)
    assert code(result) == USAGE and "Name another folder" in told(result)
    assert not (out / "index.html").exists()


def test_simulated_raters_are_read_back_in_order(study: Path, tmp_path: Path, analyse: Analyse) -> None:
    truth = dict(zip(PLAN.systems, (-1.5, 1.5, 0.0), strict=True))
    given = ",".join(f"{token}={value}" for token, value in truth.items())
    result = call("study", "simulate", study, "--out", tmp_path / "made", "--strengths", given,
                  "--prompt-sd", 0)
    assert code(result) == OK, told(result)
    found = analyse(study, tmp_path / "made")
    assert found.code == OK and found.kinds("deviations") == ["simulated"] and not found.rows("aside")
    assert [row["system"] for row in found.rows("strengths") if row["of"] == "counted"] == [
        "System B", "System C", "System A"]

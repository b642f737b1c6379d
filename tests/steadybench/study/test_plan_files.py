"""``study plan``: what lands on disk and on the terminal."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from steadybench.commands.study.plan import plan as command
from steadybench.study import key as keys
from steadybench.study import planfile
from steadybench.study.planning import balance
from steadybench.study.planning.making import make
from steadybench.study.planning.outlook import outlook
from steadybench.study.planning.request import Request
from tests.steadybench.study.made_read import SECRET, made_read
from tests.steadybench.study.made_run import METHODS, PROMPTS, run, whole


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("run")
    return run(home / "run", whole(home / "clips"))


def call(folder: Path, out: Path, *more: object) -> Result:
    arguments = [folder, "--out", out, "--votes", 2, "--question", "motion", *more]
    return CliRunner().invoke(command, [str(one) for one in arguments], standalone_mode=False)


@pytest.fixture(scope="module")
def study(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("studies") / "study"
    assert call(folder, out).exception is None
    return out


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_all_but_the_key_speaks_in_tokens(study: Path) -> None:
    assert {one.name for one in study.iterdir()} == {"plan.json", "plan.csv", "balance.csv", "key.json"}
    for name in ("plan.json", "plan.csv", "balance.csv"):
        text = (study / name).read_text(encoding="utf-8")
        assert not any(word in text for word in (*METHODS, *PROMPTS, "tiny", ".mp4", str(study.parent)))
    assert (study / "key.json").stat().st_mode & 0o777 == 0o600


def test_the_key_resolves_every_token_of_the_plan(study: Path) -> None:
    plan, key = planfile.load(study), keys.load(study / "key.json")

    assert {key.systems[name].method for name in plan.systems} == set(METHODS)
    assert {key.prompts[name] for name in plan.prompts} == set(PROMPTS)
    for one in plan.stimuli:
        if one.source:
            source = key.sources[one.source]
            assert (source.system, source.prompt) == (one.system, one.prompt)
            assert Path(source.path).is_file()
    assert {one.source for one in plan.stimuli} - {""} == set(key.sources)


def test_every_trial_is_a_row_of_plan_csv(study: Path) -> None:
    plan, found = planfile.load(study), rows(study / "plan.csv")

    assert list(found[0]) == ["trial_id", "session_id", "position", "question_id", "left_token",
                              "right_token", "is_check", "check_kind"]
    told = [(row["session_id"], row["trial_id"], row["left_token"], row["right_token"]) for row in found]
    assert told == [(session.id, trial.id, trial.left, trial.right)
                    for session in plan.sessions for trial in session.trials]
    assert all((row["is_check"] == "1") == bool(row["check_kind"]) for row in found)
    assert [row["position"] for row in found[:3]] == ["1", "2", "3"]


def test_the_balance_table_counts_what_the_plan_holds(study: Path) -> None:
    found = rows(study / "balance.csv")
    systems = [row for row in found if row["what"] == "system"]

    assert Counter(row["what"] for row in found)["pair"] == 3
    for row in systems:
        # Two other systems on two prompts, each unit twice.
        assert (row["units"], row["votes"], row["left"], row["right"], row["prompts"]) == (
            "4", "8", "4", "4", "2")
    sessions = [row for row in found if row["what"] == "session"]
    assert sum(int(row["votes"]) for row in sessions) == 2 * 12


def test_the_same_key_gives_the_same_bytes_and_another_key_another_plan(
    study: Path, folder: Path, tmp_path: Path
) -> None:
    before = (study / "plan.json").read_bytes()
    again = call(folder, study)
    other = call(folder, tmp_path / "other")

    assert "was there and is used again" in again.stderr and "is new" in other.stderr
    assert (study / "plan.json").read_bytes() == before != (tmp_path / "other" / "plan.json").read_bytes()
    assert planfile.digest(planfile.load(study)) in again.stdout


def test_the_order_of_runs_does_not_change_a_byte(folder: Path, tmp_path: Path) -> None:
    clips = whole(folder.parent / "clips")
    runs = [run(tmp_path / "z", clips[:3]), run(tmp_path / "a", clips[2:])]
    own = tmp_path / "one" / "key.json"
    assert call(runs[0], own.parent, runs[1]).exception is None
    assert call(runs[1], tmp_path / "two", runs[0], "--key", own).exception is None

    for name in ("plan.json", "plan.csv", "balance.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_dry_run_tells_everything_and_writes_nothing(folder: Path, tmp_path: Path) -> None:
    done = call(folder, tmp_path / "study", "--dry-run")

    assert "Nothing was written" in done.stderr and "votes a pair of systems" in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_locked_study_keeps_its_plan(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "study"
    call(folder, out)
    (out / "lock.json").write_text("{}", encoding="utf-8")
    before = {one.name: one.read_bytes() for one in out.iterdir()}

    assert call(folder, out).exception is None
    assert "is locked, and this would change its plan" in str(call(folder, out, "--seed", 5).exception)
    assert {one.name: one.read_bytes() for one in out.iterdir()} == before


def test_the_key_of_another_study_is_not_written_over(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "keys" / "mine.json"
    assert call(folder, tmp_path / "one", "--key", own).exception is None
    assert not (tmp_path / "one" / "key.json").exists()
    refused = call(folder, tmp_path / "two", "--key", own, "--methods", "causvid,longlive")

    assert "is the key of another study" in str(refused.exception)
    assert not (tmp_path / "two" / "plan.json").exists()


def test_a_study_that_has_a_key_does_not_write_over_another_ones(folder: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert call(folder, tmp_path / name).exception is None
    first = tmp_path / "one" / "key.json"
    before = first.read_bytes()
    refused = call(folder, tmp_path / "two", "--key", first, "--methods", "causvid,longlive")

    assert "is the key of another study" in str(refused.exception) and first.read_bytes() == before
    assert call(folder, tmp_path / "one", "--methods", "causvid,longlive").exception is None


@pytest.mark.parametrize("place", ["run/study", "run", "export/study"])
def test_a_study_is_not_put_where_others_look(folder: Path, tmp_path: Path, place: str) -> None:
    own = run(tmp_path / "run", [])
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "study.js").write_text("", encoding="utf-8")
    runs = folder if place != "run/study" else own
    told = {"run/study": "lies in the run", "run": "is a run itself",
            "export/study": "a folder for raters"}

    assert told[place] in str(call(runs, tmp_path / place).exception)
    if place == "export/study":
        key = tmp_path / place / "key.json"
        assert told[place] in str(call(folder, tmp_path / "study", "--key", key).exception)


def test_a_title_that_names_a_method_is_refused(folder: Path, tmp_path: Path) -> None:
    refused = call(folder, tmp_path / "study", "--title", "CausVid and others")
    assert "--title names CausVid" in str(refused.exception)


def test_a_new_plan_says_that_the_export_of_the_old_one_is_stale(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "study"
    call(folder, out)
    (out / "export.json").write_text("{}", encoding="utf-8")
    assert "stale" not in call(folder, out).output
    assert "that export is stale" in call(folder, out, "--seed", 5).output


@pytest.mark.parametrize(("given", "told"), [
    (("--bands", "0.1,0.3"), "--bands belongs to"),
    (("--bands", "0.1,0.3", "--per-band", "2"), "--bands and --per-band belong to")])
def test_options_of_a_validation_do_not_fit_a_comparison(
    folder: Path, tmp_path: Path, given: tuple[str, ...], told: str
) -> None:
    assert told in str(call(folder, tmp_path / "study", *given).exception)


@pytest.mark.parametrize("option", [("--bands", "0.3,0.1"), ("--bands", "x"), ("--prompts-per-pair", "0"),
                                    ("--seeds", "-1")])
def test_options_of_another_form_are_refused(folder: Path, tmp_path: Path, option: tuple[str, str]) -> None:
    assert "expected" in str(call(folder, tmp_path / "study", *option).exception)


def told(systems: int, prompts: int, **options: object) -> str:
    request = Request(question=("motion",), **options)  # type: ignore[arg-type]
    return "\n".join(outlook(make(made_read(systems, prompts), request, SECRET).plan))


def test_the_planner_says_what_a_full_ranking_costs_and_resolves() -> None:
    """Eight systems, 28 pairs on 12 of 24 prompts, 6 votes: 2,016 votes, half-width about 0.24."""
    text = told(8, 24, prompts_per_pair=12)

    assert "336 units, each judged 6 times: 2016 votes" in text
    assert "one planned comparison" in text and "7 comparisons" in text and "28 comparisons" in text
    width = re.search(r"Half-width of the interval of a strength: (\d\.\d+)", text)
    assert width and 0.2 < float(width[1]) < 0.28
    assert "58 sessions of at most 40 trials" in text


def test_a_planned_comparison_is_promised_nothing_where_the_sign_test_cannot_tell() -> None:
    few, enough = told(4, 5, votes=20), told(4, 6, votes=20)

    assert "one planned comparison: none, for want of prompts" in few and "(all pairs, Holm's worst" in few
    assert "It can test no planned comparison." in few and "will share a letter" in few
    assert "even if only one comparison is planned" not in few and "no two systems" not in few
    assert "want of prompts" not in enough and "even if only one comparison is planned" in enough


def test_the_planner_agrees_with_the_table_of_sample_sizes() -> None:
    """153 decided votes tell 65 : 35, at the design effect of the table; so do the planner's own words."""
    from reports.study import power

    for rate, needed in ((0.55, (1409, 2240, 2824)), (0.6, (349, 556, 702)), (0.65, (153, 244, 308)),
                         (0.7, (84, 135, 171))):
        planned = tuple(power.votes_needed(rate, family) for family in (1, 7, 28))
        assert planned == pytest.approx(needed, rel=0.01)
    text = told(8, 24)
    decided = round(24 * 6 * (1 - power.TIES))
    for family in (1, 7, 28):
        rate = power.least_win_rate(decided, family, power.design_effect(6))
        assert rate is not None and f": {rate:.0%}" in text


def test_the_planner_says_what_it_cannot_resolve() -> None:
    small = told(4, 3, votes=2)

    assert "can tell no two systems apart" in small and "needs 6 prompts, a pair meets on 3" in small
    assert "cannot resolve pairs closer than" in told(8, 24)


def test_the_planner_tells_the_worst_imbalance() -> None:
    plan = make(made_read(8, 24), Request(question=("motion",), prompts_per_pair=5), SECRET).plan
    text = "\n".join(balance.worst(balance.rows(plan)))

    assert "Votes a system: 210; a pair: 30." in text
    assert "as many votes each way for every system and pair" in text

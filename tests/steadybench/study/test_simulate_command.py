"""``study simulate`` as users call it: files to rehearse with, and what a study would resolve."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from steadybench.study import planfile
from steadybench.study.gathering.gather import gather
from tests.steadybench.study.locked_study import LOCKED, call, code, locked, told, write_study
from tests.steadybench.study.made_study import made_plan

MADE = made_plan(systems=3, prompts=5, votes=4)
AT = datetime.strptime(LOCKED, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_study(tmp_path_factory.mktemp("simulate") / "study", MADE)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_files_are_gathered_like_a_receivers_and_nothing_is_set_aside(study: Path, tmp_path: Path) -> None:
    result = call("study", "simulate", study, "--out", tmp_path / "answers", "--careless", 0.2)
    assert code(result) == 0 and "marked as simulated" in told(result)
    plan = MADE[0]
    found = gather([tmp_path / "answers"], plan, planfile.digest(plan), None, datetime.now(UTC))
    assert found.aside == () and all(one.simulated for one in found.answers)
    assert len(found.answers) == found.lines == sum(len(own.trials) for own in plan.sessions)
    truth = json.loads((tmp_path / "answers.truth.json").read_text())
    assert truth["study"] == planfile.digest(plan) and set(truth["truth"]["strengths"]) == set(plan.systems)
    assert truth["truth"]["careless"] == 0.2 and sum(truth["truth"]["strengths"].values()) == pytest.approx(0)


def test_a_rehearsal_right_after_the_lock_counts(tmp_path: Path) -> None:
    folder = locked(write_study(tmp_path / "study", MADE))
    assert code(call("study", "simulate", folder, "--out", tmp_path / "answers")) == 0
    plan = MADE[0]
    found = gather([tmp_path / "answers"], plan, planfile.digest(plan), AT, AT + timedelta(seconds=5))
    assert found.aside == () and min(one.started for one in found.answers) == f"{LOCKED[:-1]}.000Z"


def test_the_same_seed_gives_the_same_bytes(study: Path, tmp_path: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        assert code(call("study", "simulate", study, "--out", tmp_path / name, "--seed", seed)) == 0
    assert files(tmp_path / "a") == files(tmp_path / "b")
    assert files(tmp_path / "a").keys() == files(tmp_path / "c").keys()
    assert files(tmp_path / "a") != files(tmp_path / "c")


def test_a_folder_that_holds_something_is_refused(study: Path, tmp_path: Path) -> None:
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "0123456789abcdef.jsonl").write_text("{}\n")
    result = call("study", "simulate", study, "--out", tmp_path / "answers")
    assert code(result) == 2 and "not an empty folder" in told(result)
    assert [path.name for path in tmp_path.iterdir()] == ["answers"]


def test_a_folder_for_raters_is_refused(study: Path, tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "study.js").touch()
    result = call("study", "simulate", study, "--out", tmp_path / "export" / "answers")
    assert code(result) == 2 and "a folder for raters" in told(result)
    assert [path.name for path in (tmp_path / "export").iterdir()] == ["study.js"]


def test_strengths_by_label_need_the_key_and_are_told_back_by_token(study: Path, tmp_path: Path) -> None:
    given = ("--strengths", "Steady-Forcing=1.5,Self-Forcing=0", "--strengths", "CausVid=-1.5")
    blind = call("study", "simulate", study, "--out", tmp_path / "x", *given)
    assert code(blind) == 2 and "'Steady-Forcing' is no system of this study" in told(blind)
    assert code(call("study", "simulate", study, "--out", tmp_path / "a", *given, "--key",
                     study / "key.json")) == 0
    strengths = json.loads((tmp_path / "a.truth.json").read_text())["truth"]["strengths"]
    named = {MADE[1].systems[token].label: value for token, value in strengths.items()}
    assert named == pytest.approx({"Steady-Forcing": 1.5, "Self-Forcing": 0.0, "CausVid": -1.5})


def test_all_faults_of_strengths_are_told_together(study: Path, tmp_path: Path) -> None:
    result = call("study", "simulate", study, "--out", tmp_path / "a", "--strengths", "A=1,A=2,Z=1,B,C=inf")
    said = told(result)
    assert code(result) == 2 and not (tmp_path / "a").exists()
    for part in ("'A' is named twice", "'Z' is no system", "'B' does not read", "'C=inf': expected a finite",
                 f"No strength is given for {MADE[0].systems[1]}"):
        assert part in said


@pytest.mark.parametrize("options", [
    (), ("--out", "x", "--repeats", 3), ("--repeats", 1), ("--repeats", 3, "--careless", 1.5),
    ("--repeats", 3, "--ties", "nan"), ("--repeats", 3, "--spread", 1, "--strengths", "A=1"),
])
def test_options_that_make_no_sense(study: Path, options: tuple[object, ...]) -> None:
    assert code(call("study", "simulate", study, *options)) == 2


def test_no_study_is_told(tmp_path: Path) -> None:
    result = call("study", "simulate", tmp_path, "--out", tmp_path / "a")
    assert code(result) == 2 and "holds no study" in told(result)


def test_repeats_tell_what_a_study_would_resolve(tmp_path: Path) -> None:
    folder = locked(write_study(tmp_path / "study", made_plan(systems=3, prompts=8, votes=6)),
                    planned=("A>B", "C>B"))
    before = sorted(path.name for path in tmp_path.rglob("*"))
    strong = call("study", "simulate", folder, "--repeats", 6, "--strengths", "A=3,B=0,C=-3")
    assert code(strong) == 0
    said = told(strong)
    assert "Question stillness: 144 votes a study" in said and "found in 100 %" in said
    assert "System A over System B confirmed in 100 %" in said
    assert "System C over System B confirmed in 0 %" in said
    assert "told apart 2 places off" in said and "alpha" in said
    even = told(call("study", "simulate", folder, "--repeats", 6, "--spread", 0))
    assert "System A over System B confirmed in 0 %" in even and "order" not in even
    width = re.search(r"limits ±(\d\.\d\d) log odds", even)
    assert width is not None and 0.15 < float(width[1]) < 0.8
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_repeats_of_a_validation_tell_how_raters_agree_with_it(study: Path, tmp_path: Path) -> None:
    folder = write_study(tmp_path / "study", made_plan(systems=4, prompts=6, votes=6, kind="validation"))
    agreeing = told(call("study", "simulate", folder, "--repeats", 3, "--slope", 30))
    assert "agreement with stagnation.late, 3 studies played" in agreeing
    clear = re.search(r"clear \d+ units: (\d+) % of decided ones agree", agreeing)
    assert clear is not None and int(clear[1]) > 95
    against = told(call("study", "simulate", folder, "--repeats", 3, "--slope", -30))
    clear = re.search(r"clear \d+ units: (\d+) % of decided ones agree", against)
    assert clear is not None and int(clear[1]) < 5 and "above one half in 0 %" in against
    refused = call("study", "simulate", study, "--repeats", 3, "--slope", 1)
    assert code(refused) == 2 and "no gaps for --slope" in told(refused)


def test_repeats_tell_why_a_study_gives_no_strengths(study: Path) -> None:
    result = call("study", "simulate", study, "--repeats", 3, "--slips", 1)
    assert "no strengths in 3 studies: No vote counts." in told(result)

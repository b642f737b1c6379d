"""A blind study through the command line, from the plan to the names."""

from __future__ import annotations

import json
from pathlib import Path

from steadybench.errors import INCOMPLETE, LEAKING, USAGE
from tests.e2e.bench import call
from tests.steadybench.study.made_run import METHODS, PROMPTS, run, whole

NAMES = tuple(name.encode() for method in (*METHODS, *PROMPTS) for name in (method, method.title()))


def step(*arguments: object, code: int = 0) -> str:
    """Run one command; return what it said."""
    done = call("study", *arguments)
    assert done.returncode == code, (arguments, done.stdout, done.stderr)
    return done.stdout + done.stderr


def named(folder: Path) -> list[str]:
    """Files that name a method or a prompt in their path or their bytes."""
    return [path.name for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "key.json"
            and any(name in path.read_bytes() or name in str(path.relative_to(folder)).encode()
                    for name in NAMES)]


def test_from_a_run_to_named_results(tmp_path: Path) -> None:
    made = run(tmp_path / "run", whole(tmp_path / "clips"))
    study, page = tmp_path / "study", tmp_path / "page"
    answers, result = tmp_path / "answers", tmp_path / "result"
    told = step("plan", made, "--out", study, "--question", "motion", "--seed", "3")
    assert "cannot resolve" in told or "can prove nothing" in told
    step("export", study, "--out", page, "--jobs", "1")
    step("scan", page, "--key", study / "key.json")
    step("lock", study, "--export", page, "--planned", "longlive>causvid")
    step("simulate", study, "--out", answers, "--key", study / "key.json", "--strengths",
         "longlive=3,self-forcing=0,causvid=-3")
    step("analyse", study, "--answers", answers, "--out", result)
    truth = Path(f"{answers}.truth.json").read_bytes()
    assert [*named(study), *named(page), *named(answers), *named(result)] == []
    assert not any(name in truth for name in NAMES)
    blind = json.loads((result / "analysis.json").read_bytes())

    page_text = result / "index.html"
    assert "published checkpoints" not in page_text.read_text(encoding="utf-8")
    step("unblind", study, "--by", "A tester")
    step("analyse", study, "--answers", answers, "--out", result)
    assert named(result)
    shown = page_text.read_text(encoding="utf-8")
    assert "A tester" in shown and "says nothing about the published checkpoints of that name" in shown
    seen = json.loads((result / "analysis.json").read_bytes())
    assert seen != blind

    (page / "clips" / "longlive.txt").write_text("notes")
    assert "longlive" in step("scan", page, code=LEAKING)
    lock = study / "lock.json"
    lock.write_text(lock.read_text(encoding="utf-8").replace('"side_share": 0.85', '"side_share": 0.95'))
    step("analyse", study, "--answers", answers, "--out", result, code=USAGE)


def test_a_clip_that_changed_stops_its_study_and_nothing_else(tmp_path: Path) -> None:
    entries = whole(tmp_path / "clips")
    made = run(tmp_path / "run", entries)
    step("plan", made, "--out", tmp_path / "study", "--question", "motion")
    changed = Path(entries[0].path)
    bytes_before = changed.read_bytes()
    changed.write_bytes(bytes_before + b"\0")
    told = step("export", tmp_path / "study", "--out", tmp_path / "page", "--jobs", "1", code=INCOMPLETE)
    assert changed.name in told or entries[0].clip in told
    changed.write_bytes(bytes_before)
    step("export", tmp_path / "study", "--out", tmp_path / "page", "--jobs", "1")

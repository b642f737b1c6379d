"""`study lock`: what it fixes, what it refuses, and what it finds when things no longer fit."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest

from steadybench import __version__
from steadybench.errors import INCOMPLETE, OK, USAGE
from steadybench.study import key as keys
from steadybench.study import planfile
from steadybench.study.locking import lockfile
from steadybench.study.naming import letters
from tests.steadybench.study.locked_study import (
    LOCKED,
    PAGE,
    call,
    code,
    lock_then,
    locked,
    told,
    write_study,
)
from tests.steadybench.study.made_study import LABELS, made_plan

MADE = made_plan()
PLAN, KEY = MADE


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return write_study(tmp_path / "study", MADE)


def test_a_lock_fixes_everything_and_prints_the_digest_of_its_file(study: Path, tmp_path: Path) -> None:
    (tmp_path / "why.txt").write_text("Steady-Forcing is stiller.\n")
    result = lock_then(study, "--hypotheses", tmp_path / "why.txt", "--raters", 12, "--stopping",
                       "At 12 raters.", "--side-share", 0.9, "--alpha-gate", 0.2, "--draws", 500,
                       "--planned", f"{LABELS[0]}>{LABELS[1].lower()}")
    assert code(result) == OK and "The hypotheses name steady-forcing" in told(result)
    data = (study / "lock.json").read_bytes()
    assert f"SHA-256 {hashlib.sha256(data).hexdigest()}" in result.output
    lock = lockfile.load(study)
    assert lock.software == __version__ and lock.locked_at == LOCKED
    assert lock.plan == planfile.digest(PLAN) and lock.questions == PLAN.questions
    assert lock.key == hashlib.sha256((study / "key.json").read_bytes()).hexdigest()
    assert len(lock.export) == len(PLAN.stimuli) and lock.settings == PLAN.settings
    terms = lock.terms
    assert (terms.hypotheses, terms.raters) == ("Steady-Forcing is stiller.", 12)
    assert terms.stopping == "At 12 raters."
    assert (terms.rules.side_share, terms.rules.checks_failed) == (0.9, 1)
    assert (terms.analysis.alpha_gate, terms.analysis.draws, terms.analysis.ridge) == (0.2, 500, 0.5)
    names = {KEY.systems[token].label: token for token in PLAN.systems}
    assert [(one.question, one.better, one.worse) for one in terms.planned] == [
        ("stillness", names[LABELS[0]], names[LABELS[1]])]
    written = data.decode().replace(terms.hypotheses, "")
    assert not any(label.lower() in written.lower() for label in LABELS), "a lock names a method"


def test_defaults_are_told_in_the_lock(study: Path) -> None:
    result = call("study", "lock", study)
    terms = lockfile.load(study).terms
    assert "The hypotheses name" not in told(result)
    assert terms.raters == len(PLAN.sessions)
    assert terms.stopping == "" and "every planned session" in told(result)


def test_the_same_lock_has_the_same_bytes(study: Path, tmp_path: Path) -> None:
    other = write_study(tmp_path / "other", MADE)
    assert (locked(study) / "lock.json").read_bytes() == (locked(other) / "lock.json").read_bytes()


def test_a_lock_is_made_once(study: Path) -> None:
    before = (locked(study) / "lock.json").read_bytes()
    result = call("study", "lock", study)
    assert code(result) == USAGE and "is there already" in told(result)
    assert (study / "lock.json").read_bytes() == before


@pytest.mark.parametrize("planned", [
    ("A>B",), ("stillness:A > System B",), (f"{LABELS[0]}>{LABELS[2]}", f"{LABELS[2]}>{LABELS[1]}"),
    tuple(f"{PLAN.systems[0]}>{other}" for other in PLAN.systems[1:]),
])
def test_systems_go_by_token_letter_label_or_method(study: Path, planned: tuple[str, ...]) -> None:
    found = lockfile.load(locked(study, planned=planned)).terms.planned
    assert len(found) == len(planned)
    letter = letters(PLAN)
    if planned[0].endswith("B"):
        assert (letter[found[0].better], letter[found[0].worse]) == ("System A", "System B")


@pytest.mark.parametrize(("planned", "why"), [
    (["A=B"], "reads A>B"), (["A>"], "reads A>B"), (["A>A"], "with itself"), (["A>Z"], "no system"),
    (["A>B", "B>A"], "planned twice"), (["motion:A>B"], "no system"),
])
def test_a_planned_comparison_that_cannot_be_is_refused(study: Path, planned: list[str], why: str) -> None:
    result = call("study", "lock", study, *(word for text in planned for word in ("--planned", text)))
    assert code(result) == USAGE and why in told(result)
    assert not (study / "lock.json").exists()


def test_a_study_that_was_not_exported_cannot_be_locked(study: Path) -> None:
    (study / "export.json").unlink()
    result = call("study", "lock", study)
    assert code(result) == USAGE and "not exported" in told(result)


@pytest.mark.parametrize("record", [
    "{", "[]", "{}", '{"files": {}, "study_digest": "0", "notes": []}',
    '{"files": {"a": 1}, "study_digest": "0", "notes": []}',
    '{"files": {"a": {"sha256": "0"}}, "study_digest": "0", "notes": [], "settings": {}}',
])
def test_a_damaged_record_of_the_export_is_told(study: Path, record: str) -> None:
    (study / "export.json").write_text(record)
    result = call("study", "lock", study)
    assert code(result) == USAGE and "export.json is damaged" in told(result)


def test_an_export_of_another_plan_cannot_be_locked(study: Path) -> None:
    planfile.save(made_plan(title="Another title")[0], study)
    result = call("study", "lock", study)
    assert code(result) == USAGE and "exported from another plan" in told(result)


def test_another_studys_key_is_refused(study: Path, tmp_path: Path) -> None:
    other = made_plan(systems=4)[1]
    strange = {"0" * 16: next(iter(other.systems.values()))}
    keys.save(keys.Key(other.secret, strange, {}, {}), tmp_path / "k.json")
    result = call("study", "lock", study, "--key", tmp_path / "k.json")
    assert code(result) == USAGE and "not the key of this study" in told(result)


def test_a_lock_does_not_go_where_raters_look(study: Path) -> None:
    (study / "study.js").write_text("window.steadyStudy = {}")
    result = call("study", "lock", study)
    assert code(result) == USAGE and "folder for raters" in told(result)


def test_nobody_chooses_when_a_study_was_locked(study: Path) -> None:
    result = call("study", "lock", study, "--locked-at", "2020-01-01T00:00:00Z")
    assert isinstance(result.exception, click.NoSuchOption) and not (study / "lock.json").exists()
    before = datetime.now(UTC) - timedelta(seconds=1)
    assert code(call("study", "lock", study)) == OK
    assert before <= datetime.fromisoformat(lockfile.load(study).locked_at) <= datetime.now(UTC)


def test_a_stopping_rule_that_names_a_method_is_refused(study: Path) -> None:
    result = call("study", "lock", study, "--stopping", f"Once {LABELS[0].upper()} leads.")
    assert code(result) == USAGE and "--stopping names steady-forcing" in told(result)
    assert not (study / "lock.json").exists()


def test_hypotheses_that_cannot_be_read_are_named(study: Path) -> None:
    result = call("study", "lock", study, "--hypotheses", study / "none.txt")
    assert code(result) == USAGE and "none.txt" in told(result)


def _edited(study: Path, *, mended: bool) -> None:
    path = study / "lock.json"
    body = json.loads(path.read_bytes())
    body["lock"]["terms"]["rules"]["side_share"] = 0.99
    if mended:
        from steadybench.study import codec

        inner = codec.dumps({"schema": body["schema"], "lock": body["lock"]})
        body["digest"] = hashlib.sha256(inner.encode()).hexdigest()
        path.write_text(codec.dumps(body))
    else:
        path.write_text(json.dumps(body))


def test_a_lock_edited_after_the_fact_is_told(study: Path) -> None:
    _edited(locked(study), mended=False)
    result = call("study", "lock", study, "--check")
    assert code(result) == USAGE and "edited after the fact" in told(result)


def test_a_lock_that_was_only_laid_out_anew_is_told(study: Path) -> None:
    path = locked(study) / "lock.json"
    path.write_text(json.dumps(json.loads(path.read_bytes())))
    result = call("study", "lock", study, "--check")
    assert code(result) == USAGE and "edited after the fact" in told(result)


def test_systems_beyond_the_alphabet_have_two_letters() -> None:
    named = list(letters(replace(PLAN, systems=tuple(f"{n:016x}" for n in range(28)))).values())
    assert named[25:] == ["System Z", "System AA", "System AB"]


def test_a_lock_edited_with_care_is_told_by_the_deposited_digest(study: Path) -> None:
    deposited = hashlib.sha256((locked(study) / "lock.json").read_bytes()).hexdigest()
    assert code(call("study", "lock", study, "--check", "--sha256", deposited.upper())) == OK
    _edited(study, mended=True)
    assert code(call("study", "lock", study, "--check")) == OK
    result = call("study", "lock", study, "--check", "--sha256", deposited)
    assert code(result) == USAGE and "not the lock that was deposited" in told(result)


@pytest.mark.parametrize("content", [
    b"{", b"[]", b'{"schema": 9}', b'{"schema": 1, "lock": {"x": 1}}', b"\xff",
])
def test_a_damaged_lock_is_told(study: Path, content: bytes) -> None:
    (study / "lock.json").write_bytes(content)
    result = call("study", "lock", study, "--check")
    assert code(result) == USAGE and "lock.json" in told(result)


def test_what_no_longer_fits_is_listed_all_at_once(study: Path) -> None:
    locked(study)
    body = json.loads((study / "export.json").read_text())
    name = sorted(body["files"])[0]
    body["files"][name]["sha256"] = "0" * 64
    body["settings"]["page_version"] = "0" * 16
    (study / "export.json").write_text(json.dumps(body))
    other, _ = made_plan(title="Another title")
    planfile.save(other, study)
    (study / "key.json").write_bytes((study / "key.json").read_bytes() + b" ")
    result = call("study", "lock", study, "--check")
    text = told(result)
    assert code(result) == INCOMPLETE
    assert "The plan is another one" in text and "The key key.json is another one" in text
    assert f"1 of {len(PLAN.stimuli)} files differ ({name})" in text
    assert f"another rating page than was locked: expected version {PAGE}, got {'0' * 16}." in text


def test_the_exports_files_are_checked_one_by_one(study: Path, tmp_path: Path) -> None:
    export = tmp_path / "export"
    for one in PLAN.stimuli:
        path = export / f"clips/{one.token}.mp4"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(one.token.encode())
    locked(study, "--export", export)
    assert code(call("study", "lock", study, "--check", "--export", export)) == OK
    path.write_bytes(b"another")
    result = call("study", "lock", study, "--check", "--export", export)
    assert code(result) == INCOMPLETE and path.name in told(result)
    other = write_study(tmp_path / "second", MADE)
    result = call("study", "lock", other, "--export", export)
    assert code(result) == USAGE and path.name in told(result) and not (other / "lock.json").exists()

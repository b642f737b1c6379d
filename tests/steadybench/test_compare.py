"""`compare`, `check` and the exports of `report` as commands: what they print, write, and exit with."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from metrics.types import Identity, Json, Quantity, Value, sha256_text
from steadybench import exporting, runinfo, wanted
from steadybench.cli import cli
from steadybench.entries import Entry
from steadybench.errors import INCOMPLETE, NOTHING, OK, USAGE, WORSE, SteadybenchError
from steadybench.records import Record, identity_json
from steadybench.store import Store
from steadybench.wanted import Wanted

AXES = ("premise", "drift", "stagnation", "hardening")
HORIZON = 30.0
QUANTITIES = (
    *(Quantity(f"{axis}.onset", "s", "higher", "Second of failure.", headline=True) for axis in AXES),
    *(Quantity(f"{axis}.late", "1", "lower", "Late level.", headline=True) for axis in AXES[1:]),
)


def write_run(out: Path, steady: Mapping[str, Sequence[float]], *, version: int = 1, take: str = "1",
              run: Mapping[str, Json] | None = None, leave: int = 0) -> Path:
    """A run as it lies on disk: one clip a method and prompt, given the second from which it drifts.

    ``take`` makes other bytes; the last ``leave`` clips have no record.
    """
    identities = {axis: Identity(axis, version if axis == "drift" else 1, {"mask": "early"}) for axis in AXES}
    entries, store = [], Store(out, print)
    clips = [(method, i, at) for method, times in steady.items() for i, at in enumerate(times)]
    for place, (method, i, at) in enumerate(clips):
        sha = sha256_text(f"{method} {i} {take}")
        entries.append(Entry(f"{method}-{i}.mp4", f"clips/{sha[:8]}.mp4", method, "tiny", "native",
                             prompt_id=f"p{i}", prompt=f"Scene {i}.", seed=0, horizon_s=HORIZON,
                             fixed_camera=True, clip_sha256=sha))
        if place >= len(clips) - leave:
            continue
        for axis, identity in identities.items():
            came = axis == "drift" and at < HORIZON
            values = [Value(f"{axis}.onset", at if came else HORIZON, "ok" if came else "censored")]
            values += [Value(f"{axis}.late", 0.6 if came else 0.1)] if axis != "premise" else []
            store.save(Record(sha, "early", identity, facts={"duration_s": HORIZON}, values=tuple(values)))
    wanted.save(Wanted("A run", tuple(entries), {"early": identities}, QUANTITIES), out)
    told: dict[str, Json] = {
        one.digest: {**identity_json(one), "mask_source": "early"} for one in identities.values()}
    runinfo.save({"steadybench": "0.1.0", "identities": told, **(run or {})}, out)
    return out


def call(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], standalone_mode=False)


def code(result: Result) -> int:
    """Exit code as the program would end with it."""
    if isinstance(result.exception, SteadybenchError):
        return result.exception.exit_code
    assert result.exception is None or hasattr(result.exception, "exit_code"), result.exception
    return int(getattr(result.exception, "exit_code", result.return_value or 0))


GOOD = {"a": [28.0, 29, 30, 30], "b": [30.0] * 4}
BAD = {"a": [8.0, 9, 10, 11], "b": [30.0] * 4}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that is only read."""
    return write_run(tmp_path_factory.mktemp("runs") / "base", GOOD)


@pytest.fixture(scope="module")
def worse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another one, in which method ``a`` is worse."""
    return write_run(tmp_path_factory.mktemp("runs") / "worse", BAD, take="2", run={"steadybench": "0.2.0"})


@pytest.fixture
def own(base: Path, tmp_path: Path) -> Path:
    """A run to write into."""
    return shutil.copytree(base, tmp_path / "own")


# ---- compare


def test_compare_prints_the_text_and_writes_the_page(base: Path, worse: Path, tmp_path: Path) -> None:
    later = shutil.copytree(worse, tmp_path / "later")
    done = call("compare", base, later)
    assert code(done) == OK
    assert "Outside their limits: " in done.stdout and "steadybench: 0.1.0 -> 0.2.0" in done.stdout
    assert "Steady seconds, mean" in done.stdout and "a (tiny backbone)" in done.stdout
    index = later / "compare-base" / "compare.html"
    assert done.stdout.strip().endswith(index.resolve().as_uri())
    assert "Verdicts that changed" in index.read_text(encoding="utf-8")
    assert {path.name for path in (later / "compare-base" / "assets").iterdir()} == {
        "base.css", "base.js", "compare.css", "theme.js"}


def test_compare_changes_neither_run(base: Path, worse: Path, tmp_path: Path) -> None:
    later = shutil.copytree(worse, tmp_path / "later")
    damaged = next((later / "records").rglob("*.json"))
    damaged.write_text("{half", encoding="utf-8")
    before = {path: path.read_bytes() for folder in (base, later) for path in folder.rglob("*")
              if path.is_file()}
    done = call("compare", base, later, "--out", tmp_path / "elsewhere")
    assert code(done) == OK
    assert f"The record {damaged} is damaged" in done.stderr
    assert {path: path.read_bytes() for folder in (base, later) for path in folder.rglob("*")
            if path.is_file()} == before


def test_a_run_against_itself_says_that_nothing_changed(base: Path, tmp_path: Path) -> None:
    done = call("compare", base, base, "--out", tmp_path)
    assert "Nothing changed: all 56 numbers are identical." in done.stdout


def test_renamed_methods_are_compared_on_request(base: Path, tmp_path: Path) -> None:
    later = write_run(tmp_path / "later", {"z": BAD["a"]}, take="2")
    done = call("compare", base, later, "--map", "a (tiny backbone)=z (tiny backbone)")
    assert code(done) == OK and "−19.8" in done.stdout
    wrong = call("compare", base, later, "--map", "x=z (tiny backbone)")
    assert code(wrong) == USAGE and "has no method 'x'" in str(wrong.exception)
    for text in ("a", "=b", "a="):
        assert code(call("compare", base, later, "--map", text)) == USAGE
    twice = call("compare", base, later, "--map", "a=b", "--map", "a=c")
    assert code(twice) == USAGE and "paired already" in str(twice.exception)


def test_other_identities_are_named_and_not_compared(base: Path, tmp_path: Path) -> None:
    done = call("compare", base, write_run(tmp_path / "later", GOOD, version=2))
    assert "identity of drift under early mask: version: 1 -> 2" in done.stdout
    assert "Drift is not compared in 8 clips" in done.stdout and "Steady seconds" not in done.stdout


@pytest.mark.parametrize("command", [
    ("compare", "base", "bad"), ("compare", "bad", "base"), ("check", "bad", "--baseline", "base"),
    ("check", "base", "--baseline", "bad"),
])
@pytest.mark.parametrize(("name", "body", "expected"), [
    ("missing", None, USAGE), ("half written", "{", USAGE), ("no run", "[]", USAGE),
    ("no clips", '{"title": "t", "limits": [], "identities": {}, "quantities": [], "entries": []}', NOTHING),
])
def test_folders_that_hold_no_run_are_refused(base: Path, tmp_path: Path, command: tuple[str, ...], name: str,
                                              body: str | None, expected: int) -> None:
    bad = tmp_path / name
    if body is not None:
        bad.mkdir()
        (bad / "wanted.json").write_text(body, encoding="utf-8")
    done = call(*(bad if word == "bad" else base if word == "base" else word for word in command))
    assert code(done) == expected
    assert str(bad) in str(done.exception) and not (bad / "compare-base").exists()


def test_a_page_that_cannot_be_written_is_told(base: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = call("compare", base, base, "--out", tmp_path / "file" / "x")
    assert isinstance(done.exception, SteadybenchError) and "Cannot write" in str(done.exception)


# ---- check


def test_exit_codes_of_a_check(base: Path, worse: Path) -> None:
    done = call("check", worse, "--baseline", base)
    assert code(done) == WORSE == 6
    assert done.stdout.startswith("worse: a (tiny backbone): Steady seconds, mean 29.2 s -> 9.5 s, −19.8 s")
    assert "[worse/a (tiny backbone)/steady]" in done.stdout
    assert code(call("check", base, "--baseline", worse)) == OK
    assert code(call("check", base, "--baseline", base)) == OK


def test_a_check_lets_pass_what_it_is_told_to(base: Path, worse: Path) -> None:
    allowed = call("check", worse, "--baseline", base, "--allow", "worse/a*")
    assert code(allowed) == OK and "worse (allowed): a (tiny backbone)" in allowed.stdout
    both = ("--tolerance-seconds", 25, "--tolerance-level", 0.9)
    assert code(call("check", worse, "--baseline", base, *both)) == OK
    assert code(call("check", worse, "--baseline", base, "--tolerance-seconds", "nan")) == USAGE


def test_a_half_measured_run_is_incomplete(base: Path, tmp_path: Path) -> None:
    done = call("check", write_run(tmp_path / "half", GOOD, leave=3), "--baseline", base)
    assert code(done) == INCOMPLETE == 3
    assert "missing: drift.onset: no longer in 3 clips" in done.stdout
    assert "not measured yet" in done.stdout


def test_a_missing_method_is_incomplete_and_a_new_one_is_fine(base: Path, tmp_path: Path) -> None:
    less = write_run(tmp_path / "less", {"a": GOOD["a"]})
    done = call("check", less, "--baseline", base)
    assert code(done) == INCOMPLETE and "b:native (tiny backbone) · p0 · seed 0" in done.stdout
    assert code(call("check", base, "--baseline", less)) == OK


def test_other_identities_are_incomparable(base: Path, tmp_path: Path) -> None:
    done = call("check", write_run(tmp_path / "later", GOOD, version=2), "--baseline", base)
    assert code(done) == INCOMPLETE and done.stdout.startswith("incomparable: Drift is not compared")


def test_too_few_prompts_fail_only_a_strict_check(tmp_path: Path) -> None:
    few = write_run(tmp_path / "few", {"a": [28.0, 30]})
    less = write_run(tmp_path / "less", {"a": [20.0, 20]}, take="2")
    done = call("check", less, "--baseline", few)
    assert code(done) == OK and done.stdout.startswith("untold: cannot tell: a (tiny backbone)")
    assert code(call("check", less, "--baseline", few, "--strict")) == INCOMPLETE
    told = ("--tolerance-seconds", 3, "--tolerance-level", 0.2)
    assert code(call("check", less, "--baseline", few, *told)) == WORSE


def test_a_check_as_json_says_the_same(base: Path, worse: Path) -> None:
    done = call("check", worse, "--baseline", base, "--json")
    body = json.loads(done.stdout)
    assert body["exit_code"] == code(done) == WORSE
    assert "worse/a (tiny backbone)/steady" in [finding["id"] for finding in body["findings"]]
    steady = next(change for change in body["changes"] if change["id"] == "a (tiny backbone)/steady")
    assert steady["state"] == "worse" and steady["difference"]["value"] == pytest.approx(-19.75)


# ---- exports of a report


def report(out: Path, *arguments: object) -> Result:
    return call("report", out, "--jobs", 1, *arguments)


def test_report_writes_the_formats_it_is_asked_for(own: Path) -> None:
    done = report(own, "--format", "csv,json", "--format", "latex")
    assert code(done) == OK, done.exception
    data = {f"{name}.{suffix}" for name in ("leaderboard", "quantities") for suffix in ("csv", "json")}
    assert {path.name for path in (own / "exports").iterdir()} == data | {"leaderboard.tex", "axes.tex"}
    assert f"Tables as csv, json, latex: {own / 'exports'}" in done.stderr


def test_formats_that_lie_there_are_kept_up_to_date(own: Path) -> None:
    report(own, "--format", "csv")
    whole = (own / "exports" / "leaderboard.csv").read_bytes()
    (own / "exports" / "leaderboard.csv").write_text("old", encoding="utf-8")
    assert code(report(own, "--format", "json")) == OK
    assert (own / "exports" / "leaderboard.csv").read_bytes() == whole


def test_no_exports_unless_asked(own: Path) -> None:
    assert code(report(own)) == OK and not (own / "exports").exists()


def test_one_table_goes_to_a_file(own: Path, tmp_path: Path) -> None:
    assert code(report(own, "--format", "markdown", "--to", tmp_path / "table.md")) == OK
    assert (tmp_path / "table.md").read_text(encoding="utf-8").startswith("**A run: leaderboard")
    assert not (own / "exports").exists()


def test_one_table_goes_to_standard_output_alone(own: Path) -> None:
    done = report(own, "--format", "csv", "--to", "-")
    lines = done.stdout.splitlines()
    assert code(done) == OK and lines[0].startswith("label,method,") and len(lines) == 3
    assert "report/index.html" in done.stderr


def test_a_pipe_is_written_to_and_not_replaced(own: Path, tmp_path: Path) -> None:
    pipe, told = tmp_path / "pipe", list[str]()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: told.append(pipe.read_text(encoding="utf-8")), daemon=True)
    reader.start()
    assert code(report(own, "--format", "csv", "--to", pipe)) == OK
    reader.join(10)
    assert pipe.is_fifo() and told[0].startswith("label,method,")


def test_a_link_to_a_table_stays_a_link(own: Path, tmp_path: Path) -> None:
    link, table = tmp_path / "link.csv", tmp_path / "table.csv"
    link.symlink_to(table)
    assert code(report(own, "--format", "csv", "--to", link)) == OK
    assert link.is_symlink() and table.read_text(encoding="utf-8").startswith("label,method,")


def test_a_reader_that_has_seen_enough_is_no_fault(own: Path) -> None:
    there, here = os.pipe()
    os.close(there)
    command = [sys.executable, "-m", "steadybench.cli", "report", str(own), "--jobs", "1"]
    with os.fdopen(here, "wb") as closed:
        done = subprocess.run([*command, "--format", "csv", "--to", "-"], stdout=closed,
                              stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == OK, done.stderr
    assert (own / "report" / "index.html").is_file() and "Cannot write" not in done.stderr


@pytest.mark.parametrize(("arguments", "told"), [
    (("--format", "docx"), "unknown format docx; there are csv, parquet, latex, markdown, json"),
    (("--to", "-"), "name one with --format"),
    (("--to", "x", "--format", "csv,json"), "name one with --format"),
])
def test_wrong_exports_are_refused_before_anything_is_built(own: Path, arguments: tuple[str, ...], told: str
                                                            ) -> None:
    done = report(own, *arguments)
    assert code(done) == USAGE and told in str(done.exception)
    assert not (own / "report").exists()


def test_figures_go_where_they_are_told_to(own: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    assert code(report(own, "--figures")) == OK
    assert (own / "exports" / "figures" / "survival.pdf").is_file()
    assert code(report(own, "--figures", tmp_path / "own")) == OK
    assert (tmp_path / "own" / "survival.png").is_file()


def test_without_matplotlib_the_extra_is_named(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "find_spec", lambda _: None)
    done = report(own, "--figures")
    assert code(done) == USAGE and "pip install 'steadybench[figures]'" in str(done.exception)
    assert not (own / "report").exists()


def test_exports_that_cannot_be_written_are_told(own: Path) -> None:
    shutil.rmtree(own / "exports", ignore_errors=True)
    (own / "exports").touch()
    done = report(own, "--format", "csv")
    assert isinstance(done.exception, SteadybenchError) and "Cannot write" in str(done.exception)

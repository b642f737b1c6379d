"""Run folders as users find them again: each gives pages that say what is missing, or a clear refusal."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from steadybench.errors import INCOMPLETE, OK, UNWRITABLE, USAGE, InputError, StorageError
from steadybench.progress import Progress
from steadybench.score import Order, Summary, rebuild
from tests.e2e.bench import call
from tests.e2e.test_bad_input import call_obeying
from tests.reports.sound import faults, text_of

Spoil: TypeAlias = Callable[[Path], object]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two methods and two prompts, 5 s, with a report, so that stills need not be made each time."""
    out = tmp_path_factory.mktemp("whole")
    done = call("run", "--methods", "procedural,procedural:drift@1", "--limit", 2,
                "--horizon", 5, "--size", "128x96", "--fps", 8, "--out", out)
    assert done.returncode == OK, done.stderr
    return out


@pytest.fixture
def out(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path / "out")
    return tmp_path / "out"


def report(out: Path) -> tuple[Summary, list[str]]:
    said: list[str] = []
    return rebuild(Order(out, ["steadybench", "report"]), Progress(said.append)), said


def words(out: Path, page: str = "index.html") -> str:
    return text_of(out / "report" / page)


def all_words(out: Path) -> str:
    return " ".join(text_of(page) for page in sorted((out / "report").rglob("*.html")))


def page_of(out: Path) -> str:
    """The page of the only method."""
    (page,) = (out / "report" / "method").glob("*.html")
    return f"method/{page.name}"


def records(out: Path) -> list[Path]:
    return sorted(out.glob("records/*/*.json"))


def write(path: Path, content: str | bytes) -> None:
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def change(path: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    body = json.loads(path.read_bytes())
    edit(body)
    write(path, json.dumps(body))


def wanted(edit: Callable[[dict[str, Any]], object]) -> Spoil:
    return lambda out: change(out / "wanted.json", edit)


def first(**fields: object) -> Spoil:
    return wanted(lambda body: body["entries"][0].update(fields))


def every(**fields: object) -> Spoil:
    return wanted(lambda body: [entry.update(fields) for entry in body["entries"]])


def keep(body: dict[str, Any], entries: Iterable[Any]) -> None:
    body["entries"] = list(entries)


# Nothing is wrong


def test_a_whole_run_gives_sound_pages(out: Path) -> None:
    summary, _ = report(out)

    assert summary.exit_code == OK
    assert faults(out / "report") == []


# Clips and records are missing or damaged


def test_missing_clips_are_said_to_be_gone_and_their_numbers_stay(out: Path) -> None:
    shutil.rmtree(out / "report")
    for clip in out.glob("clips/*.mp4"):
        clip.unlink()

    summary, _ = report(out)

    assert summary.exit_code == OK
    assert faults(out / "report") == []
    assert "The file is no longer where it was measured" in all_words(out)
    assert not list((out / "report" / "clips").glob("*.mp4"))


def test_clips_cut_short_after_measuring_are_said_to_be_unreadable(out: Path) -> None:
    shutil.rmtree(out / "report")
    for clip in out.glob("clips/*.mp4"):
        write(clip, clip.read_bytes()[:500])

    summary, _ = report(out)

    assert summary.exit_code == OK
    assert faults(out / "report") == []
    assert "The file cannot be shown" in all_words(out)


DAMAGE: tuple[Callable[[bytes], bytes], ...] = (
    lambda content: content[:len(content) // 2], lambda content: b"", lambda content: b"\xff\x00" * 99,
    lambda content: content.replace(b'"failure"', b'"failures"'),
)  # fmt: skip


def test_damaged_records_are_holes_and_set_aside(out: Path) -> None:
    hit = records(out)[::3]
    for i, path in enumerate(hit):
        write(path, DAMAGE[i % len(DAMAGE)](path.read_bytes()))

    summary, said = report(out)

    assert summary.exit_code == INCOMPLETE
    aside = list(out.glob("records/*/*.damaged"))
    assert len(aside) == sum("is damaged" in line for line in said) == len(hit) > len(DAMAGE)
    assert faults(out / "report") == []
    assert "not measured" in words(out)
    assert "not measured yet; run the same command again" in all_words(out)


def test_half_written_records_count_as_missing(out: Path) -> None:
    for path in records(out)[::3]:
        path.rename(path.with_name(f".{path.name}.partial"))

    summary, _ = report(out)

    assert summary.exit_code == INCOMPLETE
    assert faults(out / "report") == []


def test_without_any_record_all_is_named_missing(out: Path) -> None:
    shutil.rmtree(out / "records")

    summary, _ = report(out)

    assert (summary.exit_code, len(summary.failed)) == (INCOMPLETE, 4)
    assert faults(out / "report") == []
    assert "not measured" in words(out)


def test_damaged_notes_of_clips_leave_the_cost_untold(out: Path) -> None:
    contents = "", "{", "[]", '{"schema": 2, "made_s": "x"}'
    for note, content in zip(sorted(out.glob("clips/*.json")), contents, strict=True):
        write(note, content)

    summary, _ = report(out)

    assert summary.exit_code == OK
    assert faults(out / "report") == []
    assert "What its clips cost was not recorded." in all_words(out)


# What the run says of itself is missing or damaged


@pytest.mark.parametrize("content", [
    None, "", '{"a":', "[1]",
    '{"identities": [1], "methods": "x", "settings": [2], "command": 7, "packages": null, "asked": 3}',
    '{"methods": {"procedural:clean": 4}, "settings": {"measurements": 5}, "asked": {"size": "x"}}',
], ids=["missing", "empty", "half", "list", "odd", "odder"])  # fmt: skip
def test_without_a_sound_run_json_the_numbers_stay_and_the_origin_is_untold(out: Path, content: str | None
                                                                            ) -> None:
    (out / "run.json").unlink()
    if content is not None:
        write(out / "run.json", content)

    summary, _ = report(out)

    assert summary.exit_code == OK
    assert faults(out / "report") == []
    assert "The run does not tell what is behind this digest." in words(out, "metric/drift.html")


@pytest.mark.parametrize("spoil", [
    lambda out: (out / "wanted.json").unlink(),
    *(lambda out, content=content: write(out / "wanted.json", content)
      for content in ("", "{", "[]", "3", b"\xff\xfe\x00")),
    first(clip_sha256="XYZ"), first(clip_sha256=5), first(seed="x"), first(seed=1.5), first(seed=2**70),
    first(seed=True), first(horizon_s="long"), first(horizon_s=-1), first(method=None), first(notes=None),
    first(notes="abc"), first(path=None), first(path="a\0b"), first(mask_source="moon"), first(unknown=1),
    first(mask_source="early"), first(fixed_camera="yes"),
    wanted(lambda body: body.update(title=5)), wanted(lambda body: body.update(limits=[1])),
    wanted(lambda body: body.update(identities={})), wanted(lambda body: body.update(quantities=[])),
    wanted(lambda body: body.update(quantities=[{"id": "a"}])),
])  # fmt: skip
def test_an_unreadable_plan_is_refused_with_what_to_do(out: Path, spoil: Spoil) -> None:
    spoil(out)
    before = {path: path.stat().st_mtime_ns for path in (out / "report").rglob("*.html")}

    with pytest.raises(InputError, match=r"run (that command|the command that made this folder) again"):
        report(out)

    assert {path: path.stat().st_mtime_ns for path in (out / "report").rglob("*.html")} == before


def test_the_refusal_is_one_message_and_exit_code_2(out: Path) -> None:
    first(seed="x")(out)

    done = call("report", out)

    assert done.returncode == USAGE
    assert "Traceback" not in done.stderr
    assert "seed: expected a whole number from 0 to 2^63 - 1, or null, got 'x'" in done.stderr


# Few clips, odd names


def test_no_clip_at_all_gives_a_page_that_says_so(out: Path) -> None:
    wanted(lambda body: keep(body, ()))(out)

    summary, _ = report(out)

    assert (summary.exit_code, summary.clips) == (OK, 0)
    assert faults(out / "report") == []
    assert "No clip was scored." in words(out)
    assert "No clip has a number by which it could be picked." in words(out, "picks.html")


def test_one_clip_is_shown_and_not_ranked(out: Path) -> None:
    wanted(lambda body: keep(body, body["entries"][:1]))(out)

    report(out)

    assert faults(out / "report") == []
    assert "No rank" in words(out, page_of(out))
    assert "One clip alone is not called the best." in words(out, "picks.html")


def test_one_method_is_shown_and_not_ranked(out: Path) -> None:
    wanted(lambda body: keep(body, (e for e in body["entries"] if e["configuration"] == "clean")))(out)

    report(out)

    assert faults(out / "report") == []
    assert "No rank" in words(out, page_of(out))


def test_a_clip_that_was_not_made_is_a_hole_with_its_reason(out: Path) -> None:
    first(problem="the network stopped half way; try another seed", path="", clip_sha256="")(out)

    summary, _ = report(out)

    assert summary.exit_code == INCOMPLETE
    assert faults(out / "report") == []
    assert "the network stopped half way; try another seed" in all_words(out)


def test_no_clip_was_made(out: Path) -> None:
    every(problem="no GPU; choose another --device", path="", clip_sha256="")(out)

    summary, _ = report(out)

    assert (summary.exit_code, len(summary.failed)) == (INCOMPLETE, 4)
    assert faults(out / "report") == []
    assert "no GPU; choose another --device" in all_words(out)


def test_clips_of_one_prompt_with_different_texts_show_each_text(out: Path) -> None:
    wanted(lambda body: [e.update(prompt=f"Text number {i}.") for i, e in enumerate(body["entries"])])(out)

    report(out)

    assert faults(out / "report") == []
    assert all(f"Text number {i}." in all_words(out) for i in range(4))


@pytest.mark.parametrize("spoil", [
    every(prompt_id="", prompt=""), every(method="", configuration=""), every(seed=None),
    every(configuration="clean"), every(horizon_s=None), every(horizon_s=3600.0), every(fixed_camera=False),
    every(clip="the same name"), every(method=" "), every(prompt_id="a/../b"),
    every(method="<script>alert(1)</script>", prompt_id='"><img src=x onerror=y>'),
], ids=["no prompt", "no method", "no seed", "one configuration", "no horizon", "long horizon", "moving",
        "one name", "blank method", "path as prompt", "hostile"])  # fmt: skip
def test_whatever_clips_are_called_the_pages_are_sound(out: Path, spoil: Spoil) -> None:
    spoil(out)

    report(out)

    assert faults(out / "report") == []


def test_two_configurations_of_one_name_stay_apart(out: Path) -> None:
    pages = list((out / "report" / "method").glob("*.html"))
    assert len(pages) == 2


# The folder does not take or give files


def test_damaged_tables_and_media_notes_are_made_anew(out: Path) -> None:
    tables = [out / name for name in ("results.parquet", "curves.parquet", "results.csv",
                                      "steady_seconds.csv")]
    notes = sorted((out / "report" / "clips").glob("*.json"))
    before = {path: path.read_bytes() for path in (*tables, *notes)}
    damage = dict.fromkeys(tables, "nonsense")
    damage |= dict(zip(notes, ("", "{", "[]", '{"version": 3}'), strict=True))
    for path, content in damage.items():
        write(path, content)

    report(out)

    assert {path: path.read_bytes() for path in before} == before
    assert sorted((out / "report" / "clips").glob("*.json")) == notes


@pytest.mark.parametrize("name", ["results.parquet", "report/index.html"])
def test_a_folder_in_the_place_of_a_file_is_exit_code_5(out: Path, name: str) -> None:
    (out / name).unlink()
    (out / name).mkdir()

    with pytest.raises(StorageError, match="Cannot write"):
        report(out)


def test_a_file_in_the_place_of_the_report_is_exit_code_5(out: Path) -> None:
    shutil.rmtree(out / "report")
    write(out / "report", "x")

    with pytest.raises(StorageError, match="Cannot write"):
        report(out)


def test_a_folder_that_may_not_be_written_is_exit_code_5(out: Path) -> None:
    folders = [out, *(path for path in out.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o500)

    done = call_obeying("report", out)

    for folder in folders:
        folder.chmod(0o700)
    assert done.returncode == UNWRITABLE, done.stderr
    assert "Permission denied" in done.stderr
    assert "Traceback" not in done.stderr

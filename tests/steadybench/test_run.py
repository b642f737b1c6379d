"""Runs with fake generators and a fake measurer: keys, resume, and adapters that break their promises."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from generators.contract import GeneratorInfo, Job
from prompts.types import Prompt, Suite
from steadybench.clips import ClipStore
from steadybench.device import processor
from steadybench.entries import Entry
from steadybench.errors import INCOMPLETE, OK, InputError, StorageError
from steadybench.execute import Limits
from steadybench.plan import Format, Method, PlannedClip, plan
from steadybench.progress import Progress
from steadybench.remarks import REWRITTEN, rewritten
from steadybench.run import RunRequest, run_suite
from steadybench.score import Order, Summary
from steadybench.studio import Adapters, adapters
from steadybench.wanted import load as load_wanted
from tests.steadybench.fake_generators import FakeStudio
from tests.steadybench.fake_measurer import FakeMeasurer

ODD = 'a "river" 🏞️,\nsecond line ' + "x" * 5000
PROMPTS = tuple(
    Prompt(f"p{index}", text, "river", "channel_flow", "left", "rocks", "noon", ("rocks",))
    for index, text in enumerate(["water", ODD])
)
SHAPE = Format(0.5, 8, (64, 48))


class Bench:
    def __init__(self, out: Path) -> None:
        self.out = out
        self.said: list[str] = []
        self.log = out.with_suffix(".log")

    def run(
        self, *methods: str, seeds: Sequence[int] = (0, 1), jobs: int = 1, shape: Format = SHAPE
    ) -> Summary:
        specs = [(method, {}) for method in methods]
        suite = Suite("s", 1, PROMPTS, "d")
        making = Limits(jobs, 3.0 if "hangs" in methods else 120.0, one_thread=False)
        request = RunRequest("t", suite, specs, seeds, shape, making)
        order = Order(self.out, ["steadybench", "run"], Limits(jobs, 30), report=False)
        return run_suite(request, FakeStudio(self.log), FakeMeasurer(), order, Progress(self.said.append))

    def made(self) -> int:
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return len(lines)

    def rows(self) -> list[dict[str, object]]:
        return pq.read_table(self.out / "results.parquet").to_pylist()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "out")


def test_every_job_becomes_a_clip_with_truth_and_scores(bench: Bench) -> None:
    summary = bench.run("good", "file")

    assert (summary.exit_code, summary.clips) == (OK, 8)
    entries = load_wanted(bench.out).entries
    assert {entry.mask_source for entry in entries if entry.method == "good"} == {"truth"}
    assert {entry.mask_source for entry in entries if entry.method == "file"} == {"early"}
    assert {entry.notes[0] for entry in entries if entry.method == "good"} == {"Made of one grey."}
    assert {entry.notes[0] for entry in entries if entry.method == "file"} == {"Made by a program."}
    assert {entry.prompt for entry in entries} == {"water", ODD}
    assert {Path(entry.path).suffix for entry in entries} == {".mp4", ".avi"}
    assert len(bench.rows()) == 24
    assert all(row["horizon_s"] == 0.5 for row in bench.rows())


def test_a_second_run_makes_nothing_and_changes_no_byte(bench: Bench) -> None:
    bench.run("good")
    before = (bench.out / "results.parquet").read_bytes()
    stamps = {path: path.stat().st_mtime_ns for path in bench.out.glob("clips/*")}
    assert bench.made() == 4

    bench.run("good", jobs=2)

    assert bench.made() == 0
    assert (bench.out / "results.parquet").read_bytes() == before
    assert {path: path.stat().st_mtime_ns for path in bench.out.glob("clips/*")} == stamps


def test_a_clip_whose_bytes_or_note_are_gone_is_made_again(bench: Bench) -> None:
    bench.run("good")
    bench.made()
    first, second, *_ = sorted(bench.out.glob("clips/*.mp4"))
    first.write_bytes(b"changed")
    second.with_suffix(".json").write_text("{")

    bench.run("good")

    assert bench.made() == 2


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("raises", "expected water, got sand"),
        ("bug", "unexpected ZeroDivisionError: oops"),
        ("hangs", "was stopped after 3 s"),
        ("crashes", "SIGABRT"),
        ("absent", "does not exist"),
        ("half", "stopped half way"),
        ("badly", "labels are uint8 (3, 3); expected uint8 (48, 64), values 0 to 3; prompt_as_used"),
    ],
)
def test_an_adapter_that_breaks_its_promise_fails_alone(bench: Bench, kind: str, reason: str) -> None:
    summary = bench.run(kind, "file", seeds=(0,), jobs=2)

    assert summary.exit_code == INCOMPLETE
    assert len(summary.failed) == 2
    bad = [row for row in bench.rows() if row["method"] == kind]
    assert len(bad) == 6
    assert all(row["status"] == "failed" and reason in str(row["reason"]) for row in bad)
    assert all(row["clip_sha256"] == row["identity"] == "" for row in bad)
    assert all(row["status"] != "failed" for row in bench.rows() if row["method"] == "file")
    assert not list(bench.out.glob("clips/.*"))


def test_a_recorded_clip_that_is_gone_is_not_replaced_by_what_was_there_before(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"film")
    (tmp_path / "manifest.csv").write_text("path,prompt_id,seed\na.mp4,p0,0\n")
    suite = Suite("s", 1, PROMPTS[:1], "d")
    request = RunRequest("t", suite, [("recorded", {"folder": str(tmp_path)})], (0,), SHAPE, Limits())
    order = Order(tmp_path / "out", ["steadybench", "run"], report=False)

    first = run_suite(request, Adapters(), FakeMeasurer(), order, Progress([].append))
    (tmp_path / "a.mp4").unlink()
    second = run_suite(request, Adapters(), FakeMeasurer(), order, Progress([].append))

    assert (first.exit_code, second.exit_code) == (OK, INCOMPLETE)
    assert "does not exist" in second.failed[0]


def test_a_full_disk_stops_the_run_with_its_own_code(bench: Bench) -> None:
    with pytest.raises(StorageError, match="No space left on device") as caught:
        bench.run("full")
    assert caught.value.exit_code == 5


def test_all_unknown_methods_are_named_at_once(bench: Bench) -> None:
    with pytest.raises(InputError) as caught:
        bench.run("god", "fiel", "good", "good")

    assert all(text in str(caught.value) for text in ("'god'", "'fiel'", "good:native is named 2 times"))
    assert not list(bench.out.glob("**/*.json"))


def test_without_a_wish_each_method_makes_its_own_format_and_that_is_said(bench: Bench) -> None:
    bench.run("small", "good", seeds=(0,), shape=Format(0.5, usual_size=(64, 48)))

    wanted = load_wanted(bench.out)
    jobs = {}
    for entry in wanted.entries:
        note = json.loads((bench.out / entry.path).with_suffix(".json").read_text())
        jobs[entry.method] = tuple(note["made_from"]["job"][name] for name in ("width", "height", "fps"))
    assert jobs == {"small": (32, 16, 4.0), "good": (64, 48, 16.0)}
    (said,) = [limit for limit in wanted.limits if "different formats" in limit]
    assert "32x16 at 4 fps by small:native (tiny backbone); 64x48 at 16 fps by good:native" in said
    methods = json.loads((bench.out / "run.json").read_text())["methods"]
    assert methods["small:native (tiny backbone)"]["format"] == "32x16 at 4 fps"


def test_a_format_that_a_method_does_not_make_is_refused_before_anything_is_made(bench: Bench) -> None:
    with pytest.raises(InputError) as caught:
        bench.run("small", "god", shape=Format(0.5, 8, (64, 48)))

    told = str(caught.value)
    assert "small: it makes 32x16 pictures only, got 64x48; leave out --size" in told
    assert "small: it makes 4 frames a second only, got 8; leave out --fps" in told
    assert "'god'" in told
    assert not bench.made()
    bench.run("small", seeds=(0,), shape=Format(0.5, 4, (32, 16)))
    assert bench.made() == 2
    assert not any("formats" in limit for limit in load_wanted(bench.out).limits)


PLUGIN = """
import numpy as np
from generators import FrameStream, GeneratorInfo

class Grey:
    info = GeneratorInfo("grey", "native", "none", 1)
    def generate(self, job, workspace):
        shape = job.frame_count, job.height, job.width, 3
        return FrameStream(job.fps, iter([np.full(shape, LEVEL, np.uint8)]))

def create(configuration, options):
    return Grey()
"""


def test_a_method_of_a_single_file_reaches_the_workers_and_its_versions_share_no_clip(tmp_path: Path) -> None:
    file, out = tmp_path / "grey.py", tmp_path / "out"
    order = Order(out, ["steadybench", "run"], report=False)
    request = RunRequest("t", Suite("s", 1, PROMPTS, "d"), [("grey", {})], (0,), SHAPE, Limits(2))
    said: list[str] = []

    for level in (50, 200, 50):
        file.write_text(PLUGIN.replace("LEVEL", str(level)))
        summary = run_suite(request, adapters([file]), FakeMeasurer(), order, Progress(said.append))
        assert summary.exit_code == OK

    assert [line for line in said if "planned" in line] == [
        "2 clips planned, 2 to make.", "2 clips planned, 2 to make.", "2 clips planned, 0 to make."
    ]  # fmt: skip
    assert len(list(out.glob("clips/*.mp4"))) == 4
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert json.loads((out / "run.json").read_text())["methods"]["grey:native"]["file_sha256"] == digest


def test_a_rewritten_prompt_is_shown(bench: Bench) -> None:
    bench.run("rewrites")

    wanted = load_wanted(bench.out)
    assert wanted.entries[0].notes[0] == "The model read another text than the prompt: another text"
    assert "rewrites:native read other texts than the prompts; each clip's page shows them." in wanted.limits


def test_texts_that_every_method_rewrote_are_told_once(bench: Bench) -> None:
    bench.run("rewrites", "half")
    assert any("rewrites:native read other" in limit for limit in load_wanted(bench.out).limits)

    methods = [Method(name, {}, GeneratorInfo(name, "native", "none", 1)) for name in "ab"]
    planned = plan(methods, PROMPTS[:1], (0,), SHAPE)
    entries = [Entry(item.name, notes=(f"{REWRITTEN}: water",)) for item in planned]
    assert rewritten(planned, entries) == [
        "All methods read other texts than the prompts; each clip's page shows them."
    ]


def test_the_key_holds_everything_that_decides_the_frames() -> None:
    method = Method("m", {"at": "3"}, GeneratorInfo("m", "native", "none", 1, "w"))
    job = Job(PROMPTS[0], 0, 5.0, 16.0, 64, 48)
    others = [
        PlannedClip(replace(method, file_sha256="f"), job),
        *(PlannedClip(replace(method, info=replace(method.info, **change)), job) for change in (
            {"method": "n"}, {"configuration": "c"}, {"backbone": "b"}, {"adapter_version": 2},
            {"weights_digest": "v"},
        )),
        PlannedClip(replace(method, options={"at": "4"}), job),
        *(PlannedClip(method, replace(job, **change)) for change in (
            {"seed": 1}, {"seconds": 6.0}, {"fps": 24.0}, {"width": 65}, {"height": 49},
            {"prompt": replace(PROMPTS[0], text="other")}, {"prompt": replace(PROMPTS[0], id="other")},
            {"prompt": replace(PROMPTS[0], medium="smoke")},
        )),
    ]  # fmt: skip

    assert len({item.key for item in others} | {PlannedClip(method, job).key}) == len(others) + 1
    assert PlannedClip(replace(method, spec="alias"), job).key == PlannedClip(method, job).key


def test_the_key_changes_with_the_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    method = Method("m", {}, GeneratorInfo("m", "native", "none", 1))
    job = Job(PROMPTS[0], 0, 5.0, 16.0, 64, 48)
    before = PlannedClip(method, job).key
    monkeypatch.setattr("steadybench.plan.ENCODER_VERSION", 99)

    assert PlannedClip(method, job).key != before


def test_a_note_says_how_the_clip_was_made(bench: Bench) -> None:
    bench.run("good")

    note_file = min(bench.out.glob("clips/*.json"))
    note = ClipStore(bench.out).load(note_file.stem)
    assert note is not None
    assert json.loads(note_file.read_text())["made_from"]["generator"]["method"] == "good"
    assert (bench.out / "clips" / note.labels).exists()
    assert note.made_s > 0
    assert note.device == processor()


def test_a_file_that_a_program_made_names_no_device(bench: Bench) -> None:
    bench.run("file")

    (first, *others) = ClipStore(bench.out).notes()
    assert len(others) == 3
    assert first.device == ""
    assert first.made_s > 0


def test_a_note_of_another_version_or_a_damaged_one_counts_as_none(bench: Bench) -> None:
    bench.run("good")
    first, second, *_ = sorted(bench.out.glob("clips/*.json"))
    first.write_text(first.read_text().replace('"schema": 2', '"schema": 1'))
    second.write_text("[]")
    store = ClipStore(bench.out)

    assert len(list(store.notes())) == 2
    assert store.load(first.stem) is store.load(second.stem) is None


def test_making_is_timed_once_the_generator_is_ready(bench: Bench) -> None:
    bench.run("slow", seeds=(0,))

    assert all(note.made_s < 0.5 for note in ClipStore(bench.out).notes())

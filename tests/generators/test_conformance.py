"""The conformance suite finds every planted fault and finds nothing in a good adapter."""

from __future__ import annotations

import contextlib
import math
import mmap
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from generators import ClipFile, FrameStream, GeneratorError, GeneratorInfo, Job, load
from generators.conformance import check, failures, short_job
from generators.encode import encode
from generators.limits import check_job
from generators.meter import TooLong, deadline

INFO = GeneratorInfo("planted", "native", "none", 1)


def noise(*key: object, shape: tuple[int, ...]) -> np.ndarray:
    from generators.procedural.hashing import generator

    return generator(*(str(k) for k in key)).integers(0, 256, shape, dtype=np.uint8)


class Good:
    """Keeps every promise; the broken ones below change one thing each."""

    info = INFO

    def generate(self, job: Job, workspace: Path) -> object:
        check_job(job, self.info)
        return FrameStream(job.fps, self.blocks(job))

    def blocks(self, job: Job) -> Iterator[np.ndarray]:
        for start in range(0, job.frame_count, BLOCK):
            yield self.frames(job, start, min(BLOCK, job.frame_count - start))

    def frames(self, job: Job, start: int, count: int) -> np.ndarray:
        return noise(job.prompt.text, job.seed, start, shape=(count, job.height, job.width, 3))


class Unrepeatable(Good):
    def frames(self, job: Job, start: int, count: int) -> np.ndarray:
        shape = count, job.height, job.width, 3
        return np.frombuffer(os.urandom(math.prod(shape)), np.uint8).reshape(shape)


class SeedIgnored(Good):
    def frames(self, job: Job, start: int, count: int) -> np.ndarray:
        return noise(job.prompt.text, start, shape=(count, job.height, job.width, 3))


class PromptIgnored(Good):
    def frames(self, job: Job, start: int, count: int) -> np.ndarray:
        return noise(job.seed, start, shape=(count, job.height, job.width, 3))


class TooShort(Good):
    def blocks(self, job: Job) -> Iterator[np.ndarray]:
        yield self.frames(job, 0, 1)
        yield self.frames(job, 1, 1)


class WrongSize(Good):
    def frames(self, job: Job, start: int, count: int) -> np.ndarray:
        return super().frames(job, start, count).transpose(0, 2, 1, 3).copy()


class ChangingSize(Good):
    def frames(self, job: Job, start: int, count: int) -> np.ndarray:
        return super().frames(job, start, count)[:, : -2 if start else None]


class Floats(Good):
    def frames(self, job: Job, start: int, count: int) -> np.ndarray:
        return super().frames(job, start, count) / np.float32(255)


class ZeroToOne(Good):
    def frames(self, job: Job, start: int, count: int) -> np.ndarray:
        return super().frames(job, start, count) // 255


class OtherRate(Good):
    def generate(self, job: Job, workspace: Path) -> object:
        super().generate(job, workspace)
        return FrameStream(24.0, self.blocks(job))


class BadLabels(Good):
    def generate(self, job: Job, workspace: Path) -> object:
        super().generate(job, workspace)
        return FrameStream(job.fps, self.blocks(job), np.full((job.height, job.width), 9, np.uint8))


class Litters(Good):
    def generate(self, job: Job, workspace: Path) -> object:
        (workspace / "fine.txt").write_text("here it may")
        Path("cache.bin").write_bytes(b"x")
        return super().generate(job, workspace)


class LittersTemp(Good):
    def generate(self, job: Job, workspace: Path) -> object:
        tempfile.NamedTemporaryFile(delete=False).close()
        return super().generate(job, workspace)


class WrongError(Good):
    def generate(self, job: Job, workspace: Path) -> object:
        if min(job.width, job.height) < 1:
            raise ValueError("negative dimensions")
        return super().generate(job, workspace)


class NoRefusal(Good):
    def generate(self, job: Job, workspace: Path) -> object:
        shape = {"width": 96, "height": 64} if min(job.width, job.height) < 1 else {}
        return super().generate(replace(job, **shape), workspace)


class Wordless(Good):
    def generate(self, job: Job, workspace: Path) -> object:
        if min(job.width, job.height) < 1:
            raise GeneratorError
        return super().generate(job, workspace)


class Changeling(Good):
    def __init__(self) -> None:
        self.runs = 0

    @property
    def info(self) -> GeneratorInfo:  # type: ignore[override]
        return GeneratorInfo("planted", f"run{self.runs}", "none", 1)

    def generate(self, job: Job, workspace: Path) -> object:
        self.runs += 1
        return super().generate(job, workspace)


class Nameless(Good):
    info = GeneratorInfo("", "native", "", 1)


class Crashes(Good):
    def generate(self, job: Job, workspace: Path) -> object:
        raise ZeroDivisionError("oops")


class WrongType(Good):
    def generate(self, job: Job, workspace: Path) -> object:
        return "clip.mp4"


class AllInOne(Good):
    def blocks(self, job: Job) -> Iterator[np.ndarray]:
        yield np.concatenate(list(super().blocks(job)))


class Hoards(Good):
    """Makes the clip in one go and hands it out in pieces."""

    def blocks(self, job: Job) -> Iterator[np.ndarray]:
        yield from list(super().blocks(job))


class Waits(Hoards):
    """The same, slowly and without holding much."""

    def blocks(self, job: Job) -> Iterator[np.ndarray]:
        time.sleep(0.6 * job.seconds)
        yield from Good.blocks(self, job)


class Keeps(Good):
    """Leaks every block into a list of its own."""

    def __init__(self) -> None:
        self.kept: list[np.ndarray] = []

    def blocks(self, job: Job) -> Iterator[np.ndarray]:
        for block in super().blocks(job):
            self.kept.append(block)
            yield block


class KeepsUnseen(Good):
    """Leaks memory that neither Python nor NumPy knows of."""

    def __init__(self) -> None:
        self.kept: list[mmap.mmap] = []

    def blocks(self, job: Job) -> Iterator[np.ndarray]:
        room = mmap.mmap(-1, 40 * MEBI)
        room.write(b"x" * len(room))
        self.kept.append(room)
        yield from super().blocks(job)


class HalfDone(Good):
    """Goes on where an interrupted clip stopped."""

    begun = 0

    def blocks(self, job: Job) -> Iterator[np.ndarray]:
        for index, block in enumerate(super().blocks(job)):
            self.begun += 1
            yield block if self.begun == index + 1 else block[::-1]
        self.begun = 0


class StopsBadly(Good):
    def blocks(self, job: Job) -> Iterator[np.ndarray]:
        try:
            yield from super().blocks(job)
        except GeneratorExit:
            raise OSError("the worker is gone") from None


class LeavesTraces(Good):
    """Cleans up only after a whole clip."""

    def blocks(self, job: Job) -> Iterator[np.ndarray]:
        Path("lock").touch()
        yield from super().blocks(job)
        Path("lock").unlink()


class LittersFarAway(Good):
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def generate(self, job: Job, workspace: Path) -> object:
        (self.folder / "state.txt").write_text("x")
        return super().generate(job, workspace)


class Absurd(Good):
    """Refuses nothing but what cannot be."""

    def generate(self, job: Job, workspace: Path) -> object:
        if min(job.width, job.height) < 1:
            raise GeneratorError("size must be positive; ask for at least 1x1")
        return FrameStream(job.fps, self.blocks(job))


class Endless(Good):
    def generate(self, job: Job, workspace: Path) -> object:
        while job.seconds > 1e6:
            time.sleep(0.01)
        return super().generate(job, workspace)


class OneFormat(Good):
    """Says that it makes one format, and makes any."""

    info = replace(INFO, size=(96, 64), fps=8.0)

    def generate(self, job: Job, workspace: Path) -> object:
        check_job(job, INFO)
        return FrameStream(job.fps, self.blocks(job))


BLOCK = 2
MEBI = 2**20
PLANTED = [
    (Unrepeatable, "repeatable"),
    (SeedIgnored, "seed-matters"),
    (PromptIgnored, "prompt-matters"),
    (TooShort, "frame-count"),
    (WrongSize, "size"),
    (ChangingSize, "frames"),
    (Floats, "frames"),
    (ZeroToOne, "frames"),
    (OtherRate, "frame-rate"),
    (BadLabels, "labels"),
    (Litters, "workspace-only"),
    (LittersTemp, "workspace-only"),
    (WrongError, "refuses"),
    (NoRefusal, "refuses"),
    (Changeling, "constant-info"),
    (Nameless, "info"),
    (Crashes, "delivers"),
    (WrongType, "delivers"),
    (Wordless, "refuses"),
    (AllInOne, "streaming"),
    (Waits, "streaming"),
    (HalfDone, "interrupt-safe"),
    (StopsBadly, "interrupt-safe"),
    (LeavesTraces, "workspace-only"),
    (Absurd, "out-of-range"),
    (OneFormat, "refuses"),
]


ALONE = ("seed-matters", "labels", "workspace-only", "refuses", "streaming", "interrupt-safe", "out-of-range")


def failed(generator: object, job: Job) -> set[str]:
    return {f.check for f in check(generator, job) if f.status == "failed"}  # type: ignore[arg-type]


def test_a_good_adapter_passes_everything(make_job) -> None:
    findings = check(Good(), make_job())  # type: ignore[arg-type]

    assert [f for f in findings if f.status == "failed"] == []
    assert {f.check for f in findings if f.status == "skipped"} == {"labels", "memory-bounded"}
    assert failures(findings) == ""


@pytest.mark.parametrize(("broken", "name"), PLANTED, ids=lambda x: getattr(x, "__name__", x))
def test_a_planted_fault_is_found_and_nothing_else_blamed(broken: type[Good], name: str, make_job) -> None:
    found = failed(broken(), make_job())

    assert name in found
    assert found == {name} or name not in ALONE or broken is Waits


@pytest.mark.parametrize("spec", ["procedural", "procedural:replay@0.5"])
def test_the_procedural_adapter_conforms(spec: str, make_job) -> None:
    assert failed(load(spec), make_job()) == set()


def test_the_recorded_adapter_conforms(tmp_path: Path, make_job) -> None:
    job = make_job()
    encode(load("procedural").generate(job, tmp_path), tmp_path / "a.mp4", job)  # type: ignore[arg-type]
    (tmp_path / "manifest.csv").write_text("path,prompt_id,seed\na.mp4,brook-01,1\n")
    findings = check(load("recorded", {"folder": str(tmp_path)}), job)

    assert [f for f in findings if f.status == "failed"] == []
    assert {f.check for f in findings if f.status == "skipped"} == {
        "labels",
        "seed-matters",
        "prompt-matters",
        "streaming",
        "memory-bounded",
        "memory-returned",
        "interrupt-safe",
        "out-of-range",
    }


@pytest.fixture
def large(make_job) -> Job:
    """A clip large enough for its memory to tell."""
    return make_job(width=160, height=96, fps=16.0, seconds=2.0)


def test_memory_that_a_good_adapter_takes_does_not_grow(large: Job) -> None:
    found = {f.check: f.status for f in check(Good(), large)}  # type: ignore[arg-type]

    assert found["memory-bounded"] == found["memory-returned"] == "passed"


@pytest.mark.parametrize(
    ("greedy", "names"),
    [
        (Hoards, {"memory-bounded"}),
        (Keeps, {"memory-bounded", "memory-returned"}),
        (KeepsUnseen, {"memory-returned"}),
    ],
)
def test_memory_that_is_hoarded_or_kept_is_found(
    greedy: type[Good], names: set[str], large: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generators.behaviour._RESIDENT_SLACK", 64 * MEBI)
    assert failed(greedy(), large) == names


def test_a_write_by_absolute_path_is_heard_wherever_it_goes(tmp_path: Path, make_job) -> None:
    findings = check(LittersFarAway(tmp_path), make_job())  # type: ignore[arg-type]

    assert failures(findings) == f"workspace-only: wrote outside the workspace: {tmp_path / 'state.txt'}"


def test_a_request_that_is_never_refused_does_not_hold_up_the_suite(
    make_job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generators.refusal.PATIENCE_S", 0.3)
    found = failures(check(Endless(), make_job()))  # type: ignore[arg-type]

    assert found.startswith("out-of-range: a clip of a billion seconds was still being made after 0.3 s;")


def test_an_absurd_picture_does_not_fill_the_memory(make_job) -> None:
    found = failures(check(Absurd(), make_job()))  # type: ignore[arg-type]

    assert "out-of-range: a picture of 819300x819300 pixels raised" in found
    assert "MemoryError" in found


def test_a_method_with_one_format_is_asked_for_that(make_job) -> None:
    job = short_job(OneFormat.info)

    assert (job.width, job.height, job.fps) == (96, 64, 8.0)
    assert "a picture of 112x80 pixels was begun" in failures(check(OneFormat(), job))  # type: ignore[arg-type]


def test_the_clock_of_an_outer_time_limit_goes_on(make_job) -> None:
    rung: list[int] = []
    handler = signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
    outer = signal.setitimer(signal.ITIMER_REAL, 0.4)
    try:
        with contextlib.suppress(TooLong), deadline(0.1):
            time.sleep(2)
        time.sleep(0.6)
    finally:
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, *outer)
    assert rung == [1]


def test_a_relative_file_delivery_is_read_where_it_was_written(tmp_path: Path, make_job) -> None:
    class Files(Good):
        def generate(self, job: Job, workspace: Path) -> object:
            stream = super().generate(job, workspace)
            encode(stream, workspace / "out.mp4", job)  # type: ignore[arg-type]
            return ClipFile(workspace / "out.mp4")

    assert failed(Files(), make_job()) == set()


def test_environment_and_folder_are_restored(make_job) -> None:
    before = (Path.cwd(), os.environ.get("HOME"), tempfile.gettempdir())
    check(Crashes(), make_job())  # type: ignore[arg-type]

    assert (Path.cwd(), os.environ.get("HOME"), tempfile.gettempdir()) == before

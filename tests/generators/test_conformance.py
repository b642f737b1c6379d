"""The conformance suite finds every planted fault and finds nothing in a good adapter."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np
import pytest

from generators import ClipFile, FrameStream, GeneratorError, GeneratorInfo, Job, load
from generators.conformance import check
from generators.encode import encode

INFO = GeneratorInfo("planted", "native", "none", 1)


def noise(*key: object, shape: tuple[int, ...]) -> np.ndarray:
    from generators.procedural.hashing import generator

    return generator(*(str(k) for k in key)).integers(0, 256, shape, dtype=np.uint8)


class Good:
    """Keeps every promise; the broken ones below change one thing each."""

    info = INFO

    def generate(self, job: Job, workspace: Path) -> object:
        if job.width < 1 or job.height < 1:
            raise GeneratorError("size must be positive; ask for at least 1x1")
        return FrameStream(job.fps, iter([self.frames(job)]))

    def frames(self, job: Job) -> np.ndarray:
        return noise(job.prompt.text, job.seed, shape=(job.frame_count, job.height, job.width, 3))


class Unrepeatable(Good):
    def frames(self, job: Job) -> np.ndarray:
        return np.frombuffer(os.urandom(job.frame_count * job.height * job.width * 3), np.uint8).reshape(
            job.frame_count, job.height, job.width, 3
        )


class SeedIgnored(Good):
    def frames(self, job: Job) -> np.ndarray:
        return noise(job.prompt.text, shape=(job.frame_count, job.height, job.width, 3))


class PromptIgnored(Good):
    def frames(self, job: Job) -> np.ndarray:
        return noise(job.seed, shape=(job.frame_count, job.height, job.width, 3))


class TooShort(Good):
    def frames(self, job: Job) -> np.ndarray:
        return super().frames(job)[:2]


class WrongSize(Good):
    def frames(self, job: Job) -> np.ndarray:
        return super().frames(job).transpose(0, 2, 1, 3).copy()


class ChangingSize(Good):
    def generate(self, job: Job, workspace: Path) -> object:
        super().generate(job, workspace)
        frames = self.frames(job)
        return FrameStream(job.fps, iter([frames[:4], frames[4:, :-2]]))


class Floats(Good):
    def frames(self, job: Job) -> np.ndarray:
        return super().frames(job) / np.float32(255)


class ZeroToOne(Good):
    def frames(self, job: Job) -> np.ndarray:
        return super().frames(job) // 255


class OtherRate(Good):
    def generate(self, job: Job, workspace: Path) -> object:
        super().generate(job, workspace)
        return FrameStream(24.0, iter([self.frames(job)]))


class BadLabels(Good):
    def generate(self, job: Job, workspace: Path) -> object:
        super().generate(job, workspace)
        return FrameStream(job.fps, iter([self.frames(job)]), np.full((job.height, job.width), 9, np.uint8))


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
        return FrameStream(job.fps, iter([self.frames(job)]))


class NoRefusal(Good):
    def generate(self, job: Job, workspace: Path) -> object:
        return FrameStream(job.fps, iter([noise(job.prompt.text, job.seed, shape=(8, 64, 96, 3))]))


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
]


def failed(generator: object, job: Job) -> set[str]:
    return {f.check for f in check(generator, job) if f.status == "failed"}  # type: ignore[arg-type]


def test_a_good_adapter_passes_everything(make_job) -> None:
    findings = check(Good(), make_job())  # type: ignore[arg-type]

    assert [f for f in findings if f.status == "failed"] == []
    assert {f.check for f in findings if f.status == "skipped"} == {"labels"}


@pytest.mark.parametrize(("broken", "name"), PLANTED, ids=lambda x: getattr(x, "__name__", x))
def test_a_planted_fault_is_found(broken: type[Good], name: str, make_job) -> None:
    assert name in failed(broken(), make_job())


@pytest.mark.parametrize(
    ("broken", "name"),
    [p for p in PLANTED if p[1] in ("seed-matters", "labels", "workspace-only", "refuses")],
)
def test_nothing_else_is_blamed(broken: type[Good], name: str, make_job) -> None:
    assert failed(broken(), make_job()) == {name}


@pytest.mark.parametrize("spec", ["procedural", "procedural:hardening@0.2", "procedural:replay@0.5"])
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
    }


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

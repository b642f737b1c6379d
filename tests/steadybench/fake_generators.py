"""Generators that are quick, and ones that break every promise."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from generators.contract import (
    ClipFile,
    Delivery,
    Frames,
    FrameStream,
    GeneratorError,
    GeneratorInfo,
    Job,
    LabelMap,
)

KINDS = (
    "good", "file", "raises", "bug", "hangs", "crashes", "full", "absent", "rewrites", "half", "badly",
    "small", "slow",
)  # fmt: skip


@dataclass(frozen=True)
class FakeGenerator:
    kind: str
    options: tuple[tuple[str, str], ...]

    @property
    def info(self) -> GeneratorInfo:
        if self.kind == "small":
            return GeneratorInfo("small", "native", "tiny", 1, size=(32, 16), fps=4.0)
        return GeneratorInfo(self.kind, "native", "none", 1)

    def generate(self, job: Job, workspace: Path) -> Delivery:
        if self.kind == "raises":
            raise GeneratorError("expected water, got sand; change the prompt")
        if self.kind == "bug":
            raise ZeroDivisionError("oops")
        if self.kind == "hangs":
            time.sleep(1000)
        if self.kind == "slow":
            time.sleep(0.5)
        if self.kind == "crashes":
            os.abort()
        if self.kind == "full":
            raise OSError(28, "No space left on device")
        if self.kind == "absent":
            return ClipFile(workspace / "nothing.mp4")
        if self.kind == "file":
            (workspace / "made.AVI").write_bytes(f"file {job.prompt.id} {job.seed}".encode())
            return ClipFile(workspace / "made.AVI", notes=("Made by a program.",))
        if self.kind == "badly":
            return FrameStream(job.fps, self._blocks(job), np.full((3, 3), 9, np.uint8), "\ud800")
        labels = np.full((job.height, job.width), 1, np.uint8)
        used = "another text" if self.kind == "rewrites" else None
        return FrameStream(job.fps, self._blocks(job), labels, used, ("Made of one grey.",))

    def _blocks(self, job: Job) -> Iterator[Frames]:
        for index in range(job.frame_count):
            if self.kind == "half" and index > 2:
                raise GeneratorError("the network stopped half way; try another seed")
            yield np.full((1, job.height, job.width, 3), (index + job.seed) % 256, np.uint8)


@dataclass(frozen=True)
class FakeStudio:
    """Writes frames as raw bytes."""

    log: Path | None = None

    def load(self, spec: str, options: Mapping[str, str]) -> FakeGenerator:
        if spec not in KINDS:
            raise GeneratorError(f"unknown method {spec!r}; known are {', '.join(KINDS)}")
        return FakeGenerator(spec, tuple(sorted(options.items())))

    def file_sha256(self, spec: str) -> str:
        return ""

    def check_file(self, file: Path, job: Job) -> None:
        if not file.is_file():
            raise GeneratorError(f"{file.name} does not exist")

    def encode(self, stream: FrameStream, job: Job, path: Path) -> LabelMap | None:
        if self.log:
            with self.log.open("a") as log:
                log.write(f"{job.prompt.id} {job.seed}\n")
        with path.open("wb") as out:
            for block in stream.blocks:
                out.write(block.tobytes())
        return stream.labels

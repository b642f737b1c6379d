"""Runs the installed command line on clips that take a moment to make and to measure."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from generators.contract import FrameStream, Job
from generators.encode import encode
from generators.methods.procedural import Procedural
from prompts.loader import load_suite

ROOT = Path(__file__).parents[2]
TABLES = ("results.parquet", "results.csv", "curves.parquet")
# Each process would else compile the whole project anew where the environment forbids keeping that.
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": ""}


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "steadybench.cli", *map(str, arguments)]


def call(*arguments: object, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**ENVIRONMENT, **(env or {})}
    return subprocess.run(command(*arguments), capture_output=True, text=True, check=False, env=environment)


def make_clip(path: Path, configuration: str = "clean", seed: int = 0, seconds: float = 5.0) -> Path:
    """Render a small river."""
    prompt = replace(load_suite("fixed_camera").prompts[0], id="e2e")
    job = Job(prompt, seed, seconds, 8.0, 128, 96)
    stream = Procedural(configuration).generate(job, path.parent)
    assert isinstance(stream, FrameStream)
    path.parent.mkdir(parents=True, exist_ok=True)
    encode(stream, path, job, preset="veryfast")
    return path


def records(out: Path) -> dict[str, tuple[int, int]]:
    """Inode and time of change of every record, by name."""
    found = sorted(out.glob("records/*/*.json"))
    return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in found}


def tables(out: Path) -> dict[str, bytes]:
    return {name: (out / name).read_bytes() for name in TABLES}

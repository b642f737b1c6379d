"""Two worker processes against one, over the same clips, through the command line."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.clips import rendered

MEDIA = ("river", "surf", "smoke", "clouds")


def two_workers(folder: Path, *, quick: bool) -> dict[str, float]:
    """Wall seconds of ``score --jobs 1`` and ``--jobs 2`` on the same clips, and their ratio."""
    clips = [rendered(folder, medium, 20.0 if quick else 40.0, seed=1) for medium in MEDIA]
    one = min(_wall(clips, 1) for _ in range(2))
    two = min(_wall(clips, 2) for _ in range(2))
    return {"one_worker_wall_s": one, "two_workers_wall_s": two, "throughput_of_two_workers": one / two}


def _wall(clips: list[Path], jobs: int) -> float:
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "steadybench.cli", "score", *map(str, clips), "--out", out]
        start = time.perf_counter()
        subprocess.run([*command, "--jobs", str(jobs), "--no-report"], check=True, capture_output=True)
        return time.perf_counter() - start

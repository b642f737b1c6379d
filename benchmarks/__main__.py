"""``make bench``: what the weight-free axes and the rollout engine cost on this machine.

Prints, for clips rendered on the spot (832x480, 16 fps, H.264 CRF 12): real-time factor on one core, ratio to
the bare cost of decoding plus the same optical flow, the axes with the task panel on DIS against the axes
alone, the VBench panel on random weights against its bare networks and against one pass a dimension, peak
memory of a long clip, and the throughput of two workers against one. For each method on a network of the tiny
backbone's size: real-time factor on one core with decoding, tokens a second, share of the bare network's
time, and memory early and late. For reports: seconds to build small ones, their bytes, and how soon they
answer; ``python -m benchmarks.report_pages`` does a whole study. For blind studies: processor seconds a clip
to export one, and their ratio to a bare encode; ``python -m benchmarks.study_export`` does a whole one.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from benchmarks import (
    cost,
    engine,
    memory,
    panels,
    report_pages,
    startup,
    study_export,
    task_panel,
    throughput,
)
from benchmarks.clips import rendered


def main() -> int:
    """Run all benchmarks and print one line each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="shorter clips; the long-clip memory figure is left out"
    )
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    parser.add_argument(
        "--clips", type=Path, default=None, help="folder that keeps the rendered clips between runs"
    )
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="steadybench-bench-") as scratch:
        folder = chosen.clips or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        figures = _figures(folder, quick=chosen.quick)
    if chosen.json is not None:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0


def _figures(folder: Path, *, quick: bool) -> dict[str, float]:
    seconds = 20.0 if quick else 60.0
    clip = rendered(folder, "river", seconds)
    figures = {
        **startup.help_time(),
        **cost.cost(clip, seconds),
        **task_panel.beside_axes(clip),
        **panels.vbench(folder, quick=quick),
        **throughput.two_workers(folder, quick=quick),
        **engine.rollouts(quick=quick),
        **report_pages.quick(folder),
        **study_export.quick(folder),
    }
    if not quick:
        figures.update(memory.peak(rendered(folder, "river", 240.0)))
    for name, value in figures.items():
        print(f"{name:44s} {value:10.2f}")
    return figures


if __name__ == "__main__":
    sys.exit(main())

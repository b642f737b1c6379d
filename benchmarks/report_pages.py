"""What a report costs: seconds to build it, bytes of its pages, and how soon they answer in a browser.

``python -m benchmarks.report_pages`` measures a study of 8 methods x 96 prompts of 30 s at 832x480 with real
decoding, and one of 1,250 prompts (10,000 clips) whose clips are missing. ``make bench`` runs a small part.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.clips import rendered
from benchmarks.report_browser import in_browser
from benchmarks.report_run import make_run
from reports.modes import AS_THEY_ARE, Mode
from steadybench.execute import Limits
from steadybench.progress import Progress
from steadybench.score import Order, rebuild

_MEDIA = ("river", "smoke", "clouds", "surf")
_CODE = (".html", ".css")
_JOBS = 2


def weights(report: Path) -> dict[str, float]:
    """Bytes of a report by kind: code (pages, styles, scripts), data scripts, stills, all else but clips."""
    found = dict.fromkeys(("code_kB", "data_kB", "stills_MB", "other_MB"), 0.0)
    for path in sorted(report.rglob("*")):
        kind = kind_of(path.relative_to(report)) if path.is_file() else ""
        if kind:
            found[kind] += path.stat().st_size / (1e3 if kind.endswith("kB") else 1e6)
    return {f"report_{name}": value for name, value in found.items()}


def kind_of(path: Path) -> str:
    """Name the kind of one file of a report; empty for clips."""
    if path.suffix == ".js":
        is_data = path.parts[0] in ("prompt", "method") or path.name in ("pairs.js", "legend.js")
        return "data_kB" if is_data else "code_kB"
    if path.suffix in _CODE:
        return "code_kB"
    if path.suffix == ".mp4":
        return ""
    return "stills_MB" if path.parts[0] == "clips" and path.suffix == ".jpg" else "other_MB"


def build_s(run: Path, mode: Mode = AS_THEY_ARE) -> float:
    """Wall seconds of ``steadybench report`` on a run."""
    start = time.perf_counter()
    rebuild(Order(run, [], Limits(_JOBS), mode=mode), Progress(lambda _: None))
    return time.perf_counter() - start


def study(folder: Path, prompts: int, clips: Sequence[Path]) -> dict[str, float]:
    """A study with real clips: built from nothing, built again, and read."""
    run = folder / f"study-{prompts}"
    shutil.rmtree(run, ignore_errors=True)
    make_run(run, prompts, clips)
    figures = {"report_clips": 8.0 * prompts, "report_first_build_s": build_s(run),
               "report_build_with_stills_s": build_s(run)}
    return {**figures, **weights(run / "report"), **in_browser(run / "report")}


def growth(folder: Path, sizes: Sequence[int]) -> dict[str, float]:
    """Seconds and bytes for runs of missing clips; with linear time each size costs the same a clip."""
    found: dict[str, float] = {}
    for prompts in sizes:
        run = folder / f"growth-{prompts}"
        shutil.rmtree(run, ignore_errors=True)
        make_run(run, prompts, ())
        clips = 8 * prompts
        found[f"report_of_{clips}_build_ms_a_clip"] = 1e3 * build_s(run) / clips
        found[f"report_of_{clips}_code_kB_a_clip"] = weights(run / "report")["report_code_kB"] / clips
        shutil.rmtree(run)
    return found


def quick(folder: Path) -> dict[str, float]:
    """The part that ``make bench`` runs: one clip of a few seconds under many names."""
    return {**study(folder, 4, [rendered(folder, "smoke", 6.0)]), **growth(folder, (16, 64))}


def main() -> None:
    """Measure the whole, and print one line a figure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report_pages", description=__doc__)
    parser.add_argument("--keep", type=Path, metavar="FOLDER",
                        help="folder that keeps the clips and the reports")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="steadybench-bench-") as scratch:
        folder = chosen.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        clips = [rendered(folder, medium, 30.0) for medium in _MEDIA]
        for name, value in {**study(folder, 96, clips), **growth(folder, (125, 1250))}.items():
            print(f"{name:44s} {value:12.2f}")


if __name__ == "__main__":
    main()

"""What it costs to export a blind study: minutes, processor seconds, and the ratio to a bare encode.

``python -m benchmarks.study_export`` exports 8 methods x 24 prompts of 20 s at 832x480 whose clips run at 12,
16 and 24 frames a second, with two workers, as the planner plans it: with copies, spoiled clips, instructions
and training. ``make bench`` runs a small part. The bare cost is that of decoding each clip and encoding the
same frames under the same settings, with nothing looked at, padded or checked.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from benchmarks.clips import HEIGHT, WIDTH
from benchmarks.report_run import make_run
from generators.contract import Frames, FrameStream, Job
from generators.encode import encode
from generators.procedural.renderer import Renderer
from prompts.types import Prompt
from steadybench import errors
from steadybench.progress import Progress
from steadybench.study import key as keyfile
from steadybench.study import planfile
from steadybench.study.exporting import command, settings
from steadybench.study.exporting.film import Film
from steadybench.study.planning.command import plan as plan_study
from steadybench.study.planning.request import Request

_RATES = (12, 16, 24)
_COMMON = Fraction(48)
_LOOP_S = 2
_JOBS = 2
_PROMPT = Prompt("river", "river", "river", "channel_flow", "left", "bank", "day", ("bank",))


def measure(folder: Path, prompts: int, seconds: int, votes: int, tell: Progress) -> dict[str, float]:
    """Plan and export a study of 8 methods in ``folder``; one question."""
    bases = {fps: _base(folder, fps, seconds) for fps in _RATES}
    study, export = folder / "study", folder / "export"
    for path in (folder / "run", study, export):
        shutil.rmtree(path, ignore_errors=True)
    make_run(folder / "run", prompts, list(bases.values()))
    asked = Request(question=("motion",), votes=votes, seconds=float(seconds), excerpt="full")
    clips = _plan(folder / "run", study, asked)
    start, before = time.perf_counter(), _cpu_s()
    code = command.export(command.Request(study, export, jobs=_JOBS), tell)
    wall, cpu = time.perf_counter() - start, _cpu_s() - before
    if code != errors.OK:
        raise RuntimeError(f"the export failed with code {code}")
    bare = float(np.mean([_bare_s(path, fps, folder / "bare.mp4") for fps, path in bases.items()]))
    return {
        "export_clips": clips, "export_wall_min": wall / 60, "export_cpu_s": cpu,
        "export_cpu_s_a_clip": cpu / clips,
        "export_bare_cpu_s_a_clip": bare, "export_cpu_over_bare": cpu / clips / bare,
        "export_MB": sum(path.stat().st_size for path in export.rglob("*") if path.is_file()) / 1e6,
    }  # fmt: skip


def quick(folder: Path) -> dict[str, float]:
    """The part that ``make bench`` runs."""
    return measure(folder / "study-export", 2, 4, 2, Progress(lambda _: None))


def _plan(run: Path, study: Path, asked: Request) -> float:
    """Plan, then give the key the digests of the files that stand for clips; return the number of stimuli."""
    plan_study((run,), study, asked, lambda _: None)
    plan, key = planfile.load(study), keyfile.load(study / keyfile.FILE)
    planfile.save(replace(plan, rate=str(_COMMON)), study)
    sources = {name: replace(one, sha256=_told_apart(Path(one.path), name))
               for name, one in key.sources.items()}
    keyfile.save(replace(key, sources=sources), study / keyfile.FILE)
    return float(len(plan.stimuli))


def _told_apart(path: Path, name: str) -> str:
    """Make a file of its own from one that goes by many names, and return its digest.

    A box that players skip makes the difference, so that every clip is encoded as if it were another.
    """
    box = f"free{name}".encode()
    data = path.read_bytes() + (len(box) + 4).to_bytes(4, "big") + box
    path.unlink()
    path.write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def _base(folder: Path, fps: int, seconds: int) -> Path:
    """A clip of a river whose first seconds come again and again; made if it is not there yet."""
    path = folder / f"base_{fps}fps_{seconds}s.mp4"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        job = Job(_PROMPT, 0, float(seconds), float(fps), WIDTH, HEIGHT)
        encode(FrameStream(float(fps), _looped(fps, job.frame_count)), path, job)
    return path


def _looped(fps: int, frames: int) -> Iterator[Frames]:
    scene = Renderer("river", 0, WIDTH, HEIGHT, float(fps))
    loop = np.concatenate(list(scene.blocks(_LOOP_S * fps)))
    for at in range(0, frames, len(loop)):
        yield loop[: frames - at]


def _bare_s(path: Path, fps: int, out: Path) -> float:
    """Processor seconds for decoding and encoding, nothing else."""
    import av

    start = time.process_time()
    with av.open(str(path)) as clip, Film(out, (WIDTH, HEIGHT), _COMMON, settings.QP) as film:
        clip.streams.video[0].thread_type = "NONE"
        for picture in clip.decode(video=0):
            film.show(picture, int(_COMMON / fps))
    return time.process_time() - start


def _cpu_s() -> float:
    """Processor seconds of this process and of workers that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(own.ru_utime + own.ru_stime for own in used)


def main() -> None:
    """Measure the whole, and print one line a figure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.study_export", description=__doc__)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="folder that keeps clips and export "
                                                                    "(4 GB)")
    parser.add_argument("--prompts", type=int, default=24)
    parser.add_argument("--seconds", type=int, default=20)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="steadybench-bench-") as scratch:
        folder = chosen.keep or Path(scratch)
        for name, value in measure(folder, chosen.prompts, chosen.seconds, 6, Progress(print)).items():
            print(f"{name:44s} {value:10.2f}")


if __name__ == "__main__":
    main()

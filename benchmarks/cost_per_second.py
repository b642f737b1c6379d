"""``python -m benchmarks.cost_per_second``: CPU time of each measurement per second of video, for the cards.

One clip is measured with all axes and panels in one pass on one thread. What a measurement's own code takes
is its own cost; decoding, samples, masks, registration, flow and texture bands are shared. The best of the
rounds counts.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import cv2

from benchmarks.clips import FPS, HEIGHT, WIDTH, rendered
from metrics import card_data, panels
from metrics.drift import DriftMeter
from metrics.hardening import HardeningMeter
from metrics.premise import PremiseMeter
from metrics.score import MEASUREMENTS, Scored, Settings, measure
from metrics.stagnation import StagnationMeter

METERS: dict[str, type] = {
    "premise": PremiseMeter,
    "drift": DriftMeter,
    "stagnation": StagnationMeter,
    "hardening": HardeningMeter,
}
SHARED = "decoding, samples, masks, registration, flow, texture bands"


class Clock:
    """CPU seconds by measurement; what one of them calls counts for the one that was called first."""

    def __init__(self) -> None:
        self.own: dict[str, float] = {}
        self._running = False

    def timed(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(work)
        def run(*args: object, **options: object) -> Any:
            if self._running:
                return work(*args, **options)
            self._running, start = True, time.process_time()
            try:
                return work(*args, **options)
            finally:
                self._running = False
                self.own[name] = self.own.get(name, 0.0) + time.process_time() - start

        return run

    @contextmanager
    def watching(self, name: str, owner: type | object, *methods: str) -> Iterator[None]:
        kept = {method: getattr(owner, method) for method in methods}
        for method, work in kept.items():
            setattr(owner, method, self.timed(name, work))
        try:
            yield
        finally:
            for method, work in kept.items():
                setattr(owner, method, work)


def measured(clip: Path, names: tuple[str, ...]) -> tuple[dict[str, float], float, Scored]:
    """Own CPU seconds of each measurement, all CPU seconds, and the numbers."""
    clock = Clock()
    with ExitStack() as stack:
        for name, meter in METERS.items():
            methods = [m for m, f in vars(meter).items() if callable(f) and not m.startswith("_")]
            prepared = ["__post_init__"] if "__post_init__" in vars(meter) else []
            stack.enter_context(clock.watching(name, meter, *prepared, *methods))
        for name in names:
            if name in panels.MODULES:
                stack.enter_context(_watched_panel(clock, name))
        start = time.process_time()
        scored = measure(clip, Settings(measurements=names, panel_flow="dis"))
        return clock.own, time.process_time() - start, scored


@contextmanager
def _watched_panel(clock: Clock, name: str) -> Iterator[None]:
    module = panels.panel(name)
    plain = module.open

    def watched(*args: Any) -> Any:
        opened = clock.timed(name, plain)(*args)
        return _Watched(clock.timed(name, opened.add), clock.timed(name, opened.finish))

    module.open = watched  # type: ignore[method-assign]
    try:
        yield
    finally:
        module.open = plain  # type: ignore[method-assign]


class _Watched:
    def __init__(self, add: Callable[..., Any], finish: Callable[..., Any]) -> None:
        self.add, self.finish = add, finish


def note(scored: Scored, name: str) -> str:
    """What the cost leaves out, because numbers abstained for want of weights or packages."""
    values = next(m for m in scored.measurements if m.identity.measurement == name).values
    absent = [v.metric for v in values if v.status == "abstained"]
    if name in METERS or not absent:
        return ""
    return f"Without {len(absent)} of its {len(values)} numbers, which abstained: {', '.join(absent)}."


def machine() -> str:
    """Processor, versions and how busy it was."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")
    return (
        f"{model or platform.processor() or platform.machine()}, one thread of {os.cpu_count()}, load "
        f"{os.getloadavg()[0]:.1f}, Python {platform.python_version()}, OpenCV {cv2.__version__}"
    )


def main() -> int:
    """Measure and write the data file that the cards read."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cost_per_second", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="length of the clip")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--out", type=Path, default=card_data.FOLDER / card_data.COST)
    chosen = parser.parse_args()
    cv2.setNumThreads(1)
    names = (*MEASUREMENTS, *panels.MODULES)
    with tempfile.TemporaryDirectory(prefix="cost-") as folder:
        clip = rendered(Path(folder), "river", chosen.seconds)
        rounds = [measured(clip, names) for _ in range(chosen.rounds)]
    own, total, scored = min(rounds, key=lambda found: found[1])
    body = {
        "command": "python -m benchmarks.cost_per_second",
        "clip": f"a rendered river, {chosen.seconds:g} s, {WIDTH}x{HEIGHT}, {FPS:g} frames a second",
        "machine": machine(),
        "shared": SHARED,
        "shared_cpu_s_per_video_s": round((total - sum(own.values())) / chosen.seconds, 5),
        "measurements": {
            name: {
                "own_cpu_s_per_video_s": round(own.get(name, 0.0) / chosen.seconds, 5),
                "note": note(scored, name),
            }
            for name in names
        },
    }
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")
    print(chosen.out.read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())

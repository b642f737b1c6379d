"""Made-up studies for exports, figures and comparisons: times and levels are chosen, nothing is measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reports.model import ClipEntry, ReportInput
from tests.reports.made import AXES, Rows, all_held, curve, curves, digest, entry, report_input, results, rows

Late = Mapping[str, float]
HORIZON = 30.0


def clip_of(method: str, prompt: str, seed: int = 0, **changes: Any) -> ClipEntry:
    return entry(f"{method}-{prompt}-{seed}.mp4", method=method, configuration="native", backbone="tiny",
                 prompt_id=prompt, prompt=f"A scene called {prompt}.", seed=seed, horizon_s=HORIZON,
                 facts={"duration_s": HORIZON}, made_s=6.0, device="CPU", **changes)


def study(steady: Mapping[str, Sequence[float]], late: Callable[[str, int], Late] = lambda *_: {},
          degree: Mapping[str, float] | None = None, run: Mapping[str, Any] | None = None, **changes: Any
          ) -> ReportInput:
    """One clip a method and prompt: ``steady`` gives the second of drift of each, the horizon for none.

    ``late`` gives late levels by method and number of the prompt, 0.1 where it does not; ``degree`` VBench's
    dynamic degree by method.
    """
    clips, table, lines = [], Rows(), Rows()
    for method, times in steady.items():
        for i, at in enumerate(times):
            clip = clip_of(method, f"p{i:02}", **changes)
            levels = {"drift": 0.1, "stagnation": 0.1, "hardening": 0.1, **late(method, i)}
            extra: list[dict[str, Any]] = [{"metric": f"{axis}.late", "value": value}
                                           for axis, value in levels.items()]
            if degree:
                extra.append({"metric": "vbench.dynamic_degree", "value": degree[method] + i / 100,
                              "direction": "higher"})
            clips.append(clip)
            table += rows(clip, all_held(HORIZON, **({"drift": at} if at < HORIZON else {})), extra)
            for axis in AXES[1:]:
                lines += curve(clip, f"{axis}.level", [levels[axis] * t / 29 for t in range(30)])
    identities = {digest(axis)[:16]: {"measurement": axis, "version": 1, "mask_source": "early"}
                  for axis in AXES}
    body = {"steadybench": "0.1.0", "packages": {"numpy": "2.4"}, "identities": identities,
            "command": "steadybench run", **(run or {})}
    return report_input(clips, results(table), curves(lines), run=body, title="A study")


def eight(prompts: int = 8) -> ReportInput:
    """Eight methods that lie far apart, with a panel that orders them the other way."""
    names = ("steady-forcing", "self-forcing", "causvid", "rolling-forcing", "longlive", "infinite-forcing",
             "reward-forcing", "causal-forcing")
    steady = {name: [30.0 - 3 * i - p % 2 for p in range(prompts)] for i, name in enumerate(names)}
    steady[names[0]] = [30.0] * prompts
    degree = {name: i / 10 for i, name in enumerate(names)}
    return study(steady, lambda method, p: {"drift": 0.1 * names.index(method) + p / 100,
                                            "stagnation": 0.7 - 0.08 * names.index(method)}, degree)


def three() -> ReportInput:
    """Three methods, for what is the same with eight."""
    return study({"a": [30.0, 20.0, 25.0, 30.0], "b": [12.0, 14.0, 9.0, 11.0], "c": [30.0] * 4},
                 degree={"a": 0.1, "b": 0.5, "c": 0.3})

"""A made-up study of many methods, prompts and seeds, without film. Its numbers describe no generator."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from prompts.loader import load_suite
from reports.model import ClipEntry, QuantityCard, ReportInput
from tests.reports import made

METHODS = ("steady-forcing", "self-forcing", "causvid", "rolling-forcing", "longlive", "infinite-forcing",
           "reward-forcing", "causal-forcing")
HORIZON = 30.0


def study(prompts: int = 8, seeds: int = 1, methods: Sequence[str] = METHODS, *, panel: bool = True,
          skip: Sequence[tuple[str, int, int]] = ()) -> ReportInput:
    """Clips of each method on each prompt and seed; ``skip`` names those that are missing.

    The later a method stands in the list the more it drifts and the more dynamic VBench finds it; the second
    one freezes.
    """
    suite = load_suite("fixed_camera").prompts
    clips, table = [], made.Rows()
    for m, method in enumerate(methods):
        for p in range(prompts):
            for seed in range(seeds):
                if (method, p, seed) not in skip:
                    clip = _clip(method, suite[p].id, suite[p].text, seed, 1.0 + m)
                    clips.append(clip)
                    table += _rows(clip, m, p, seed, panel=panel)
    cards = tuple(QuantityCard(f"vbench.{name}", "0-1", "higher", f"VBench's {name}.", False, False)
                  for name in ("dynamic_degree", "imaging_quality"))
    return dataclasses.replace(made.report_input(clips, made.results(table)), limits=(), quantities=cards)


def _clip(method: str, prompt: str, text: str, seed: int, cost: float) -> ClipEntry:
    return made.entry(f"{method} {prompt} {seed}.mp4", method=method, configuration="native", backbone="tiny",
                      prompt_id=prompt, prompt=text, seed=seed, horizon_s=HORIZON, made_s=cost * HORIZON,
                      device="a test card", facts={"duration_s": HORIZON})


def _rows(clip: ClipEntry, m: int, p: int, seed: int, *, panel: bool) -> made.Rows:
    generator = np.random.default_rng([m, p, seed])
    drift = float(np.clip(0.08 * m + generator.normal(0.05, 0.06), 0, 1))
    frozen = m == 1
    came: dict[str, Any] = {}
    if frozen:
        came["stagnation"] = 6.0 + p % 5
    elif drift >= 0.35:
        came["drift"] = float(round(28 - 40 * (drift - 0.35), 1))
    levels = {"drift": 0.01 if frozen else drift, "stagnation": 0.8 if frozen else 0.05 * generator.random(),
              "hardening": float(np.clip(generator.normal(0.15, 0.08), 0, 0.45))}
    extra: list[dict[str, Any]] = [{"metric": f"{axis}.late", "value": v} for axis, v in levels.items()]
    if panel:
        dynamic = 0.0 if frozen else float(generator.random() < 0.3 + 0.1 * m)
        extra += [{"metric": "vbench.dynamic_degree", "value": dynamic, "direction": "higher"},
                  {"metric": "vbench.imaging_quality", "value": 0.6 + 0.02 * m, "direction": "higher"}]
    return made.rows(clip, made.all_held(HORIZON, **came), extra)

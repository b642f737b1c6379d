"""A run folder as a whole study leaves it: records of made-up numbers, clips that are a few real files.

Every clip has a digest of its own and its own name for one of the files given, so that a report decodes each
of them as if it were another and no disk is filled. The numbers describe no method.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from metrics.types import Curve, Identity, Json, Quantity, Value
from prompts.loader import load_suite
from prompts.types import Prompt
from reports.looks import KNOWN
from steadybench import runinfo, wanted
from steadybench.entries import Entry
from steadybench.measurer import task_axes
from steadybench.records import Record, encode
from steadybench.store import Store

SECONDS, FPS, WIDTH, HEIGHT = 30, 16.0, 832, 480
AXES = ("drift", "stagnation", "hardening")
_SCALE_S = (300.0, 40.0, 25.0, 60.0, 150.0, 100.0, 80.0, 35.0)
"""Typical second at which an axis fails, by method: some can be told apart, half of the clips hold."""


@dataclass(frozen=True)
class Story:
    """What happens in one made-up clip."""

    onsets: Mapping[str, float]
    """Second in which each axis fails, beyond the clip's end where it does not."""
    seed: int

    def level(self, axis: str) -> tuple[float, ...]:
        """Level in each second: low, 0.5 at the onset, high after it."""
        t = np.arange(SECONDS) + 0.5
        steepness = np.clip((self.onsets[axis] - t) / 1.5, -50, 50)
        return tuple(np.round(1 / (1 + np.exp(steepness)), 6).tolist())


def make_run(out: Path, prompts: int, files: Sequence[Path], methods: int = len(KNOWN)) -> None:
    """Write a run of ``methods`` x ``prompts`` clips, one seed; without ``files`` the clips are missing."""
    measurer = task_axes("dis", None)
    identities = {"early": dict(measurer.identities("early"))}
    quantities = tuple(measurer.quantities())
    entries = []
    for place, (method, prompt) in enumerate((m, p) for m in range(methods) for p in _prompts(prompts)):
        entry = _entry(KNOWN[method], prompt, place)
        if files:
            _put(out, entry, files[place % len(files)], prompt)
        entries.append(entry)
        for identity in identities["early"].values():
            _save(out, Record(
                entry.clip_sha256, entry.mask_sha256, identity, facts=_facts(), pixels_sha256="early",
                **_measured(identity, quantities, _story(method, place)),
            ))
    target = wanted.Wanted("Made-up study", tuple(entries), identities, quantities, ("Made-up numbers.",))
    wanted.save(target, out)
    runinfo.save(runinfo.describe(["steadybench", "run"], measurer.settings(), target, [], {}), out)


def _prompts(count: int) -> Iterator[Prompt]:
    suite = load_suite("fixed_camera").prompts
    for i in range(count):
        turn, place = divmod(i, len(suite))
        yield suite[place] if not turn else replace(suite[place], id=f"{suite[place].id}-{turn}")


def _entry(method: str, prompt: Prompt, place: int) -> Entry:
    digest = hashlib.sha256(f"clip {place}".encode()).hexdigest()
    return Entry(
        clip=f"{method}:engine-native (tiny backbone) {prompt.id} seed 0", path=f"clips/{digest}.mp4",
        method=method, backbone="tiny", configuration="engine-native", weights_digest="8" * 64,
        prompt_id=prompt.id, prompt=prompt.text, seed=0, horizon_s=float(SECONDS), fixed_camera=True,
        clip_sha256=digest, notes=(f"The model read another text than the prompt: {prompt.text.lower()}",),
    )


def _put(out: Path, entry: Entry, file: Path, prompt: Prompt) -> None:
    target = out / entry.path
    target.parent.mkdir(parents=True, exist_ok=True)
    os.link(file, target)
    made_from: dict[str, Json] = {
        "encoder": 1, "file_sha256": "", "options": {"backbone": "tiny"},
        "generator": {"adapter_version": 2, "licence": "Apache-2.0", "method": entry.method},
        "job": {"fps": FPS, "height": HEIGHT, "width": WIDTH, "seconds": SECONDS, "seed": 0},
    }
    note: dict[str, Json] = {
        "schema": 2, "file": target.name, "clip_sha256": entry.clip_sha256, "labels": "", "labels_sha256": "",
        "prompt_as_used": prompt.text, "made_from": made_from, "made_s": 100.0, "device": "made-up device",
        "notes": [],
    }
    target.with_suffix(".json").write_text(json.dumps(note), encoding="utf-8")


def _save(out: Path, record: Record) -> None:
    """Write a record as :meth:`Store.save` does, without waiting for the disk each time."""
    path = Store(out, print).path(record.key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(encode(record), encoding="utf-8")


def _facts() -> dict[str, Json]:
    return {"bit_depth": 8, "codec": "h264", "duration_s": float(SECONDS), "fps": FPS, "height": HEIGHT,
            "frames": round(SECONDS * FPS), "width": WIDTH, "pixel_format": "yuv420p"}


def _story(method: int, place: int) -> Story:
    chance = np.random.default_rng([method, place])
    return Story({axis: float(chance.weibull(1.5) * _SCALE_S[method] * 1.5) for axis in AXES}, place)


def _measured(identity: Identity, quantities: Sequence[Quantity], story: Story) -> dict[str, Any]:
    own = [q for q in quantities if q.id.partition(".")[0] == identity.measurement
           or (identity.measurement == "premise" and q.id.startswith("mask."))]
    chance = np.random.default_rng([identity.version, story.seed, len(own)])
    values = tuple(_value(q, story, float(chance.random())) for q in own)
    curves = tuple(_curve(q, story, chance) for q in own if q.curve)
    return {"values": values, "curves": curves}


def _value(quantity: Quantity, story: Story, chance: float) -> Value:
    axis, _, name = quantity.id.partition(".")
    if name == "onset":
        second = story.onsets.get(axis, np.inf)
        came = second < SECONDS
        return Value(quantity.id, round(second, 1) if came else float(SECONDS), "ok" if came else "censored")
    if name in ("late", "late_eroded4", "late_dilated4") and axis in story.onsets:
        return Value(quantity.id, float(np.mean(story.level(axis)[-10:])))
    return Value(quantity.id, chance)


def _curve(quantity: Quantity, story: Story, chance: np.random.Generator) -> Curve:
    axis, _, name = quantity.id.partition(".")
    times = tuple(i + 0.5 for i in range(SECONDS))
    if name == "level":
        return Curve(quantity.id, times, story.level(axis))
    walk = np.abs(np.cumsum(chance.normal(size=SECONDS)))
    return Curve(quantity.id, times, tuple(walk.tolist()))

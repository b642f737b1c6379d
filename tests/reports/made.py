"""Made-up clips and tables. Every number here is test data and describes no generator."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
import pandas as pd
from av.video.frame import VideoFrame

from reports.model import CURVE_COLUMNS, RESULT_COLUMNS, ClipEntry, QuantityCard, ReportInput

Onsets = Mapping[str, "float | tuple[float, str] | str"]
"""Per axis: a second (it came), ("s", "censored") as a pair, or a reason for abstaining."""

Rows = list[dict[str, Any]]

AXES = ("premise", "drift", "stagnation", "hardening")


def write_clip(path: Path, seconds: float = 2.0, fps: int = 16, size: tuple[int, int] = (96, 64), *,
               codec: str = "libx264", pixels: str = "yuv420p", hue: int = 90, faults: int = 0) -> Path:
    """A bright bar that walks over a dark gradient; ``faults`` zeroes that many bytes in the middle."""
    width, height = size
    ground = np.zeros((height, width, 3), np.uint8)
    ground[..., 1] = np.linspace(20, hue, width, dtype=np.uint8)
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=fps)
        stream.width, stream.height, stream.pix_fmt = width, height, pixels
        for i in range(round(seconds * fps)):
            picture = ground.copy()
            picture[:, (i * 3) % width:(i * 3) % width + 8] = (240, 200, 40)
            out.mux(stream.encode(VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode())
    if faults:
        data = bytearray(path.read_bytes())
        data[len(data) // 2:len(data) // 2 + faults] = bytes(faults)
        path.write_bytes(bytes(data))
    return path


def digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def entry(name: str, path: Path | None = None, **changes: Any) -> ClipEntry:
    fields: dict[str, Any] = {
        "clip": name, "clip_sha256": digest(name), "method": "", "backbone": "", "configuration": "",
        "prompt_id": "", "prompt": "", "seed": None, "horizon_s": None, "path": path or Path("gone") / name,
        "notes": (), "facts": {},
    }
    return ClipEntry(**{**fields, **changes})


def rows(clip: ClipEntry, onsets: Onsets, extra: Sequence[Mapping[str, Any]] = (),
         identity: str = "") -> Rows:
    """Result rows of one clip: its onsets, and further ones given by their fields."""
    found: list[dict[str, Any]] = []
    for axis, said in onsets.items():
        row: dict[str, Any] = {"metric": f"{axis}.onset", "unit": "s", "direction": "higher", "status": "ok",
                               "reason": "", "value": None, "identity": identity or digest(axis)[:16]}
        if isinstance(said, tuple):
            row |= {"value": said[0], "status": said[1]} if said[1] == "censored" else {
                "status": said[1], "reason": "it broke"}
        elif isinstance(said, str):
            row |= {"status": "abstained", "reason": said}
        else:
            row["value"] = said
        found.append(row)
    for given in extra:
        axis = str(given["metric"]).partition(".")[0]
        found.append({"unit": "", "direction": "lower", "status": "ok", "reason": "",
                      "identity": identity or digest(axis)[:16], **given})
    shared = {"clip": clip.clip, "method": clip.method, "backbone": clip.backbone,
              "configuration": clip.configuration, "weights_digest": clip.weights_digest,
              "revision": clip.revision, "prompt_id": clip.prompt_id, "seed": clip.seed,
              "horizon_s": clip.horizon_s, "clip_sha256": clip.clip_sha256}
    return [{**shared, **row} for row in found]


def held(seconds: float) -> tuple[float, str]:
    return seconds, "censored"


def all_held(seconds: float, **changes: Any) -> dict[str, Any]:
    return {axis: held(seconds) for axis in AXES} | changes


def results(*parts: Rows) -> pd.DataFrame:
    return pd.DataFrame([row for part in parts for row in part], columns=list(RESULT_COLUMNS))


def curve(clip: ClipEntry, metric: str, values: Sequence[float | None], step: float = 1.0) -> Rows:
    axis = metric.partition(".")[0]
    return [{"clip_sha256": clip.clip_sha256, "metric": metric, "t_s": (i + 0.5) * step, "value": value,
             "identity": digest(axis)[:16]} for i, value in enumerate(values)]


def curves(*parts: Rows) -> pd.DataFrame:
    return pd.DataFrame([row for part in parts for row in part], columns=list(CURVE_COLUMNS))


def report_input(clips: Sequence[ClipEntry], table: pd.DataFrame, lines: pd.DataFrame | None = None,
                 **changes: Any) -> ReportInput:
    fields: dict[str, Any] = {
        "title": "Test report", "results": table, "curves": curves() if lines is None else lines,
        "clips": tuple(clips), "run": {"command": "steadybench score clips --out runs/x", "version": "0.1.0"},
        "quantities": (
            QuantityCard("drift.onset", "s", "higher", "Second from which drift fails.", True, False),
            QuantityCard("drift.late", "", "lower", "Mean level of the late third.", True, False),
            QuantityCard("drift.tone", "CIEDE2000", "lower", "Colour change.", False, True),
        ),
        "limits": ("Only test data.",),
    }
    return ReportInput(**{**fields, **changes})


_LEVEL = ("late", "slope", "worst", "late_eroded4", "late_dilated4")
_PARTS = {
    "premise": ("displacement", "shake"),
    "drift": ("displacement", "layout_loss", "detail_loss", "tone", "structure", "boiling"),
    "stagnation": ("motion", "novelty", "speed", "speed_p90", "floor", "persistence", "active_share"),
    "hardening": ("support_rh", "support_contrast", "medium_rh", "support_chroma", "medium_chroma", "pinned",
                  "sticking"),
}
_SINGLE = {
    "premise": ("pan", "zoom", "roll"),
    "drift": ("worst_start", "redrawn_onset", "lost_share"),
    "stagnation": ("worst_start", "frozen_share", "replay_onset", "replay_lag"),
    "hardening": ("worst_start",),
}
REAL_CURVES = (*(f"{axis}.level" for axis in AXES[1:]),
               *(f"{axis}.{name}" for axis, names in _PARTS.items() for name in names))
"""The curves that the task axes keep."""


def real_values(seed: int) -> Rows:
    """Rows of the shape that the task axes give, onsets left out, with made-up digits."""
    areas = {"support": 0.46, "medium": 0.47, "overlay": 0.0}
    found = [{"metric": f"mask.{name}_area", "value": value, "direction": "none"}
             for name, value in areas.items()]
    names = [f"{axis}.{name}" for axis in AXES[1:] for name in _LEVEL]
    names += [f"{axis}.{name}" for part in (_PARTS, _SINGLE) for axis, of in part.items() for name in of]
    return found + [{"metric": name, "value": 0.1234567891234 + (seed + i) % 7 / 10}
                    for i, name in enumerate(names)]


STORIES: Mapping[str, Onsets] = {
    "holds.mp4": {},
    "drifts.mp4": {"drift": 1.25},
    "freezes.mp4": {"stagnation": 1.5},
    "pans.mp4": {"premise": 0.5},
    "bare.mp4": {"drift": "too little still ground"},
}


def story_report(folder: Path, seconds: float = 3.0, *, methods: bool = True) -> ReportInput:
    """A small whole report: clips that hold, drift, freeze, move and abstain, on film."""
    clips, table, lines = [], Rows(), Rows()
    for i, (name, came) in enumerate(STORIES.items()):
        path = write_clip(folder / name, seconds, hue=60 + 20 * i)
        sha = hashlib.sha256(path.read_bytes()).hexdigest()
        named = {"method": "one" if i % 2 else "two", "prompt_id": f"p{i // 2}", "seed": i} if methods else {}
        clip = entry(name, path, clip_sha256=sha, prompt=f"A river, take {i}.", **named)
        late = [{"metric": f"{axis}.late", "value": 0.05 + 0.1 * i} for axis in AXES[1:]]
        late += [{"metric": "drift.tone", "value": 3.16e-06},
                 {"metric": "drift.boiling", "value": None, "status": "abstained",
                  "reason": "nothing to see"}]
        clips.append(clip)
        table += rows(clip, all_held(seconds, **came), late)
        for axis in AXES[1:]:
            lines += curve(clip, f"{axis}.level", [0.02, 0.1 + 0.1 * i, 0.2 + 0.15 * i])
        lines += curve(clip, "drift.tone", [0.0, 2.0, 4.0])
    return report_input(clips, results(table), curves(lines))


def scene_report(folder: Path, lengths: Sequence[float] = (3.0, 2.0, 1.5),
                 rates: Sequence[int] = (16, 24, 30), seeds: Sequence[int] = (0,),
                 prompts: Sequence[str] = ("river",)) -> ReportInput:
    """Methods of different lengths and frame rates on the same prompts; the second one fails halfway."""
    clips, table, lines = [], Rows(), Rows()
    for i, (seconds, fps) in enumerate(zip(lengths, rates, strict=True)):
        for prompt in prompts:
            for seed in seeds:
                name = f"method-{i} {prompt} {seed}"
                hue = 60 + 20 * i + seed + 3 * prompts.index(prompt)
                path = write_clip(folder / f"{digest(name)[:8]}.mp4", seconds, fps, hue=hue)
                sha = hashlib.sha256(path.read_bytes()).hexdigest()
                clip = entry(name, path, clip_sha256=sha, method=f"method-{i}", backbone="wan",
                             prompt_id=prompt, prompt=f"A {prompt}.", seed=seed)
                clips.append(clip)
                came = {"drift": seconds / 2} if i == 1 else {}
                late = [{"metric": f"{axis}.late", "value": 0.1 * (i + 1)} for axis in AXES[1:]]
                late += [{"metric": "drift.tone", "value": 1.5}]
                table += rows(clip, all_held(seconds, **came), late)
                bins = max(1, round(seconds))
                for axis in AXES[1:]:
                    lines += curve(clip, f"{axis}.level", [min(1.0, 0.2 * (k + i)) for k in range(bins)])
                lines += curve(clip, "premise.displacement", [0.1 * k for k in range(bins)])
                lines += curve(clip, "drift.tone", [float(k) if k != 1 else None for k in range(bins)])
    return report_input(clips, results(table), curves(lines))

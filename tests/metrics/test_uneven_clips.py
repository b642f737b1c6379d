"""Clips of awkward sizes and uneven timing: each is measured or abstains; none breaks, none is flattered."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from generators.procedural.renderer import Renderer
from metrics.score import Scored, Settings, measure
from metrics.types import Value
from tests.odd_clips import write_clip

_HOLD_MS = 12_000


def _scene(width: int, height: int, frames: int) -> list[np.ndarray]:
    scene = Renderer("river", 3, width, height, 16)
    return [scene.frame(k) for k in range(frames)]


def _clip(folder: Path, pictures: Sequence[np.ndarray], times_ms: Sequence[int]) -> Scored:
    path = write_clip(folder / "clip.mkv", pictures, times_ms=times_ms, options={"crf": "12"})
    return measure(path, Settings())


def _value(scored: Scored, metric: str) -> Value:
    return next(v for m in scored.measurements for v in m.values if v.metric == metric)


@pytest.mark.parametrize(("width", "height"), [(480, 478), (640, 360), (854, 480), (150, 122)])
def test_any_size_is_measured(tmp_path: Path, width: int, height: int) -> None:
    rng = np.random.default_rng(1)
    still = rng.integers(0, 256, (height, width, 3), np.uint8)
    pictures = [still.copy() for _ in range(64)]
    for k, picture in enumerate(pictures):
        picture[height // 2 :] = np.roll(still[height // 2 :], 3 * k, axis=1)

    scored = _clip(tmp_path, pictures, [k * 1000 // 16 for k in range(64)])

    assert _value(scored, "hardening.onset").status in ("ok", "censored")


def test_a_picture_held_on_screen_is_a_still(tmp_path: Path) -> None:
    """Six seconds of river, then one frame for twelve seconds: duplicates that were dropped still count."""
    pictures = _scene(208, 120, 104)
    times = [k * 1000 // 16 for k in range(96)] + [6000 + _HOLD_MS + k * 1000 // 16 for k in range(8)]

    scored = _clip(tmp_path, pictures, times)

    onset = _value(scored, "stagnation.onset")
    assert onset.status == "ok" and onset.value is not None and 5 <= onset.value <= 8


def test_an_empty_start_abstains(tmp_path: Path) -> None:
    """Frames come before 0.4 s and after 3 s only: there is nothing to take a reference from."""
    pictures = _scene(208, 120, 60)
    times = [k * 40 for k in range(10)] + [3100 + k * 62 for k in range(50)]

    scored = _clip(tmp_path, pictures, times)

    for axis in ("premise", "drift", "stagnation", "hardening"):
        onset = _value(scored, f"{axis}.onset")
        assert onset.status == "abstained" and "reference" in onset.reason


def test_irregular_times_never_give_a_number_that_is_none(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    times = np.concatenate([np.arange(0, 3500, 62), 3500 + np.cumsum(rng.integers(40, 480, 30))])

    scored = _clip(tmp_path, _scene(208, 120, len(times)), [int(t) for t in times])

    values = [v.value for m in scored.measurements for v in m.values if v.value is not None]
    assert values and np.isfinite(values).all()

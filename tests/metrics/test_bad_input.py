"""Masks and clips that cannot be measured: refused, or abstaining with a reason, and never looking good."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from metrics.masks import MaskSource
from metrics.score import MEASUREMENTS, Scored, Settings, measure, quantities
from tests.odd_clips import write_clip
from tests.scenes import every, value

WIDTH, HEIGHT, FPS = 160, 96, 8
SHAPE = (HEIGHT, WIDTH)
HALF = np.ones(SHAPE, np.uint8)
HALF[HEIGHT // 2 :] = 2
MASKS: Mapping[str, NDArray[np.uint8] | None] = {
    "early": None,
    "half": HALF,
    "all support": np.full(SHAPE, 1, np.uint8),
    "all medium": np.full(SHAPE, 2, np.uint8),
    "all overlay": np.full(SHAPE, 3, np.uint8),
    "empty": np.zeros(SHAPE, np.uint8),
}


def pictures(kind: str, seconds: float) -> list[NDArray[np.uint8]]:
    rng = np.random.default_rng(1)
    count = round(seconds * FPS)
    if kind == "noise":
        return [rng.integers(0, 256, (*SHAPE, 3), np.uint8) for _ in range(count)]
    return [np.full((*SHAPE, 3), {"black": 0, "white": 255}[kind], np.uint8)] * count


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("bad")
    return {
        kind: write_clip(folder / f"{kind}.mp4", pictures(kind, 5.0), fps=FPS)
        for kind in ("black", "white", "noise")
    }


@cache
def scored(clip: Path, mask: str) -> Scored:
    labels = MASKS[mask]
    source: MaskSource = "early" if labels is None else "annotated"
    return measure(clip, Settings(), labels, source)


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("kind", ["black", "white", "noise"])
def test_everything_has_a_number_in_its_range_or_a_reason(
    kind: str, mask: str, clips: dict[str, Path]
) -> None:
    declared = {q.id: q for q in quantities(MEASUREMENTS)}
    found = {v.metric: v for v in every(scored(clips[kind], mask))}
    assert set(found) == {metric for metric in declared if not metric.endswith(".level")}
    for metric, one in found.items():
        if one.value is None:
            assert one.status == "abstained" and len(one.reason) > 10, one
            continue
        low, high = declared[metric].range or (None, None)
        assert math.isfinite(one.value)
        assert (low is None or one.value >= low) and (high is None or one.value <= high), one


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("kind", ["black", "white"])
def test_a_picture_that_shows_nothing_holds_nothing(kind: str, mask: str, clips: dict[str, Path]) -> None:
    """Whatever the mask says, such a clip is not called steady."""
    found = scored(clips[kind], mask)
    for axis in MEASUREMENTS:
        onset = value(found, f"{axis}.onset")
        assert onset.status == "abstained" or (onset.status == "ok" and onset.value == 0), onset


@pytest.mark.parametrize("mask", MASKS)
def test_noise_is_no_still_scene(mask: str, clips: dict[str, Path]) -> None:
    found = scored(clips["noise"], mask)
    assert value(found, "premise.onset").status in ("abstained", "ok")
    late = value(found, "drift.late")
    assert late.value is None or late.value >= 0.5


@pytest.mark.parametrize("seconds", [1.0, 2.9, 3.25])
def test_a_clip_shorter_than_the_reference_needs_abstains_in_everything(
    seconds: float, tmp_path: Path
) -> None:
    clip = write_clip(tmp_path / "short.mp4", pictures("noise", seconds), fps=FPS)
    for mask in ("early", "half"):
        found = list(every(scored(clip, mask)))
        assert {v.status for v in found} == {"abstained"}
        assert all("3.5 s" in v.reason for v in found)


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        (255 * (HALF == 1).astype(np.uint8), r"0 ignore, 1 support.*values \[255\]"),
        (HALF == 1, r"uint8 \(h, w\).*bool"),
        (HALF.astype(np.int64), "int64"),
        (HALF.astype(np.float32), "float32"),
        (np.repeat(HALF[..., None], 3, axis=2), r"shape \(96, 160, 3\)"),
    ],
)
def test_labels_that_are_no_roles_are_refused(
    labels: NDArray[np.uint8], told: str, clips: dict[str, Path]
) -> None:
    with pytest.raises(ValueError, match=told):
        measure(clips["black"], Settings(), labels, "annotated")


def test_a_mask_of_one_pixel_is_no_region(clips: dict[str, Path]) -> None:
    labels = np.zeros(SHAPE, np.uint8)
    labels[3, 5], labels[40, 60] = 1, 2
    found = measure(clips["noise"], Settings(), labels, "annotated")
    assert all(value(found, f"{axis}.onset").status == "abstained" for axis in MEASUREMENTS)

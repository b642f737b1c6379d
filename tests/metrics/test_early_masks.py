"""Masks from the first seconds: blind to the rest, and right about scenes whose truth is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from metrics.early_masks import early_masks
from metrics.masks import Masks, masks_from_labels
from metrics.sampling import Sample
from tests.scenes import Scene, labels_of, pictures

Mask = NDArray[np.bool_]
SEEN_S = 3.25
MEDIA = ("river", "waterfall", "surf", "fire", "smoke", "clouds", "rain", "snow", "steam")
PRECIPITATION = ("rain", "snow")
AGREES = {"snow": 0.5, "rain": 0.7}
"""Sparse flakes in front of a plain sky cannot be told from a still sky within three seconds."""
WIDTH, HEIGHT = 320, 180


def _samples(scene: Scene) -> Iterator[Sample]:
    for index, picture in enumerate(pictures(scene)):
        luma = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
        yield Sample(index / scene.fps, luma, luma, None)


@cache
def start(medium: str) -> list[Sample]:
    """Samples of the first seconds, as rendered."""
    return list(_samples(Scene(medium, seconds=SEEN_S, width=WIDTH, height=HEIGHT)))


@cache
def found(medium: str) -> Masks:
    return early_masks(start(medium))


def truth(medium: str) -> Masks:
    return masks_from_labels(labels_of(Scene(medium, width=WIDTH, height=HEIGHT)), "truth", (HEIGHT, WIDTH))


def overlap(a: Mask, b: Mask) -> float:
    """Intersection over union."""
    return float((a & b).sum()) / float((a | b).sum())


@pytest.mark.parametrize("medium", MEDIA)
def test_the_mask_agrees_with_the_truth(medium: str) -> None:
    """Where the truth is decided: support and medium overlap it and are hardly ever taken for each other."""
    early, exact = found(medium), truth(medium)
    decided = exact.labels != 0
    inner = early.regions()[""]
    assert overlap(early.support & decided, exact.support) > AGREES.get(medium, 0.85)
    assert overlap(early.medium & decided, exact.medium) > AGREES.get(medium, 0.75)
    assert float((exact.medium & ~exact.support)[inner.support].mean()) < 1 - AGREES.get(medium, 0.9)
    assert float((exact.support & ~exact.medium)[inner.medium].mean()) < 0.05


@pytest.mark.parametrize("medium", MEDIA)
def test_only_precipitation_is_overlay(medium: str) -> None:
    assert found(medium).has_overlay == (medium in PRECIPITATION)


def with_other_end(samples: Sequence[Sample], seed: int) -> list[Sample]:
    """The same start, and noise from second 3 on."""
    rng = np.random.default_rng(seed)
    end = [
        replace(samples[-1], t_s=3 + i / 8, work=rng.integers(0, 256, samples[0].work.shape, np.uint8))
        for i in range(16)
    ]
    return [*(s for s in samples if s.t_s < 3), *end]


@pytest.mark.parametrize("medium", ["river", "rain"])
def test_the_mask_is_blind_to_everything_after_three_seconds(medium: str) -> None:
    masks = [early_masks(with_other_end(start(medium), seed)) for seed in (1, 2)]
    assert np.array_equal(masks[0].labels, found(medium).labels)
    assert np.array_equal(masks[1].labels, found(medium).labels)


def test_the_mask_is_not_blind_to_the_seconds_before() -> None:
    samples = start("river")
    changed = [replace(s, work=np.flip(s.work).copy()) if 1 < s.t_s < 2 else s for s in samples]
    assert not np.array_equal(early_masks(changed).labels, found("river").labels)


def test_the_source_is_named() -> None:
    assert found("river").source == "early"


def test_a_still_has_no_medium() -> None:
    still = [replace(s, work=start("river")[0].work) for s in start("river")]
    masks = early_masks(still)
    assert not masks.medium.any()
    assert masks.support.mean() > 0.9


def test_a_slow_reframing_of_a_still_has_hardly_any_medium() -> None:
    wide = cv2.resize(start("river")[0].work, (360, 220)).astype(np.uint8)
    panned = [replace(s, work=wide[20:200, 10 + i // 2 : 330 + i // 2]) for i, s in enumerate(start("river"))]
    masks = early_masks(panned)
    assert masks.medium.mean() < 0.05
    assert masks.support.mean() > 0.8


def test_flicker_of_the_whole_picture_is_no_motion() -> None:
    flickering = [
        replace(s, work=np.clip(start("river")[0].work * (1.0 + 0.04 * (i % 2)), 0, 255).astype(np.uint8))
        for i, s in enumerate(start("river"))
    ]
    assert early_masks(flickering).medium.mean() < 0.05


def test_too_short_a_start_says_what_is_missing() -> None:
    with pytest.raises(ValueError, match=r"0\.5 to 3\.0 s; 2 found"):
        early_masks([s for s in start("river") if s.t_s < 0.7])

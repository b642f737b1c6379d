"""Every corruption does what it says, where it says, and nothing before it begins."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from metrics.validation.clean import Clean
from metrics.validation.corruptions import CORRUPTIONS, Corruption, named
from metrics.validation.footage import Footage, from_frames

SECONDS, FPS, SHAPE = 12.0, 16.0, (96, 160)
FROM_START = ("recompression", "sensor_noise", "resize", "frame_rate", "decoder")


def footage() -> Footage:
    rng = np.random.default_rng(3)
    still = cv2.GaussianBlur(rng.uniform(0, 255, (*SHAPE, 3)).astype(np.float32), (0, 0), 2)
    still = np.clip((still - still.mean()) * 3 + 120, 0, 255)
    moving = cv2.GaussianBlur(rng.uniform(0, 255, (SHAPE[0], 800, 3)).astype(np.float32), (0, 0), 2)
    moving = np.clip((moving - moving.mean()) * 3 + 120, 0, 255)
    frames = np.repeat(still[None].astype(np.uint8), int(SECONDS * FPS), axis=0)
    for k, frame in enumerate(frames):
        frame[48:] = moving[48:, 2 * k : 2 * k + 160]
    return from_frames(frames, FPS)


LABELS = np.where(np.arange(96)[:, None] < 48, 1, 2) * np.ones((1, 160), np.uint8)
CLEAN = Clean(footage(), LABELS.astype(np.uint8), 1)
UPPER, LOWER = slice(0, 42), slice(54, 96)


def change(footage: Footage, rows: slice) -> float:
    clean = CLEAN.footage.sampled().frames[:, rows].astype(float)
    return float(np.abs(footage.frames[:, rows].astype(float) - clean)[-16:].mean())


@pytest.mark.parametrize("item", CORRUPTIONS, ids=lambda item: item.id)
def test_nothing_happens_before_it_begins_and_something_after(item: Corruption) -> None:
    spoiled, labels = item.spoiled(CLEAN, item.severities[-1])
    clean = CLEAN.footage.sampled()
    assert spoiled.frames.shape == clean.frames.shape and np.array_equal(spoiled.t_s, clean.t_s)
    if item.relabel is not None:
        assert labels is not None and not np.array_equal(labels, LABELS)
        return
    assert labels is None
    before = clean.t_s < CLEAN.start_s - 1e-6
    if item.id not in FROM_START:
        assert np.array_equal(spoiled.frames[before], clean.frames[before])
    assert change(spoiled, slice(None)) > 0.05


@pytest.mark.parametrize("name", ["boiling", "redraw"])
def test_support_alone(name: str) -> None:
    spoiled, _ = named(name).spoiled(CLEAN, named(name).severities[-1])
    assert change(spoiled, UPPER) > 1 and change(spoiled, LOWER) == 0


@pytest.mark.parametrize(
    "name",
    ["attenuation", "slowing", "freeze", "replay", "pingpong", "backward", "sharpening_medium", "sticking"],
)
def test_medium_alone(name: str) -> None:
    spoiled, _ = named(name).spoiled(CLEAN, named(name).severities[-1])
    assert change(spoiled, LOWER) > 1 and change(spoiled, UPPER) == 0


IN_TIME = ("slowing", "freeze", "freeze_all", "replay", "pingpong", "frame_rate", "resize")
"""How far a frame is from its own does not grow with these; they have tests of their own or none of size."""
IN_SIZE = [c for c in CORRUPTIONS if len(c.severities) > 1 and c.apply and c.id not in IN_TIME]


@pytest.mark.parametrize("item", IN_SIZE, ids=lambda c: c.id)
def test_stronger_is_further_away(item: Corruption) -> None:
    amounts = [
        change(item.spoiled(CLEAN, s)[0], slice(None)) for s in (item.severities[0], item.severities[-1])
    ]
    assert amounts[0] < amounts[1]


def test_translation_moves_by_what_it_says() -> None:
    spoiled, _ = named("translation").spoiled(CLEAN, 4.0)
    shift = 0.04 * np.hypot(*SHAPE)
    a, b = (
        cv2.cvtColor(f[:40], cv2.COLOR_RGB2GRAY).astype(np.float32)
        for f in (CLEAN.footage.frames[-1], spoiled.frames[-1])
    )
    found, _ = cv2.phaseCorrelate(a, b, cv2.createHanningWindow(a.shape[::-1], cv2.CV_32F))
    assert found == pytest.approx((0.8 * shift, 0.6 * shift), abs=0.7)


def test_a_later_freeze_leaves_more_and_slowing_never_stops_wholly() -> None:
    lower = {s: named("freeze").spoiled(CLEAN, s)[0].frames[:, LOWER] for s in (0.35, 1.0)}
    held = {s: sum(np.array_equal(f, frames[-1]) for f in frames) for s, frames in lower.items()}
    assert held[0.35] < held[1.0]
    slow = named("slowing").spoiled(CLEAN, 0.95)[0].frames[:, LOWER]
    assert not np.array_equal(slow[-1], slow[40])


def test_a_loop_repeats_exactly_and_a_reversal_shows_all_frames_once() -> None:
    replay = named("replay").apply
    backward = named("backward").apply
    assert replay and backward
    loop = replay(CLEAN, 1.0).frames[:, LOWER]
    start = CLEAN.at(CLEAN.start_s)
    assert np.array_equal(loop[start + 4], loop[start + 20])
    turned: NDArray[np.uint8] = backward(CLEAN, 1.0).frames[:, LOWER]
    assert np.array_equal(turned[start + 10], CLEAN.footage.frames[-11, LOWER])


def test_severities_and_names_are_told_apart() -> None:
    assert len({item.id for item in CORRUPTIONS}) == len(CORRUPTIONS)
    for item in CORRUPTIONS:
        assert len(item.severities) >= 4 or item.id in ("backward", "decoder")
        assert len(set(item.severities)) == len(item.severities)
    with pytest.raises(KeyError):
        named("nonsense")

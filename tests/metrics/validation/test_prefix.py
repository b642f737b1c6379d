"""Measuring on from a shared beginning gives the very numbers that measuring the whole clip gives."""

from __future__ import annotations

import numpy as np
import pytest

from metrics.validation.footage import Footage, from_frames, measure_footage
from metrics.validation.prefix import Prefix

RATE = 8.0


@pytest.fixture(scope="module")
def clean() -> Footage:
    """Six seconds of textured ground with a patch of moving texture."""
    rng = np.random.default_rng(7)
    ground = np.kron(rng.integers(40, 200, (24, 32)), np.ones((4, 4))).astype(np.uint8)
    frames = []
    for k in range(48):
        picture = ground.copy()
        picture[30:70, 40:90] = np.roll(ground, 3 * k, axis=1)[20:60, 10:60]
        frames.append(np.repeat(picture[..., None], 3, axis=2))
    return from_frames(np.stack(frames), RATE)


def test_the_same_numbers_from_a_shared_beginning(clean: Footage) -> None:
    prefix = Prefix(clean, 3.5)
    frames = clean.frames.copy()
    frames[30:] = frames[29]
    frozen = from_frames(frames, RATE)
    first = prefix.measure(frozen)
    assert repr(first) == repr(measure_footage(frozen))
    assert repr(first) != repr(measure_footage(clean))
    assert repr(prefix.measure(clean)) == repr(measure_footage(clean)), "one measurement left traces"


def test_a_clip_that_begins_otherwise_is_measured_whole(clean: Footage) -> None:
    darker = from_frames((clean.frames * 0.8).astype(np.uint8), RATE)
    assert repr(Prefix(clean, 3.5).measure(darker)) == repr(measure_footage(darker))

"""Which frames are looked at: one clock in seconds for every clip, whatever its frame rate and size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from metrics.clip import Frame

RATE_HZ = 8.0
"""Samples a second: the first frame at or after each eighth of a second."""
HOLD_S = 0.5
"""A gap between frames above this is a picture held on screen, not a low frame rate."""
FINE_SIDE = 480
"""Short side, in pixels, of the picture that fine texture is measured on; larger clips are averaged down."""
WORK_SIDE = 240
"""Short side of the picture that motion and registration are measured on."""
COARSE_SIDE = 120
"""Short side of the picture that colour and coarse motion are measured on."""

Luma = NDArray[np.uint8]
Rgb = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Sample:
    """One sampled moment of a clip at the sizes that the measurements share."""

    t_s: float
    fine: Luma
    """uint8 (h, w), short side at most :data:`FINE_SIDE`, gamma-encoded, 0-255."""
    work: Luma
    """uint8 (h, w), short side at most :data:`WORK_SIDE`."""
    rgb: Rgb | None
    """uint8 (h, w, 3) sRGB, short side at most :data:`COARSE_SIDE`; every second sample."""
    held: bool = False
    """True where no new frame came and the one before is still on screen."""


def shrink(picture: NDArray[np.uint8], short_side: int) -> NDArray[np.uint8]:
    """Average a picture down to a short side; smaller pictures are returned as they are, never enlarged."""
    height, width = picture.shape[:2]
    ratio = short_side / min(height, width)
    if ratio >= 1:
        return picture
    size = (max(1, round(width * ratio)), max(1, round(height * ratio)))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def samples(frames: Iterable[Frame]) -> Iterator[Sample]:
    """Yield the sampled moments of a clip's frames, in order; those between them cost their decoding only.

    A picture that stays on screen for longer than :data:`HOLD_S` is yielded again until the next one comes: a
    viewer sees a still, so a still is measured.
    """
    due = 0
    count = 0
    last: Sample | None = None
    for frame in frames:
        # Presentation times are fractions such as 1/16 s; the tolerance keeps rounding from skipping one.
        if frame.t_s * RATE_HZ + 1e-6 < due:
            continue
        if last is not None and frame.t_s - last.t_s > HOLD_S:
            yield from _held(last, frame.t_s)
        due = int(frame.t_s * RATE_HZ + 1e-6) + 1
        last = _sample(frame, with_rgb=count % 2 == 0)
        yield last
        count += 1


def _held(sample: Sample, until_s: float) -> Iterator[Sample]:
    tick = int(sample.t_s * RATE_HZ + 1e-6) + 1
    while tick / RATE_HZ < until_s - 1e-6:
        yield replace(sample, t_s=tick / RATE_HZ, held=True)
        tick += 1


def _sample(frame: Frame, *, with_rgb: bool) -> Sample:
    fine = frame.luma()
    rgb = frame.rgb(COARSE_SIDE) if with_rgb else None
    return Sample(frame.t_s, fine, shrink(fine, WORK_SIDE), rgb)

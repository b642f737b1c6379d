"""Clips in memory: read once, corrupted in many ways, measured without being written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from metrics import sampling
from metrics.clip import ClipReader
from metrics.curves import Bins
from metrics.early_masks import early_masks
from metrics.flow_backends import make_flow
from metrics.head import MIN_DURATION_S, head_of, too_little
from metrics.masks import Labels, MaskSource
from metrics.sampling import Sample
from metrics.session import Result, Session

Frames = NDArray[np.uint8]
"""uint8 (n, h, w, 3), sRGB."""


@dataclass(frozen=True, slots=True)
class Footage:
    """A clip in memory."""

    frames: Frames
    t_s: NDArray[np.float64]
    """Time of each frame, seconds from the first, float64 (n,), increasing."""
    duration_s: float

    @property
    def size(self) -> tuple[int, int]:
        """(height, width)."""
        return int(self.frames.shape[1]), int(self.frames.shape[2])

    def sampled(self) -> Footage:
        """Only the frames that measuring looks at: the first at or after each eighth of a second."""
        keep, due = [], 0
        for index, t_s in enumerate(self.t_s):
            tick = t_s * sampling.RATE_HZ + 1e-6
            if tick >= due:
                keep.append(index)
                due = int(tick) + 1
        return Footage(self.frames[keep], self.t_s[keep], self.duration_s)


def from_frames(frames: Frames, fps: float) -> Footage:
    """Footage at a constant rate."""
    count = len(frames)
    return Footage(frames, np.arange(count) / fps, count / fps)


def read_footage(path: Path, short_side: int = sampling.FINE_SIDE, longest_s: float = 20.0) -> Footage:
    """Read a clip into memory, brought down to a short side, at most its first ``longest_s`` seconds.

    Raises:
        ClipError: the clip cannot be read.

    """
    frames, times = [], []
    with ClipReader(path, max_short_side=short_side) as reader:
        for frame in reader:
            if frame.t_s >= longest_s:
                continue
            frames.append(frame.rgb(short_side))
            times.append(frame.t_s)
        interval = reader.facts.duration_s / reader.facts.frames
        duration_s = min(longest_s, reader.facts.duration_s)
    return Footage(np.stack(frames), np.array(times), min(duration_s, times[-1] + interval))


def samples_of(footage: Footage) -> Iterator[Sample]:
    """The samples that measuring a written clip of these frames would see, but for the codec."""
    sampled = footage.sampled()
    for count, (t_s, rgb) in enumerate(zip(sampled.t_s, sampled.frames, strict=True)):
        grey = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
        fine = sampling.shrink(grey, sampling.FINE_SIDE)
        colour = sampling.shrink(rgb, sampling.COARSE_SIDE) if count % 2 == 0 else None
        yield Sample(float(t_s), fine, sampling.shrink(fine, sampling.WORK_SIDE), colour)


def measure_footage(
    footage: Footage, labels: Labels | None = None, source: MaskSource = "early"
) -> dict[str, Result]:
    """Measure the task axes of a clip in memory.

    Args:
        footage: the clip.
        labels: role map, uint8 (h, w) of the footage's size, or None for an ``early`` mask.
        source: where the labels come from.

    Returns:
        Values, curves and notes by axis.

    Raises:
        ValueError: the clip is too short or too small to be measured; the message says how.

    """
    stream = samples_of(footage)
    head = head_of(stream)
    reason = too_little(head)
    if not reason and footage.duration_s < MIN_DURATION_S:
        reason = f"the clip lasts {footage.duration_s:.2f} s; at least {MIN_DURATION_S} s are needed"
    if reason:
        raise ValueError(reason)
    session = Session(head, labels, source, make_flow("dis", preset="fast"))
    for sample in chain(head, stream):
        session.add(sample)
    return session.finish(Bins(footage.duration_s))


def estimated_labels(footage: Footage) -> Labels:
    """The ``early`` mask of a clip at its own size, uint8 (h, w).

    Raises:
        ValueError: the clip is too short for one.

    """
    head = head_of(samples_of(footage))
    if reason := too_little(head):
        raise ValueError(reason)
    height, width = footage.size
    labels = early_masks(head).labels
    return np.asarray(cv2.resize(labels, (width, height), interpolation=cv2.INTER_NEAREST), dtype=np.uint8)

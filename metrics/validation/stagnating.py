"""What a stagnating medium does: it fades to a still, slows down, stops, repeats itself, runs backwards."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from metrics.validation.clean import Clean, blend, noisy
from metrics.validation.footage import Footage


def attenuate(clean: Clean, severity: float) -> Footage:
    """Blend the medium toward its frame at the start, ``severity`` of the way."""
    still = clean.footage.frames[clean.at(clean.start_s)]
    frames = [
        blend(frame, still, clean.medium * np.float32(severity * amount))
        for amount, frame in zip(clean.ramp, clean.footage.frames, strict=True)
    ]
    return clean.with_frames(np.stack(frames))


def slow(clean: Clean, severity: float) -> Footage:
    """Let the medium's clock lose ``severity`` of its speed."""
    t_s = clean.footage.t_s
    steps = np.diff(t_s, prepend=t_s[0])
    return _medium_from(clean, np.cumsum(steps * (1 - severity * clean.ramp)) + t_s[0])


def freeze(clean: Clean, severity: float) -> Footage:
    """Hold the medium for the last ``severity`` of the time from the start of corruptions to the end."""
    return _medium_from(clean, np.minimum(clean.footage.t_s, _from_s(clean, severity)))


def freeze_all(clean: Clean, severity: float) -> Footage:
    """Hold the whole picture likewise, under sensor noise of one code value."""
    frames = clean.footage.frames
    held = clean.at(_from_s(clean, severity))
    rng = np.random.default_rng(clean.seed)
    still = [noisy(frames[held], 1.0, rng) for _ in frames[held + 1 :]]
    return clean.with_frames(np.stack([*frames[: held + 1], *still]))


def replay(clean: Clean, period_s: float) -> Footage:
    """Repeat the medium's last ``period_s`` before the start for ever."""
    period_s = min(period_s, clean.start_s)
    past = clean.footage.t_s - clean.start_s
    return _medium_from(clean, np.where(past < 0, past, past % period_s - period_s) + clean.start_s)


def pingpong(clean: Clean, period_s: float) -> Footage:
    """Play the medium's last ``period_s / 2`` before the start backward and forward for ever."""
    half_s = min(period_s / 2, clean.start_s)
    past = clean.footage.t_s - clean.start_s
    swing = np.abs((past + half_s) % (2 * half_s) - half_s)
    return _medium_from(clean, np.where(past < 0, past, swing - half_s) + clean.start_s)


def backward(clean: Clean, severity: float) -> Footage:  # noqa: ARG001
    """Play what comes after the start from the end: all new, at the same speed, the wrong way."""
    t_s, last = clean.footage.t_s, float(clean.footage.t_s[-1])
    return _medium_from(clean, np.where(t_s < clean.start_s, t_s, last + clean.start_s - t_s))


def _from_s(clean: Clean, severity: float) -> float:
    return clean.footage.duration_s - severity * (clean.footage.duration_s - clean.start_s)


def _medium_from(clean: Clean, source_s: NDArray[np.float64]) -> Footage:
    """The medium as it was at other moments, the support untouched."""
    frames = clean.footage.frames
    sources = [clean.at(float(t)) for t in source_s]
    moved = [
        frame if source == index else blend(frame, frames[source], clean.medium)
        for index, (source, frame) in enumerate(zip(sources, frames, strict=True))
    ]
    return clean.with_frames(np.stack(moved))

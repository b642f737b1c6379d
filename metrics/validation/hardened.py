"""What hardening does: texture gains edges, contrast or colour, is lost, or sticks to the pixel grid."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from metrics.validation.clean import Clean, Plane, blend
from metrics.validation.footage import Footage

_SHARPEN_SIGMA = 1.0
"""px of the clip itself: over-sharpening lives on the generator's own grid."""
_PIN_SIGMA = 1 / 120
"""Detail below 2 px at 240 lines, of the picture's short side."""
_LOCAL = 1 / 48
"""Scale of local contrast, of the picture's short side."""

Change = Callable[[Plane, float], Plane]


def sharpen(clean: Clean, severity: float) -> Footage:
    """Unsharp mask (sigma 1 px) of gain ``severity`` over the whole picture."""
    return _changed(clean, lambda frame, a: _unsharp(frame, a * severity))


def sharpen_medium(clean: Clean, severity: float) -> Footage:
    """The same in everything but the support."""
    elsewhere = np.maximum(1 - clean.support, clean.medium)
    return _changed(clean, lambda frame, a: _unsharp(frame, a * severity), elsewhere)


def local_contrast(clean: Clean, severity: float) -> Footage:
    """Local contrast, at a scale of 10 px at 480 lines, times ``severity``."""
    sigma = _LOCAL * min(clean.footage.size)
    return _changed(clean, lambda frame, a: _raised(frame, sigma, a * (severity - 1)))


def saturate(clean: Clean, severity: float) -> Footage:
    """Chroma times ``severity``."""
    return _changed(clean, lambda frame, a: _saturated(frame, 1 + a * (severity - 1)))


def soften(clean: Clean, severity: float) -> Footage:
    """Gaussian blur of ``severity`` px of the clip itself."""
    return _changed(clean, lambda frame, a: _blurred(frame, a * severity) if a * severity > 0.05 else frame)


def pin_detail(clean: Clean, severity: float) -> Footage:
    """Replace the medium's fine detail by that of one frame, power kept: glassy texture."""
    frames, sigma = clean.footage.frames, _PIN_SIGMA * min(clean.footage.size)
    pinned = _detail(frames[clean.at(clean.start_s)], sigma)
    result = []
    for amount, frame in zip(clean.ramp, frames, strict=True):
        angle = amount * severity * np.pi / 2
        detail = _detail(frame, sigma)
        mixed = frame - detail + np.float32(np.cos(angle)) * detail + np.float32(np.sin(angle)) * pinned
        result.append(frame if amount == 0 else blend(frame, mixed, clean.medium))
    return clean.with_frames(np.stack(result))


def _changed(clean: Clean, change: Change, weight: Plane | float = 1.0) -> Footage:
    frames = [
        frame if amount == 0 else blend(frame, change(frame.astype(np.float32), float(amount)), weight)
        for amount, frame in zip(clean.ramp, clean.footage.frames, strict=True)
    ]
    return clean.with_frames(np.stack(frames))


def _blurred(frame: Plane, sigma: float) -> Plane:
    return np.asarray(cv2.GaussianBlur(frame, (0, 0), sigma), dtype=np.float32)


def _unsharp(frame: Plane, gain: float) -> Plane:
    return frame + np.float32(gain) * (frame - _blurred(frame, _SHARPEN_SIGMA))


def _raised(frame: Plane, sigma: float, gain: float) -> Plane:
    return frame + np.float32(gain) * (frame - _blurred(frame, sigma))


def _saturated(frame: Plane, gain: float) -> Plane:
    grey = np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), dtype=np.float32)[..., None]
    return grey + np.float32(gain) * (frame - grey)


def _detail(frame: NDArray[np.uint8], sigma: float) -> Plane:
    values = frame.astype(np.float32)
    return values - _blurred(values, sigma)

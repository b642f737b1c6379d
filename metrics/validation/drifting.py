"""What a drifting scene does: it is shifted, turned, enlarged, starts to boil, or is redrawn."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from metrics.validation.clean import Clean, Plane, blend
from metrics.validation.footage import Footage

_BOIL_HZ = 4.0
"""A new warp as often a second; between two the warp is mixed."""
_BOIL_SIGMA = 1 / 20
"""Smoothness of the warp, of the picture's short side."""


def translate(clean: Clean, severity: float) -> Footage:
    """Shift everything to the lower right until it is ``severity`` % of the diagonal away."""
    height, width = clean.footage.size
    shift = severity / 100 * np.hypot(height, width)
    step = shift * np.array([0.8, 0.6])
    return _moved(clean, [_similarity(clean, 0.0, 1.0, amount * step) for amount in clean.ramp])


def rotate(clean: Clean, severity: float) -> Footage:
    """Turn around the centre until pixels are ``severity`` % of the diagonal away on average."""
    angle = severity / 100 / _mean_radius(clean)
    return _moved(clean, [_similarity(clean, amount * angle, 1.0, np.zeros(2)) for amount in clean.ramp])


def zoom(clean: Clean, severity: float) -> Footage:
    """Enlarge until pixels are ``severity`` % of the diagonal away on average."""
    growth = severity / 100 / _mean_radius(clean)
    return _moved(clean, [_similarity(clean, 0.0, 1 + a * growth, np.zeros(2)) for a in clean.ramp])


def boil(clean: Clean, severity: float) -> Footage:
    """Let the support wobble by a smooth random warp, ``severity`` px RMS at 480 lines."""
    height, width = clean.footage.size
    rng = np.random.default_rng(clean.seed)
    count = int(clean.footage.duration_s * _BOIL_HZ) + 2
    warps = [
        _warp(rng, height, width) * np.float32(severity * min(height, width) / 480) for _ in range(count)
    ]
    grid = _grid(height, width)
    frames = []
    for t_s, amount, frame in zip(clean.footage.t_s, clean.ramp, clean.footage.frames, strict=True):
        if amount == 0:
            frames.append(frame)
            continue
        index, mix = divmod(t_s * _BOIL_HZ, 1.0)
        warp = warps[int(index)] * np.float32(1 - mix) + warps[int(index) + 1] * np.float32(mix)
        # Mixing two independent warps loses power half way between them.
        warp *= np.float32(amount / np.hypot(1 - mix, mix))
        bent = cv2.remap(frame, *_maps(grid + warp), cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
        frames.append(blend(frame, bent, clean.support))
    return clean.with_frames(np.stack(frames))


def redraw(clean: Clean, severity: float) -> Footage:
    """Cross-fade the support to its mirror image: another place with the same look."""
    frames = [
        blend(frame, frame[:, ::-1], clean.support * np.float32(severity * amount))
        for amount, frame in zip(clean.ramp, clean.footage.frames, strict=True)
    ]
    return clean.with_frames(np.stack(frames))


def _moved(clean: Clean, matrices: list[NDArray[np.float64]]) -> Footage:
    height, width = clean.footage.size
    frames = [
        frame
        if np.array_equal(matrix, np.eye(2, 3))
        else cv2.warpAffine(
            frame, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT
        )
        for matrix, frame in zip(matrices, clean.footage.frames, strict=True)
    ]
    return clean.with_frames(np.stack(frames).astype(np.uint8, copy=False))


def _similarity(clean: Clean, angle: float, scale: float, shift: NDArray[np.float64]) -> NDArray[np.float64]:
    """2 x 3 matrix that turns (rad) and scales around the centre, then shifts (px)."""
    height, width = clean.footage.size
    centre = np.array([(width - 1) / 2, (height - 1) / 2])
    linear = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.column_stack([linear, centre - linear @ centre + shift])


def _mean_radius(clean: Clean) -> float:
    """Mean distance of the pixels from the centre, in diagonals."""
    height, width = clean.footage.size
    y, x = np.mgrid[:height, :width]
    radius = np.hypot(x - (width - 1) / 2, y - (height - 1) / 2)
    return float(radius.mean() / np.hypot(height, width))


def _grid(height: int, width: int) -> Plane:
    y, x = np.mgrid[:height, :width]
    return np.stack([x, y], axis=-1).astype(np.float32)


def _warp(rng: np.random.Generator, height: int, width: int) -> Plane:
    """A smooth displacement field of unit RMS length, float32 (h, w, 2)."""
    noise = rng.standard_normal((height, width, 2)).astype(np.float32)
    smooth = np.asarray(cv2.GaussianBlur(noise, (0, 0), _BOIL_SIGMA * min(height, width)), dtype=np.float32)
    length = np.sqrt(float(np.mean(np.sum(smooth * smooth, axis=-1))))
    return smooth / np.float32(length)


def _maps(where: Plane) -> tuple[Plane, Plane]:
    return np.ascontiguousarray(where[..., 0]), np.ascontiguousarray(where[..., 1])

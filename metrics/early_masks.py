"""Masks from a clip's own first seconds: blind to everything later, so later failures cannot change them."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from metrics.flow import DisFlow
from metrics.masks import MEDIUM, OVERLAY, SUPPORT, Labels, Masks
from metrics.picture import Mask, Plane, blur, local_normalise, tidy
from metrics.registration import textured_points
from metrics.sampling import Sample
from metrics.similarity import Fit, Similarity, bring_back, fit, grid, sample_field

EARLY_S = (0.5, 3.0)
"""Seconds that the mask is made from."""
LAG_S = 0.5
"""Frames this far apart are compared: long enough for slow smoke, short enough for a slow reframing."""
_SPLIT_RANGE = (0.45, 0.9)
"""The split between still and moving is Otsu's, kept inside this range (px of motion at 240 lines)."""
_STILL_SHARE = 0.7
"""Support lies below this share of the split; what lies between belongs to neither."""
_OVERLAY_SHARE = 0.5
"""Precipitation: the temporal median moves less than this share of what single frames do."""
_OVERLAY_AREA = 0.5
_COHERENT_SHARE = 0.6


def early_masks(samples: Sequence[Sample]) -> Masks:
    """Estimate support, medium and overlay from seconds :data:`EARLY_S`.

    Apparent motion of a pixel = root-mean-square change over :data:`LAG_S` after the camera's similarity has
    been taken out, divided by the local gradient: about the pixels that the content moved. It needs no flow
    inside the medium, so fire, spray and rain count as moving.

    Args:
        samples: samples of the clip's start; only those inside :data:`EARLY_S` are used.

    Returns:
        Masks at working size, source ``early``.

    Raises:
        ValueError: fewer than two pairs of frames lie inside :data:`EARLY_S`.
    """
    window = [s for s in samples if EARLY_S[0] <= s.t_s < EARLY_S[1] and not s.held]
    pairs = _pairs(window)
    if len(pairs) < 2:
        raise ValueError(
            f"an early mask needs frames from {EARLY_S[0]} to {EARLY_S[1]} s; {len(window)} found"
        )
    motion = apparent_motion([(a.work, b.work) for a, b in pairs])
    split = _split(motion)
    medium = tidy(motion > split)
    support = tidy(motion < _STILL_SHARE * split) & ~medium
    return Masks(_labels(support, medium, _steady_below(window, split) & medium), "early")


def _pairs(window: Sequence[Sample]) -> list[tuple[Sample, Sample]]:
    pairs = []
    # Every second frame starts a pair: neighbours would say the same again.
    for first in window[::2]:
        later = [s for s in window if s.t_s >= first.t_s + LAG_S - 1e-6]
        if later:
            pairs.append((first, later[0]))
    return pairs


def apparent_motion(pairs: Sequence[tuple[NDArray[np.uint8], NDArray[np.uint8]]]) -> Plane:
    """Root-mean-square apparent motion in px per pair, float32 (h, w); camera motion is taken out first."""
    flow = DisFlow("medium")
    change = np.zeros(pairs[0][0].shape, np.float32)
    gradient = np.zeros_like(change)
    for a, b in pairs:
        before = blur(a.astype(np.float32), 1)
        difference = _without_camera(flow, a, b) - before
        # The median takes out flicker of the whole picture.
        change += ((difference - np.median(difference)) ** 2 / 2).astype(np.float32)
        gradient += _gradient_energy(before)
    change = blur(np.float32(1 / len(pairs)) * change, 2)
    gradient = blur(np.float32(1 / len(pairs)) * gradient, 3)
    noise = float(np.percentile(change, 5))
    ratio = np.maximum(change - noise, 0) / (gradient + 1 + 2 * noise)
    return np.asarray(np.sqrt(ratio), dtype=np.float32)


def _without_camera(flow: DisFlow, a: NDArray[np.uint8], b: NDArray[np.uint8]) -> Plane:
    field = flow.flow(local_normalise(a), local_normalise(b))
    camera = _camera(field, a)
    moved = blur(b.astype(np.float32), 1)
    return moved if camera is None else bring_back(moved, camera)


def _camera(field: NDArray[np.float32], picture: NDArray[np.uint8]) -> Similarity | None:
    """The camera's step, from textured points where they agree, else from the whole picture.

    Dithering and codec noise in flat areas stay put when the camera moves and would outvote it; a textured
    subject that moves by itself in front of a soft background does not agree with itself well enough to win.
    """
    everywhere = np.ones(picture.shape, dtype=bool)
    textured = _fit_at(field, textured_points(picture, everywhere))
    if textured is not None and textured.inliers.mean() >= _COHERENT_SHARE:
        return textured.similarity
    whole = _fit_at(field, grid(everywhere, 4, 4))
    return None if whole is None else whole.similarity


def _fit_at(field: NDArray[np.float32], points: NDArray[np.intp]) -> Fit | None:
    start = points.astype(np.float32)
    return fit(start, start + sample_field(field, start), tolerance_px=1.0, iterations=500)


def _gradient_energy(picture: Plane) -> Plane:
    gx = cv2.Sobel(picture, cv2.CV_32F, 1, 0, scale=1 / 8)
    gy = cv2.Sobel(picture, cv2.CV_32F, 0, 1, scale=1 / 8)
    return np.asarray(gx * gx + gy * gy, dtype=np.float32)


def _split(motion: Plane) -> float:
    from skimage import filters

    logs = np.log(np.clip(motion, 0.03, 10))
    if float(np.ptp(logs)) < 1e-3:
        return _SPLIT_RANGE[0]
    return float(np.clip(np.exp(filters.threshold_otsu(logs)), *_SPLIT_RANGE))


def _steady_below(window: Sequence[Sample], split: float) -> Mask:
    """Where the scene stands still behind what falls in front of it: medians of both halves agree."""
    half = len(window) // 2
    first = np.median([s.work for s in window[:half]], axis=0).astype(np.uint8)
    second = np.median([s.work for s in window[half:]], axis=0).astype(np.uint8)
    return apparent_motion([(first, second), (second, first)]) < _OVERLAY_SHARE * split


def _labels(support: Mask, medium: Mask, overlay: Mask) -> Labels:
    labels = np.zeros(support.shape, np.uint8)
    labels[support] = SUPPORT
    labels[medium] = MEDIUM
    # Scattered agreement happens by chance in any medium; precipitation covers much of what moves.
    if overlay.sum() > _OVERLAY_AREA * max(1, medium.sum()):
        labels[tidy(overlay)] = OVERLAY
    return labels

"""The task metrics again, straight from their definitions, with all frames at hand."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

Array = np.ndarray[Any, Any]


def split(activity: Array) -> tuple[Array, Array]:
    """Moving and still region of a mean activity map, float32 (h, w)."""
    h, w = activity.shape
    code = np.floor(activity / (activity.max() + np.float32(1e-6)) * np.float32(255)).astype(np.uint8)
    level = otsu(code)
    moving = code > level
    if np.count_nonzero(moving) < 0.03 * moving.size:
        moving = activity >= np.float32(max(np.percentile(activity, 80), 1e-6))
    square = np.ones((5, 5), np.uint8)
    picture = moving.astype(np.uint8)
    for change in (cv2.erode, cv2.dilate, cv2.dilate, cv2.erode):
        picture = change(picture, square)
    inner = np.zeros((h, w), bool)
    inner[int(0.04 * h):h - int(0.04 * h), int(0.04 * w):w - int(0.04 * w)] = True
    still = cv2.erode((inner & (picture == 0)).astype(np.uint8), square) == 1
    return picture == 1, still


def otsu(code: Array) -> int:
    """Level with the largest variance between what is at most the level and what is above; the first."""
    counts = np.bincount(code.ravel(), minlength=256) / code.size
    total = float((counts * np.arange(256)).sum())
    best, found, below, mass = 0.0, 0, 0.0, 0.0
    for level in range(256):
        mass += counts[level]
        below += level * counts[level]
        if min(mass, 1 - mass) < 1.2e-7:
            continue
        apart = mass * (1 - mass) * (below / mass - (total - below) / (1 - mass)) ** 2
        if apart > best:
            best, found = apart, level
    return found


def from_flow(greys: Sequence[Array], flows: Sequence[Array], kept_hz: float) -> dict[str, float | None]:
    """Every number that comes from flow and features."""
    count = len(greys)
    window = max(3, int(0.12 * count))
    sizes = [np.sqrt(f[..., 0] ** 2 + f[..., 1] ** 2) for f in flows]
    total = sizes[0].copy()
    for size in sizes[1:window]:
        total = total + size
    moving, still = split(total / np.float32(window))
    w = still.shape[1]
    rng = np.random.default_rng(0)
    background, raw, robust, plain = [], [], [], []
    for flow, size in zip(flows, sizes, strict=True):
        background.append(size[still].mean(dtype=float) if still.any() else 0.0)
        shift, field = median_shift(flow, still), fitted(flow, still, rng)
        raw.append(size[moving].mean(dtype=float) if moving.any() else 0.0)
        field = np.broadcast_to(shift, flow.shape) if field is None else field
        robust.append(length(flow - field, moving))
        plain.append(length(flow - shift, moving))
    first = slice(window, 2 * window) if len(flows) >= 2 * window else slice(0, window)
    early, late = np.mean(robust[first]), np.mean(robust[-window:])
    early0, late0 = np.mean(plain[first]), np.mean(plain[-window:])
    bfr = 1000 * np.mean(background) / w
    signed = 1 - late / (np.mean(raw[-window:]) + 1e-6)
    return {
        "fbd": drift(greys, still, window), "bfr": bfr, "nbf": bfr * kept_hz, "mcff_e": early, "mcff_l": late,
        "fp": min(late / (early + 1e-6), 2), "dar_signed": signed, "dar": np.clip(signed, 0, 1),
        "dlr": np.mean(background[-window:]) / (np.mean(raw[-window:]) + 1e-6),
        "mcff_e_v10": early0, "mcff_l_v10": late0, "fp_v10": min(late0 / (early0 + 1e-6), 2),
    }  # fmt: skip


def length(vectors: Array, where: Array) -> float:
    return float(np.linalg.norm(vectors[where].astype(float), axis=1).mean()) if where.any() else 0.0


def median_shift(flow: Array, still: Array) -> Array:
    return np.median(flow[still], axis=0).astype(float) if still.any() else np.zeros(2)


def fitted(flow: Array, still: Array, rng: np.random.Generator) -> Array | None:
    """Displacement field of a similarity through the still pixels, float64 (h, w, 2)."""
    rows, columns = np.nonzero(still)
    if len(rows) < 50:
        return None
    if len(rows) > 4000:
        chosen = rng.choice(len(rows), size=4000, replace=False)
        rows, columns = rows[chosen], columns[chosen]
    here = np.column_stack([columns, rows]).astype(np.float32)
    matrix, _ = cv2.estimateAffinePartial2D(
        here, here + flow[rows, columns], method=cv2.RANSAC, ransacReprojThreshold=1.5, maxIters=2000,
        confidence=0.995)
    if matrix is None:
        return None
    y, x = np.mgrid[: still.shape[0], : still.shape[1]].astype(float)
    moved = [row[0] * x + row[1] * y + row[2] for row in matrix]
    return np.stack([moved[0] - x, moved[1] - y], axis=-1)


def drift(greys: Sequence[Array], still: Array, window: int) -> float | None:
    """FBD, % of the diagonal."""
    orb, mask = cv2.ORB_create(nfeatures=1500), np.where(still, 255, 0).astype(np.uint8)
    start, start_words = orb.detectAndCompute(greys[0], mask)
    if len(start) < 12:
        return None
    medians = []
    for grey in greys[-window:]:
        points, words = orb.detectAndCompute(grey, mask)
        if len(points) < 12:
            continue
        pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(start_words, words)
        if len(pairs) < 12:
            continue
        a = np.array([start[p.queryIdx].pt for p in pairs], np.float32)
        b = np.array([points[p.trainIdx].pt for p in pairs], np.float32)
        agree = cv2.findHomography(a, b, cv2.RANSAC, 3.0)[1]
        use = np.ones(len(a), bool) if agree is None or agree.sum() < 8 else agree[:, 0] == 1
        medians.append(float(np.median(np.linalg.norm(b[use] - a[use], axis=1))))
    return float(np.mean(medians) / np.hypot(*still.shape) * 100) if medians else None


def from_pixels(frames: Sequence[Array]) -> dict[str, float]:
    """Every number that comes from pixels; ``frames`` are the samples, RGB."""
    n = len(frames)
    window = max(2, int(0.15 * n))
    greys = [cv2.cvtColor(f, cv2.COLOR_RGB2GRAY) for f in frames]
    changes = [np.abs(b.astype(np.float32) - a) for a, b in itertools.pairwise(greys)]
    moving, still = split(sum(changes[1:window], changes[0]) / np.float32(window))
    if still.sum() < 50:
        still = np.ones_like(still)
    sharp = [cv2.Laplacian(g, cv2.CV_64F).var() for g in greys]
    labs = [cv2.cvtColor(f, cv2.COLOR_RGB2LAB)[still] for f in frames]
    # The published mean: one float32 table of all pixels of all frames, summed row by row.
    coded = [np.concatenate(part).astype(np.float32).mean(axis=0) for part in (labs[:window], labs[-window:])]
    exact = [np.concatenate(part).mean(axis=0, dtype=float) for part in (labs[:window], labs[-window:])]
    psnr = []
    for grey in greys[-window:]:
        error = np.mean((greys[0][still] / 255 - grey[still] / 255) ** 2)
        psnr.append(10 * np.log10(1 / max(error, 1e-6)))
    change = np.array([c[moving].mean(dtype=float) if moving.any() else 0.0 for c in changes])
    early = change[:window].mean()
    low = [i for i, c in enumerate(change) if c < 0.5 * (early + 1e-6)]
    return {
        "sharp_ratio": np.mean(sharp[-window:]) / (np.mean(sharp[:window]) + 1e-6),
        "de_static": float(np.linalg.norm(coded[1] - coded[0])),
        "de_static_f64": float(np.linalg.norm(exact[1] - exact[0])),
        "dl_static": float(coded[1][0] - coded[0][0]) / 2.55,
        "idpsnr_late": np.mean(psnr),
        "fdp": min(change[-window:].mean() / (early + 1e-6), 2),
        "stag_onset": low[0] / (n - 1) if low else 1.0,
    }

"""What all axes share of a clip: pictures registered to the settled scene, flow between samples."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from metrics.flow import FlowBackend, FlowField
from metrics.masks import Masks, Region
from metrics.picture import Plane, band, octaves
from metrics.registration import Registrar, Registration
from metrics.sampling import COARSE_SIDE, Luma, Rgb, Sample, shrink
from metrics.similarity import Similarity, bring_back, fit, grid, sample_field

WINDOW_S = 0.5
"""Length of the window whose median picture is registered."""
SETTLED_S = (0.5, 1.5)
"""The reference: median picture of these seconds, after a generator's warm-up."""
CALIBRATE_S = 2.5
"""Points of support must be followed until here to count."""
_PAIR_BLUR = 2.0
_QUARTER_PX = 0.25
_FINE_SIGMAS = (0.7, 1.4)
_COARSE_SIGMAS = (1.0, 2.0, 4.0)
_PAIR_STEP = 6
_MIN_CAMERA_POINTS = 30
_MAX_CAMERA_POINTS = 300
_MAX_SPEEDS = 1000


@dataclass(frozen=True, slots=True)
class Window:
    """Half a second of the clip."""

    t_s: float
    """Middle of the window."""
    rgb: Rgb | None
    """Median colour picture at coarse size."""
    registrations: Mapping[str, Registration]
    """By mask variant, and ``all`` before calibration of the points."""

    @property
    def base(self) -> Registration:
        """Registration with the masks as given."""
        return self.registrations[""]


@dataclass(frozen=True, slots=True)
class Pair:
    """Coarse flow between two successive samples, camera taken out."""

    t_s: float
    camera: Similarity | None
    """Camera motion between the samples, fitted on the support; None where it could not be."""
    medium_speed: NDArray[np.float32]
    """Residual speed at grid points of the medium, px of the working picture per second."""
    support_speed: NDArray[np.float32]
    """The same on the support's textured points: the noise floor."""
    medium_velocity: NDArray[np.float32]
    """Mean residual velocity of the medium, px of the working picture per second, float32 (2,): x, y."""


@dataclass(frozen=True, slots=True)
class Step:
    """What flow sees between two successive samples."""

    from_s: float
    """When the first of the two is shown."""
    to_s: float
    field: FlowField
    """Working picture to working picture, camera included."""
    camera: Similarity | None
    """Camera motion between the samples, fitted on the support; None where it could not be."""

    @property
    def interval_s(self) -> float:
        """Seconds between the samples."""
        return self.to_s - self.from_s

    def velocity_at(self, points: NDArray[np.intp]) -> NDArray[np.float32]:
        """Velocity at points (x, y) with the camera taken out, px a second, float32 (n, 2)."""
        start = points.astype(np.float32)
        flow = self.field[points[:, 1], points[:, 0]]
        residual = flow if self.camera is None else start + flow - self.camera.apply(start)
        return np.asarray(residual / self.interval_s, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Texture:
    """Bands of one sample, brought back to where the scene was at the start."""

    t_s: float
    fine: Plane
    """Finest band of the working picture."""
    on_grid: Plane
    """The same of the picture as shown: what sticks to the pixel grid does not go along with a camera."""
    coarse: tuple[Plane, Plane]
    """Two octaves of the picture at coarse size, finer first."""


def texture_of(sample: Sample, camera: Similarity) -> Texture:
    """Band-pass one sample once for all who need it."""
    # A camera that moved by less than a quarter pixel is left alone: interpolation would soften detail.
    moved = np.abs(camera.matrix - np.eye(2, 3)).max() >= _QUARTER_PX
    on_grid = band(sample.work.astype(np.float32), *_FINE_SIGMAS)
    work = bring_back(sample.work, camera) if moved else sample.work
    fine = band(work.astype(np.float32), *_FINE_SIGMAS) if moved else on_grid
    finer, coarser = octaves(shrink(work, COARSE_SIDE).astype(np.float32), *_COARSE_SIGMAS)
    return Texture(sample.t_s, fine, on_grid, (finer, coarser))


class WindowBuilder:
    """Collects samples into windows. Where precipitation falls, pictures are medians over two seconds."""

    def __init__(self, *, has_overlay: bool) -> None:
        self._work: list[Luma] = []
        self._rgb: list[Rgb] = []
        self._index = 0
        self._past_work: deque[Luma] = deque(maxlen=4 if has_overlay else 1)
        self._past_rgb: deque[Rgb] = deque(maxlen=4 if has_overlay else 1)

    def add(self, sample: Sample) -> tuple[float, Luma, Rgb | None] | None:
        """Add a sample; when it opens a new window, return the finished one: time, luma, colour."""
        index = int(sample.t_s / WINDOW_S + 1e-6)
        finished = self.close() if index > self._index else None
        self._index = index
        self._work.append(sample.work)
        if sample.rgb is not None:
            self._rgb.append(sample.rgb)
        return finished

    def close(self) -> tuple[float, Luma, Rgb | None] | None:
        """Return the window in progress, if it holds any sample."""
        if not self._work:
            return None
        self._past_work.append(median(self._work))
        if self._rgb:
            self._past_rgb.append(median(self._rgb))
        self._work, self._rgb = [], []
        colour = median(list(self._past_rgb)) if self._past_rgb else None
        return (self._index + 0.5) * WINDOW_S, median(list(self._past_work)), colour


def median(pictures: list[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Per-pixel median of pictures of one size, uint8."""
    if len(pictures) == 1:
        return pictures[0]
    if len(pictures) in (3, 4):
        # Windows hold three or four pictures; what is left without the extremes is their median, at no sort.
        stack = np.stack(pictures)
        inner = stack.sum(axis=0, dtype=np.uint16) - stack.max(axis=0) - stack.min(axis=0)
        return np.asarray(inner // (len(pictures) - 2), dtype=np.uint8)
    return np.asarray(np.median(np.stack(pictures), axis=0), dtype=np.uint8)


class PairMeter:
    """Flow between successive samples on the coarse channel.

    Pictures are blurred (sigma 2 px at 240 lines) first: fine texture that sticks to the pixel grid captures
    the matcher and would be read as stagnation.
    """

    def __init__(self, region: Region, registrar: Registrar, flow: FlowBackend) -> None:
        self._flow = flow
        self._medium = _thinned(grid(region.medium, _PAIR_STEP, 3), _MAX_SPEEDS)
        # Flow in a flat part of the support is a guess, dragged along by whatever moves beside it.
        self._support = _thinned(registrar.chosen(), _MAX_CAMERA_POINTS)
        self._last: tuple[float, Luma] | None = None

    def add(self, sample: Sample) -> Pair | None:
        """Measure from the sample before to this one; None for the first."""
        step = self.step(sample)
        if step is None:
            return None
        medium = step.velocity_at(self._medium)
        return Pair(
            (step.from_s + step.to_s) / 2,
            step.camera,
            _speed(medium),
            _speed(step.velocity_at(self._support)),
            medium.mean(axis=0) if len(medium) else np.zeros(2, np.float32),
        )

    def step(self, sample: Sample) -> Step | None:
        """Flow from the sample before to this one; None for the first."""
        picture = np.asarray(cv2.GaussianBlur(sample.work, (0, 0), _PAIR_BLUR), dtype=np.uint8)
        last, self._last = self._last, (sample.t_s, picture)
        if last is None or sample.t_s <= last[0]:
            return None
        field = self._flow.flow(last[1], picture)
        return Step(last[0], sample.t_s, field, self._camera(field))

    def _camera(self, field: NDArray[np.float32]) -> Similarity | None:
        points = self._support.astype(np.float32)
        if len(points) < _MIN_CAMERA_POINTS:
            return None
        found = fit(points, points + sample_field(field, points), tolerance_px=1.0, iterations=200)
        if found is None or found.inliers.mean() < 0.5:
            return None
        return found.similarity


def _thinned(points: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    return points[:: max(1, -(-len(points) // most))]


def _speed(velocity: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.linalg.norm(velocity, axis=1), dtype=np.float32)


def settled_registrar(samples: Sequence[Sample], masks: Masks, flow: FlowBackend) -> Registrar:
    """Build the registrar from the clip's first seconds and choose the points that can be trusted."""
    start, end = SETTLED_S
    if masks.has_overlay:
        end = CALIBRATE_S
    reference = median([s.work for s in samples if start <= s.t_s < end])
    supports = {name: region.support for name, region in masks.regions().items()}
    registrar = Registrar(reference, supports, flow)
    builder = WindowBuilder(has_overlay=masks.has_overlay)
    pictures = [builder.add(s) for s in samples if start <= s.t_s < CALIBRATE_S]
    registrar.calibrate([p[1] for p in [*pictures, builder.close()] if p is not None])
    return registrar

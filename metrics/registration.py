"""Masked registration of the static support against the clip's own settled picture, failure first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from metrics.flow import FlowBackend
from metrics.picture import Mask, local_normalise
from metrics.search import Search
from metrics.similarity import Fit, Similarity, bring_back, fit, grid, sample_field

Luma = NDArray[np.uint8]

MIN_POINTS = 40
"""With fewer textured points of support that can be followed, drift is not measurable."""
ACCEPT_SHARE = 0.3
"""A registration with a smaller share of agreeing points is lost."""
MAX_POINTS = 800
"""More points than this add cost, not accuracy."""
_STEP = 4
_TOLERANCE_PX = 1.5
_CLOSURE_PX = 1.0
_STILL_PX = 0.8
_MIN_INLIERS = 12
_CELL_SHARE = 0.05
_LEAST_STRUCTURE = 0.002
"""A quarter of a code value a pixel, as ``cornerMinEigenVal`` counts: below lies rounding alone."""


@dataclass(frozen=True, slots=True)
class Registration:
    """One picture against the reference."""

    camera: Similarity | None
    """Reference to picture; None where registration is lost."""
    inlier_share: float
    """Share of the points that agree with one rigid camera, 0-1."""
    displacement: float | None
    """Mean displacement of the support, % of the frame's diagonal; None where lost."""
    wobble_px: float | None = None
    """Median change of the points' non-rigid displacement since the picture before; None if unknown."""

    @property
    def lost(self) -> bool:
        """True where no camera was accepted."""
        return self.camera is None


@dataclass(frozen=True, slots=True)
class Tracks:
    """Where the reference's points went in one picture."""

    moved: NDArray[np.float32]
    closed: NDArray[np.bool_]
    """Forward and backward flow agree."""


class Registrar:
    """Follows textured points of the support from the reference into later pictures."""

    def __init__(self, reference: Luma, supports: Mapping[str, Mask], flow: FlowBackend) -> None:
        """Prepare the reference.

        Args:
            reference: uint8 (h, w) luma of the settled scene.
            supports: support masks by variant name; points are taken from their union.
            flow: dense flow between two pictures.

        """
        self._flow = flow
        self._reference = local_normalise(reference)
        self._diagonal = float(np.hypot(*reference.shape))
        self.points = textured_points(reference, np.logical_or.reduce(list(supports.values())))
        inside = {name: mask[self.points[:, 1], self.points[:, 0]] for name, mask in supports.items()}
        self._chosen: dict[str, NDArray[np.bool_]] = inside
        self._all = inside[""]
        self._camera = Similarity.identity()
        self._bent: dict[str, NDArray[np.float32]] = {}
        self._height, self._width = reference.shape
        self._search = Search(self._reference, np.logical_or.reduce(list(supports.values())))

    def calibrate(self, pictures: Sequence[Luma]) -> None:
        """Keep only points that can be followed while nothing has happened yet."""
        still = np.ones(len(self.points), dtype=bool)
        for picture in pictures:
            tracks = self.track(picture)
            found = self._fit(tracks, self._all)
            if found is None:
                continue
            self._camera = found.similarity
            residual = np.linalg.norm(tracks.moved - found.similarity.apply(self.points), axis=1)
            still &= tracks.closed & (residual < _STILL_PX)
        self._chosen = {name: inside & still for name, inside in self._chosen.items()}
        self._camera = Similarity.identity()

    def chosen(self, variant: str = "") -> NDArray[np.intp]:
        """Calibrated points of a variant, intp (n, 2): x, y."""
        return np.asarray(self.points[self._chosen[variant]])

    def count(self, variant: str = "") -> int:
        """Points that a variant is registered with."""
        return int(self._chosen[variant].sum())

    def track(self, picture: Luma) -> Tracks:
        """Follow all points into a picture, starting from the last accepted camera."""
        normalised = local_normalise(bring_back(picture, self._camera))
        start = self.points.astype(np.float32)
        forward = sample_field(self._flow.flow(self._reference, normalised), start)
        backward = sample_field(self._flow.flow(normalised, self._reference), start + forward)
        closed = np.linalg.norm(forward + backward, axis=1) < _CLOSURE_PX
        return Tracks(self._camera.apply(start + forward), closed)

    def register(self, picture: Luma) -> dict[str, Registration]:
        """Register a picture with every variant's points; ``all`` uses points before calibration."""
        results = self._registered(picture)
        if results[""].lost and results["all"].lost:
            # Flow follows a creep, not a jump: look for the scene by its features and follow it from there.
            found = self._search.find(picture)
            if found is not None:
                before, self._camera = self._camera, found
                again = self._registered(picture)
                self._camera = before
                results = results if again["all"].lost and again[""].lost else again
        accepted = results[""].camera or results["all"].camera
        if accepted is not None:
            self._camera = accepted
        return results

    def _registered(self, picture: Luma) -> dict[str, Registration]:
        tracks = self.track(picture)
        choices = {**self._chosen, "all": self._all}
        return {
            name: self._wobbled(name, tracks, self._registration(tracks, c)) for name, c in choices.items()
        }

    def displacement(self, camera: Similarity) -> float:
        """Mean displacement of the support's points under a camera, % of the diagonal."""
        points = self.points[self._all].astype(np.float64)
        moved = camera.apply(points)
        return float(np.linalg.norm(moved - points, axis=1).mean()) / self._diagonal * 100

    def _fit(self, tracks: Tracks, chosen: NDArray[np.bool_]) -> Fit | None:
        use = chosen & tracks.closed
        return fit(self.points[use].astype(np.float32), tracks.moved[use], _TOLERANCE_PX)

    def _registration(self, tracks: Tracks, chosen: NDArray[np.bool_]) -> Registration:
        found = self._fit(tracks, chosen)
        if found is None:
            return Registration(None, 0.0, None)
        share = float(found.inliers.sum()) / max(1, int(chosen.sum()))
        where = self.points[chosen & tracks.closed][found.inliers]
        if share < ACCEPT_SHARE or len(where) < _MIN_INLIERS or not self._spread(where, chosen):
            return Registration(None, share, None)
        return Registration(found.similarity, share, self.displacement(found.similarity))

    def _wobbled(self, name: str, tracks: Tracks, found: Registration) -> Registration:
        """Add how the support bent since the picture before, beyond the camera's rigid motion."""
        before = self._bent.pop(name, None)
        if found.camera is None:
            return found
        bent = tracks.moved - found.camera.apply(self.points)
        bent[~(tracks.closed & self._chosen.get(name, self._all))] = np.nan
        self._bent[name] = bent
        if before is None:
            return found
        change = np.linalg.norm(bent - before, axis=1)
        known = change[np.isfinite(change)]
        return replace(found, wobble_px=float(np.median(known))) if len(known) >= _MIN_INLIERS else found

    def _spread(self, where: NDArray[np.intp], chosen: NDArray[np.bool_]) -> bool:
        """True where the agreeing points are not confined to one corner of the support."""
        occupied = self._cells(self.points[chosen])
        populous = occupied >= _CELL_SHARE * occupied.sum()
        return int((self._cells(where)[populous] > 0).sum()) >= min(4, (int(populous.sum()) + 1) // 2)

    def _cells(self, points: NDArray[np.intp]) -> NDArray[np.intp]:
        """Points in each cell of a 3 x 3 grid, intp (9,)."""
        cell = points[:, 0] * 3 // self._width + 3 * (points[:, 1] * 3 // self._height)
        return np.bincount(cell, minlength=9)


def textured_points(picture: Luma, region: Mask) -> NDArray[np.intp]:
    """Grid points of a region with structure in two directions, intp (n, 2): x, y.

    The floor is relative to the strongest structure: dithering and codec noise in flat areas stay where they
    are when the camera moves and would outvote the scene.
    """
    points = grid(region, _STEP, 6)
    if len(points) == 0:
        return points
    eigenvalue = np.sqrt(np.maximum(cv2.cornerMinEigenVal(picture, 7, ksize=3), 0))
    strength = eigenvalue[points[:, 1], points[:, 0]]
    floor = max(
        float(np.percentile(strength, 35)), 0.25 * float(np.percentile(strength, 95)), _LEAST_STRUCTURE
    )
    strong = points[strength >= floor]
    return np.asarray(strong[:: max(1, -(-len(strong) // MAX_POINTS))])

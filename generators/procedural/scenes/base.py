"""What a scene is, and the parts that several scenes share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from generators.contract import IGNORE, MEDIUM, SUPPORT, LabelMap
from generators.procedural.hashing import generator, stable_hash
from generators.procedural.noise import band_tile
from generators.procedural.painter import Painter
from generators.procedural.raster import F32, f32
from generators.procedural.view import View
from prompts.types import Direction


@dataclass(frozen=True)
class Setting:
    """Everything that a scene is made from."""

    view: View
    seed: int
    direction: Direction = "not_applicable"

    @cached_property
    def tile(self) -> F32:
        """The scene's noise tile."""
        return band_tile(self.seed)

    def rng(self, purpose: str) -> np.random.Generator:
        """Random numbers for one purpose; they do not depend on what other purposes draw."""
        return generator("scene", self.seed, purpose)

    def key(self, purpose: str) -> int:
        """Noise seed for one purpose."""
        return stable_hash("scene", self.seed, purpose)

    def painter(self, variant: int) -> Painter:
        """Brushes for the background; another variant is another look of the same geometry."""
        return Painter(self.view, self.tile, stable_hash("backdrop", self.seed, variant))


class Scene(Protocol):
    """A fixed-camera scene: a still background and a medium that is a pure function of time."""

    @property
    def labels(self) -> LabelMap:
        """Ground truth over the canvas, margin included."""
        ...

    def backdrop(self, variant: int) -> F32:
        """The still background, float32 (H, W, 3) in 0..1; variant 0 is the scene's own, others redraw it."""
        ...

    def paint(self, canvas: F32, t: float) -> None:
        """Draw the medium at time t (any real number of seconds) over the canvas, in place."""
        ...


class Box:
    """Smallest rectangle around the pixels that a medium can reach."""

    def __init__(self, reach: F32) -> None:
        rows, columns = np.flatnonzero(reach.any(axis=1)), np.flatnonzero(reach.any(axis=0))
        if rows.size == 0:
            rows, columns = np.arange(1), np.arange(1)
        self.rows = slice(int(rows[0]), int(rows[-1]) + 1)
        self.columns = slice(int(columns[0]), int(columns[-1]) + 1)

    def cut(self, field: F32) -> F32:
        """The part of a map or picture inside the rectangle (a contiguous copy)."""
        return np.ascontiguousarray(field[self.rows, self.columns])

    def window(self, canvas: F32) -> F32:
        """The same part of the canvas, to be painted on."""
        return canvas[self.rows, self.columns]


def label_by_reach(reach: F32, medium_from: float = 0.5) -> LabelMap:
    """Support where the medium never comes, medium where it mostly is, ignore on the boundary between.

    Args:
        reach: typical opacity of the medium, 0..1; exactly 0 where it can never be.
        medium_from: reach from which a pixel counts as medium.
    """
    labels = np.full(reach.shape, IGNORE, np.uint8)
    labels[reach == 0] = SUPPORT
    labels[reach >= medium_from] = MEDIUM
    return labels


def ground_plane(view: View, horizon: float, unit_row: float = 0.65) -> tuple[F32, F32]:
    """Coordinates on flat ground seen from the camera: (sideways, distance), float32 (H, W).

    Sideways units are frame heights at row ``unit_row``, where distance is 1. Above the horizon the
    distance is clipped to 12, so the fields stay finite there.
    """
    distance = (unit_row - horizon) / np.maximum(view.y - horizon, (unit_row - horizon) / 12.0)
    return f32(view.x * distance), f32(distance)

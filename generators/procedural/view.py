"""The pixel grid in scene units, so that one scene looks the same at any picture size."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from generators.procedural.raster import F32


@dataclass(frozen=True)
class View:
    """A picture of ``width`` x ``height`` pixels with ``margin`` more pixels rendered on each side.

    Scene units are frame heights: y runs from 0 (top edge) to 1 (bottom edge), x is 0 in the middle column.
    """

    width: int
    height: int
    margin: int = 0

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the rendered canvas, margin included."""
        return self.height + 2 * self.margin, self.width + 2 * self.margin

    @property
    def half_width(self) -> float:
        """Half the frame's width in frame heights, margin excluded."""
        return self.width / self.height / 2.0

    @cached_property
    def x(self) -> F32:
        """Horizontal coordinate of every pixel, shape (H, W)."""
        columns = (np.arange(self.shape[1]) - self.margin + 0.5 - self.width / 2) / self.height
        return np.ascontiguousarray(np.broadcast_to(columns.astype(np.float32), self.shape))

    @cached_property
    def y(self) -> F32:
        """Vertical coordinate of every pixel, shape (H, W)."""
        rows = (np.arange(self.shape[0]) - self.margin + 0.5) / self.height
        return np.ascontiguousarray(np.broadcast_to(rows.astype(np.float32)[:, None], self.shape))

    def to_pixels(self, x: float, y: float) -> tuple[float, float]:
        """Scene coordinates to canvas pixel coordinates (pixel centres at whole numbers)."""
        return x * self.height + self.width / 2 - 0.5 + self.margin, y * self.height - 0.5 + self.margin

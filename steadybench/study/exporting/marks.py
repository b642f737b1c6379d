"""Is something burnt into the pictures of one system: a logo, a caption, a border?

Such a mark has the same edges at the same place whatever the prompt, while the edges of scenes differ. Edges
that point the same way in the mean pictures of all clips of one system are its marks, unless all other
systems have them there too.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from steadybench.study.exporting.canvas import Planes

F32 = NDArray[np.float32]

WIDTH, HEIGHT = 192, 108
"""Of the mean picture, whatever the clip's own size."""
FEWEST = 4
"""Prompts of a system below which likeness says nothing."""
_BAND = 0.22
"""Share of width and height at each edge that is looked at: scenes have their middle in common too often."""
_STEP, _ALIKE = 5.0, 0.9
"""Code values that an edge must differ by, and the agreement of directions from 0 to 1."""
_LEAST = 24
"""Pixels of the mean picture that make a mark."""
_PLACES = (("top left", 0, 0), ("top right", 0, 2), ("bottom left", 2, 0), ("bottom right", 2, 2),
           ("top", 0, 1), ("bottom", 2, 1), ("left", 1, 0), ("right", 1, 2))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """Edges that the clips of one system share."""

    system: str
    """Token."""
    place: str
    """Such as ``bottom right``."""
    pixels: int
    """Of a picture of 192 x 108."""


class Mean:
    """Mean picture of a clip, from some of its pictures."""

    def __init__(self) -> None:
        self._sum, self._count = np.zeros((HEIGHT, WIDTH), np.float32), 0

    def see(self, own: Planes) -> None:
        """Take one more picture."""
        self._sum += cv2.resize(own[0], (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
        self._count += 1

    def told(self) -> str:
        """Return the mean as text: base64 of uint8, row by row; empty without pictures."""
        if not self._count:
            return ""
        return base64.b64encode(np.rint(self._sum / self._count).astype(np.uint8).tobytes()).decode()


def marks(means: Mapping[str, Sequence[str]]) -> Iterator[Mark]:
    """Find the marks of each system.

    Args:
        means: what :meth:`Mean.told` gave, one of each prompt, by token of the system.
    """
    enough = {system: own for system, own in means.items() if len(own) >= FEWEST}
    alike = {system: _alike(own) for system, own in sorted(enough.items())}
    for system, own in alike.items():
        others = [one for name, one in alike.items() if name != system]
        if not others:
            return
        everywhere = np.logical_and.reduce([_thick(one) for one in others])
        yield from _placed(system, own & ~everywhere)


def _placed(system: str, found: NDArray[np.bool_]) -> Iterator[Mark]:
    rows = (slice(0, HEIGHT // 3), slice(HEIGHT // 3, 2 * HEIGHT // 3), slice(2 * HEIGHT // 3, HEIGHT))
    columns = (slice(0, WIDTH // 3), slice(WIDTH // 3, 2 * WIDTH // 3), slice(2 * WIDTH // 3, WIDTH))
    for place, row, column in _PLACES:
        pixels = int(found[rows[row], columns[column]].sum())
        if pixels >= _LEAST:
            yield Mark(system, place, pixels)


def _alike(told: Sequence[str]) -> NDArray[np.bool_]:
    """Pixels near the edge of the picture where every clip's mean has a like edge."""
    edges = np.stack([_edges(one) for one in told])
    strength = np.hypot(edges[..., 0], edges[..., 1])
    together = np.hypot(*np.moveaxis(edges.sum(axis=0), -1, 0))
    agreement = together / np.maximum(strength.sum(axis=0), 1e-6)
    plain = np.quantile(strength, 0.25, axis=0) >= _STEP
    return np.asarray((agreement >= _ALIKE) & plain & _border(), bool)


def _edges(told: str) -> F32:
    """Differences across and down of one mean picture, float32 (h, w, 2), code values."""
    picture = np.frombuffer(base64.b64decode(told), np.uint8).reshape(HEIGHT, WIDTH).astype(np.float32)
    across, down = (cv2.Sobel(picture, cv2.CV_32F, *axis, ksize=3, scale=0.25) for axis in ((1, 0), (0, 1)))
    return np.stack([across, down], axis=-1)


def _border() -> NDArray[np.bool_]:
    border = np.ones((HEIGHT, WIDTH), bool)
    border[round(_BAND * HEIGHT):-round(_BAND * HEIGHT), round(_BAND * WIDTH):-round(_BAND * WIDTH)] = False
    return border


def _thick(found: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.asarray(cv2.dilate(found.astype(np.uint8), np.ones((3, 3), np.uint8)), bool)

"""Damage that anyone sees: for content checks, where one clip is plainly the worse one, and for training.

Each works on the planes of pictures as they come (8-bit 4:2:0, see
:mod:`steadybench.study.exporting.canvas`), so that a spoiled clip differs from the clean one by the damage
alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray

from steadybench.study.exporting.canvas import Planes

Plane = NDArray[np.uint8]

_GROWTH, _SLIDE = 0.35, 0.14
"""Drifting, by the end: growth of the picture, and the way it goes as a share of its width."""
_LOOP_S, _JUMP = 2.0, 0.06
"""Resetting: seconds until it starts over, and how far the picture grows until then."""
_SHARPER, _GARISH, _CONTRAST = 2.2, 1.2, 0.25
"""Hardened, by the end: gain of detail, of colour, of contrast."""
_BLACK, _WHITE, _MIDDLE = 16, 235, 128


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture and when it comes on."""

    share: float
    """Of the clip's length, from 0 to 1."""
    at_s: float
    planes: Planes


Spoil = Callable[[Iterator[Shown]], Iterator[Planes]]
"""Takes pictures in order and returns as many."""


def _frozen(pictures: Iterator[Shown]) -> Iterator[Planes]:
    """The first picture for good."""
    first: Planes | None = None
    for one in pictures:
        first = first or _copied(one.planes)
        yield first


def _drifting(pictures: Iterator[Shown]) -> Iterator[Planes]:
    """The whole picture grows and slides, evenly over the clip."""
    for one in pictures:
        yield _moved(one.planes, 1 + _GROWTH * one.share, _SLIDE * one.share)


def _hardened(pictures: Iterator[Shown]) -> Iterator[Planes]:
    """Surfaces turn glassy, edges hard, colours garish, more and more; plain after a third of the clip."""
    for one in pictures:
        amount = min(1.0, 0.15 + 1.7 * one.share)
        y, u, v = one.planes
        yield _sharper(y, amount), _stronger(u, amount), _stronger(v, amount)


def _resetting(pictures: Iterator[Shown]) -> Iterator[Planes]:
    """The first two seconds again and again; a slight growth makes the jump back plain on calm scenes too."""
    kept: list[tuple[float, Planes]] = []
    for one in pictures:
        if one.at_s < _LOOP_S:
            kept.append((one.at_s, _copied(one.planes)))
        phase = one.at_s % _LOOP_S
        picture = min(kept, key=lambda own: abs(own[0] - phase))[1]
        yield _moved(picture, 1 + _JUMP * phase / _LOOP_S, 0.0)


SPOILS: Mapping[str, Spoil] = MappingProxyType({
    "drifting": _drifting, "frozen": _frozen, "hardened": _hardened, "resetting": _resetting,
})  # fmt: skip
"""Every damage by its name."""


def _moved(own: Planes, growth: float, slide: float) -> Planes:
    """Enlarge about the middle, then go to the left by a share of the width; the frame stays filled."""
    y, u, v = (_warped(plane, growth, slide) for plane in own)
    return y, u, v


def _warped(plane: Plane, growth: float, slide: float) -> Plane:
    rows, columns = plane.shape
    middle_x, middle_y = (columns - 1) / 2, (rows - 1) / 2
    matrix = np.array([
        [growth, 0.0, (1 - growth) * middle_x - slide * columns],
        [0.0, growth, (1 - growth) * middle_y],
    ])
    moved = cv2.warpAffine(plane, matrix, (columns, rows), flags=cv2.INTER_LINEAR,
                           borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(moved, np.uint8)


def _sharper(y: Plane, amount: float) -> Plane:
    """Fine detail goes, as on glass, and what edges are left grow hard."""
    glassy = np.asarray(cv2.medianBlur(np.ascontiguousarray(y), 5), np.float32)
    picture = (1 - amount) * y.astype(np.float32) + amount * glassy
    soft = cv2.GaussianBlur(picture, (0, 0), max(1.0, y.shape[0] / 120))
    middle = (_BLACK + _WHITE) / 2
    made = (picture - middle) * (1 + _CONTRAST * amount) + middle + _SHARPER * amount * (picture - soft)
    sharp: Plane = np.rint(made).clip(_BLACK, _WHITE).astype(np.uint8)
    return sharp


def _stronger(chroma: Plane, amount: float) -> Plane:
    made = _MIDDLE + (chroma.astype(np.float32) - _MIDDLE) * (1 + _GARISH * amount)
    strong: Plane = np.rint(made).clip(_BLACK, 240).astype(np.uint8)
    return strong


def _copied(own: Planes) -> Planes:
    y, u, v = own
    return y.copy(), u.copy(), v.copy()

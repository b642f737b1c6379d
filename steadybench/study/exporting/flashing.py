"""Does a clip flash more than three times in any second?

The general flash and red flash definitions of WCAG 2.2, success criterion 2.3.1, over the whole picture: a
flash is a pair of opposing changes of relative luminance by a tenth of the maximum or more where the darker
image is below 0.80, or a pair of opposing changes that involve a saturated red; it counts where it comes
together over a quarter of the picture. Luminance is looked at in coarse cells, so that grain and glitter,
which the definition leaves out, are averaged.
"""

from __future__ import annotations

from collections import deque
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from steadybench.study.exporting.canvas import Planes

F32 = NDArray[np.float32]

MOST = 3
"""Flashes that are allowed in any second."""
_CHANGE, _DARK, _AREA = 0.10, 0.80, 0.25
_RED_CHANGE, _RED_SHARE = 20.0 / 320.0, 0.8
_COLUMNS = 32
_TOGETHER_S = 0.1
"""Changes this close in time count as one, so that a wave of light across the picture does."""


class FlashScreen:
    """Looks at the pictures of one clip in order."""

    def __init__(self) -> None:
        self._luminance, self._red = _Swings(_CHANGE), _Swings(_RED_CHANGE)
        self._general, self._saturated = _Count(), _Count()

    def see(self, at_s: float, own: Planes) -> None:
        """Take the next picture and its time in seconds."""
        linear = _linear(own)
        luminance = linear @ np.array([0.2126, 0.7152, 0.0722], np.float32)
        up, down = self._luminance.turn(luminance, darker_below=_DARK)
        self._general.see(at_s, up, down)
        total = linear.sum(axis=-1)
        is_red = linear[..., 0] >= _RED_SHARE * np.maximum(total, 1e-6)
        excess = np.where(is_red, np.maximum(2 * linear[..., 0] - total, 0), 0)
        self._saturated.see(at_s, *self._red.turn(excess.astype(np.float32), darker_below=np.inf))

    @property
    def flashes(self) -> float:
        """Most flashes in any second so far; half a flash is a change that was not undone."""
        return max(self._general.most, self._saturated.most) / 2


class _Swings:
    """Turning points of a quantity, cell by cell: where it went up or down by enough since the last one."""

    def __init__(self, change: float) -> None:
        self._change = change
        self._low: F32 | None = None
        self._high: F32 | None = None

    def turn(self, now: F32, darker_below: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Cells that have just completed a way up, and those that have just completed a way down."""
        if self._low is None or self._high is None:
            self._low, self._high = now.copy(), now.copy()
        low, high = np.minimum(self._low, now), np.maximum(self._high, now)
        up = (now - low >= self._change) & (low < darker_below)
        down = (high - now >= self._change) & (now < darker_below)
        self._low, self._high = np.where(up, now, low), np.where(down, now, high)
        # What went up turns down next: the other end starts from here.
        self._high = np.where(up, now, self._high)
        self._low = np.where(down, now, self._low)
        return up, down


class _Count:
    """Opposing changes that come together over enough of the picture, within the last second."""

    def __init__(self) -> None:
        self._recent: deque[tuple[float, NDArray[np.bool_], NDArray[np.bool_]]] = deque()
        self._times: deque[float] = deque()
        self._last = 0
        self.most = 0

    def see(self, at_s: float, up: NDArray[np.bool_], down: NDArray[np.bool_]) -> None:
        self._recent.append((at_s, up, down))
        while at_s - self._recent[0][0] > _TOGETHER_S:
            self._recent.popleft()
        ups = np.logical_or.reduce([own for _, own, _ in self._recent])
        downs = np.logical_or.reduce([own for _, _, own in self._recent])
        for direction, together in ((1, ups), (-1, downs)):
            if direction != self._last and together.mean() >= _AREA:
                self._add(at_s, direction)
                return

    def _add(self, at_s: float, direction: int) -> None:
        self._last = direction
        self._recent.clear()
        self._times.append(at_s)
        while at_s - self._times[0] > 1.0 - 1e-6:
            self._times.popleft()
        self.most = max(self.most, len(self._times))


def _linear(own: Planes) -> F32:
    """Cells in linear light, float32 (h, w, 3), 0 to 1, by the transfer function of sRGB."""
    side = max(1, own[1].shape[1] // _COLUMNS)
    y, u, v = (_cells(plane, side * share) for plane, share in zip(own, (2, 1, 1), strict=True))
    light, blue, red = (y - 16) / 219, (u - 128) / 224, (v - 128) / 224
    green = light - 0.1873 * blue - 0.4681 * red
    picture = np.stack([light + 1.5748 * red, green, light + 1.8556 * blue], -1)
    return _table()[np.clip(np.rint(255 * picture), 0, 255).astype(np.uint8)]


def _cells(plane: NDArray[np.uint8], side: int) -> F32:
    """Means of square cells; what is left over at the right and bottom edge is not looked at."""
    rows, columns = (max(1, length // side) for length in plane.shape)
    whole = plane[: rows * side, : columns * side]
    return np.asarray(cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)


@lru_cache(maxsize=1)
def _table() -> F32:
    code = np.arange(256) / 255
    linear = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear, np.float32)

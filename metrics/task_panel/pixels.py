"""The pixel metrics of a clip, taken sample by sample at the clip's own size: no flow, no features."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from metrics.task_panel.camera import Pixels, pixels
from metrics.task_panel.plan import sample_window
from metrics.task_panel.regions import TINY, regions

LEAST_STILL = 50
"""With fewer still pixels the whole frame counts as still."""
STAGNANT_SHARE = 0.5
"""A sample stagnates where its change is below this share of the early mean."""
MOST_PERSISTENCE = 2.0
"""FDP is cut off here."""
_LEAST_ERROR = 1e-6

Rgb = NDArray[np.uint8]
Grey = NDArray[np.uint8]


class PixelMeter:
    """Takes the samples one after another; holds the early window and two pictures, however long the clip.

    Args:
        count: samples that will come, at least 6.

    """

    def __init__(self, count: int) -> None:
        self._window = sample_window(count)
        self._late_from = count - self._window
        self._count = count
        self._index = -1
        self._first: Grey | None = None
        self._last: Grey | None = None
        self._head: list[Rgb] = []
        self._sharp: tuple[list[float], list[float]] = ([], [])
        self._colour = (RunningMean(), RunningMean())
        self._changes: list[float] = []
        self._psnr: list[float] = []
        self._moving: Pixels = np.zeros(0, np.intp)
        self._still: Pixels | None = None

    def add(self, rgb: Rgb) -> None:
        """Take the next sample, uint8 (h, w, 3)."""
        self._index += 1
        grey = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
        early, late = self._index < self._window, self._index >= self._late_from
        if early or late:
            self._sharp[late].append(_sharpness(grey))
        if self._first is None:
            self._first = grey
        if self._still is None:
            self._head.append(rgb.copy())
            if self._index == self._window:
                self._know()
        elif self._last is not None:
            self._changes.append(self._change(self._last, grey))
        if late:
            self._end(rgb, grey)
        self._last = grey

    def _know(self) -> None:
        """The early window is over: find the regions and read them in what was held."""
        greys = [np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8) for rgb in self._head]
        pairs = list(pairwise(greys))
        changes = np.zeros(greys[0].shape, np.float32)
        for a, b in pairs:
            changes += cv2.absdiff(a, b)
        found = regions(changes / np.float32(len(pairs)))
        self._moving, self._still = pixels(found.moving), pixels(found.still)
        if len(self._still) < LEAST_STILL:
            self._still = np.arange(found.still.size)
        self._changes = [self._change(a, b) for a, b in pairs]
        for rgb in self._head[: self._window]:
            self._colour[0].add(_lab(rgb).take(self._still, axis=0))
        self._head = []

    def _change(self, a: Grey, b: Grey) -> float:
        """Mean grey difference in the moving region; 0 where it is empty."""
        changed = cv2.absdiff(a, b).reshape(-1).take(self._moving)
        return float(changed.mean(dtype=np.float64)) if len(changed) else 0.0

    def _end(self, rgb: Rgb, grey: Grey) -> None:
        if self._first is None or self._still is None:
            return
        self._colour[1].add(_lab(rgb).take(self._still, axis=0))
        error = cv2.absdiff(self._first, grey).reshape(-1).take(self._still).astype(np.float64) / 255
        self._psnr.append(float(-10 * np.log10(max(float(np.mean(error**2)), _LEAST_ERROR))))

    def numbers(self) -> dict[str, float]:
        """The published numbers, after the last sample."""
        sharp_early, sharp_late = (float(np.mean(part)) for part in self._sharp)
        early, late = self._colour
        change = np.array(self._changes)
        start = float(change[: self._window].mean())
        low = np.flatnonzero(change < STAGNANT_SHARE * (start + TINY))
        return {
            "sharp_ratio": sharp_late / (sharp_early + TINY),
            "de_static": float(np.linalg.norm(late.as_coded() - early.as_coded())),
            "de_static_f64": float(np.linalg.norm(late.exact() - early.exact())),
            "dl_static": float(late.as_coded()[0] - early.as_coded()[0]) * 100 / 255,
            "idpsnr_late": float(np.mean(self._psnr)),
            "fdp": min(float(change[-self._window :].mean()) / (start + TINY), MOST_PERSISTENCE),
            "stag_onset": float(low[0]) / (self._count - 1) if len(low) else 1.0,
        }


class RunningMean:
    """Mean colour of many pixels, exact and as the published program sums it.

    That program asks numpy for the mean of a float32 table, row after row. The sum runs past 2^24 within the
    first frame and drops low bits from there on; after 20 frames of 250,000 px the mean of a channel is off
    by up to several units. It is repeated here row by row, in the same order.
    """

    def __init__(self) -> None:
        self._sum = np.zeros(3, np.int64)
        self._coded = np.zeros(3, np.float32)
        self._count = 0

    def add(self, colours: NDArray[np.uint8]) -> None:
        """Take the next pixels, uint8 (n, 3)."""
        self._sum += np.array(cv2.sumElems(colours[None])[:3], np.int64)
        rows = np.concatenate([self._coded[None], colours.astype(np.float32)])
        self._coded = np.add.accumulate(rows, axis=0, out=rows)[-1]
        self._count += len(colours)

    def exact(self) -> NDArray[np.float64]:
        """The mean, float64 (3,)."""
        return self._sum / self._count

    def as_coded(self) -> NDArray[np.float32]:
        """The mean with the published program's rounding, float32 (3,)."""
        return self._coded / np.float32(self._count)


def _lab(rgb: Rgb) -> NDArray[np.uint8]:
    """OpenCV's 8-bit Lab, uint8 (pixels, 3): L is 0-255 here."""
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB), np.uint8).reshape(-1, 3)


def _sharpness(grey: Grey) -> float:
    """Variance of the 3 x 3 Laplacian, float64."""
    deviation = cv2.meanStdDev(cv2.Laplacian(grey, cv2.CV_64F))[1]
    return float(deviation[0, 0]) ** 2

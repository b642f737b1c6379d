"""Each damage does what its question asks about, plainly, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from steadybench.study.exporting.canvas import Planes
from steadybench.study.questions import QUESTIONS
from steadybench.study.spoil import SPOILS, Shown
from tests.steadybench.study.export_sources import scene

_FPS, _SECONDS = 8, 6
_FRAMES = _FPS * _SECONDS
_RGB = scene("spoil", _FRAMES, (192, 108))
_STILL = np.repeat(_RGB[:1], _FRAMES, axis=0)


def _planes(rgb: NDArray[np.uint8]) -> Planes:
    packed = cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420)
    chroma = packed[108:].reshape(2, 54, 96)
    return packed[:108], chroma[0], chroma[1]


def _clip(rgb: NDArray[np.uint8]) -> Iterator[Shown]:
    return (Shown(i / _FRAMES, i / _FPS, _planes(picture)) for i, picture in enumerate(rgb))


def _luma(name: str, rgb: NDArray[np.uint8] = _RGB) -> NDArray[np.float64]:
    made = list(SPOILS[name](_clip(rgb)))
    assert [plane.shape for plane in made[-1]] == [(108, 192), (54, 96), (54, 96)]
    return np.stack([own[0] for own in made]).astype(float)


_CLEAN = np.stack([_planes(picture)[0] for picture in _RGB]).astype(float)


def _changes(luma: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean difference of each picture from the one before."""
    return np.abs(np.diff(luma, axis=0)).mean(axis=(1, 2))


def test_every_question_has_its_damage() -> None:
    """And no damage is there for nothing."""
    assert {question.spoil for question in QUESTIONS.values()} == set(SPOILS)


def test_frozen_stands_still() -> None:
    """The first picture to the end."""
    frozen = _luma("frozen")
    assert len(frozen) == _FRAMES
    assert np.array_equal(frozen, np.repeat(_CLEAN[:1], _FRAMES, axis=0))


def test_drifting_moves_what_stands_still_and_goes_on() -> None:
    """Evenly, by a good part of the picture, with no empty border."""
    drifting = _luma("drifting", _STILL)
    assert np.array_equal(drifting[0], _CLEAN[0])
    window = cv2.createHanningWindow((192, 108), cv2.CV_64F)
    (shift, _), _ = cv2.phaseCorrelate(drifting[0], drifting[6], window)
    assert -6 < shift < -2
    assert _changes(drifting).min() > 0.3
    assert drifting[-1].std() > 0.5 * drifting[0].std()


def test_hardened_grows_sharper_and_more_garish() -> None:
    """Edges and colours, without the picture moving."""
    made = list(SPOILS["hardened"](_clip(_STILL)))
    detail = [cv2.Laplacian(own[0].astype(float), cv2.CV_64F).std() for own in (made[0], made[12], made[-1])]
    colour = [own[1].astype(float).std() for own in (made[0], made[12], made[-1])]
    assert detail[0] < detail[1] < detail[2]
    assert colour[0] < colour[1] < colour[2]
    assert detail[2] > 2 * cv2.Laplacian(_CLEAN[0], cv2.CV_64F).std()
    assert colour[2] > 1.5 * _planes(_RGB[0])[1].std()


def test_resetting_jumps_back_every_two_seconds() -> None:
    """The jumps stand out by far, in a still scene too."""
    for rgb in (_RGB, _STILL):
        changes = _changes(_luma("resetting", rgb))
        jumps = [i for i in range(len(changes)) if changes[i] > 2 * np.median(changes)]
        assert jumps == [15, 31]
    resetting = _luma("resetting")
    assert np.array_equal(resetting[16:32], resetting[:16])

"""Finding a scene again after a jump."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from metrics.flow_backends import make_flow
from metrics.picture import local_normalise
from metrics.registration import Registrar
from metrics.search import Search

SHAPE = (200, 320)
EVERYWHERE = np.ones(SHAPE, bool)


def scene(seed: int) -> NDArray[np.uint8]:
    rng = np.random.default_rng(seed)
    picture = np.full(SHAPE, 90, np.uint8)
    for _ in range(160):
        x, y = int(rng.integers(0, SHAPE[1])), int(rng.integers(0, SHAPE[0]))
        cv2.rectangle(picture, (x, y), (x + int(rng.integers(5, 30)), y + int(rng.integers(5, 30))),
                      int(rng.integers(20, 235)), -1)  # fmt: skip
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.8), np.uint8)


def jumped(picture: NDArray[np.uint8], angle_deg: float, shift: tuple[float, float]) -> NDArray[np.uint8]:
    matrix = cv2.getRotationMatrix2D((160, 100), angle_deg, 1.0)
    matrix[:, 2] += shift
    return np.asarray(cv2.warpAffine(picture, matrix, SHAPE[::-1], borderMode=cv2.BORDER_REFLECT), np.uint8)


def test_a_jump_is_found() -> None:
    picture = scene(1)
    found = Search(local_normalise(picture), EVERYWHERE).find(jumped(picture, -12, (20, -9)))
    assert found is not None
    assert found.angle_deg == pytest.approx(12, abs=0.3)
    assert found.shift_at(160, 100) == pytest.approx((20, -9), abs=0.5)


def test_another_scene_and_an_empty_picture_are_not() -> None:
    search = Search(local_normalise(scene(1)), EVERYWHERE)
    assert search.find(scene(2)) is None
    assert search.find(np.full(SHAPE, 128, np.uint8)) is None


def test_registration_survives_a_jump_and_its_result_is_exact() -> None:
    picture = scene(3)
    registrar = Registrar(picture, {"": EVERYWHERE}, make_flow("dis", preset="medium"))
    registrar.calibrate([picture, picture])
    assert registrar.register(picture)[""].displacement == pytest.approx(0, abs=0.01)
    found = registrar.register(jumped(picture, 14, (30, 12)))[""]
    assert found.camera is not None
    assert found.camera.shift_at(160, 100) == pytest.approx((30, 12), abs=0.3)

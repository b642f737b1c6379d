"""Known camera motions on a textured picture, and what must not be taken for one."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from metrics.flow import DisFlow
from metrics.registration import Registrar, Registration, textured_points
from metrics.similarity import Similarity

HEIGHT, WIDTH = 240, 320
MIDDLE = ((WIDTH - 1) / 2, (HEIGHT - 1) / 2)
Picture = NDArray[np.uint8]


def texture(seed: int, height: int = HEIGHT, width: int = WIDTH) -> Picture:
    rng = np.random.default_rng(seed)
    total = np.zeros((height, width), np.float32)
    for sigma, weight in ((1.5, 1.0), (3, 1.0), (8, 1.5)):
        noise = cv2.GaussianBlur(rng.normal(size=(height, width)).astype(np.float32), (0, 0), sigma)
        total += weight * noise / noise.std()
    return np.clip(120 + 20 * total, 0, 255).astype(np.uint8)


SCENE = texture(1, HEIGHT + 120, WIDTH + 120)


def camera(x: float = 0.0, y: float = 0.0, degrees: float = 0.0, zoom: float = 1.0) -> Similarity:
    """Roll and zoom about the middle, then a shift."""
    turn = cv2.getRotationMatrix2D(MIDDLE, -degrees, zoom)
    return Similarity(turn + np.array([[0, 0, x], [0, 0, y]]))


def shot(moved: Similarity | None = None) -> Picture:
    """What the camera sees of the wide scene."""
    matrix = (moved or Similarity.identity()).matrix @ np.array([[1, 0, -60], [0, 1, -60], [0, 0, 1.0]])
    return np.asarray(cv2.warpAffine(SCENE, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC), np.uint8)


def registrar(calm: Sequence[Picture] = (), support: NDArray[np.bool_] | None = None) -> Registrar:
    mask = np.ones((HEIGHT, WIDTH), bool) if support is None else support
    made = Registrar(shot(), {"": mask}, DisFlow("medium"))
    made.calibrate([*calm, shot()])
    return made


def error(found: Registration, truth: Similarity) -> float:
    """Largest distance from the truth over the picture, px."""
    assert found.camera is not None
    y, x = np.mgrid[0:HEIGHT:20, 0:WIDTH:20]
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    return float(np.linalg.norm(found.camera.apply(points) - truth.apply(points), axis=1).max())


CAMERAS = {
    "still": camera(),
    "a third of a pixel": camera(x=0.33, y=-0.4),
    "shift": camera(x=6.3, y=-3.8),
    "roll": camera(degrees=1.5),
    "zoom in": camera(zoom=1.04),
    "zoom out": camera(zoom=0.97),
    "all": camera(x=-4.5, y=2.2, degrees=-1.0, zoom=1.02),
}


@pytest.mark.parametrize("truth", CAMERAS.values(), ids=CAMERAS.keys())
def test_a_known_camera_is_found(truth: Similarity) -> None:
    found = registrar().register(shot(truth))[""]
    assert error(found, truth) < 0.2
    assert found.inlier_share > 0.85


def test_exposure_and_gamma_do_not_move_the_camera() -> None:
    truth = camera(x=5, y=3)
    seen = 255 * (shot(truth) / 255.0 * 0.7) ** 1.2
    assert error(registrar().register(seen.astype(np.uint8))[""], truth) < 0.25


def test_a_long_pan_is_followed_step_by_step() -> None:
    made = registrar()
    for x in range(4, 50, 4):
        found = made.register(shot(camera(x=x)))[""]
    assert error(found, camera(x=48)) < 0.3


def test_displacement_is_a_share_of_the_diagonal() -> None:
    # 6 and 8 px on a diagonal of 400 px.
    found = registrar().register(shot(camera(x=6, y=-8)))[""]
    assert found.displacement == pytest.approx(2.5, abs=0.05)
    assert registrar().register(shot())[""].displacement == pytest.approx(0, abs=0.03)


def test_zoom_displaces_by_its_mean_over_the_support() -> None:
    made = registrar()
    y, x = made.points[:, 1] - MIDDLE[1], made.points[:, 0] - MIDDLE[0]
    expected = 0.04 * np.hypot(x, y).mean() / 400 * 100
    assert made.register(shot(camera(zoom=1.04)))[""].displacement == pytest.approx(expected, abs=0.05)


def test_another_scene_is_lost_and_gives_no_number() -> None:
    found = registrar().register(texture(9))[""]
    assert found.lost
    assert found.camera is None and found.displacement is None


def test_what_moves_outside_the_support_has_no_say() -> None:
    support = np.zeros((HEIGHT, WIDTH), bool)
    support[:, : WIDTH // 3] = True
    seen = shot(camera(x=9, y=5))
    seen[:, : WIDTH // 3 + 8] = shot()[:, : WIDTH // 3 + 8]
    assert error(registrar(support=support).register(seen)[""], camera()) < 0.2


def test_many_points_in_one_corner_are_no_camera() -> None:
    """Half of all points agree, but they lie together while the rest of the scene has gone."""
    support = np.zeros((HEIGHT, WIDTH), bool)
    support[::60] = True
    support = cv2.dilate(support.astype(np.uint8), np.ones((15, 1), np.uint8)) > 0
    support[:78, :104] = True
    seen = texture(9)
    seen[:78, :104] = shot()[:78, :104]
    found = registrar(support=support).register(seen)[""]
    assert found.inlier_share > 0.3
    assert found.lost


def test_points_that_move_during_calibration_are_left_out() -> None:
    wobbling = shot()
    wobbling[100:200, 100:250] = shot(camera(x=3, y=2))[100:200, 100:250]
    before, after = registrar(), registrar(calm=[wobbling])
    left = after.chosen()
    inside = (left[:, 0] > 110) & (left[:, 0] < 240) & (left[:, 1] > 110) & (left[:, 1] < 190)
    assert after.count() < 0.95 * before.count()
    assert inside.mean() < 0.02


def test_textured_points_avoid_flat_parts_and_edges_in_one_direction() -> None:
    picture = np.full((120, 160), 90, np.uint8)
    picture[:, :60] = texture(3)[:120, :60]
    picture[:, 110:] = 180
    points = textured_points(picture, np.ones(picture.shape, bool))
    assert len(points) > 50
    assert points[:, 0].max() < 70


def test_an_empty_support_has_no_points() -> None:
    made = registrar(support=np.zeros((HEIGHT, WIDTH), bool))
    assert made.count() == 0
    assert made.register(shot())[""].lost


def test_registering_twice_gives_the_same_camera() -> None:
    seen = shot(camera(x=2.5, degrees=0.5))
    first, second = (registrar().register(seen)[""].camera for _ in range(2))
    assert first is not None and second is not None
    assert np.array_equal(first.matrix, second.matrix)

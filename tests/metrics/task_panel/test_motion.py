"""fBD to DAR: against a second implementation that reads the whole clip, by hand, on bad input."""

from __future__ import annotations

import itertools
import tracemalloc
from typing import Any

import cv2
import numpy as np
import pytest

from metrics.flow import DisFlow
from metrics.task_panel.features import mutual_matches
from metrics.task_panel.motion import HEIGHT, Found, MotionMeter, Picture, numbers
from metrics.task_panel.plan import Kept
from metrics.task_panel.regions import regions
from tests.metrics.task_panel import scenes, whole

HZ = 8.0


class Prepared:
    """Flow fields by the number of the pair."""

    min_side = 32

    def __init__(self, fields: list[Any]) -> None:
        self._fields = iter(fields)

    def picture(self, frame: Any, size: tuple[int, int]) -> Picture:
        raise NotImplementedError

    def between(self, a: Picture, b: Picture) -> Any:
        return next(self._fields)


def streamed(greys: list[Any], fields: list[Any]) -> tuple[dict[str, float | None], Found]:
    plan = Kept(len(greys), HZ)
    meter = MotionMeter(plan, Prepared(fields))
    for grey in greys:
        meter.add(Picture(grey))
    return numbers(meter.found, plan, greys[0].shape[1], greys[0].shape[0]), meter.found


def with_dis(frames: list[Any]) -> tuple[list[Any], list[Any]]:
    greys, dis = [scenes.grey(frame) for frame in frames], DisFlow("ultrafast")
    return greys, [dis.flow(a, b) for a, b in itertools.pairwise(greys)]


SCENES = {
    "still camera": {"count": 26},
    "panning": {"count": 26, "pan": 0.7},
    "turning": {"count": 18, "turn": 0.15},
    "slowing": {"count": 33, "slowing": 0.09},
    "four frames": {"count": 4, "pan": 1.0},
    "six frames": {"count": 6, "pan": 0.5},
    "seven frames": {"count": 7},
}


@pytest.mark.parametrize("name", SCENES)
def test_one_pass_agrees_with_the_whole_clip(name: str) -> None:
    greys, fields = with_dis(scenes.river(**SCENES[name]))
    found, _ = streamed(greys, fields)
    wanted = whole.from_flow(greys, fields, HZ)
    assert found.keys() == wanted.keys()
    for key, value in wanted.items():
        assert found[key] == pytest.approx(value, rel=1e-7, abs=1e-8), key  # float32 magnitudes
    assert found["fbd"] is not None
    assert found["mcff_l"] > 0.1


def test_a_turning_camera_tells_the_versions_apart() -> None:
    """The whole picture turns: a similarity takes all of it out, a median translation leaves it in."""
    y, x = np.mgrid[:90, :120].astype(np.float32)
    turn = np.stack([-0.02 * (y - 45), 0.02 * (x - 60)], axis=-1)
    water = turn.copy()
    water[:, 90:, 1] += 6.0
    grey = np.clip(scenes.texture(90, 120, 1), 0, 255).astype(np.uint8)
    found, kept = streamed([grey] * 10, [water] * 3 + [turn] * 6)
    assert kept.unfitted == 0
    assert found["mcff_l"] < 0.001
    assert found["mcff_l_v10"] > 0.5


@pytest.mark.parametrize("k", [2.0, 4.0])
def test_pure_translation_is_read_in_frame_widths_a_second(k: float) -> None:
    big = scenes.texture(400, 620, 5)
    frames = [np.clip(scenes.cut(big, k * i, 288, 499), 0, 255).astype(np.uint8) for i in range(8)]
    dis = DisFlow("ultrafast")
    found, _ = streamed(frames, [dis.flow(a, b) for a, b in itertools.pairwise(frames)])
    assert found["nbf"] == pytest.approx(k * HZ / 499 * 1000, rel=0.03)
    assert found["bfr"] == pytest.approx(found["nbf"] / HZ)


def test_fbd_of_a_moved_bank() -> None:
    """The bank moves by 1 px a frame; the last three of ten frames lie 7, 8 and 9 px away."""
    big = scenes.texture(180, 240, 5)
    frames = [np.clip(scenes.cut(big, i, 120, 160), 0, 255).astype(np.uint8) for i in range(10)]
    field = np.ones((120, 160, 2), np.float32) * (1, 0)
    field[:, 120:] = 9.0
    found, kept = streamed(frames, [field.astype(np.float32)] * 9)
    assert found["fbd"] == pytest.approx(100 * 8 / np.hypot(120, 160), rel=0.01)
    assert kept.unregistered == 0


def test_numbers_by_hand() -> None:
    """Right third flows at 5 px, the rest at 1 px; from pair 27 on the right third stands."""
    def field(fast: float) -> Any:
        made = np.zeros((HEIGHT, 300, 2), np.float32)
        made[..., 0] = 1.0
        made[:, 200:] = 0.0, fast
        return made

    grey = np.clip(scenes.texture(HEIGHT, 300, 1), 0, 255).astype(np.uint8)
    count, window = 31, 3
    fields = [field(0.0 if i >= count - 1 - window else 5.0) for i in range(count - 1)]
    found, kept = streamed([grey] * count, fields)
    assert found["bfr"] == pytest.approx(1000 / 300)
    assert found["nbf"] == pytest.approx(8000 / 300)
    assert found["mcff_e"] == pytest.approx(np.hypot(1, 5), rel=1e-6)
    assert found["mcff_l"] == pytest.approx(1.0, rel=1e-6)
    assert found["fp"] == pytest.approx(1 / np.hypot(1, 5), rel=1e-5)
    assert found["dlr"] == pytest.approx(1 / 1e-6, rel=1e-6)
    assert found["dar_signed"] == pytest.approx(1 - 1 / 1e-6, rel=1e-6)
    assert found["dar"] == 0.0
    assert found["fbd"] == 0.0
    assert kept.moving_share == pytest.approx(1 / 3)


def test_persistence_stops_at_two() -> None:
    grey = np.clip(scenes.texture(HEIGHT, 100, 1), 0, 255).astype(np.uint8)
    fields = []
    for i in range(30):
        made = np.zeros((HEIGHT, 100, 2), np.float32)
        made[:, 60:, 0] = 1.0 if i < 20 else 9.0
        fields.append(made)
    found, _ = streamed([grey] * 31, fields)
    assert found["fp"] == 2.0
    assert found["fp_v10"] == 2.0


def test_regions_of_a_picture_in_two_halves() -> None:
    activity = np.full((100, 200), 0.02, np.float32)
    activity[:, 120:] = 3.0
    found = regions(activity)
    assert (found.moving == (np.arange(200) >= 120)).all()
    inside = np.zeros((100, 200), bool)
    inside[6:94, 10:118] = True  # 4 px and 8 px of border, and 2 px of erosion at every edge
    assert (found.still == inside).all()


def test_a_small_moving_part_is_widened_to_a_fifth() -> None:
    rng = np.random.default_rng(0)
    activity = cv2.GaussianBlur(rng.random((100, 200)).astype(np.float32), (0, 0), 8)
    activity = (activity - activity.min()) / np.ptp(activity) * 0.1
    activity[40:50, 60:70] = 5.0
    found = regions(activity.astype(np.float32))
    assert 0.15 < found.moving.mean() < 0.25
    moving, still = whole.split(activity.astype(np.float32))
    assert (found.moving == moving).all() and (found.still == still).all()


@pytest.mark.parametrize("code", [0, 255])
def test_nothing_to_see_gives_what_the_program_gives(code: int) -> None:
    grey = np.full((HEIGHT, 120), code, np.uint8)
    found, kept = streamed([grey] * 10, [np.zeros((HEIGHT, 120, 2), np.float32)] * 9)
    assert found["fbd"] is None
    assert not kept.has_features
    assert kept.moving_share == 0
    assert [found[name] for name in ("bfr", "nbf", "mcff_e", "mcff_l", "fp", "dlr")] == [0] * 6
    assert found["dar_signed"] == found["dar"] == 1.0


def test_a_still_picture_with_noise_has_full_persistence() -> None:
    """Known fault: FP of a clip that never moves is the ratio of two noise levels."""
    rng = np.random.default_rng(7)
    base = scenes.texture(120, 160, 1)
    greys = [np.clip(base + rng.normal(0, 6, base.shape), 0, 255).astype(np.uint8) for _ in range(26)]
    dis = DisFlow("ultrafast")
    found, _ = streamed(greys, [dis.flow(a, b) for a, b in itertools.pairwise(greys)])
    assert found["fp"] == pytest.approx(1.0, abs=0.25)
    assert found["mcff_l"] < 0.5


def test_everything_moving_leaves_no_still_region() -> None:
    rng = np.random.default_rng(1)
    greys = [rng.integers(0, 256, (96, 120)).astype(np.uint8) for _ in range(8)]
    field = np.full((96, 120, 2), 4.0, np.float32)
    field[:13] = 1.0  # Otsu needs something below; the morphology leaves it whole
    field[:13, ::2] = 4.0
    found, kept = streamed(greys, [field] * 7)
    wanted = whole.from_flow(greys, [field] * 7, HZ)
    assert kept.still_share < 0.15
    assert found["fbd"] == wanted["fbd"] is None
    assert found["mcff_l"] == pytest.approx(wanted["mcff_l"], rel=1e-7)
    assert found["bfr"] == pytest.approx(wanted["bfr"], rel=1e-7)


def test_a_region_of_less_than_fifty_pixels_falls_back_to_the_median() -> None:
    field = np.full((HEIGHT, 120, 2), 4.0, np.float32)
    field[140:152, 40:52] = 0.0
    found, kept = streamed([np.zeros((HEIGHT, 120), np.uint8)] * 8, [field] * 7)
    assert 0 < kept.still_share * HEIGHT * 120 <= 64
    wanted = whole.from_flow([np.zeros((HEIGHT, 120), np.uint8)] * 8, [field] * 7, HZ)
    assert found["mcff_l"] == pytest.approx(wanted["mcff_l"])
    assert found["bfr"] == pytest.approx(wanted["bfr"])


def test_numbers_do_not_hang_on_opencvs_random_state() -> None:
    greys, fields = with_dis(scenes.river(14, pan=0.6))
    seen = []
    for seed in (1, 99):
        cv2.setRNGSeed(seed)
        seen.append(streamed(greys, fields)[0])
    assert seen[0] == seen[1]


def test_memory_does_not_grow_with_the_clip() -> None:
    grey = np.clip(scenes.texture(HEIGHT, 64, 1), 0, 255).astype(np.uint8)

    def peak(count: int) -> int:
        plan = Kept(count, HZ)
        meter = MotionMeter(plan, Fresh())
        tracemalloc.start()
        for _ in range(count):
            meter.add(Picture(grey.copy()))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    short, long = peak(40), peak(160)
    assert long - short < grey.nbytes


class Fresh(Prepared):
    """A new field every time."""

    def __init__(self) -> None:
        super().__init__([])

    def between(self, a: Picture, b: Picture) -> Any:
        field = np.zeros((*a.grey.shape, 2), np.float32)
        field[:, 40:] = 2.0
        return field


def test_matches_are_those_of_opencv_with_ties() -> None:
    rng = np.random.default_rng(4)
    for number in range(8):
        a, b = (rng.integers(0, 256, (size, 32), dtype=np.uint8) for size in rng.integers(1, 200, 2))
        if number % 2:  # three bits that differ at most: ties everywhere
            a, b = (x & np.array([1, 1, 1] + [0] * 29, np.uint8) for x in (a, b))
        found = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(a, b)
        here, there = mutual_matches(a, b)
        assert list(zip(here, there, strict=True)) == [(m.queryIdx, m.trainIdx) for m in found]


@pytest.mark.parametrize(
    ("frames", "fps", "kept", "window"),
    [(957, 16, 479, 57), (1917, 16, 959, 115), (3837, 16, 1919, 230), (48, 24, 16, 3), (81, 30, 21, 3),
     (20, 20, 10, 3), (10, 5, 10, 3)],
)  # fmt: skip
def test_kept_frames_and_windows(frames: int, fps: float, kept: int, window: int) -> None:
    plan = Kept(frames, fps)
    assert (plan.count, plan.window) == (kept, window)
    assert plan.late_frames == range(kept - window, kept)

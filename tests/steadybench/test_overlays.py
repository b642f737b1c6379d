"""Overlays show what the measurements see: the way things move, where, and what has changed since."""

from __future__ import annotations

import colorsys
import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from generators.contract import FrameStream, Job
from generators.encode import encode
from metrics.errors import ClipError
from metrics.masks import MEDIUM, SUPPORT
from steadybench.overlays import paint
from steadybench.overlays.draw import Drawn, draw
from tests.scenes import PROMPT, Scene, labels_of, shared_stage

WIDTH, HEIGHT, FPS, SECONDS = 320, 180, 16, 4
SPEED = 16.0
"""Pixels a second of the moving half: one a frame."""
WAYS = {"right": (1, 0), "left": (-1, 0), "down": (0, 1), "up": (0, -1)}
HUES = {"right": 0, "down": 90, "left": 180, "up": 270}


def texture(seed: int, shape: tuple[int, int]) -> NDArray[np.uint8]:
    noise = np.random.default_rng(seed).normal(size=(*shape, 1)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 3)
    grey = np.clip(128 + 60 * smooth / smooth.std(), 0, 255).astype(np.uint8)
    return np.repeat(grey.reshape(*shape, 1), 3, axis=2)


def half_moving(way: tuple[int, int]) -> Iterator[NDArray[np.uint8]]:
    """Upper half still, lower half moving at SPEED."""
    ground, carpet = texture(1, (HEIGHT, WIDTH)), texture(2, (4 * HEIGHT, 2 * WIDTH))
    for i in range(SECONDS * FPS):
        x, y = (round(100 - SPEED * i / FPS * step) for step in way)
        picture = ground.copy()
        picture[HEIGHT // 2 :] = carpet[y + 50 : y + 50 + HEIGHT // 2, x : x + WIDTH]
        yield picture


def write(pictures: Iterator[NDArray[np.uint8]], path: Path, fps: float = FPS) -> Path:
    shown = np.stack(list(pictures))
    height, width = shown.shape[1:3]
    job = Job(PROMPT, 1, len(shown) / fps, fps, width, height)
    encode(FrameStream(fps, iter([shown])), path, job)
    return path


def halves() -> NDArray[np.uint8]:
    labels = np.full((HEIGHT, WIDTH), SUPPORT, np.uint8)
    labels[HEIGHT // 2 :] = MEDIUM
    return labels


def frames(film: bytes) -> list[tuple[float, NDArray[np.uint8]]]:
    """Second and picture of every frame."""
    with av.open(io.BytesIO(film), "r") as container:
        stream = container.streams.video[0]
        return [
            (float((frame.pts or 0) * (stream.time_base or 0)), np.asarray(frame.to_ndarray(format="rgb24")))
            for frame in container.decode(stream)
        ]


def shown_at(film: bytes, t_s: float) -> NDArray[np.uint8]:
    return [picture for at, picture in frames(film) if at <= t_s + 1e-6][-1]


def mask_of(drawn: Drawn) -> NDArray[np.uint8]:
    image = cv2.imdecode(np.frombuffer(drawn.files["mask"], np.uint8), cv2.IMREAD_UNCHANGED)
    assert image is not None
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGRA2RGBA), np.uint8)


@pytest.mark.parametrize("way", WAYS)
def test_colours_of_the_flow_point_the_way_things_move(way: str, tmp_path: Path) -> None:
    clip = write(half_moving(WAYS[way]), tmp_path / "clip.mp4")
    picture = shown_at(draw(clip, halves(), "truth").files["flow"], 2.0)
    height, width = picture.shape[:2]
    # Between the arrows, away from the border between both halves.
    moving = np.median(picture[height * 2 // 3 : height - 20, 20 : width - 20].reshape(-1, 3), axis=0)
    still = np.median(picture[20 : height // 3, 20 : width - 20].reshape(-1, 3), axis=0)
    hue, _, value = colorsys.rgb_to_hsv(*(moving / 255))
    assert abs((hue * 360 - HUES[way] + 180) % 360 - 180) < 15
    assert value == pytest.approx(SPEED / WIDTH / paint.FULL_SPEED, abs=0.12)
    assert still.max() < 15


def test_faster_things_are_brighter_up_to_the_stated_speed() -> None:
    def strength(speed: float) -> int:
        velocity = np.zeros((60, 80, 2), np.float32)
        velocity[..., 0] = speed
        return int(paint.flow_picture(velocity, (80, 60))[1, 1].max())

    strengths = [strength(share * paint.FULL_SPEED) for share in (0, 0.25, 0.5, 1, 3)]
    assert strengths == [0, 64, 128, 255, 255]


def test_arrows_point_along_the_flow_and_none_stands_where_nothing_moves() -> None:
    velocity = np.zeros((96, 96, 2), np.float32)
    assert paint.flow_picture(velocity, (96, 96)).max() == 0
    velocity[..., 1] = paint.FULL_SPEED
    plain = paint.flow_picture(velocity, (96, 96))
    white = (plain.min(axis=2) > 200).nonzero()
    columns, rows = np.unique(white[1]), np.unique(white[0])
    # Arrows down fill columns near the grid's points and reach down from there.
    assert set(columns // 24) == {0, 1, 2, 3} and all(abs(c % 24 - 12) <= 4 for c in columns)
    assert rows.min() >= 11


@cache
def fall() -> Drawn:
    return draw(shared_stage().clip(Scene("waterfall")), None, "early")


def test_a_fall_flows_down() -> None:
    medium = cv2.resize(labels_of(Scene("waterfall")), (320, 180), interpolation=cv2.INTER_NEAREST) == MEDIUM
    hues = []
    for _, picture in frames(fall().files["flow"])[8:40]:
        r, g, b = np.median(picture[medium], axis=0) / 255
        hues.append(colorsys.rgb_to_hsv(r, g, b)[0] * 360)
    assert abs(float(np.median(hues)) - HUES["down"]) < 25


@pytest.mark.parametrize("role", [SUPPORT, MEDIUM])
def test_the_mask_covers_what_truth_says(role: int) -> None:
    picture = mask_of(fall())
    truth = cv2.resize(labels_of(Scene("waterfall")), picture.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    painted = (picture[..., :3] == paint.ROLES[role][1]).all(axis=2) & (picture[..., 3] > 0)
    meant = truth == role
    assert (painted & meant).sum() / meant.sum() > 0.85
    others = (truth != 0) & ~meant
    assert (painted & others).sum() / others.sum() < 0.1


def test_roles_can_be_told_apart_without_colour() -> None:
    swatches = [paint.swatch(role)[..., 3] for role in paint.ROLES]
    shares = [float((a != b).mean()) for i, a in enumerate(swatches) for b in swatches[:i]]
    assert min(shares) > 0.15
    assert not paint.mask_picture(np.zeros((20, 30), np.uint8), (30, 20))[..., 3].any()


def test_given_labels_are_what_is_shown(tmp_path: Path) -> None:
    clip = write(half_moving(WAYS["left"]), tmp_path / "clip.mp4")
    picture = mask_of(draw(clip, halves(), "truth"))
    middle = picture.shape[0] // 2
    assert (picture[: middle - 2, :, :3] == paint.ROLES[SUPPORT][1]).all()
    assert (picture[middle + 2 :, :, :3] == paint.ROLES[MEDIUM][1]).all()


def lightness(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.float32)


def test_a_still_has_no_change(tmp_path: Path) -> None:
    still = texture(3, (HEIGHT, WIDTH))
    clip = write(iter([still] * (SECONDS * FPS)), tmp_path / "still.mp4")
    for _, picture in frames(draw(clip, halves(), "truth").files["change"]):
        assert lightness(picture).mean() < 4


def test_change_grows_on_the_ground_of_a_clip_that_drifts() -> None:
    scene = Scene("waterfall", kind="drift")
    film = draw(shared_stage().clip(scene), None, "early").files["change"]
    calm = fall().files["change"]
    support = cv2.resize(labels_of(scene), (320, 180), interpolation=cv2.INTER_NEAREST) == SUPPORT

    def change(of: bytes, t_s: float) -> float:
        return float(lightness(shown_at(of, t_s))[support].mean())

    early, turning, late = (change(film, t_s) for t_s in (2.0, scene.onset_s + 1, 10.5))
    assert early < 8
    assert early < turning < late
    assert late > 4 * change(calm, 10.5)


def test_the_same_clip_gives_the_same_bytes() -> None:
    assert draw(shared_stage().clip(Scene("waterfall")), None, "early").files == fall().files


@pytest.mark.parametrize(("fps", "size"), [(24, (200, 130)), (16, (640, 360)), (12.5, (96, 160))])
def test_overlays_are_as_long_as_their_clip_and_shaped_like_it(
    fps: float, size: tuple[int, int], tmp_path: Path
) -> None:
    width, height = size
    pictures = (texture(i // 3, (height, width)) for i in range(round(4.3 * fps)))
    clip = write(pictures, tmp_path / "clip.mp4", fps)
    with av.open(str(clip)) as container:
        length = container.duration / 1e6 if container.duration else 0.0
    labels = np.full((height, width), SUPPORT, np.uint8)
    drawn = draw(clip, labels, "truth")
    for kind in ("flow", "change"):
        with av.open(io.BytesIO(drawn.files[kind]), "r") as container:
            stream = container.streams.video[0]
            assert stream.duration is not None and stream.time_base is not None
            assert float(stream.duration * stream.time_base) == pytest.approx(length, abs=0.5 / fps)
            assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
            assert stream.width / stream.height == pytest.approx(width / height, rel=0.02)
            assert min(stream.width, stream.height) <= 240
        times = [at for at, _ in frames(drawn.files[kind])]
        assert times[0] == 0
        assert drawn.files[kind].index(b"moov") < drawn.files[kind].index(b"mdat")
    # A flow is shown while its first sample is on screen: samples lie on frames, eight a second at most.
    flow_times = [at for at, _ in frames(drawn.files["flow"])]
    assert all(abs(at * fps - round(at * fps)) < 0.01 for at in flow_times)
    assert 7 * length < len(flow_times) <= 8 * length + 1


def test_a_clip_that_says_too_little_has_a_reason(tmp_path: Path) -> None:
    short = write(iter([texture(1, (HEIGHT, WIDTH))] * 20), tmp_path / "short.mp4")
    drawn = draw(short, None, "early")
    assert drawn.files == {} and "a clip needs at least" in drawn.problem


def test_a_file_that_is_no_clip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"no film")
    with pytest.raises(ClipError):
        draw(path, None, "early")


def test_scales_are_told_as_they_are_drawn() -> None:
    black, brightest = paint.ramp()[0, 0], paint.ramp()[0, -1]
    none = np.zeros((4, 4, 3), np.uint8)
    most = np.full((4, 4, 3), round(255 / paint.GAIN), np.uint8)
    assert (paint.change_picture(none, none, (4, 4))[0, 0] == black).all()
    assert (paint.change_picture(most, none, (4, 4))[0, 0] == brightest).all()

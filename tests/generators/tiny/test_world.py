"""What the backbone learns from: graded, softened films."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from generators.tiny import world
from generators.tiny.world import film, grade, light_of, soften
from prompts.types import Prompt


@pytest.mark.parametrize(
    ("light", "name"),
    [
        ("Moonlight", "night"),
        ("golden light at nightfall", "night"),  # the first that matches wins
        ("late afternoon, low sun", "warm"),
        ("SUNSET", "warm"),
        ("overcast", "grey"),
        ("thin fog before noon", "grey"),
        ("hard midday sun", "bright"),
        ("dappled shade", "plain"),
        ("knight", "plain"),  # words, not parts of words
        ("", "plain"),
    ],
)
def test_light(prompt: Prompt, light: str, name: str) -> None:
    assert light_of(replace(prompt, light=light)) == name


def colour_of(light: str) -> np.ndarray:
    frame = np.full((8, 8, 3), (150, 110, 70), np.uint8)
    return grade(frame, light)[0, 0].astype(float)


def test_grades_do_what_their_names_say() -> None:
    plain = colour_of("plain")
    assert plain.tolist() == [150, 110, 70]
    night, warm, grey, bright = (colour_of(light) for light in ("night", "warm", "grey", "bright"))
    assert night.sum() < 0.8 * plain.sum()
    assert night[2] / night[0] > plain[2] / plain[0]
    assert warm[2] / warm[0] < plain[2] / plain[0]
    assert np.ptp(grey) < 0.75 * np.ptp(plain)
    assert np.ptp(bright) > np.ptp(plain)
    assert bright.sum() > plain.sum()


def test_grading_clips_and_does_not_wrap() -> None:
    white = np.full((4, 4, 3), 255, np.uint8)
    assert grade(white, "bright").min() == 255


def test_a_film_repeats_itself_and_follows_its_seed(prompt: Prompt) -> None:
    first = film(prompt, 1, 5)
    assert first.shape == (5, world.HEIGHT, world.WIDTH, 3)
    assert first.dtype == np.uint8
    assert np.array_equal(first, film(prompt, 1, 5))
    assert np.array_equal(first[:3], film(prompt, 1, 3))
    assert not np.array_equal(first, film(prompt, 2, 5))
    assert not np.array_equal(first[0], first[4])


def test_the_lens_takes_the_finest_texture_and_leaves_the_rest() -> None:
    row, column = np.mgrid[:64, :64]
    finest = np.where((row + column) % 2, 200, 56)
    coarse = 128 + 72 * np.sin(2 * np.pi * column / 32)
    for texture, low, high in ((finest, 0.0, 0.05), (coarse, 0.95, 1.0)):
        frame = np.repeat(texture[..., None], 3, -1).astype(np.uint8)
        assert low <= soften(frame)[8:-8, 8:-8].std() / frame[8:-8, 8:-8].std() <= high


def test_films_are_soft(prompt: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    soft = film(prompt, 1, 1)[0]
    monkeypatch.setattr(world, "soften", lambda frame: frame)
    sharp = film(prompt, 1, 1)[0]
    assert cv2.Laplacian(soft, cv2.CV_32F).std() < 0.5 * cv2.Laplacian(sharp, cv2.CV_32F).std()

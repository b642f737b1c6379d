"""What the tiny backbone learns from: rendered scenes of the prompts, seen through a soft lens.

The picture is small, so the finest texture of the renderer would cost most of the codec's channels; a
Gaussian lens takes it away. The light that a prompt names grades the colours, so that its words mean
something.
"""

from __future__ import annotations

import re
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from generators.contract import Frames
from generators.methods.procedural import scene_for
from generators.procedural.renderer import Renderer
from prompts.types import Prompt

WIDTH, HEIGHT, FPS = 160, 96, 16.0
LENS_SIGMA = 0.9
"""Standard deviation of the lens, pixels."""

_LIGHTS: tuple[tuple[str, str, tuple[float, float, float], float], ...] = (
    ("night", "night moonlight darkness lamplight candlelight torchlight nightfall", (0.62, 0.66, 0.82), 0.8),
    (
        "warm",
        "dawn dusk sunrise sunset evening golden orange apricot pink warm rose late",
        (1.08, 0.98, 0.84),
        1.05,
    ),
    ("grey", "overcast grey cloudy dull cloud flat cool cold fog pale frosty blue", (0.90, 0.93, 0.97), 0.6),
    ("bright", "noon midday sun sunbeam bright hard clear crisp", (1.05, 1.04, 1.0), 1.1),
)
"""Name, words of a prompt's light, gain of red, green and blue, saturation; the first that matches wins."""


def light_of(prompt: Prompt) -> str:
    """Name of the grade that a prompt's light asks for; ``plain`` where its words name none."""
    return next((light[0] for light in _LIGHTS if _matches(prompt, light[1])), "plain")


def grade(frame: NDArray[np.uint8], light: str) -> NDArray[np.uint8]:
    """Colour a frame, uint8 (H, W, 3), as the light wants."""
    for name, _, gain, saturation in _LIGHTS:
        if name == light:
            wide = frame.astype(np.float32)
            grey = wide.mean(-1, keepdims=True)
            graded = (grey + saturation * (wide - grey)) * np.array(gain, np.float32)
            coloured: NDArray[np.uint8] = np.clip(np.rint(graded), 0, 255).astype(np.uint8)
            return coloured
    return frame


def film(prompt: Prompt, seed: int, frames: int) -> Frames:
    """The first ``frames`` frames of a prompt's scene, uint8 (T, 96, 160, 3)."""
    renderer = Renderer(scene_for(prompt), seed, WIDTH, HEIGHT, FPS, direction=prompt.direction)
    light = light_of(prompt)
    return np.stack([soften(grade(renderer.frame(k), light)) for k in range(frames)])


def soften(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The lens: a Gaussian of :data:`LENS_SIGMA`."""
    return np.asarray(cv2.GaussianBlur(frame, (0, 0), LENS_SIGMA), np.uint8)


def _matches(prompt: Prompt, words: str) -> bool:
    return bool(_words(prompt.light) & set(words.split()))


@lru_cache(maxsize=256)
def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+", text.lower()))

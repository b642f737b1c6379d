"""Pictures that come from no run: instructions, the grey between two windows, and the training scene."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import cv2
import numpy as np
from numpy.typing import NDArray

from generators.encode import to_yuv420
from generators.procedural.renderer import MIN_SIZE, Renderer
from steadybench.study.exporting.canvas import Planes
from steadybench.study.exporting.settings import GREY

ASKED = {"left": "LEFT", "right": "RIGHT", "tie": "NO CLEAR DIFFERENCE"}
"""What an instruction names, by the answer that it asks for: the words on the page's buttons."""
_INK = 20
_SCENE, _SEED = "river", 41
_SHORT_SIDE, _FPS = 240, 16
_FACE = cv2.FONT_HERSHEY_DUPLEX


def instruction(press: str, size: tuple[int, int]) -> Planes:
    """Return a grey picture that says which answer to press.

    Args:
        press: ``left``, ``right`` or ``tie``.
        size: width and height, even pixels.
    """
    return _written(("Attention check:", "please press", ASKED[press]), size)


def gap(size: tuple[int, int]) -> Planes:
    """Return the grey picture between the start and the end of a clip."""
    return _written(("The end of the clip", "follows"), size)


def training(size: tuple[int, int], seconds: float, rate: Fraction) -> Iterator[tuple[float, Planes]]:
    """Return a drawn river and the second of each picture, in the shape of a canvas; no clip of a run."""
    width, height = _small(size)
    fps = training_rate(rate)
    scene = Renderer(_SCENE, _SEED, width, height, float(fps))
    count = 0
    for block in scene.blocks(int(Fraction(seconds).limit_denominator(1000) * fps) + 1):
        for frame in block:
            yield float(count / fps), _planes(frame)
            count += 1


def training_rate(rate: Fraction) -> Fraction:
    """Highest rate of up to 16 pictures a second that the common rate is a whole multiple of."""
    return rate / max(1, -(-rate // _FPS))


def _small(size: tuple[int, int]) -> tuple[int, int]:
    scale = min(1.0, _SHORT_SIDE / min(size))
    width, height = (max(MIN_SIZE, 2 * round(side * scale / 2)) for side in size)
    return width, height


def _written(lines: tuple[str, ...], size: tuple[int, int]) -> Planes:
    """Lines of text in the middle, as large as the picture takes."""
    width, height = size
    picture = np.full((height, width, 3), GREY, np.uint8)
    widest = max(cv2.getTextSize(line, _FACE, 1.0, 1)[0][0] for line in lines)
    line_height = cv2.getTextSize("X", _FACE, 1.0, 1)[0][1]
    scale = min(0.8 * width / widest, 0.5 * height / (2 * len(lines) * line_height))
    thickness = max(1, round(1.6 * scale))
    for number, line in enumerate(lines):
        own = cv2.getTextSize(line, _FACE, scale, thickness)[0][0]
        down = height / 2 + (number - (len(lines) - 2) / 2 - 0.25) * 2 * line_height * scale
        cv2.putText(picture, line, (round((width - own) / 2), round(down)), _FACE, scale, (_INK,) * 3,
                    thickness, cv2.LINE_AA)
    return _planes(picture)


def _planes(picture: NDArray[np.uint8]) -> Planes:
    """RGB (h, w, 3) to planes."""
    height, width = picture.shape[:2]
    packed = to_yuv420(picture)
    chroma = packed[height:].reshape(2, height // 2, width // 2)
    return packed[:height], chroma[0], chroma[1]

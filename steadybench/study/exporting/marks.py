"""Is something burnt into the pictures of one system: a logo, a caption, a border?

Such a mark looks alike at the same place whatever the prompt, while scenes differ. Cells along the edge of
each clip's mean picture are held against the same cell of the other prompts; where those of one system
correlate and those of the others do not, there is a mark. Clips mixed over systems tell how alike scenes are
by chance: with few prompts, or with scenes that are made alike, that can be much, and a mark must lie above.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from steadybench.study.exporting.canvas import Planes

F32 = NDArray[np.float32]

WIDTH, HEIGHT = 256, 144
"""Of the mean picture, whatever the clip's own size."""
FEWEST = 4
"""Prompts of a system below which likeness says nothing."""
_TALL, _WIDE = 24, 32
"""Of a cell; cells lie half over each other."""
_RING = 38
"""Pixels from the edge within which cells are looked at: the middles of scenes have too much in common."""
_BLUR, _CLIP, _FLAT = 5, 80.0, 1.0
"""Neighbourhood whose mean is taken away; code values beyond which an edge counts no more, and spread below
which a cell holds nothing."""
_ALIKE, _OTHERS = 0.45, 0.25
"""Median correlation between prompts from which a cell holds a mark, and that others must stay below."""
_MIXED, _ABOVE = 200, 0.05
"""Sets of clips mixed over systems, and how far a mark must lie above the likest cell of all of them."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What the clips of one system share, and those of others do not."""

    system: str
    """Token."""
    place: str
    """Such as ``bottom right``; several are joined by commas."""
    likeness: float
    """Highest median correlation between prompts, up to 1."""


class Mean:
    """Mean picture of a clip, from some of its pictures."""

    def __init__(self) -> None:
        self._sum, self._count = np.zeros((HEIGHT, WIDTH), np.float32), 0

    def see(self, own: Planes) -> None:
        """Take one more picture."""
        self._sum += cv2.resize(own[0], (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
        self._count += 1

    def told(self) -> str:
        """Return the mean as text: base64 of uint8, row by row; empty without pictures."""
        if not self._count:
            return ""
        return base64.b64encode(np.rint(self._sum / self._count).astype(np.uint8).tobytes()).decode()


def marks(means: Mapping[str, Mapping[str, str]]) -> Iterator[Mark]:
    """Find the marks of each system.

    Args:
        means: what :meth:`Mean.told` gave, by token of the system and by prompt.
    """
    enough = {system: own for system, own in sorted(means.items()) if len(own) >= FEWEST}
    if len(enough) < 2:
        return
    places = {place: number for number, place in enumerate(
        (system, prompt) for system, own in enough.items() for prompt in sorted(own))}
    alike = _correlations([enough[system][prompt] for system, prompt in places])
    likeness = {system: _likeness(alike, [places[system, prompt] for prompt in own])
                for system, own in enough.items()}
    least = max(_ALIKE, _ABOVE + max(_likeness(alike, [places[one] for one in mixed]).max()
                                     for mixed in _mixed(enough)))  # fmt: skip
    for system, own in likeness.items():
        others = [one for name, one in likeness.items() if name != system]
        found = (own >= least) & (np.median(others, axis=0) < _OTHERS)
        if found.any():
            yield Mark(system, _placed(found), round(float(own[found].max()), 3))


def _mixed(means: Mapping[str, Mapping[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """Draw one clip of each prompt, from all systems in turn, so that no mark is in many of them."""
    chance = random.Random(0)  # noqa: S311
    prompts = sorted({prompt for own in means.values() for prompt in own})
    for _ in range(_MIXED):
        turns = sorted((chance.random(), system) for system in means)
        order = sorted((chance.random(), prompt) for prompt in prompts)
        every = [(turns[number % len(turns)][1], prompt) for number, (_, prompt) in enumerate(order)]
        yield [(system, prompt) for system, prompt in every if prompt in means[system]]


def _placed(found: NDArray[np.bool_]) -> str:
    places = dict.fromkeys(_place(top, left) for (top, left), is_marked in zip(_cells(), found, strict=True)
                           if is_marked)
    return ", ".join(places)


def _place(top: int, left: int) -> str:
    row = ("top", "", "bottom")[min(2, 3 * (top + _TALL // 2) // HEIGHT)]
    column = ("left", "", "right")[min(2, 3 * (left + _WIDE // 2) // WIDTH)]
    return f"{row} {column}".strip()


def _likeness(alike: F32, clips: Sequence[int]) -> F32:
    """Median correlation between some clips in each cell; none where there are not two."""
    first, second = np.triu_indices(len(clips), 1)
    if not len(first):
        return np.zeros(len(alike), np.float32)
    own = np.asarray(clips)
    return np.asarray(np.median(alike[:, own[first], own[second]], axis=1), np.float32)


def _correlations(told: Sequence[str]) -> F32:
    """(cells, clips, clips) of each cell between all clips."""
    pictures = np.stack([_lines(one) for one in told])
    return np.stack([_correlation(pictures[:, top:top + _TALL, left:left + _WIDE]) for top, left in _cells()])


def _correlation(cells: F32) -> F32:
    flat = cells.reshape(len(cells), -1)
    centred = flat - flat.mean(axis=1, keepdims=True)
    norm = np.linalg.norm(centred, axis=1)
    unit = centred / np.maximum(norm, 1e-6)[:, None]
    unit[norm < _FLAT * np.sqrt(flat.shape[1])] = 0
    return np.asarray(unit @ unit.T, np.float32)


def _lines(told: str) -> F32:
    """Lines and letters of a mean picture, float32 (h, w), code values."""
    picture = np.frombuffer(base64.b64decode(told), np.uint8).reshape(HEIGHT, WIDTH).astype(np.float32)
    return np.asarray(np.clip(picture - cv2.blur(picture, (_BLUR, _BLUR)), -_CLIP, _CLIP), np.float32)


def _cells() -> Iterator[tuple[int, int]]:
    """Top and left of each cell along the edge of the picture."""
    for top in range(0, HEIGHT - _TALL + 1, _TALL // 2):
        for left in range(0, WIDTH - _WIDE + 1, _WIDE // 2):
            if min(top, left, HEIGHT - _TALL - top, WIDTH - _WIDE - left) <= _RING - _WIDE:
                yield top, left

"""Which picture of a clip is on screen at each frame of the exported file."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from steadybench.study.model import Excerpt
from steadybench.study.planning.showing import GAP_S

T = TypeVar("T")
_SLACK_FRAMES = 1.5


class TooShortError(ValueError):
    """A clip ends before the excerpt does."""


@dataclass(frozen=True, slots=True)
class Window:
    """A piece of a clip.

    Attributes:
        start: frame of the common rate at which it begins, counted from the start of the clip.
        frames: its length in frames of the common rate.
    """

    start: int
    frames: int


def frame_count(seconds: float, rate: Fraction) -> int:
    """Frames of a file of that length, whole ones only."""
    return math.floor(Fraction(seconds).limit_denominator(1000) * rate)


def windows(excerpt: Excerpt, seconds: float, until: float, rate: Fraction) -> tuple[Window, ...]:
    """Pieces of a clip that are shown, with :func:`gap` frames of grey between them.

    Args:
        excerpt: ``full`` or ``ends``.
        seconds: length of the exported file.
        until: for ``ends`` the second of the clip at which the last piece ends.
        rate: frames a second of the exported file.
    """
    whole = frame_count(seconds, rate)
    if excerpt == "full":
        return (Window(0, whole),)
    first = (whole - gap(rate)) // 2
    last = whole - gap(rate) - first
    return Window(0, first), Window(frame_count(until, rate) - last, last)


def gap(rate: Fraction) -> int:
    """Frames between two windows."""
    return frame_count(GAP_S, rate)


def shown(pictures: Iterable[tuple[float, T]], window: Window, rate: Fraction) -> Iterator[tuple[T, int]]:
    """Pictures of a window, each with the number of frames that it stays.

    A picture comes on at the frame nearest to its time; at a rate that is a whole multiple of the clip's own,
    every picture stays equally long. Nothing is interpolated.

    Args:
        pictures: times in seconds since the first picture, increasing, and the pictures; read no further than
            needed.
        window: what to show.
        rate: frames a second of the exported file.

    Raises:
        TooShortError: the clip ends before the window does.
    """
    end = window.start + window.frames
    held, at, step = None, 0, 0
    for time_s, picture in pictures:
        now = round(Fraction(time_s) * rate)
        if held is not None:
            step = now - at
            yield from _held(held, at, min(now, end), window.start)
        held, at = picture, now
        if now >= end:
            return
    if held is None or at + max(1, step) * _SLACK_FRAMES < end:
        ends_s = float((at + max(1, step)) / rate)
        raise TooShortError(f"expected {float(end / rate):g} s of pictures, it ends after {ends_s:.2f} s")
    yield from _held(held, at, end, window.start)


def _held(picture: T, on: int, off: int, start: int) -> Iterator[tuple[T, int]]:
    frames = off - max(on, start)
    if frames > 0:
        yield picture, frames

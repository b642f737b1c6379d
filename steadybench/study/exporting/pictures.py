"""The pictures of one stimulus, each with the number of frames that it stays."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from steadybench.study.exporting import drawing
from steadybench.study.exporting.cadence import frame_count, gap, shown, windows
from steadybench.study.exporting.canvas import Canvas, as_picture, planes
from steadybench.study.exporting.order import Order
from steadybench.study.spoil import SPOILS, Shown

if TYPE_CHECKING:
    from av import VideoFrame

    from metrics.clip import ClipReader

Held: TypeAlias = "Iterator[tuple[VideoFrame, int]]"
"""Pictures of any size that fits the canvas, and frames that each stays."""
_DRAWN_RATE = Fraction(24)
"""Of what is drawn, where clips keep their own rates."""


@dataclass(frozen=True, slots=True)
class Reel:
    """What goes into one film."""

    rate: Fraction
    pictures_fps: float
    """Rate of pictures that differ; 0 for a still."""
    held: Held


@contextmanager
def reel(order: Order) -> Iterator[Reel]:
    """Open the pictures of an order.

    Raises:
        ClipError: the clip cannot be decoded.
        TooShortError: it is shorter than what is to be shown; both also while pictures are read.
    """
    if order.source is None:
        rate = Fraction(order.rate) if order.rate else _DRAWN_RATE
        yield _drawn(order, rate)
        return
    from metrics.clip import ClipReader

    with ClipReader(Path(order.source.path)) as reader:
        own = reader.header.promised_fps or 25.0
        rate = Fraction(order.rate or own).limit_denominator(1001)
        yield Reel(rate, own, _spoiled(order, _windows(reader, order, rate), rate))


def _drawn(order: Order, rate: Fraction) -> Reel:
    one, frames = order.stimulus, frame_count(order.stimulus.seconds, rate)
    if one.kind == "instruction":
        return Reel(rate, 0.0, iter([(as_picture(drawing.instruction(one.press, order.canvas)), frames)]))
    canvas, = windows("full", one.seconds, 0.0, rate)
    fit = Canvas(order.canvas).fit
    scene = ((at_s, fit(as_picture(own))) for at_s, own in drawing.training(order.canvas, one.seconds, rate))
    fps = float(drawing.training_rate(rate))
    return Reel(rate, fps, _spoiled(order, shown(scene, canvas, rate), rate))


def _windows(reader: ClipReader, order: Order, rate: Fraction) -> Held:
    one, header = order.stimulus, reader.header
    canvas = Canvas(order.canvas, header.rotation_deg, header.sample_aspect_ratio)
    pictures = ((frame.t_s, frame.picture) for frame in reader)
    for number, window in enumerate(windows(one.excerpt, one.seconds, one.until, rate)):
        if number:
            yield as_picture(drawing.gap(order.canvas)), gap(rate)
        yield from ((canvas.fit(picture), times) for picture, times in shown(pictures, window, rate))


def _spoiled(order: Order, held: Held, rate: Fraction) -> Held:
    if not order.stimulus.spoil:
        yield from held
        return
    times: deque[int] = deque()
    frames = frame_count(order.stimulus.seconds, rate)
    for own in SPOILS[order.stimulus.spoil](_timed(held, times, frames, rate)):
        yield as_picture(own), times.popleft()


def _timed(held: Iterable[tuple[VideoFrame, int]], times: deque[int], frames: int, rate: Fraction
           ) -> Iterator[Shown]:
    at = 0
    for picture, stays in held:
        times.append(stays)
        yield Shown(at / frames, float(at / rate), planes(picture))
        at += stays

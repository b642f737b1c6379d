"""Draws the overlays of one clip in one pass, from the very functions that measure it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from metrics import sampling
from metrics.clip import ClipReader
from metrics.flow_backends import make_flow
from metrics.head import head_of, too_little
from metrics.masks import Labels, MaskSource
from metrics.sampling import Luma, Rgb, Sample, samples
from metrics.session import Settled, settle
from metrics.similarity import grid
from metrics.track import WINDOW_S, PairMeter, Step, WindowBuilder
from steadybench.overlays import paint
from steadybench.overlays.film import Film

_SIDE = 240
"""Short side that overlays are drawn at, about; small working pictures are enlarged by a whole factor."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Overlays of one clip, or why there are none."""

    files: dict[str, bytes]
    """By kind; empty where there is a problem."""
    problem: str = ""


def draw(path: Path, labels: Labels | None, source: MaskSource) -> Drawn:
    """Draw flow, change and mask of a clip. The same clip and mask give the same bytes.

    Flow is shown from a sample on until the next one, with the camera taken out; change is that of the median
    picture of each half second, as the picture stands, not brought back to where the scene was.

    Args:
        path: the clip.
        labels: role map of the displayed clip, None to estimate it from the first seconds as measuring does.
        source: where the labels come from.

    Raises:
        ClipError: the clip cannot be read.

    """
    with ClipReader(path, max_short_side=sampling.FINE_SIDE) as reader:
        stream = samples(reader)
        head = head_of(stream)
        if reason := too_little(head):
            return Drawn({}, reason)
        settled, size = settle(head, labels, source), _size(head[0])
        with tempfile.TemporaryDirectory(prefix="overlay-") as folder:
            flow, change = Path(folder) / "flow.mp4", Path(folder) / "change.mp4"
            with Film(flow, size) as flow_film, Film(change, size) as change_film:
                _show(chain(head, stream), settled, flow_film, change_film)
                for film in (flow_film, change_film):
                    film.end(reader.facts.duration_s)
            mask = paint.mask_picture(settled.masks.labels, (2 * size[0], 2 * size[1]))
            return Drawn(
                {"flow": flow.read_bytes(), "change": change.read_bytes(), "mask": paint.png(mask)}
            )


def _size(sample: Sample) -> tuple[int, int]:
    """Width and height of the overlays, both even; players stretch them over the clip's frame."""
    height, width = sample.work.shape
    factor = max(1, _SIDE // min(height, width))
    return width * factor + width * factor % 2, height * factor + height * factor % 2


def _show(stream: Iterable[Sample], settled: Settled, flow: Film, change: Film) -> None:
    """Paint what the meters would read from these samples."""
    region = settled.masks.regions()[""]
    pairs = PairMeter(region, settled.registrar, make_flow("dis", preset="fast"))
    windows = WindowBuilder(has_overlay=settled.masks.has_overlay)
    for sample in stream:
        step = pairs.step(sample)
        if step is not None:
            flow.show(step.from_s, paint.flow_picture(_velocity(step), flow.size))
        _show_change(windows.add(sample), settled.colour, change)
    _show_change(windows.close(), settled.colour, change)


def _velocity(step: Step) -> paint.Velocity:
    """Velocity of every pixel with the camera taken out, frame widths a second."""
    height, width = step.field.shape[:2]
    every = grid(np.ones((height, width), bool), 1, 0)
    return np.asarray(step.velocity_at(every) / width, np.float32).reshape(height, width, 2)


def _show_change(window: tuple[float, Luma, Rgb | None] | None, reference: Rgb, film: Film) -> None:
    if window is not None and window[2] is not None:
        film.show(window[0] - WINDOW_S / 2, paint.change_picture(window[2], reference, film.size))

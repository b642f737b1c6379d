"""From a medium, a seed and a picture format to frames, with the dials turned as asked."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from generators.contract import SUPPORT, Frames, LabelMap
from generators.procedural import effects
from generators.procedural.dials import Dial
from generators.procedural.hashing import generator, stable_hash
from generators.procedural.raster import F32, blur, f32, lincomb, to_bytes
from generators.procedural.scenes import SCENES
from generators.procedural.scenes.base import Scene, Setting
from generators.procedural.view import View
from prompts.types import Direction

MIN_SIZE = 32
_MEAN_SECONDS, _MEAN_SAMPLES = 6.0, 24


def check_format(width: int, height: int, fps: float) -> list[str]:
    """What is wrong with a picture format; empty if it can be rendered."""
    faults = [
        f"{name} {value} is below {MIN_SIZE} px"
        for name, value in (("width", width), ("height", height))
        if value < MIN_SIZE
    ]
    if not (math.isfinite(fps) and fps > 0):
        faults.append(f"fps must be a positive number, got {fps!r}")
    return faults


class Renderer:
    """One clip of one scene.

    Any frame can be asked for, in any order; frame k does not depend on the clip's length.

    Args:
        medium: a name from ``generators.procedural.scenes.SCENES``.
        seed: same seed and format give identical bytes; another seed gives another place and another motion.
        width: pixels, at least 32.
        height: pixels, at least 32.
        fps: frames a second.
        direction: transport in the picture, for scenes that can follow it.
        dials: failures to inject.
        sensor_noise: standard deviation of Gaussian noise added to every channel of every frame, code values.

    Raises:
        ValueError: unknown medium or impossible format.
    """

    def __init__(
        self,
        medium: str,
        seed: int,
        width: int,
        height: int,
        fps: float,
        *,
        direction: Direction = "not_applicable",
        dials: Sequence[Dial] = (),
        sensor_noise: float = 0.0,
    ) -> None:
        if medium not in SCENES:
            raise ValueError(f"unknown medium {medium!r}; expected one of {', '.join(sorted(SCENES))}")
        if faults := check_format(width, height, fps):
            raise ValueError("; ".join(faults))
        self._medium, self._seed, self._fps, self._direction = medium, seed, fps, direction
        self._dials, self._sensor_noise = tuple(dials), sensor_noise
        self._view = View(width, height)
        self._margin = math.ceil(0.16 * height)
        self._setting = Setting(self._view, stable_hash("procedural", medium, seed), direction)
        self._scene = SCENES[medium](self._setting)

    @property
    def labels(self) -> LabelMap:
        """Ground truth of the clean scene, uint8 (H, W); camera dials move the picture away from it."""
        return self._scene.labels

    def blocks(self, count: int, size: int = 8) -> Iterator[Frames]:
        """The first ``count`` frames in blocks of at most ``size``."""
        for start in range(0, count, size):
            yield np.stack([self.frame(k) for k in range(start, min(start + size, count))])

    def frame(self, k: int) -> NDArray[np.uint8]:
        """Frame k, uint8 (H, W, 3), RGB."""
        t = round(k / self._fps, 9)
        picture = self._staged(t) if self._camera_moves(t) else self._finished(t)
        if self._sensor_noise > 0:
            noise = generator("sensor", self._seed, k).standard_normal(picture.shape, dtype=np.float32)
            picture = lincomb(picture, 1.0, noise, self._sensor_noise / 255.0)
        return to_bytes(picture)

    # The clean picture and what happens to its parts.

    def _clock(self, t: float) -> float:
        for dial in self._dials:
            t = dial.clock(t, self._fps)
        return round(t, 9)

    def _composed(self, t: float) -> F32:
        """Background and medium, before anything is done to the whole picture."""
        picture = self._support(t)
        self._scene.paint(picture, self._clock(t))
        return picture

    def _finished(self, t: float) -> F32:
        return self._graded(self._medium_dials(self._composed(t), t), t)

    def _support(self, t: float) -> F32:
        picture = self._backdrop
        for dial in self._dials:
            if (amount := dial.amount(t)) == 0:
                continue
            if dial.kind == "boiling":
                picture = self._boiling.apply(picture, amount, t)
            elif dial.kind == "redraw":
                picture = self._redraw.apply(picture, self._other_backdrop, amount)
            elif dial.kind == "drift":
                picture = self._crept(amount)
        return picture.copy()

    def _crept(self, amount: float) -> F32:
        angle = 2 * math.pi * (stable_hash("creep", self._seed) % 360) / 360
        shift = (0.015 * amount * math.cos(angle), 0.015 * amount * math.sin(angle))
        turn = 0.8 * amount * (1 if math.sin(3 * angle) > 0 else -1)
        wide = self._wide_redraw.apply(self._wide_backdrop, self._other_wide_backdrop, 0.7 * min(amount, 1.0))
        moved = effects.place(wide, self._view, self._margin, shift=shift, degrees=turn)
        return effects.fade_tone(moved, amount)

    def _medium_dials(self, picture: F32, t: float) -> F32:
        for i, dial in enumerate(self._dials):
            if (amount := dial.amount(t)) == 0:
                continue
            if dial.kind == "attenuation":
                changed = lincomb(picture, 1 - min(amount, 1.0), self._mean_before(i), min(amount, 1.0))
            elif dial.kind == "sticking":
                changed = effects.pin(picture, self._pinned(i), amount, effects.fine_sigma(self._view.height))
            else:
                continue
            picture = np.where(self._movable, changed, picture)
        return picture

    def _graded(self, picture: F32, t: float) -> F32:
        for dial in self._dials:
            if (amount := dial.amount(t)) == 0:
                continue
            if dial.kind == "hardening":
                picture = effects.harden(picture, amount, self._view.height)
            elif dial.kind == "tone":
                picture = effects.fade_tone(picture, amount)
            elif dial.kind == "blur":
                picture = effects.soften(picture, amount, self._view.height)
        return picture

    # A camera that moves looks at a wider picture of the same place.

    def _camera_moves(self, t: float) -> bool:
        return any(dial.spec.target == "camera" and dial.amount(t) > 0 for dial in self._dials)

    def _staged(self, t: float) -> F32:
        wide = self._wide_backdrop.copy()
        self._wide_scene.paint(wide, self._clock(t))
        shift, zoom = np.zeros(2), 1.0
        for dial in self._dials:
            amount = dial.amount(t)
            if dial.kind == "pan":
                shift += [0.12 * amount * (1 if stable_hash("pan", self._seed) % 2 else -1), 0]
            elif dial.kind == "shake":
                shift += 0.008 * amount * np.array(effects.tremble(self._seed, t))
            elif dial.kind == "zoom":
                zoom *= 1 + 0.12 * amount
        return self._graded(
            effects.place(wide, self._view, self._margin, shift=(shift[0], shift[1]), zoom=zoom), t
        )

    # Things that are made once, when first needed.

    @cached_property
    def _movable(self) -> NDArray[np.bool_]:
        movable: NDArray[np.bool_] = (self._scene.labels != SUPPORT)[..., None]
        return movable

    @cached_property
    def _backdrop(self) -> F32:
        return self._scene.backdrop(0)

    @cached_property
    def _other_backdrop(self) -> F32:
        return self._scene.backdrop(1)

    @cached_property
    def _wide_scene(self) -> Scene:
        view = View(self._view.width, self._view.height, self._margin)
        return SCENES[self._medium](Setting(view, self._setting.seed, self._direction))

    @cached_property
    def _wide_backdrop(self) -> F32:
        return self._wide_scene.backdrop(0)

    @cached_property
    def _other_wide_backdrop(self) -> F32:
        return self._wide_scene.backdrop(1)

    @cached_property
    def _boiling(self) -> effects.Boiling:
        return effects.Boiling(self._view, self._setting.tile, self._setting.seed)

    @cached_property
    def _redraw(self) -> effects.Redraw:
        return effects.Redraw(self._view, self._setting.tile, self._setting.seed)

    @cached_property
    def _wide_redraw(self) -> effects.Redraw:
        view = View(self._view.width, self._view.height, self._margin)
        return effects.Redraw(view, self._setting.tile, self._setting.seed)

    @cached_property
    def _references(self) -> dict[int, F32]:
        return {}

    def _mean_before(self, index: int) -> F32:
        """Mean picture over the seconds before a dial's onset."""
        if index not in self._references:
            end = self._dials[index].onset_s
            times = np.linspace(end - _MEAN_SECONDS, end, _MEAN_SAMPLES)
            total = np.zeros((*self._view.shape, 3), np.float32)
            for t in times:
                total += self._composed(float(t))
            self._references[index] = f32(total / _MEAN_SAMPLES)
        return self._references[index]

    def _pinned(self, index: int) -> F32:
        """Fine detail of the picture at a dial's onset."""
        if index not in self._references:
            picture = self._composed(self._dials[index].onset_s)
            self._references[index] = lincomb(
                picture, 1.0, blur(picture, effects.fine_sigma(self._view.height)), -1.0
            )
        return self._references[index]

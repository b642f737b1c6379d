"""Clouds that sail over a mountain range."""

from __future__ import annotations

import numpy as np

from generators.contract import LabelMap
from generators.procedural import painter as brush
from generators.procedural.noise import MovingNoise, Octave
from generators.procedural.raster import F32, emboss, f32, over, smoothstep
from generators.procedural.scenes.base import Box, Setting, ground_plane, label_by_reach

_BILLOWS = (
    Octave(0.60, 7.0, 1.0),
    Octave(0.30, 4.0, 0.7),
    Octave(0.15, 2.2, 0.5),
    Octave(0.075, 1.2, 0.36),
    Octave(0.036, 0.7, 0.24),
)


class Clouds:
    """Fair-weather clouds in a quick wind; nearer overhead, flatter toward the horizon."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        view, rng = setting.view, setting.rng("geometry")
        outline = setting.painter(0)
        self._skyline = brush.height_line(outline, float(rng.uniform(0.62, 0.68)), 0.055, 0.9)
        reach = np.clip((self._skyline - view.y) * view.height - 0.5, 0, 1)
        self.labels: LabelMap = label_by_reach(f32(reach), 0.999)
        self._box = Box(f32(reach))
        box = self._box
        horizon = 0.95
        depth = np.float32(0.8) / np.maximum(horizon - box.cut(view.y), np.float32(0.12))
        plane = f32(box.cut(view.x) * depth), f32(depth * 1.1)
        sign = {"left": -1.0, "right": 1.0}.get(setting.direction, 1.0 if rng.uniform() < 0.5 else -1.0)
        wind = (sign * float(rng.uniform(0.09, 0.13)), float(rng.uniform(-0.02, 0.02)))
        self._field = MovingNoise(setting.tile, setting.key("billows"), _BILLOWS, plane, wind)
        self._cover = np.float32(rng.uniform(0.0, 0.35))
        self._alpha = box.cut(f32(reach))
        self._step = max(1, round(view.height / 80))
        self._sky = self._gradient(box)

    def _gradient(self, box: Box) -> F32:
        w = smoothstep(0.0, 0.7, box.cut(self._setting.view.y))[..., None]
        return f32(f32((0.16, 0.38, 0.70)) * (1 - w) + f32((0.66, 0.79, 0.90)) * w)

    def backdrop(self, variant: int) -> F32:
        """Sky, mountain side, wooded foreground with rocks."""
        p = self._setting.painter(variant)
        p.fill((0.5, 0.65, 0.82))
        brush.ridge(p, self._skyline, p.jitter((0.33, 0.35, 0.37), 0.15), (0.66, 0.72, 0.80), 0.28)
        snow = (
            smoothstep(0.1, 1.0, p.noise(0.14, 6, 0.6))
            * smoothstep(0.12, 0.0, f32(p.view.y - self._skyline))
            * p.edge(self._skyline + 0.004)
        )
        p.fill((0.92, 0.94, 0.97), f32(snow * 0.9))
        brush.ridge(
            p,
            brush.height_line(p, 0.80, 0.02, 0.6),
            p.jitter((0.18, 0.27, 0.13), 0.2),
            (0.6, 0.66, 0.7),
            0.06,
        )
        brush.conifers(p, lambda _x: 0.86, 70, (0.06, 0.16), (0.08, 0.15, 0.08))
        turf = brush.ground_texture(p, p.jitter((0.36, 0.38, 0.18), 0.2), ground_plane(p.view, 0.66, 0.9))
        p.fill(turf, p.edge(brush.height_line(p, 0.86, 0.008, 0.4)))
        rock = brush.rock_texture(p, p.jitter((0.48, 0.46, 0.44)), 0.08)
        places = [
            (float(x), float(y), float(0.01 + 0.04 * r**3))
            for x, y, r in zip(
                p.rng.uniform(-1.3, 1.3, 120),
                np.sort(p.rng.uniform(0.88, 1.03, 120)),
                p.rng.uniform(0, 1, 120),
                strict=True,
            )
        ]
        brush.stones(p, places, rock)
        return p.canvas

    def paint(self, canvas: F32, t: float) -> None:
        """Draw the sky with its clouds."""
        field = self._field.at(t)
        cover = smoothstep(-0.15, 0.85, field + self._cover)
        sun = emboss(field, self._step)
        light = np.clip(
            np.float32(0.97) - np.float32(0.16) * np.maximum(field, 0) - np.float32(0.13) * sun, 0.45, 1.0
        )
        colour = self._sky.copy()
        over(colour, light[..., None] * f32((0.98, 0.98, 1.0)), cover)
        over(self._box.window(canvas), colour, self._alpha)

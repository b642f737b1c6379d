"""Rain in front of a still landscape, seen from under a porch roof."""

from __future__ import annotations

import math

import numpy as np

from generators.contract import LabelMap
from generators.procedural import painter as brush
from generators.procedural import props
from generators.procedural.noise import MovingNoise, Octave
from generators.procedural.particles import Population, draw_streaks
from generators.procedural.raster import F32, f32, over
from generators.procedural.scenes.base import Box, Setting, ground_plane
from generators.procedural.scenes.porch import HORIZON, Porch, draw_village, overlay_labels

_POND = (Octave(0.20, 1.4, 1.0, (1.5, 1.0)), Octave(0.08, 0.7, 0.9), Octave(0.032, 0.35, 0.7))


class Rain:
    """Streaks at three distances and a puddle that rings and ripples."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        rng = setting.rng("geometry")
        self._porch = Porch(setting)
        self._pond_at = (float(rng.uniform(-0.1, 0.3)), 0.87)
        pond = self._pond_cover()
        self.labels: LabelMap = overlay_labels(self._porch.open, np.floor(pond * self._porch.open))
        self.labels[(pond > 0) & (pond < 1) & (self._porch.open > 0)] = 0
        self._box = Box(pond)
        self._pond = self._box.cut(f32(pond * self._porch.open))
        plane = tuple(self._box.cut(c) for c in ground_plane(setting.view, HORIZON, 0.85))
        self._ripple = MovingNoise(
            setting.tile, setting.key("pond"), _POND, (plane[0], plane[1]), (0.05, 0.02)
        )
        self._slant = float(rng.uniform(-0.14, 0.14))
        self._layers = [
            (Population(setting.seed, f"rain{i}", count, 1.5 / speed), speed, length, opacity, width)
            for i, (count, speed, length, opacity, width) in enumerate(
                ((420, 1.3, 0.045, 46, 0.0), (200, 1.9, 0.085, 78, 0.0025), (60, 2.7, 0.15, 105, 0.0045))
            )
        ]
        self._rings = Population(setting.seed, "rings", 46, 0.55)

    def _pond_cover(self) -> F32:
        s, view = self._setting, self._setting.view
        rough = s.painter(0).noise(0.22, 5, plane=ground_plane(view, HORIZON, 0.85))
        x, y = self._pond_at
        r = np.hypot((view.x - x) / 0.62, (view.y - y) / 0.105) + 0.09 * rough
        return np.clip(f32((1 - r) * 0.1 * view.height), 0, 1)

    def backdrop(self, variant: int) -> F32:
        """Grey day: wooded slope, cabin, wet ground."""
        p = self._setting.painter(variant)
        brush.sky(p, p.jitter((0.42, 0.46, 0.51)), p.jitter((0.60, 0.63, 0.66)), 0.45, 0.12)
        plane = ground_plane(p.view, HORIZON, 0.85)
        ground = brush.ground_texture(p, p.jitter((0.25, 0.26, 0.17), 0.15), plane, 0.05)
        draw_village(p, self._setting, ground, roofs_white=False)
        rock = brush.rock_texture(p, p.jitter((0.36, 0.36, 0.36)), 0.07)
        y = np.sort(p.rng.uniform(0.70, 1.03, 110))
        x = p.rng.uniform(-1.3, 1.3, 110)
        size = (0.008 + 0.035 * p.rng.uniform(0, 1, 110) ** 3) * y
        brush.stones(p, [(float(a), float(b), float(c)) for a, b, c in zip(x, y, size, strict=True)], rock)
        props.grass(
            p,
            [
                (float(a), float(b), 0.04)
                for a, b in zip(
                    p.rng.uniform(-1.3, 1.3, 120), np.sort(p.rng.uniform(0.68, 1.05, 120)), strict=True
                )
            ],
            (0.22, 0.28, 0.13),
        )
        p.fill(p.jitter((0.22, 0.24, 0.26)), self._pond_cover())
        self._porch.draw(p)
        return p.canvas

    def paint(self, canvas: F32, t: float) -> None:
        """Draw puddle, rings and streaks."""
        self._paint_pond(canvas, t)
        veil = np.zeros(self._setting.view.shape, np.float32)
        for layer in self._layers:
            np.maximum(veil, self._streaks(layer, t), out=veil)
        over(canvas, f32((0.84, 0.87, 0.91)), veil * self._porch.open)

    def _paint_pond(self, canvas: F32, t: float) -> None:
        ripple = self._ripple.at(t)
        shine = np.clip(np.float32(0.5) + np.float32(0.28) * ripple, 0, 1.2)[..., None]
        over(self._box.window(canvas), f32((0.20, 0.23, 0.25)) + f32((0.36, 0.38, 0.40)) * shine, self._pond)
        state = self._rings.at(t)
        a, b, c = state.random
        view = self._setting.view
        x, y = self._pond_at[0] + 1.2 * (a - 0.5), self._pond_at[1] + 0.19 * (b - 0.5)
        radius = (0.01 + 0.05 * state.progress) * (0.5 + 0.5 * c)
        angle = np.linspace(0, 2 * math.pi, 14)
        ring_x, ring_y = (
            x[:, None] + radius[:, None] * np.cos(angle),
            y[:, None] + 0.28 * radius[:, None] * np.sin(angle),
        )
        rings = draw_streaks(
            view,
            (ring_x[:, :-1].ravel(), ring_y[:, :-1].ravel()),
            (ring_x[:, 1:].ravel(), ring_y[:, 1:].ravel()),
            150,
        )
        over(self._box.window(canvas), f32((0.80, 0.84, 0.87)), self._box.cut(rings) * self._pond)

    def _streaks(self, layer: tuple[Population, float, float, int, float], t: float) -> F32:
        population, _speed, length, opacity, width = layer
        view = self._setting.view
        state = population.at(t)
        reach = view.half_width + 0.3
        y = -0.3 + 1.5 * state.progress
        x = reach * (2 * state.random[0] - 1) + self._slant * y
        long = length * (0.7 + 0.6 * state.random[1])
        thick = max(1, round(width * view.height))
        return draw_streaks(view, (x - self._slant * long, y - long), (x, y), opacity, thick)

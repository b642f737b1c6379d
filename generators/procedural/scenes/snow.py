"""Snow in front of a still landscape, seen from under a porch roof."""

from __future__ import annotations

import math

import numpy as np

from generators.contract import LabelMap
from generators.procedural import painter as brush
from generators.procedural import props
from generators.procedural.particles import Population, draw_discs
from generators.procedural.raster import F32, blur, f32, over
from generators.procedural.scenes.base import Setting, ground_plane
from generators.procedural.scenes.porch import HORIZON, Porch, draw_village, overlay_labels


class Snow:
    """Flakes at four distances that sway as they sink."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._porch = Porch(setting)
        wood = self._wood()
        self.labels: LabelMap = overlay_labels(self._porch.open, wood)
        self.labels[(wood > 0) & (wood < 1) & (self._porch.open > 0)] = 0
        rng = setting.rng("geometry")
        self._wind = float(rng.uniform(-0.06, 0.06))
        self._gust = float(rng.uniform(0.25, 0.45))
        self._layers = [
            (Population(setting.seed, f"snow{i}", count, 1.3 / speed), size, opacity, soft)
            for i, (count, speed, size, opacity, soft) in enumerate(
                (
                    (800, 0.10, 0.0024, 0.75, 0.0),
                    (420, 0.17, 0.0040, 0.9, 0.0006),
                    (130, 0.27, 0.0068, 0.9, 0.0014),
                    (26, 0.42, 0.012, 0.6, 0.0045),
                )
            )
        ]

    def _wood(self) -> F32:
        """The dark, featureless band of trees in which flakes are almost all there is to see."""
        view = self._setting.view
        rough = self._setting.painter(0).noise(0.2, 4)
        band = np.minimum(view.y - 0.13 - 0.01 * rough, 0.40 + 0.012 * rough - view.y)
        return np.clip(f32(band * view.height * 0.5), 0, 1)

    def backdrop(self, variant: int) -> F32:
        """Dark wood behind a snowy clearing with a cabin."""
        p = self._setting.painter(variant)
        brush.sky(p, p.jitter((0.17, 0.20, 0.25)), p.jitter((0.24, 0.27, 0.32)), 0.45, 0.0)
        ground = brush.ground_texture(
            p, p.jitter((0.76, 0.79, 0.85), 0.04), ground_plane(p.view, HORIZON, 0.85), 0.14, 0.45
        )
        draw_village(p, self._setting, ground, roofs_white=True)
        p.fill(p.jitter((0.13, 0.16, 0.19)), self._wood())
        rock = brush.rock_texture(p, p.jitter((0.42, 0.43, 0.46)), 0.07)
        y = np.sort(p.rng.uniform(0.72, 1.02, 70))
        x = p.rng.uniform(-1.3, 1.3, 70)
        size = (0.010 + 0.04 * p.rng.uniform(0, 1, 70) ** 3) * y
        for a, b, c in zip(x, y, size, strict=True):
            brush.stones(p, [(float(a), float(b), float(c))], rock)
            p.stamp(
                np.array(
                    [
                        [a - 0.9 * c, b - 0.2 * c],
                        [a - 0.5 * c, b - 0.72 * c],
                        [a + 0.5 * c, b - 0.72 * c],
                        [a + 0.9 * c, b - 0.2 * c],
                        [a, b - 0.35 * c],
                    ]
                ),
                (0.88, 0.90, 0.94),
            )
        props.grass(
            p,
            [
                (float(a), float(b), 0.04)
                for a, b in zip(
                    p.rng.uniform(-1.3, 1.3, 70), np.sort(p.rng.uniform(0.72, 1.05, 70)), strict=True
                )
            ],
            (0.36, 0.31, 0.22),
        )
        self._porch.draw(p)
        return p.canvas

    def paint(self, canvas: F32, t: float) -> None:
        """Draw the flakes."""
        veil = np.zeros(self._setting.view.shape, np.float32)
        for population, size, opacity, soft in self._layers:
            np.maximum(veil, self._flakes(population, size, opacity, soft, t), out=veil)
        over(canvas, f32((0.95, 0.96, 0.98)), veil * self._porch.open)

    def _flakes(self, population: Population, size: float, opacity: float, soft: float, t: float) -> F32:
        view = self._setting.view
        state = population.at(t)
        a, b, c = state.random
        depth = size / 0.0058
        sway = 0.02 * depth * np.sin(2 * math.pi * (state.progress * (2 + 3 * b) + c))
        gust = self._gust * depth * 0.12 * math.sin(0.9 * t + 0.6 * math.sin(0.37 * t))
        x = (
            (view.half_width + 0.3) * (2 * a - 1)
            + sway
            + gust
            + 4 * self._wind * depth * (state.progress - 0.5)
        )
        y = -0.12 + 1.3 * state.progress
        layer = np.zeros(view.shape, np.uint8)
        draw_discs(layer, view, x, y, size * (0.7 + 0.6 * c), np.full(len(a), opacity))
        return blur(f32(layer) * np.float32(1 / 255), soft * view.height)

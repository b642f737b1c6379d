"""A wood fire in a ring of stones at dusk."""

from __future__ import annotations

import math

import numpy as np

from generators.contract import LabelMap
from generators.procedural import painter as brush
from generators.procedural.noise import MovingNoise, Octave
from generators.procedural.particles import Population, draw_discs
from generators.procedural.raster import F32, f32, lincomb, over, smoothstep
from generators.procedural.scenes.base import Box, Setting, ground_plane, label_by_reach

_TONGUES = (
    Octave(0.20, 1.1, 1.0, (0.7, 1.5)),
    Octave(0.09, 0.6, 0.8, (0.7, 1.5)),
    Octave(0.04, 0.32, 0.45, (0.8, 1.3)),
)
_SWAY = (Octave(0.42, 1.1), Octave(0.18, 0.6, 0.4))
_HEAT = np.array([-0.1, 0.1, 0.3, 0.55, 0.8, 1.1])
_RED = np.array([0.20, 0.62, 0.93, 1.00, 1.00, 1.00])
_GREEN = np.array([0.02, 0.10, 0.36, 0.66, 0.88, 0.97])
_BLUE = np.array([0.01, 0.02, 0.05, 0.14, 0.42, 0.78])
_STEPS = 512


class Fire:
    """Flames that lick upward, sway and tear off, with sparks."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        rng = setting.rng("geometry")
        self._x, self._foot = float(rng.uniform(-0.12, 0.12)), 0.80
        self._half, self._height = float(rng.uniform(0.22, 0.30)), float(rng.uniform(0.58, 0.68))
        view = setting.view
        rise = (self._foot - view.y) / self._height
        across = (view.x - self._x) / self._half
        window = (
            smoothstep(1.5, 1.0, np.abs(across))
            * smoothstep(1.25, 0.95, rise)
            * smoothstep(-0.16, -0.04, rise)
        )
        typical = smoothstep(-0.25, 0.35, self._mean_heat(across, rise)) * window
        self.labels: LabelMap = label_by_reach(np.where(window > 0, np.maximum(typical, 0.01), 0), 0.5)
        self._box = Box(window)
        self._window = self._box.cut(window)
        self._prepare(rise, across)

    @staticmethod
    def _mean_heat(across: F32, rise: F32) -> F32:
        body = 1.0 - 1.15 * np.maximum(rise, 0) - 4.0 * np.maximum(-rise, 0)
        narrow = 1.0 - 0.5 * np.clip(rise, 0, 1)
        return f32(body - 1.1 * np.abs(across / narrow) ** 2.2)

    def _prepare(self, rise: F32, across: F32) -> None:
        s, box = self._setting, self._box
        x, y = box.cut(s.view.x), box.cut(s.view.y)
        self._rise, self._across = box.cut(rise), box.cut(across)
        upward = f32(-(0.36 + 0.44 * np.clip(self._rise, 0, 1)))
        self._tongues = MovingNoise(s.tile, s.key("tongues"), _TONGUES, (x, y), (0.0, upward))
        self._sway = MovingNoise(s.tile, s.key("sway"), _SWAY, (x, y), (0.0, f32(0.8 * upward)))
        self._bend = f32(0.30 * smoothstep(-0.05, 0.9, self._rise))
        level = np.linspace(_HEAT[0], _HEAT[-1], _STEPS)
        self._ramp = f32(np.stack([np.interp(level, _HEAT, c) for c in (_RED, _GREEN, _BLUE)], axis=1))
        self._sparks = Population(s.seed, "sparks", 26, 1.6)

    def backdrop(self, variant: int) -> F32:
        """Dark wood, lit ground, ring of stones, logs."""
        p = self._setting.painter(variant)
        brush.sky(p, p.jitter((0.10, 0.14, 0.27)), p.jitter((0.34, 0.30, 0.33)), 0.5, 0.05)
        brush.conifers(p, lambda _x: 0.60, 70, (0.25, 0.62), (0.07, 0.10, 0.09))
        ground = brush.ground_texture(
            p, p.jitter((0.30, 0.22, 0.15), 0.15), ground_plane(p.view, 0.42, 0.8), 0.06
        )
        p.fill(ground, p.edge(brush.height_line(p, 0.60, 0.008, 0.4)))
        rock = brush.rock_texture(p, p.jitter((0.46, 0.42, 0.38)), 0.09)
        scattered = [
            (float(x), float(y), float(0.012 + 0.03 * r**3))
            for x, y, r in zip(
                p.rng.uniform(-1.3, 1.3, 140),
                np.sort(p.rng.uniform(0.62, 1.03, 140)),
                p.rng.uniform(0, 1, 140),
                strict=True,
            )
        ]
        brush.stones(p, scattered, rock)
        self._ring(p, rock, back=True)
        self._logs(p)
        self._ring(p, rock, back=False)
        self._glow(p)
        return p.canvas

    def _ring(self, p: brush.Painter, rock: F32, *, back: bool) -> None:
        angles = np.linspace(math.pi, 2 * math.pi, 9) if back else np.linspace(0.05, math.pi - 0.05, 10)
        places = [
            (
                self._x + 1.6 * self._half * math.cos(a),
                self._foot + 0.055 + 0.06 * math.sin(a) + 0.03 * (not back),
                float(p.rng.uniform(0.036, 0.052)),
            )
            for a in angles
        ]
        brush.stones(p, places, rock)

    def _logs(self, p: brush.Painter) -> None:
        bark = np.clip(
            f32(f32((0.30, 0.20, 0.13)) * (1 + 0.4 * p.noise(0.02, 4, 0.7, stretch=(3, 1)))[..., None]), 0, 1
        )
        for tilt in p.rng.permutation([-0.5, -0.22, 0.18, 0.45]):
            length, width = self._half * 1.25, 0.026
            axis, normal = (
                np.array([math.cos(tilt), math.sin(tilt) * 0.5]),
                np.array([-math.sin(tilt) * 0.5, math.cos(tilt)]),
            )
            middle = np.array([self._x + 0.1 * tilt, self._foot + 0.03])
            ends = [middle - axis * length, middle + axis * length]
            p.stamp(
                np.array(
                    [
                        ends[0] - normal * width,
                        ends[1] - normal * width,
                        ends[1] + normal * width,
                        ends[0] + normal * width,
                    ]
                ),
                bark,
            )

    def _glow(self, p: brush.Painter) -> None:
        r = np.hypot((p.view.x - self._x) / 0.8, (p.view.y - self._foot) / 0.45)
        light = np.exp(-np.square(r)) * 1.2 + 0.22
        sky_part = 1 - p.edge(np.full((1, 1), 0.6, np.float32))
        light = np.where(sky_part > 0.5, np.maximum(light, 0.9), light)
        p.canvas *= f32(
            light[..., None]
            * (f32((1.25, 0.92, 0.62)) * f32(np.exp(-r))[..., None] + 1 - f32(np.exp(-r))[..., None])
        )
        np.clip(p.canvas, 0, 1, out=p.canvas)

    def paint(self, canvas: F32, t: float) -> None:
        """Draw flames and sparks."""
        target = self._box.window(canvas)
        across = lincomb(self._across, 1.0, self._bend * self._sway.at(t), 1.0)
        heat = self._mean_heat(across, self._rise) + np.float32(0.34) * self._tongues.at(t)
        index = np.clip(
            (heat - np.float32(_HEAT[0])) * np.float32((_STEPS - 1) / (_HEAT[-1] - _HEAT[0])), 0, _STEPS - 1
        )
        over(target, self._ramp[index.astype(np.intp)], smoothstep(-0.05, 0.30, heat) * self._window)
        over(target, f32((1.0, 0.72, 0.32)), self._spark_layer(t) * self._window)

    def _spark_layer(self, t: float) -> F32:
        state = self._sparks.at(t)
        a, b, c = state.random
        swing = 0.05 * np.sin(2 * math.pi * (state.progress * (1 + c) + b)) * state.progress
        x = self._x + self._half * (1.2 * a - 0.6) + swing
        y = self._foot - self._height * 1.15 * state.progress * (0.7 + 0.5 * b)
        layer = np.zeros(self._setting.view.shape, np.uint8)
        draw_discs(layer, self._setting.view, x, y, 0.0022 + 0.002 * c, 1 - state.progress)
        return self._box.cut(f32(layer) * np.float32(1 / 255))

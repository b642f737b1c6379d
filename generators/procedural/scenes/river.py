"""A stream between rocky banks, seen at a grazing angle; it flows left, right, toward the camera or away."""

from __future__ import annotations

import numpy as np

from generators.contract import LabelMap
from generators.procedural import painter as brush
from generators.procedural import props
from generators.procedural.noise import MovingNoise, Octave, fractal
from generators.procedural.painter import Painter
from generators.procedural.raster import F32, clip, f32, lincomb, over, smoothstep
from generators.procedural.scenes.base import Box, Setting, ground_plane, label_by_reach

_HORIZON = 0.30
_RIPPLES = (
    Octave(0.24, 2.6, 0.8, (1.5, 0.9)),
    Octave(0.11, 1.4, 1.0, (1.3, 1.0)),
    Octave(0.05, 0.8, 0.8),
    Octave(0.024, 0.45, 0.5),
)
_FOAM = (Octave(0.2, 2.2, 1.0, (2.2, 0.8)), Octave(0.07, 1.1, 0.8, (1.6, 0.9)), Octave(0.028, 0.55, 0.6))


class River:
    """Running water with ripples, reflections and foam behind boulders."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        rng = setting.rng("geometry")
        self._plane = ground_plane(setting.view, _HORIZON)
        direction = setting.direction
        if direction not in ("left", "right", "toward", "away"):
            direction = ("left", "right", "toward")[int(rng.integers(3))]
        self._along = direction in ("toward", "away")
        self._sign = 1.0 if direction in ("right", "away") else -1.0
        self._speed = float(rng.uniform(0.30, 0.42))
        self._islands = self._place_islands(rng)
        depth = self._channel()
        self._reach = np.clip(depth * setting.view.height * 0.5, 0.0, 1.0)
        for x, y, radius in self._islands:
            self._reach *= self._outside(x, y, radius)
        self.labels: LabelMap = label_by_reach(self._reach, 0.999)
        self._box = Box(self._reach)
        self._prepare_water(depth)

    def _channel(self) -> F32:
        """How far inside the water a pixel is, frame heights of the picture; 0 or less on land."""
        x, z = self._plane
        view, s = self._setting.view, self._setting
        wiggle = fractal(s.tile, s.key("bank"), x, z, 0.5, 6, 0.5)
        if self._along:
            centre = 0.22 * np.sin(1.3 * (z - 0.4) + s.key("bend") % 7) * np.minimum(z, 3.0)
            sideways = (0.42 + 0.05 * wiggle - np.abs(x - centre)) / z
            return f32(
                np.where(view.y > _HORIZON + 0.03, np.minimum(sideways, (view.y - _HORIZON - 0.03)), -1.0)
            )
        far, near = view.y - (0.50 + 0.015 * wiggle), (0.90 + 0.03 * wiggle) - view.y
        return f32(np.minimum(far, near))

    def _place_islands(self, rng: np.random.Generator) -> list[tuple[float, float, float]]:
        count = 5
        if self._along:
            y = rng.uniform(0.52, 0.9, count)
            return [
                (float(rng.uniform(-0.5, 0.5) * (v - _HORIZON)), float(v), float(0.05 * (v - 0.2)))
                for v in np.sort(y)
            ]
        y = np.sort(rng.uniform(0.56, 0.82, count))
        x = rng.permutation(np.linspace(-0.8, 0.8, count)) + rng.uniform(-0.1, 0.1, count)
        return [(float(u), float(v), float(0.06 * (v - 0.1))) for u, v in zip(x, y, strict=True)]

    def _outside(self, x: float, y: float, radius: float) -> F32:
        view = self._setting.view
        rough = fractal(self._setting.tile, self._setting.key("island"), view.x, view.y, 0.04, 3)
        r = np.hypot(view.x - x, (view.y - y) / 0.75)
        return clip(f32((r - radius * (0.85 + 0.08 * rough)) * view.height))

    def _prepare_water(self, depth: F32) -> None:
        box, s = self._box, self._setting
        x, z = (box.cut(c) for c in self._plane)
        self._alpha = box.cut(self._reach)
        bank = smoothstep(0.0, 0.10, box.cut(depth))
        speed = f32(self._speed * (0.35 + 0.65 * bank))
        u, v = (z * np.float32(1.15), x) if self._along else (x, z * np.float32(1.15))
        velocity = (self._sign * speed, 0.0)
        self._ripple = MovingNoise(s.tile, s.key("ripple"), _RIPPLES, (u, v), velocity)
        self._foam = MovingNoise(s.tile, s.key("foam"), _FOAM, (u, v), velocity)
        self._foaming = self._foam_bias(bank)
        grazing = smoothstep(0.95, _HORIZON + 0.1, box.cut(s.view.y))
        self._fresnel = f32(0.16 + 0.5 * grazing)
        rng = s.rng("water")
        self._deep = f32([0.07, 0.17, 0.16]) * f32(rng.uniform(0.8, 1.3, 3))
        self._sky = f32([0.72, 0.80, 0.84])

    def _foam_bias(self, bank: F32) -> F32:
        view, box = self._setting.view, self._box
        bias = np.full(bank.shape, -1.35, np.float32) + 0.5 * (1 - bank)
        for x, y, radius in self._islands:
            dx, dy = box.cut(view.x) - x, (box.cut(view.y) - y) / 0.5
            if self._along:
                lee, across = -dy * self._sign, dx
            else:
                lee, across = dx * self._sign, dy
            wake = np.exp(-np.square(across / (radius * (1.3 + 0.1 * np.maximum(lee, 0) / radius))))
            bias += f32(
                2.6
                * wake
                * np.where(lee > 0, np.exp(-lee / (5 * radius)), np.exp(-np.square(lee / (1.5 * radius))))
            )
        return bias

    def backdrop(self, variant: int) -> F32:
        """Sky, wooded ridge, banks with boulders and grass, river bed."""
        p = self._setting.painter(variant)
        brush.sky(p, p.jitter((0.45, 0.62, 0.80)), p.jitter((0.86, 0.88, 0.88)), 0.32)
        brush.ridge(
            p, brush.height_line(p, 0.22, 0.04, 0.9), p.jitter((0.30, 0.36, 0.36)), (0.74, 0.80, 0.85), 0.5
        )
        brush.ridge(
            p, brush.height_line(p, 0.31, 0.018, 0.6), p.jitter((0.18, 0.25, 0.14)), (0.7, 0.75, 0.78), 0.12
        )
        ground = brush.ground_texture(p, p.jitter((0.33, 0.34, 0.19), 0.2), self._plane)
        p.fill(ground, p.edge(np.full((1, 1), _HORIZON + 0.035, np.float32)))
        brush.conifers(p, lambda _x: 0.36, 60, (0.07, 0.22), (0.07, 0.13, 0.07))
        self._banks(p)
        return p.canvas

    def _banks(self, p: Painter) -> None:
        rock = brush.rock_texture(p, p.jitter((0.47, 0.45, 0.42)))
        y = np.sort(p.rng.uniform(0.37, 1.02, 260))
        x = p.rng.uniform(-1.3, 1.3, 260)
        size = (0.012 + 0.05 * p.rng.uniform(0, 1, 260) ** 3) * (0.3 + y)
        tufts = [
            (float(a), float(b), float(0.05 * b))
            for a, b in zip(
                p.rng.uniform(-1.3, 1.3, 150), np.sort(p.rng.uniform(0.38, 1.05, 150)), strict=True
            )
        ]
        props.grass(p, tufts, (0.30, 0.36, 0.13))
        brush.stones(p, [(float(a), float(b), float(c)) for a, b, c in zip(x, y, size, strict=True)], rock)
        brush.stones(p, [(x, y, 1.2 * radius) for x, y, radius in self._islands], rock)

    def paint(self, canvas: F32, t: float) -> None:
        """Draw the water."""
        ripple = self._ripple.at(t)
        shine = np.clip(self._fresnel * (np.float32(1.0) + np.float32(0.75) * ripple), 0.02, 1.0)
        shine += np.maximum(ripple - np.float32(1.7), 0) * np.float32(0.5)
        foam = smoothstep(-0.2, 1.1, lincomb(self._foam.at(t), 1.0, self._foaming, 1.0))
        colour = self._deep + (self._sky - self._deep) * np.minimum(shine, 1.0)[..., None]
        over(colour, f32((0.93, 0.95, 0.95)), foam * np.float32(0.9))
        over(self._box.window(canvas), colour, self._alpha)

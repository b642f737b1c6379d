"""Rain and snow in front of a still landscape, seen from under a porch roof."""

from __future__ import annotations

import math

import numpy as np

from generators.contract import MEDIUM, OVERLAY, SUPPORT, LabelMap
from generators.procedural import painter as brush
from generators.procedural.noise import MovingNoise, Octave
from generators.procedural.painter import Painter
from generators.procedural.particles import Population, draw_discs, draw_streaks
from generators.procedural.raster import F32, blur, f32, over
from generators.procedural.scenes.base import Box, Setting, ground_plane

_HORIZON = 0.46
_POND = (Octave(0.20, 1.4, 1.0, (1.5, 1.0)), Octave(0.08, 0.7, 0.9), Octave(0.032, 0.35, 0.7))


class Porch:
    """The dry foreground: a beam above and a post at one side. Nothing falls in front of it."""

    def __init__(self, setting: Setting) -> None:
        rng = setting.rng("porch")
        half = setting.view.half_width
        side = -1.0 if rng.uniform() < 0.5 else 1.0
        self._beam = float(rng.uniform(0.08, 0.11))
        inner = side * max(0.16, half - float(rng.uniform(0.10, 0.16)))
        self._post = (min(inner, inner + 0.11 * side), max(inner, inner + 0.11 * side))
        view = setting.view
        beam = np.clip((view.y - self._beam) * view.height - 0.5, 0, 1)
        post = np.clip(np.maximum(self._post[0] - view.x, view.x - self._post[1]) * view.height - 0.5, 0, 1)
        self.open: F32 = f32(beam * post)

    def draw(self, p: Painter) -> None:
        """Draw beam and post over the background."""
        colour = p.jitter((0.34, 0.25, 0.18), 0.15)
        brush.timber(p, self._post[0], -0.5, self._post[1], 1.5, colour)
        brush.timber(p, -3.0, -0.35, 3.0, self._beam, colour)
        for x in np.arange(-1.5, 1.6, 0.25):
            p.stamp(np.array([[x, 0.3 * self._beam], [x + 0.02, 0.3 * self._beam], [x + 0.02, 0.5 * self._beam], [x, 0.5 * self._beam]]), (0.12, 0.09, 0.07))


def _labels(open_: F32, medium: F32) -> LabelMap:
    """Overlay where precipitation falls over still things, medium where little else is seen, support under the roof."""
    labels = np.zeros(open_.shape, np.uint8)
    labels[open_ == 0] = SUPPORT
    labels[(open_ >= 1) & (medium == 0)] = OVERLAY
    labels[(open_ >= 1) & (medium >= 1)] = MEDIUM
    return labels


def _village(p: Painter, setting: Setting, ground: F32, *, roofs_white: bool) -> None:
    """Wooded slope, cabin, fence, boulders."""
    green = (0.13, 0.19, 0.15) if not roofs_white else (0.16, 0.20, 0.21)
    brush.ridge(p, brush.height_line(p, 0.44, 0.02, 0.6), green, (0.55, 0.59, 0.62), 0.42)
    brush.conifers(p, lambda _x: 0.56, 60, (0.10, 0.26), green)
    p.fill(ground, p.edge(brush.height_line(p, 0.56, 0.008, 0.5)))
    x = float(setting.rng("cabin").uniform(-0.45, 0.15))
    brush.cabin(p, x, 0.72, 0.30)
    if roofs_white:
        p.stamp(np.array([[x - 0.195, 0.60], [x - 0.105, 0.456], [x + 0.105, 0.456], [x + 0.195, 0.60], [x + 0.18, 0.585], [x - 0.18, 0.585]]), (0.86, 0.89, 0.93))
    _fence(p, x + 0.3)


def _fence(p: Painter, x: float) -> None:
    wood = np.clip(f32(f32((0.33, 0.27, 0.21)) * (1 + 0.3 * p.noise(0.02, 4, 0.7))[..., None]), 0, 1)
    for y in (0.655, 0.69):
        p.stamp(np.array([[x, y], [x + 1.6, y + 0.02], [x + 1.6, y + 0.032], [x, y + 0.010]]), wood)
    for post in np.arange(x, x + 1.6, 0.14):
        p.stamp(np.array([[post, 0.635], [post + 0.018, 0.63], [post + 0.018, 0.73], [post, 0.73]]), wood)


class Rain:
    """Streaks at three distances and a puddle that rings and ripples."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        rng = setting.rng("geometry")
        self._porch = Porch(setting)
        self._pond_at = (float(rng.uniform(-0.1, 0.3)), 0.87)
        pond = self._pond_cover()
        self.labels: LabelMap = _labels(self._porch.open, np.floor(pond * self._porch.open))
        self.labels[(pond > 0) & (pond < 1) & (self._porch.open > 0)] = 0
        self._box = Box(pond)
        self._pond = self._box.cut(f32(pond * self._porch.open))
        plane = tuple(self._box.cut(c) for c in ground_plane(setting.view, _HORIZON, 0.85))
        self._ripple = MovingNoise(setting.tile, setting.key("pond"), _POND, (plane[0], plane[1]), (0.05, 0.02))
        self._slant = float(rng.uniform(-0.14, 0.14))
        self._layers = [
            (Population(setting.seed, f"rain{i}", count, 1.5 / speed), speed, length, opacity, width)
            for i, (count, speed, length, opacity, width) in enumerate(
                ((420, 1.3, 0.045, 46, 0.0), (200, 1.9, 0.085, 78, 0.0025), (60, 2.7, 0.15, 105, 0.0045)))
        ]
        self._rings = Population(setting.seed, "rings", 46, 0.55)

    def _pond_cover(self) -> F32:
        s, view = self._setting, self._setting.view
        rough = s.painter(0).noise(0.22, 5, plane=ground_plane(view, _HORIZON, 0.85))
        x, y = self._pond_at
        r = np.hypot((view.x - x) / 0.62, (view.y - y) / 0.105) + 0.09 * rough
        return np.clip(f32((1 - r) * 0.1 * view.height), 0, 1)

    def backdrop(self, variant: int) -> F32:
        """Grey day: wooded slope, cabin, wet ground."""
        p = self._setting.painter(variant)
        brush.sky(p, p.jitter((0.42, 0.46, 0.51)), p.jitter((0.60, 0.63, 0.66)), 0.45, 0.12)
        plane = ground_plane(p.view, _HORIZON, 0.85)
        ground = brush.ground_texture(p, p.jitter((0.25, 0.26, 0.17), 0.15), plane, 0.05)
        _village(p, self._setting, ground, roofs_white=False)
        rock = brush.rock_texture(p, p.jitter((0.36, 0.36, 0.36)), 0.07)
        y = np.sort(p.rng.uniform(0.70, 1.03, 110))
        x = p.rng.uniform(-1.3, 1.3, 110)
        size = (0.008 + 0.035 * p.rng.uniform(0, 1, 110) ** 3) * y
        brush.stones(p, [(float(a), float(b), float(c)) for a, b, c in zip(x, y, size, strict=True)], rock)
        brush.grass(p, [(float(a), float(b), 0.04) for a, b in zip(
            p.rng.uniform(-1.3, 1.3, 120), np.sort(p.rng.uniform(0.68, 1.05, 120)), strict=True)], (0.22, 0.28, 0.13))
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
        ring_x, ring_y = x[:, None] + radius[:, None] * np.cos(angle), y[:, None] + 0.28 * radius[:, None] * np.sin(angle)
        rings = draw_streaks(view, (ring_x[:, :-1].ravel(), ring_y[:, :-1].ravel()), (ring_x[:, 1:].ravel(), ring_y[:, 1:].ravel()), 150)
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


class Snow:
    """Flakes at four distances that sway as they sink."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._porch = Porch(setting)
        wood = self._wood()
        self.labels: LabelMap = _labels(self._porch.open, wood)
        self.labels[(wood > 0) & (wood < 1) & (self._porch.open > 0)] = 0
        rng = setting.rng("geometry")
        self._wind = float(rng.uniform(-0.06, 0.06))
        self._gust = float(rng.uniform(0.25, 0.45))
        self._layers = [
            (Population(setting.seed, f"snow{i}", count, 1.3 / speed), size, opacity, soft)
            for i, (count, speed, size, opacity, soft) in enumerate(
                ((900, 0.10, 0.0018, 0.75, 0.0), (420, 0.17, 0.0032, 0.9, 0.0), (130, 0.27, 0.0058, 0.9, 0.0012), (26, 0.42, 0.012, 0.6, 0.0045)))
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
        ground = brush.ground_texture(p, p.jitter((0.76, 0.79, 0.85), 0.04), ground_plane(p.view, _HORIZON, 0.85), 0.09)
        _village(p, self._setting, ground, roofs_white=True)
        p.fill(p.jitter((0.13, 0.16, 0.19)), self._wood())
        rock = brush.rock_texture(p, p.jitter((0.42, 0.43, 0.46)), 0.07)
        y = np.sort(p.rng.uniform(0.72, 1.02, 70))
        x = p.rng.uniform(-1.3, 1.3, 70)
        size = (0.010 + 0.04 * p.rng.uniform(0, 1, 70) ** 3) * y
        for a, b, c in zip(x, y, size, strict=True):
            brush.stones(p, [(float(a), float(b), float(c))], rock)
            p.stamp(np.array([[a - 0.9 * c, b - 0.2 * c], [a - 0.5 * c, b - 0.72 * c], [a + 0.5 * c, b - 0.72 * c], [a + 0.9 * c, b - 0.2 * c], [a, b - 0.35 * c]]), (0.88, 0.90, 0.94))
        brush.grass(p, [(float(a), float(b), 0.04) for a, b in zip(
            p.rng.uniform(-1.3, 1.3, 70), np.sort(p.rng.uniform(0.72, 1.05, 70)), strict=True)], (0.36, 0.31, 0.22))
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
        x = (view.half_width + 0.3) * (2 * a - 1) + sway + gust + 4 * self._wind * depth * (state.progress - 0.5)
        y = -0.12 + 1.3 * state.progress
        layer = np.zeros(view.shape, np.uint8)
        draw_discs(layer, view, x, y, size * (0.7 + 0.6 * c), np.full(len(a), opacity))
        return blur(f32(layer) * np.float32(1 / 255), soft * view.height)

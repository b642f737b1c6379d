"""A waterfall over a rock wall into a pool, with spray at its foot."""

from __future__ import annotations

import numpy as np

from generators.contract import LabelMap
from generators.procedural import painter as brush
from generators.procedural import props
from generators.procedural.noise import MovingNoise, Octave, fractal
from generators.procedural.raster import F32, f32, over, smoothstep
from generators.procedural.scenes.base import Box, Setting, ground_plane, label_by_reach

_GRAVITY = 1.1  # frame heights per second squared: a frame height is about nine metres
_STRANDS = (
    Octave(0.16, 1.3, 0.8, (0.6, 2.6)),
    Octave(0.07, 0.8, 1.0, (0.5, 3.2)),
    Octave(0.03, 0.45, 0.9, (0.6, 3.6)),
    Octave(0.014, 0.28, 0.5, (0.8, 3.0)),
)
_SPRAY = (Octave(0.16, 1.0), Octave(0.07, 0.5, 0.7), Octave(0.03, 0.28, 0.45))
_POOL = (Octave(0.16, 1.6, 0.9, (1.4, 0.9)), Octave(0.07, 0.8, 1.0), Octave(0.03, 0.45, 0.7))
_POOL_HORIZON = 0.45


class Waterfall:
    """Falling strands that accelerate, spray, and rings of foam in the pool."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        rng = setting.rng("geometry")
        self._centre, self._half = float(rng.uniform(-0.15, 0.15)), float(rng.uniform(0.15, 0.24))
        self._lip, self._foot = float(rng.uniform(0.10, 0.16)), 0.74
        self._sheet, self._cloud, self._water = self._regions()
        reach = np.maximum(np.maximum(self._sheet, smoothstep(0.0, 0.35, self._cloud)), self._water)
        self.labels: LabelMap = label_by_reach(reach, 0.9)
        self._sheet_box, self._cloud_box, self._water_box = (
            Box(self._sheet),
            Box(self._cloud),
            Box(self._water),
        )
        self._prepare_fall()
        self._prepare_spray()
        self._prepare_pool()

    def _regions(self) -> tuple[F32, F32, F32]:
        """Coverage of the falling sheet, density of the spray, coverage of the pool."""
        s, view = self._setting, self._setting.view
        ragged = fractal(s.tile, s.key("sides"), f32(view.x * 0.3), view.y, 0.18, 6, 0.55)
        widening = self._half * (0.85 + 0.35 * np.maximum(view.y - self._lip, 0))
        inside = np.minimum(
            widening + 0.012 * ragged - np.abs(view.x - self._centre), view.y - self._lip - 0.01 * ragged
        )
        sheet = np.clip(np.minimum(inside, self._foot + 0.03 - view.y) * view.height * 0.5, 0, 1)
        r = np.hypot((view.x - self._centre) / (self._half * 1.75), (view.y - self._foot) / 0.17)
        shore = 0.76 + 0.02 * ragged - 0.05 * smoothstep(0.9, 0.3, np.abs(view.x - self._centre))
        pool = np.clip(np.minimum(view.y - shore, 0.965 + 0.02 * ragged - view.y) * view.height * 0.5, 0, 1)
        return f32(sheet), smoothstep(1.0, 0.35, f32(r)), f32(pool)

    def _prepare_fall(self) -> None:
        s, view, box = self._setting, self._setting.view, self._sheet_box
        drop = np.maximum(box.cut(view.y) - self._lip, 0.0)
        # In fall time every pattern moves one second a second: acceleration stretches it for free.
        fall_time = np.sqrt(2.0 * (drop + 0.02) / _GRAVITY)
        spread = (box.cut(view.x) - self._centre) / (0.85 + 0.35 * drop)
        self._strands = MovingNoise(
            s.tile, s.key("strands"), _STRANDS, (f32(spread), f32(fall_time * 0.55)), (0.0, 0.55)
        )
        core = smoothstep(1.0, 0.3, f32(np.abs(spread) / self._half))
        self._thickness = f32(0.45 + 0.25 * core + 0.3 * smoothstep(0.1, 0.6, drop))
        self._sheet_alpha = box.cut(self._sheet)

    def _away(self, box: Box) -> F32:
        """Distance from the middle of the fall, in half widths of the fall, -1.5..1.5."""
        return f32(np.clip((box.cut(self._setting.view.x) - self._centre) / self._half, -1.5, 1.5))

    def _prepare_spray(self) -> None:
        s, box = self._setting, self._cloud_box
        plane = box.cut(s.view.x), box.cut(s.view.y)
        self._spray = MovingNoise(s.tile, s.key("spray"), _SPRAY, plane, (0.12 * self._away(box), -0.16))
        self._spray_density = box.cut(self._cloud)

    def _prepare_pool(self) -> None:
        s, box = self._setting, self._water_box
        u, v = (box.cut(c) for c in ground_plane(s.view, _POOL_HORIZON, 0.85))
        self._pool = MovingNoise(s.tile, s.key("pool"), _POOL, (u, v), (0.10 * self._away(box), -0.13))
        self._pool_alpha = box.cut(self._water)
        near = np.hypot(
            (box.cut(s.view.x) - self._centre) / 0.5, (box.cut(s.view.y) - self._foot - 0.03) / 0.16
        )
        self._pool_foam = f32(0.9 - 1.5 * near)

    def backdrop(self, variant: int) -> F32:
        """A gorge: rock wall with ledges, trees on the rim, boulders and a pool bed."""
        p = self._setting.painter(variant)
        view = self._setting.view
        brush.sky(p, p.jitter((0.58, 0.70, 0.82)), (0.88, 0.90, 0.90), 0.2)
        rim = brush.height_line(p, self._lip - 0.015, 0.03, 0.7)
        brush.conifers(p, lambda _x: self._lip + 0.03, 40, (0.06, 0.2), (0.08, 0.15, 0.07))
        wall = brush.rock_texture(p, p.jitter((0.36, 0.33, 0.30), 0.15), 0.14, 0.5)
        p.fill(wall, p.edge(rim))
        moss = smoothstep(0.4, 1.6, p.noise(0.2, 6, 0.6)) * p.edge(rim)
        p.fill(p.jitter((0.20, 0.30, 0.10), 0.2), f32(moss * 0.65))
        wet = smoothstep(0.75, 0.2, np.abs(view.x - self._centre))
        p.shade(f32(1.0 - 0.4 * wet), p.edge(rim))
        self._foreground(p)
        return p.canvas

    def _foreground(self, p: brush.Painter) -> None:
        ground = brush.ground_texture(
            p, p.jitter((0.25, 0.25, 0.17), 0.2), ground_plane(p.view, _POOL_HORIZON, 0.85)
        )
        p.fill(ground, p.edge(np.full((1, 1), 0.77, np.float32)))
        rock = brush.rock_texture(p, p.jitter((0.40, 0.38, 0.36)), 0.1)
        y = np.sort(np.concatenate([p.rng.uniform(0.72, 0.80, 70), p.rng.uniform(0.92, 1.04, 60)]))
        x = p.rng.uniform(-1.3, 1.3, len(y))
        size = (0.018 + 0.055 * p.rng.uniform(0, 1, len(y)) ** 2) * y
        brush.stones(p, [(float(a), float(b), float(c)) for a, b, c in zip(x, y, size, strict=True)], rock)
        feet = [
            (float(a), float(b), 0.05)
            for a, b in zip(p.rng.uniform(-1.3, 1.3, 60), p.rng.uniform(0.96, 1.06, 60), strict=True)
        ]
        props.grass(p, feet, (0.24, 0.34, 0.12))

    def paint(self, canvas: F32, t: float) -> None:
        """Draw pool, sheet and spray, back to front."""
        ripple = self._pool.at(t)
        foam = smoothstep(0.0, 1.2, ripple + self._pool_foam)
        water = (
            f32((0.12, 0.24, 0.24))
            + f32((0.20, 0.23, 0.24)) * np.clip(0.5 + 0.45 * ripple, 0, 1.5)[..., None]
        )
        over(water, f32((0.92, 0.95, 0.96)), foam)
        over(self._water_box.window(canvas), water, self._pool_alpha)
        strands = self._strands.at(t)
        white = np.clip(np.float32(0.62) + np.float32(0.17) * strands, 0.25, 1.0)
        body = smoothstep(-1.6, 0.6, strands + self._thickness)
        over(
            self._sheet_box.window(canvas),
            white[..., None] * f32((0.97, 1.0, 1.02)),
            self._sheet_alpha * body,
        )
        puff = smoothstep(-1.3, 1.6, self._spray.at(t)) * self._spray_density
        over(self._cloud_box.window(canvas), f32((0.90, 0.93, 0.95)), puff * np.float32(0.95))

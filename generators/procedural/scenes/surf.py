"""Waves that run toward a beach, break, and wash up and down the sand."""

from __future__ import annotations

import numpy as np

from generators.contract import LabelMap
from generators.procedural import painter as brush
from generators.procedural.noise import MovingNoise, Octave
from generators.procedural.raster import F32, f32, over, smoothstep
from generators.procedural.scenes.base import Box, Setting, ground_plane, label_by_reach

_HORIZON = 0.36
_SWELL = (Octave(0.62, 7.0, 1.0, (4.0, 1.0)), Octave(0.36, 4.5, 0.55, (2.5, 1.0)))
_CHOP = (Octave(0.14, 1.6, 1.0, (1.8, 1.0)), Octave(0.06, 0.9, 0.8, (1.4, 1.0)), Octave(0.026, 0.5, 0.5))
_LACE = (Octave(0.16, 2.4), Octave(0.07, 1.2, 0.9), Octave(0.03, 0.6, 0.6))
_RUNUP = (Octave(0.9, 3.4, 1.0), Octave(0.3, 2.0, 0.35))
_RUNUP_REACH = 0.055  # frame heights of the picture


class Surf:
    """Swell with white crests, foam lace, and a swash line that moves over the sand."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        view, rng = setting.view, setting.rng("geometry")
        slope = float(rng.uniform(-0.06, 0.06))
        self._plane = ground_plane(view, _HORIZON, 0.7)
        self._shore = f32(
            float(rng.uniform(0.70, 0.75)) + slope * view.x + 0.012 * np.sin(view.x * 5.0 + 6 * slope)
        )
        side = -1.0 if rng.uniform() < 0.5 else 1.0
        self._head = (side, float(rng.uniform(0.35, 0.6)))
        reach = smoothstep(_RUNUP_REACH, -0.2 * _RUNUP_REACH, view.y - self._shore)
        reach = reach * np.clip((view.y - _HORIZON) * view.height, 0, 1)
        reach = reach * (1 - self._headland())
        self._reach = f32(reach)
        self.labels: LabelMap = label_by_reach(self._reach, 0.97)
        self._box = Box(self._reach)
        self._prepare()

    def _headland(self) -> F32:
        """Coverage of the rocky point at one side of the picture: its outline is part of the geometry."""
        s, view = self._setting, self._setting.view
        side, start = self._head
        p = s.painter(0)
        rough = p.noise(0.12, 6, 0.55)
        inside = (
            (side * view.x - start) * 0.55
            - np.abs(view.y - (_HORIZON + 0.04)) * np.where(view.y > _HORIZON + 0.04, 1.6, 1.0)
            + 0.05
            + 0.016 * rough
        )
        return np.clip(f32(inside) * view.height, 0, 1)

    def _prepare(self) -> None:
        s, box, view = self._setting, self._box, self._setting.view
        u, v = (box.cut(c) for c in self._plane)
        self._alpha = box.cut(self._reach) > 0
        self._clear = f32(
            np.clip((box.cut(view.y) - _HORIZON) * view.height, 0, 1) * (1 - box.cut(self._headland()))
        )
        self._to_shore = box.cut(self._shore) - box.cut(view.y)
        shallow = smoothstep(0.25, 0.0, self._to_shore)
        # Waves slow down over the shallows (their speed goes with the root of the depth).
        pace = f32(-0.30 + 0.10 * shallow)
        self._swell = MovingNoise(s.tile, s.key("swell"), _SWELL, (u, v), (0.0, -0.22))
        self._chop = MovingNoise(s.tile, s.key("chop"), _CHOP, (u, v), (0.03, pace))
        self._lace = MovingNoise(s.tile, s.key("lace"), _LACE, (u, v), (0.02, f32(0.5 * pace)))
        self._line_x = np.ascontiguousarray(box.cut(view.x)[:8])
        self._runup = MovingNoise(
            s.tile, s.key("runup"), _RUNUP, (self._line_x, np.zeros_like(self._line_x)), (0.05, 0.0)
        )
        self._open = smoothstep(0.008, 0.07, f32(box.cut(view.y) - _HORIZON))
        self._breaking = f32(1.75 - 1.1 * smoothstep(0.30, 0.04, self._to_shore))
        far = smoothstep(0.3, 0.0, f32(box.cut(view.y) - _HORIZON))[..., None]
        near = smoothstep(0.16, 0.0, self._to_shore)[..., None]
        base = f32((0.07, 0.33, 0.42)) * (1 - far) + f32((0.34, 0.53, 0.64)) * far
        self._water = f32(base * (1 - 0.55 * near) + f32((0.42, 0.58, 0.54)) * 0.55 * near)

    def backdrop(self, variant: int) -> F32:
        """Sky, headland, beach with pebbles and weed."""
        p = self._setting.painter(variant)
        brush.sky(p, p.jitter((0.40, 0.60, 0.82)), p.jitter((0.88, 0.90, 0.88)), _HORIZON, 0.5)
        p.fill((0.30, 0.48, 0.58), p.edge(np.full((1, 1), _HORIZON, np.float32)))
        sand = brush.ground_texture(p, p.jitter((0.72, 0.62, 0.46), 0.08), self._plane, 0.035)
        beach = smoothstep(-0.03, 0.0, f32(p.view.y - self._shore))
        p.fill(sand, beach)
        wet = smoothstep(1.35 * _RUNUP_REACH, 0.9 * _RUNUP_REACH, f32(p.view.y - self._shore))
        p.shade(f32(1 - 0.32 * wet), beach)
        rock = brush.rock_texture(p, p.jitter((0.36, 0.32, 0.28)), 0.09, 0.35)
        p.fill(rock, self._headland())
        self._litter(p, rock)
        return p.canvas

    def _litter(self, p: brush.Painter, rock: F32) -> None:
        count = 150
        y = np.sort(0.80 + 0.25 * p.rng.uniform(0, 1, count))
        x = p.rng.uniform(-1.3, 1.3, count)
        size = 0.004 + 0.035 * p.rng.uniform(0, 1, count) ** 5
        shore = self._shore[0].mean()
        keep = y > shore + 1.5 * _RUNUP_REACH + size
        brush.stones(
            p,
            [(float(a), float(b), float(c)) for a, b, c in zip(x[keep], y[keep], size[keep], strict=True)],
            rock,
        )
        for _ in range(40):
            start = p.rng.uniform([-1.2, 0.9], [1.2, 1.0])
            steps = p.rng.normal(0, 0.012, (5, 2)) + np.array([0.01, 0.0])
            along = start + np.cumsum(steps, axis=0) * np.array([1.0, 0.4])
            back = along[::-1] + np.array([0.0, 0.006])
            p.stamp(np.concatenate([along, back]), p.jitter((0.20, 0.17, 0.09), 0.3))

    def paint(self, canvas: F32, t: float) -> None:
        """Draw the sea, its foam and the swash."""
        target = self._box.window(canvas)
        swell, chop, lace = self._swell.at(t), self._chop.at(t), self._lace.at(t)
        swell *= self._open
        chop *= self._open
        lace = lace * self._open - (np.float32(1.0) - self._open)
        crest = swell + np.float32(0.16) * chop
        light = np.float32(1.0) + np.float32(0.17) * crest + np.float32(0.11) * chop
        colour = self._water * light[..., None]
        foam = smoothstep(0.0, 0.55, crest - self._breaking + np.float32(0.25) * lace)
        trail = smoothstep(0.35, 1.3, lace + np.float32(0.9) * (crest - self._breaking) + np.float32(0.5))
        edge = np.float32(_RUNUP_REACH) * np.tanh(np.float32(0.8) * self._runup.at(t)[:1])
        inland = self._to_shore + edge
        rim = smoothstep(0.014, 0.0, np.abs(inland - np.float32(0.006) - np.float32(0.004) * lace))
        over(colour, f32((0.95, 0.97, 0.97)), np.maximum(np.maximum(foam, np.float32(0.75) * trail), rim))
        depth = smoothstep(0.0, 0.10, inland) * np.float32(0.55) + np.float32(0.4)
        film = np.clip(inland * np.float32(self._setting.view.height), 0, 1) * np.maximum(
            depth, np.maximum(foam, rim)
        )
        over(target, colour, film * self._clear * self._alpha)

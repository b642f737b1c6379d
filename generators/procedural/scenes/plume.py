"""Rising plumes: smoke from a chimney, or steam from a hot spring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generators.contract import LabelMap
from generators.procedural import painter as brush
from generators.procedural import props
from generators.procedural.noise import MovingNoise, Octave
from generators.procedural.raster import F32, Colour, clip, emboss, f32, over, smoothstep
from generators.procedural.scenes.base import Box, Setting, ground_plane, label_by_reach

_PUFFS = (
    Octave(0.38, 3.0, 1.0),
    Octave(0.19, 1.7, 0.85),
    Octave(0.09, 0.9, 0.6),
    Octave(0.045, 0.5, 0.4),
)
_SWAY = (Octave(1.2, 4.0),)
_ORIGIN = 0.10  # frame heights over which the plume starts to widen


@dataclass(frozen=True, slots=True)
class Style:
    """How a plume looks and rises."""

    width: float
    """Half width at the source, frame heights."""
    spread: float
    """Growth of the half width per height."""
    rate: float
    """Growth rate of a rising puff, 1/s: its speed is the rate times the height above the virtual origin."""
    dark: Colour
    """Colour on the shaded side."""
    bright: Colour
    """Colour on the lit side."""
    density: float
    """Opacity of a full puff, 0..1."""


_SMOKE = Style(0.035, 0.40, 0.34, (0.30, 0.30, 0.33), (0.74, 0.73, 0.72), 0.95)
_STEAM = Style(0.13, 0.30, 0.42, (0.62, 0.66, 0.72), (0.97, 0.97, 0.97), 0.88)
_WISP = Style(0.05, 0.30, 0.50, (0.62, 0.66, 0.72), (0.97, 0.97, 0.97), 0.70)


class Plume:
    """Buoyant puffs that grow as they rise and lean with the wind; ``foot`` is the source (x, y)."""

    def __init__(self, setting: Setting, foot: tuple[float, float], style: Style) -> None:
        view, rng = setting.view, setting.rng("plume")
        lean = float(rng.uniform(0.10, 0.32)) * (-1 if rng.uniform() < 0.5 else 1)
        if setting.direction in ("left", "right"):
            lean = abs(lean) * (1 if setting.direction == "right" else -1)
        height = np.maximum(foot[1] - view.y, 0)
        half = style.width + style.spread * height
        across = (view.x - foot[0] - lean * height**1.3) / half
        start = smoothstep(-0.004, 0.02 + 0.3 * style.width, f32(foot[1] - view.y))
        body = smoothstep(1.35, 0.35, f32(np.abs(across))) * start * (1 - 0.25 * np.clip(height, 0, 1))
        self.reach: F32 = f32(body)
        self._box = Box(body)
        self._body, self._density = self._box.cut(body), np.float32(style.density)
        self._dark, self._bright = f32(style.dark), f32(style.bright)
        u, v = self._box.cut(f32(across * 0.22)), self._box.cut(f32(-np.log1p(height / _ORIGIN) * 0.6))
        self._across = self._box.cut(f32(across))
        self._puffs = MovingNoise(
            setting.tile, setting.key("puffs"), _PUFFS, (u, v), (0.0, -style.rate * 0.6)
        )
        self._sway = MovingNoise(
            setting.tile, setting.key("sway"), _SWAY, (u * 0.4, v), (0.0, -style.rate * 0.6)
        )
        self._step = max(1, round(view.height / 90))

    def paint(self, canvas: F32, t: float) -> None:
        """Draw the plume at time t."""
        puffs = self._puffs.at(t)
        edge = self._body + np.float32(0.16) * self._sway.at(t) * self._across * self._body
        thick = clip(edge)
        cover = smoothstep(-0.55, 0.55, f32(puffs + 2.8 * thick - 1.35))
        lit = emboss(puffs, self._step)
        light = np.clip(np.float32(0.55) - np.float32(0.22) * lit + np.float32(0.12) * puffs, 0, 1)
        colour = self._dark + (self._bright - self._dark) * light[..., None]
        over(
            self._box.window(canvas),
            colour,
            cover * smoothstep(0.0, 0.25, self._body) * self._density,
        )


class Smoke:
    """Smoke from the chimney of a cabin."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        rng = setting.rng("geometry")
        self._x = float(rng.uniform(-0.25, 0.25))
        self._plume = Plume(setting, (self._x, 0.585), _SMOKE)
        self.labels: LabelMap = label_by_reach(self._plume.reach, 0.5)

    def backdrop(self, variant: int) -> F32:
        """Evening valley with a cabin."""
        p = self._setting.painter(variant)
        brush.sky(p, p.jitter((0.36, 0.50, 0.70)), p.jitter((0.92, 0.80, 0.66)), 0.62, 0.15)
        brush.ridge(
            p, brush.height_line(p, 0.40, 0.06, 1.0), p.jitter((0.30, 0.34, 0.38)), (0.70, 0.72, 0.75), 0.5
        )
        brush.ridge(
            p, brush.height_line(p, 0.60, 0.03, 0.7), p.jitter((0.17, 0.24, 0.13)), (0.6, 0.65, 0.66), 0.12
        )
        brush.conifers(p, lambda _x: 0.74, 60, (0.10, 0.30), (0.07, 0.13, 0.08))
        turf = brush.ground_texture(p, p.jitter((0.32, 0.36, 0.17), 0.15), ground_plane(p.view, 0.55, 0.85))
        p.fill(turf, p.edge(brush.height_line(p, 0.75, 0.01, 0.5)))
        props.cabin(p, self._x - 0.10, 0.86, 0.26)
        self._foreground(p)
        return p.canvas

    def _foreground(self, p: brush.Painter) -> None:
        rock = brush.rock_texture(p, p.jitter((0.46, 0.44, 0.42)), 0.08)
        places = [
            (float(x), float(y), float(0.01 + 0.045 * r**3))
            for x, y, r in zip(
                p.rng.uniform(-1.3, 1.3, 60),
                np.sort(p.rng.uniform(0.86, 1.04, 60)),
                p.rng.uniform(0, 1, 60),
                strict=True,
            )
        ]
        brush.stones(p, places, rock)
        props.grass(
            p,
            [
                (float(x), float(y), 0.04)
                for x, y in zip(
                    p.rng.uniform(-1.3, 1.3, 170), np.sort(p.rng.uniform(0.80, 1.05, 170)), strict=True
                )
            ],
            (0.34, 0.38, 0.15),
        )

    def paint(self, canvas: F32, t: float) -> None:
        """Draw the smoke."""
        self._plume.paint(canvas, t)


class Steam:
    """Steam from a hot spring with coloured terraces."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        rng = setting.rng("geometry")
        self._x, self._y = float(rng.uniform(-0.2, 0.2)), 0.76
        side = Setting(setting.view, setting.key("wisp"), setting.direction)
        self._plumes = (
            Plume(setting, (self._x, self._y), _STEAM),
            Plume(side, (self._x - 0.22, self._y + 0.015), _WISP),
        )
        reach = np.maximum.reduce([plume.reach for plume in self._plumes])
        self.labels: LabelMap = label_by_reach(reach, 0.5)

    def backdrop(self, variant: int) -> F32:
        """Bare hills, mineral flat, turquoise pool."""
        p = self._setting.painter(variant)
        brush.sky(p, p.jitter((0.28, 0.45, 0.70)), p.jitter((0.66, 0.76, 0.84)), 0.5, 0.1)
        brush.ridge(
            p, brush.height_line(p, 0.42, 0.05, 0.9), p.jitter((0.36, 0.30, 0.26)), (0.62, 0.66, 0.72), 0.35
        )
        brush.ridge(
            p, brush.height_line(p, 0.55, 0.02, 0.6), p.jitter((0.20, 0.22, 0.14)), (0.6, 0.62, 0.62), 0.08
        )
        brush.conifers(p, lambda _x: 0.585, 55, (0.05, 0.14), (0.08, 0.13, 0.08))
        plane = ground_plane(p.view, 0.42, 0.8)
        p.fill(
            brush.ground_texture(p, p.jitter((0.62, 0.55, 0.45), 0.1), plane, 0.05),
            p.edge(brush.height_line(p, 0.59, 0.006, 0.4)),
        )
        wobble = 0.10 * p.noise(0.25, 4, plane=plane)
        r = np.hypot((p.view.x - self._x) / 0.46, (p.view.y - self._y - 0.05) / 0.12) + wobble
        for edge, colour in (
            (1.5, (0.58, 0.36, 0.16)),
            (1.22, (0.74, 0.60, 0.24)),
            (1.0, (0.30, 0.62, 0.60)),
            (0.7, (0.10, 0.42, 0.58)),
        ):
            p.fill(p.jitter(colour), smoothstep(edge, edge - 0.12, f32(r)) * np.float32(0.85))
        rock = brush.rock_texture(p, p.jitter((0.55, 0.50, 0.45)), 0.08)
        y = np.sort(p.rng.uniform(0.62, 1.03, 150))
        x = p.rng.uniform(-1.3, 1.3, 150)
        keep = np.hypot((x - self._x) / 0.62, (y - self._y - 0.05) / 0.17) > 1
        size = (0.008 + 0.04 * p.rng.uniform(0, 1, 150) ** 3) * y
        brush.stones(
            p,
            [(float(a), float(b), float(c)) for a, b, c in zip(x[keep], y[keep], size[keep], strict=True)],
            rock,
        )
        return p.canvas

    def paint(self, canvas: F32, t: float) -> None:
        """Draw the steam."""
        for plume in self._plumes:
            plume.paint(canvas, t)

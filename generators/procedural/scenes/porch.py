"""What rain and snow share: a porch roof to look out from, a village behind."""

from __future__ import annotations

import numpy as np

from generators.contract import MEDIUM, OVERLAY, SUPPORT, LabelMap
from generators.procedural import painter as brush
from generators.procedural import props
from generators.procedural.painter import Painter
from generators.procedural.raster import F32, f32
from generators.procedural.scenes.base import Setting

HORIZON = 0.46


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
        props.timber(p, self._post[0], -0.5, self._post[1], 1.5, colour)
        props.timber(p, -3.0, -0.35, 3.0, self._beam, colour)
        for x in np.arange(-1.5, 1.6, 0.25):
            p.stamp(
                np.array(
                    [
                        [x, 0.3 * self._beam],
                        [x + 0.02, 0.3 * self._beam],
                        [x + 0.02, 0.5 * self._beam],
                        [x, 0.5 * self._beam],
                    ]
                ),
                (0.12, 0.09, 0.07),
            )


def overlay_labels(open_: F32, medium: F32) -> LabelMap:
    """Overlay over still things, medium where little else is seen, support under the roof."""
    labels = np.zeros(open_.shape, np.uint8)
    labels[open_ == 0] = SUPPORT
    labels[(open_ >= 1) & (medium == 0)] = OVERLAY
    labels[(open_ >= 1) & (medium >= 1)] = MEDIUM
    return labels


def draw_village(p: Painter, setting: Setting, ground: F32, *, roofs_white: bool) -> None:
    """Wooded slope, cabin, fence, boulders."""
    green = (0.13, 0.19, 0.15) if not roofs_white else (0.16, 0.20, 0.21)
    brush.ridge(p, brush.height_line(p, 0.44, 0.02, 0.6), green, (0.55, 0.59, 0.62), 0.42)
    brush.conifers(p, lambda _x: 0.56, 60, (0.10, 0.26), green)
    p.fill(ground, p.edge(brush.height_line(p, 0.56, 0.008, 0.5)))
    x = float(setting.rng("cabin").uniform(-0.45, 0.15))
    props.cabin(p, x, 0.72, 0.30)
    if roofs_white:
        p.stamp(
            np.array(
                [
                    [x - 0.195, 0.60],
                    [x - 0.105, 0.456],
                    [x + 0.105, 0.456],
                    [x + 0.195, 0.60],
                    [x + 0.18, 0.585],
                    [x - 0.18, 0.585],
                ]
            ),
            (0.86, 0.89, 0.93),
        )
    _fence(p, x + 0.3)


def _fence(p: Painter, x: float) -> None:
    wood = np.clip(f32(f32((0.33, 0.27, 0.21)) * (1 + 0.3 * p.noise(0.02, 4, 0.7))[..., None]), 0, 1)
    for y in (0.655, 0.69):
        p.stamp(np.array([[x, y], [x + 1.6, y + 0.02], [x + 1.6, y + 0.032], [x, y + 0.010]]), wood)
    for post in np.arange(x, x + 1.6, 0.14):
        p.stamp(np.array([[post, 0.635], [post + 0.018, 0.63], [post + 0.018, 0.73], [post, 0.73]]), wood)

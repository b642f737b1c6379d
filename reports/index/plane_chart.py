"""Feeds the stability-motion plane: a mark a method with its limits both ways, a dot a clip."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports.gather import Setup
from reports.index.cells import limits
from reports.index.names import Named
from reports.index.spread import spread
from reports.plane import Plane, Point
from reports.text import listing

HEIGHT = 400
"""Of the plot, pixels; its width is the page's."""
_GAP = 19
_DOTS = 1000


def plane_chart(found: Plane, names: Mapping[Setup, Named]) -> dict[str, Any]:
    """Gather everything that ``plane.html`` says; ``plane_why`` where there is nothing to show."""
    points = sorted(found.points, key=lambda point: (-point.steadiness.value, point.persistence.value))
    ends = spread([HEIGHT * (1 - point.steadiness.value) for point in points], _GAP, HEIGHT)
    marks = [_mark(point, names[point.setup]) for point in points]
    return {
        "plane": marks,
        "plane_names": [{"named": mark["named"], "from": mark["y"], "to": round(100 * end / HEIGHT, 2)}
                        for mark, end in zip(marks, ends, strict=True)],
        "plane_why": found.why, "plane_height": HEIGHT,
        "plane_ticks": [{"at": 25 * i, "label": f"{i / 4:.2g}"} for i in range(5)],
    }


def _mark(point: Point, named: Named) -> dict[str, Any]:
    x, y = point.persistence, point.steadiness
    return {
        "named": named, "x": _percent(x.value), "y": _percent(1 - y.value),
        "across": None if x.low is None or x.high is None else (_percent(x.low), _percent(x.high)),
        "along": None if y.low is None or y.high is None else (_percent(1 - y.low), _percent(1 - y.high)),
        "cells": [f"{x.value:.2f}", limits(x), f"{y.value:.2f}", limits(y), str(point.clips)],
        "told": listing([*_remarks(point)]), "dots": _dots(point),
    }


def _remarks(point: Point) -> list[str]:
    told = ((point.frozen, "frozen before drift could show"),
            (point.drifted, "drifted before they could stagnate"),
            (point.moved, "with a moving camera, which count as 0"), (point.silent, "without both numbers"))
    return [f"{n} {what}" for n, what in told if n]


def _percent(value: float) -> float:
    return round(100 * value, 2)


def _dots(point: Point) -> str:
    """One path: a stroke without length for each clip, in a box of 1000 by 1000."""
    spots = ((round(_DOTS * moving), round(_DOTS * (1 - steady))) for moving, steady in point.spots)
    return "".join(f"M{x} {y}h0" for x, y in spots)

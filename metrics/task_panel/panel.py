"""The task panel: published metrics of drift and stagnation, as their programs compute them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import cv2

from metrics.clip import Frame
from metrics.errors import WeightsMissingError
from metrics.panel import Footing, PanelOptions
from metrics.session import Result
from metrics.task_panel import flows
from metrics.task_panel.motion import HEIGHT, Found, MotionMeter, PairFlow, numbers
from metrics.task_panel.pixels import PixelMeter
from metrics.task_panel.plan import MIN_KEPT, MIN_SAMPLES, Kept, sampled
from metrics.task_panel.quantities import FLOW_QUANTITIES, PIXEL_QUANTITIES, PREFIX, QUANTITIES
from metrics.types import Json, Quantity, Value

__all__ = ["NAME", "QUANTITIES", "VERSION", "TaskPanel", "open", "settings"]

NAME = PREFIX
VERSION = 1


def settings(options: PanelOptions) -> dict[str, Json]:
    """Protocol, flow, and the library whose features, masks and fits are used."""
    return {
        "protocol": "SNF-Bench v1.1; names ending in _v10: v1.0",
        "flow": flows.settings(options),
        "opencv": ".".join(cv2.__version__.split(".")[:2]),
        "masks": "from the scored clip",
    }


def open(footing: Footing, options: PanelOptions) -> TaskPanel:  # noqa: A001 - the name that panels share
    """Start on a clip."""
    return TaskPanel(footing, options)


class TaskPanel:
    """The panel's two halves on one clip: flow and features at 288 lines, pixels at the clip's own size."""

    def __init__(self, footing: Footing, options: PanelOptions) -> None:
        self._announced, self._seen = footing.frames, 0
        self._halves = (_FlowHalf(footing, options), _PixelHalf(footing))

    def add(self, frame: Frame) -> None:
        """Take the next decoded frame; most are only counted."""
        self._seen += 1
        for half in self._halves:
            half.add(frame)

    def finish(self) -> Result:
        """Return the numbers; there are no curves."""
        if self._seen != self._announced:
            why = (f"the file announces {self._announced} frames and gave {self._seen}; the published "
                   "windows are shares of the whole clip and cannot be placed")
            return _abstained(QUANTITIES, why), [], []
        values: list[Value] = []
        notes: list[str] = []
        for half in self._halves:
            found, told = half.finish()
            values, notes = values + found, notes + told
        return values, [], notes


class _FlowHalf:
    """fBD to DAR."""

    def __init__(self, footing: Footing, options: PanelOptions) -> None:
        header = footing.header
        self._plan = Kept(footing.frames, footing.fps)
        self._width = round(header.width * HEIGHT / header.height)
        self._flow, self._reason = _flow(footing, options, self._width)
        if not self._reason:
            kept = f"kept frames (one of {self._plan.step}, of {footing.frames})"
            self._reason = _too_few(self._plan.count, MIN_KEPT, kept)
        self._meter = MotionMeter(self._plan, self._flow) if self._flow and not self._reason else None

    def add(self, frame: Frame) -> None:
        if self._meter is not None and self._flow is not None and frame.index % self._plan.step == 0:
            self._meter.add(self._flow.picture(frame, (self._width, HEIGHT)))

    def finish(self) -> tuple[list[Value], list[str]]:
        if self._meter is None:
            return _abstained(FLOW_QUANTITIES, self._reason), []
        found = self._meter.found
        values = numbers(found, self._plan, self._width)
        return _values(FLOW_QUANTITIES, values, _no_fbd(found)), _notes(found, len(self._plan.late_frames))


class _PixelHalf:
    """sharp_ratio to stag_onset."""

    def __init__(self, footing: Footing) -> None:
        self._samples = frozenset(sampled(footing.frames))
        self._reason = _too_few(footing.frames, MIN_SAMPLES, "frames")
        self._meter = None if self._reason else PixelMeter(len(self._samples))

    def add(self, frame: Frame) -> None:
        if self._meter is not None and frame.index in self._samples:
            self._meter.add(frame.rgb_native())

    def finish(self) -> tuple[list[Value], list[str]]:
        if self._meter is None:
            return _abstained(PIXEL_QUANTITIES, self._reason), []
        return _values(PIXEL_QUANTITIES, self._meter.numbers(), ""), []


def _flow(footing: Footing, options: PanelOptions, width: int) -> tuple[PairFlow | None, str]:
    try:
        found = flows.make(footing, options)
    except WeightsMissingError as fault:
        return None, str(fault)
    if width < found.min_side:
        return None, f"the picture is {width} px wide at {HEIGHT} lines; the flow needs {found.min_side}"
    return found, ""


def _too_few(count: int, least: int, what: str) -> str:
    return f"{count} {what}; the published program needs {least}" if count < least else ""


def _abstained(quantities: Sequence[Quantity], reason: str) -> list[Value]:
    return [Value(q.id, None, "abstained", reason) for q in quantities]


def _values(quantities: Sequence[Quantity], found: Mapping[str, float | None], absent: str) -> list[Value]:
    values = []
    for quantity in quantities:
        value = found[quantity.id.removeprefix(f"{PREFIX}.")]
        if value is not None and math.isfinite(value):
            values.append(Value(quantity.id, value))
        else:
            why = absent if value is None else "the published formula gives no finite number here"
            values.append(Value(quantity.id, None, "abstained", why))
    return values


def _no_fbd(found: Found) -> str:
    where = "no late frame has 12 features and 12 matches" if found.has_features else (
        "the still region of the first frame has fewer than 12 features")
    return f"{where}; the published program gives none then"


def _notes(found: Found, late: int) -> list[str]:
    told = {
        f"fBD: {found.unregistered} of {late} late frames agree on no homography; the median of their raw "
        "matches counts, as published.": found.unregistered,
        f"MCFF, FP and DAR: {found.unfitted} pairs have no camera fit; the median translation counts, as "
        "published.": found.unfitted,
        "Task panel: nothing of the picture counts as still. BFR, NBF and DLR are what the published program "
        "gives then; they say nothing about stillness.": not found.still_share,
        "Task panel: nothing of the picture counts as moving. MCFF, FP, DLR and DAR are what the published "
        "program gives then; they say nothing about motion.": not found.moving_share,
    }
    return [note for note, applies in told.items() if applies]

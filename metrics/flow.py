"""Dense optical flow behind one interface. Each backend is a measurement identity of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from metrics.types import Json

Preset = Literal["medium", "fast", "ultrafast"]
Luma: TypeAlias = NDArray[np.uint8]
FlowField: TypeAlias = NDArray[np.float32]
"""(h, w, 2): x then y, in pixels from the first picture to the second, y downwards."""

_PRESETS: Mapping[Preset, int] = {
    "medium": cv2.DISOPTICAL_FLOW_PRESET_MEDIUM,
    "fast": cv2.DISOPTICAL_FLOW_PRESET_FAST,
    "ultrafast": cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST,
}
MIN_SIDE = 32
"""Smallest side of a picture, in px. OpenCV's DIS crashes the process on some shapes below it."""
_KEPT_ENGINES = 4


class FlowBackend(Protocol):
    """Anything that measures dense flow between two pictures of the same size."""

    @property
    def name(self) -> str:
        """Short name of the backend, for tables and messages."""

    @property
    def settings(self) -> Mapping[str, Json]:
        """Everything that changes the numbers, for the measurement identity."""

    def flow(self, a: Luma, b: Luma) -> FlowField:
        """Flow from ``a`` to ``b``.

        Args:
            a: uint8 (h, w), full-range luma.
            b: same size and type.

        Returns:
            float32 (h, w, 2): x, y in pixels.

        Raises:
            ValueError: if the pictures are not uint8 (h, w), differ in size, or are below ``MIN_SIDE``.

        """


class DisFlow:
    """Dense inverse search (Kroeger et al., ECCV 2016) as OpenCV ships it; no weights, about 8 ms a pair.

    ``medium`` is the preset to measure with. It works at half resolution, which overstates shifts below one
    pixel by up to a fifth; whole-pixel shifts are exact. See ``tests/metrics/test_flow.py`` for the bounds.
    """

    name = "dis"

    def __init__(self, preset: Preset = "medium") -> None:
        if preset not in _PRESETS:
            raise ValueError(f"DIS preset: expected one of {', '.join(_PRESETS)}; got {preset!r}")
        self.settings: Mapping[str, Json] = {
            "backend": self.name, "preset": preset, "opencv": ".".join(cv2.__version__.split(".")[:2]),
        }
        self._preset = _PRESETS[preset]
        self._engines: dict[tuple[int, ...], cv2.DISOpticalFlow] = {}

    def flow(self, a: Luma, b: Luma) -> FlowField:
        """See :meth:`FlowBackend.flow`."""
        check_pair(a, b)
        pair = np.ascontiguousarray(a), np.ascontiguousarray(b)
        # OpenCV takes None for "no first guess"; its stubs do not say so.
        return np.asarray(self._engine_for(a.shape).calc(*pair, None), np.float32)  # type: ignore[call-overload]

    def __deepcopy__(self, memo: object) -> DisFlow:
        """Nothing is remembered between pairs, so copies of what uses it may share it."""
        return self

    def _engine_for(self, shape: tuple[int, ...]) -> cv2.DISOpticalFlow:
        """One engine a size: after a small picture an engine keeps that picture's search levels for good."""
        if shape not in self._engines:
            if len(self._engines) == _KEPT_ENGINES:
                del self._engines[next(iter(self._engines))]
            self._engines[shape] = cv2.DISOpticalFlow.create(self._preset)
        return self._engines[shape]


def check_pair(a: Luma, b: Luma) -> None:
    """Raise ValueError unless both are uint8 (h, w), equal in size, with both sides at least ``MIN_SIDE``."""
    for picture in (a, b):
        if picture.dtype != np.uint8 or picture.ndim != 2:
            raise ValueError(f"flow: expected uint8 luma (h, w), got {picture.dtype} {picture.shape}")
    if a.shape != b.shape:
        raise ValueError(f"flow: expected two pictures of one size, got {a.shape} and {b.shape}")
    if min(a.shape) < MIN_SIDE:
        raise ValueError(f"flow: expected sides of at least {MIN_SIDE} px, got {a.shape[1]}x{a.shape[0]}")

"""Dense optical flow behind one interface. Each backend is a measurement identity of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from metrics.types import Json

Preset = Literal["medium", "fast", "ultrafast"]
FlowName = Literal["dis", "raft"]
Luma: TypeAlias = NDArray[np.uint8]
FlowField: TypeAlias = NDArray[np.float32]
"""(h, w, 2): x then y, in pixels from the first picture to the second, y downwards."""

_PRESETS: Mapping[Preset, int] = {
    "medium": cv2.DISOPTICAL_FLOW_PRESET_MEDIUM,
    "fast": cv2.DISOPTICAL_FLOW_PRESET_FAST,
    "ultrafast": cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST,
}
# Below this OpenCV's coarse-to-fine search has no level to start from.
_DIS_MIN_SIDE = 12


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
            ValueError: if the pictures differ in size, are not uint8 (h, w), or are too small.

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
        self._engine = cv2.DISOpticalFlow.create(_PRESETS[preset])

    def flow(self, a: Luma, b: Luma) -> FlowField:
        """See :meth:`FlowBackend.flow`."""
        check_pair(a, b, _DIS_MIN_SIDE)
        start = np.zeros((*a.shape, 2), np.float32)
        return np.asarray(self._engine.calc(a, b, start), np.float32)


def check_pair(a: Luma, b: Luma, min_side: int) -> None:
    """Raise ValueError unless both are uint8 (h, w), equal in size, with both sides at least ``min_side``."""
    for picture in (a, b):
        if picture.dtype != np.uint8 or picture.ndim != 2:
            raise ValueError(f"flow: expected uint8 luma (h, w), got {picture.dtype} {picture.shape}")
    if a.shape != b.shape:
        raise ValueError(f"flow: expected two pictures of one size, got {a.shape} and {b.shape}")
    if min(a.shape) < min_side:
        raise ValueError(f"flow: expected sides of at least {min_side} px, got {a.shape[1]}x{a.shape[0]}")


def make_flow(
    name: FlowName, *, preset: Preset = "medium", weights: Path | None = None, device: str = "cpu",
    updates: int = 20,
) -> FlowBackend:
    """Build a backend by name; ``preset`` applies to ``dis``, the other settings to ``raft``.

    Raises:
        ValueError: for an unknown name or preset.
        FlowUnavailableError: if RAFT's packages or weights are not here.

    """
    if name == "dis":
        return DisFlow(preset)
    if name == "raft":
        from metrics.flow_raft import RaftFlow

        return RaftFlow(weights, device, updates)
    raise ValueError(f"flow backend: expected dis or raft, got {name!r}")

"""Optical flow backends by name."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from metrics.flow import DisFlow, FlowBackend, Preset

FlowName = Literal["dis", "raft"]


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

"""A method in one configuration, as data: the engine runs it on whatever backbone is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from generators.engine.policy import MemoryPolicy

EmaPrecision = Literal["bf16", "fp32"]
"""Precision of blending slots: ``bf16`` rounds as the published programs do, ``fp32`` is the rule as
written."""

ENGINE_OPTIONS = ("backbone", "device", "checkpoint", "use_ema")
"""Options that every method on the engine takes; they choose machine, network and weights, not the rule."""


@dataclass(frozen=True, slots=True)
class Segments:
    """The rollout restarts every so many frames, with the end of one segment given to the next."""

    frames: int
    """Latent frames of a segment."""
    overlap: int
    """Latent frames at a segment's start that are given: the first re-encoded from pixels, the others
    copied."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a method runs in one configuration."""

    policy: MemoryPolicy
    segments: Segments | None = None
    ema: EmaPrecision = "bf16"
    note: str = ""
    """What people must know about this configuration, for example which part of it is not the authors'."""

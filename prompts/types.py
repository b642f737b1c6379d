"""Plain data: what a generator is asked for. Imports nothing of ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Regime = Literal[
    "channel_flow",
    "falling_water",
    "oscillating_water",
    "falling_precipitation",
    "buoyant_plume",
    "combustion",
    "windborne",
    "geothermal",
    "accumulating",
]
Direction = Literal["left", "right", "up", "down", "toward", "away", "not_applicable"]

REGIMES: tuple[Regime, ...] = get_args(Regime)
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)


@dataclass(frozen=True, slots=True)
class Prompt:
    """One fixed-camera scene.

    Only ``text`` is read by a generator; the other fields are for people, masks and analysis.
    """

    id: str
    """Opaque, unique within the suite; ``[a-z0-9-]+``, never parsed."""
    text: str
    """What the model reads: one paragraph, no evaluator vocabulary, no negations."""
    medium: str
    """The material that moves, for example ``river``."""
    regime: Regime
    """How the material is transported."""
    direction: Direction
    """Main direction of transport in the picture, ``not_applicable`` where there is none."""
    support: str
    """The static support that the medium moves over or in front of."""
    light: str
    """Light and weather."""
    must_not_move: tuple[str, ...]
    """Things in the picture that stay where they are for the whole clip."""


@dataclass(frozen=True, slots=True)
class Suite:
    """A versioned, ordered set of prompts."""

    name: str
    version: int
    prompts: tuple[Prompt, ...]
    digest: str
    """SHA-256 over the canonical JSON of all prompts."""

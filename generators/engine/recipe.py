"""A method in one configuration, as data: the engine runs it on whatever backbone is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from generators.contract import GeneratorError
from generators.engine.policy import MemoryPolicy
from generators.options import check_configuration

if TYPE_CHECKING:
    from generators.contract import Generator

EmaPrecision = Literal["bf16", "fp32"]
"""Precision of blending slots: ``bf16`` rounds as the published programs do, ``fp32`` is the rule as
written."""

ENGINE_OPTIONS = ("backbone", "device")
"""Options that every method on the engine takes; they choose the machine and the network, not the rule."""


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


def on_engine(
    method: str,
    configuration: str,
    recipes: Mapping[str, Recipe],
    options: Mapping[str, str],
    variant: str = "",
) -> Generator:
    """The generator of a method in one of its configurations.

    Args:
        method: row name.
        configuration: a key of ``recipes``.
        recipes: every configuration of the method.
        options: engine options only; the method has taken its own out.
        variant: suffix of the recorded configuration that tells the method's own options, empty where they
            have their default values, for example ``+flush_positions=contiguous``.

    Raises:
        GeneratorError: unknown configuration or option, torch missing, backbone unknown or without weights.
    """
    check_configuration(method, configuration, recipes)
    try:
        import torch  # noqa: F401
    except ModuleNotFoundError as error:
        raise GeneratorError(
            f"{method} needs PyTorch, which is not installed; run: pip install 'steadybench[engine]'"
        ) from error
    from generators.engine.adapter import EngineGenerator

    return EngineGenerator(method, configuration + variant, recipes[configuration], options, recipes)

"""Infinite-Forcing: the first frame stays in view beside the last two ("V-sink").

Source: the released program and ``configs/self_forcing_dmd_vsink1.yaml`` (SOTAMak1r/Infinite-Forcing).
Blocks of 3 frames; four steps at shift 5; a window of 6 frames: the sink, two past frames, the block.
Positions are by place in the window. The authors note that the sink reduces motion.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from generators.engine.recipe import Recipe
from generators.engine.start import on_engine
from generators.engine.steps import warped
from generators.engine.window import WindowPolicy
from generators.methods.common import COMMON
from generators.methods.either import either

if TYPE_CHECKING:
    from generators.contract import Generator

NAME = "infinite-forcing"

RECIPES: Mapping[str, Recipe] = {
    "engine-native": Recipe(
        WindowPolicy(
            block=3,
            window=6,
            sinks=("anchor",),
            positions="relative",
            denoising=warped((1000, 750, 500, 250), shift=5),
        ),
        note="One sink and two past frames in view; the authors note that the sink reduces motion.",
    ),
    "common": COMMON,
}


def create(configuration: str, options: Mapping[str, str]) -> Generator:
    """Factory for the registry; the options are the engine's, or those of the authors' program.

    Raises:
        GeneratorError: unknown configuration or option, or what it needs is not there.
    """
    return either(
        NAME, configuration, options, RECIPES, lambda: on_engine(NAME, configuration, RECIPES, options)
    )

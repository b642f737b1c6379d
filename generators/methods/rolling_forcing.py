"""Rolling-Forcing: five blocks in flight at five noise levels, behind an anchor that moves along.

Source: the released program and ``configs/rolling_forcing_dmd.yaml`` (TencentARC/RollingForcing). Blocks
of 3 frames; steps 1000, 800, 600, 400, 200 at shift 5, one block at each, so the oldest block in the
window becomes final with every pass. A pass attends to 21 frames: the first block moved to right before
the past frames in view, those past frames, and the window. 24 frames are stored; positions are absolute.

The clean pass of a final block reads the newest 21 stored frames, so the anchor as well until 21 are
stored, and not once all 24 are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from generators.engine.recipe import Recipe
from generators.engine.rolling import RollingPolicy
from generators.engine.start import on_engine
from generators.engine.steps import warped
from generators.methods.common import COMMON
from generators.methods.either import either

if TYPE_CHECKING:
    from generators.contract import Generator

NAME = "rolling-forcing"

RECIPES: Mapping[str, Recipe] = {
    "engine-native": Recipe(
        RollingPolicy(block=3, reach=21, store=24, denoising=warped((1000, 800, 600, 400, 200), shift=5)),
        note="Five blocks are denoised together; a block is final four windows after it enters.",
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

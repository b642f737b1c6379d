"""Self-Forcing: everything made so far stays in view, up to 21 frames.

Source: the released program and ``configs/self_forcing_dmd.yaml`` (guandeh17/Self-Forcing). Blocks of 3
frames; four steps at shift 5; absolute positions; no sink. The memory holds 21 frames (5 s) and nothing
leaves it, so a longer rollout does not run; the authors confirm this limit.

``long`` turns on the program's undocumented window (``local_attn_size: 21``): first in, first out. The
name is ours, and the authors did not release it as their long rollout.
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

NAME = "self-forcing"
BLOCK = 3
WINDOW = 21
STEPS = warped((1000, 750, 500, 250), shift=5)

RECIPES: Mapping[str, Recipe] = {
    "engine-native": Recipe(
        WindowPolicy(block=BLOCK, window=WINDOW, cap=WINDOW, positions="absolute", denoising=STEPS),
        note="As released it makes at most 21 latent frames (5 s).",
    ),
    "long": Recipe(
        WindowPolicy(block=BLOCK, window=WINDOW, positions="absolute", denoising=STEPS),
        note="A sliding window of 21 latent frames, an undocumented option of the program; not released by "
        "the authors as a long rollout.",
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

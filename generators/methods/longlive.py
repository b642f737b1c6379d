"""LongLive 1.0: the first three frames stay in view beside the last six.

Source: the released program, branch v1.0 (NVlabs/LongLive). ``engine-native`` is
``configs/longlive_inference.yaml``: blocks of 3 frames, four steps at shift 5, a window of 12 frames with
3 sinks, absolute positions, so the distance between sinks and block grows without bound until the
position table ends. ``infinity`` is ``configs/longlive_inference_infinity.yaml``, the authors' answer to
that: positions by place in the window.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from generators.engine.policy import Role
from generators.engine.recipe import Recipe
from generators.engine.start import on_engine
from generators.engine.steps import warped
from generators.engine.window import WindowPolicy
from generators.methods.common import COMMON
from generators.methods.either import either

if TYPE_CHECKING:
    from generators.contract import Generator

NAME = "longlive"
BLOCK = 3
WINDOW = 12
SINKS: tuple[Role, ...] = ("anchor", "anchor", "anchor")
STEPS = warped((1000, 750, 500, 250), shift=5)

RECIPES: Mapping[str, Recipe] = {
    "engine-native": Recipe(
        WindowPolicy(block=BLOCK, window=WINDOW, sinks=SINKS, positions="absolute", denoising=STEPS),
        note="Absolute positions: the sinks fall ever further behind, and the position table ends after 1024 "
        "latent frames (256 s).",
    ),
    "infinity": Recipe(
        WindowPolicy(block=BLOCK, window=WINDOW, sinks=SINKS, positions="relative", denoising=STEPS),
        note="The authors' configuration without a limit of length: positions by place in the window.",
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

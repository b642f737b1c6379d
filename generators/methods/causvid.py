"""CausVid: segments of 21 frames, each starting from the last 3 frames of the one before.

Source: the released program and ``configs/wan_causal_dmd.yaml`` (tianweiy/CausVid). Blocks of 3 frames;
the steps 1000, 757, 522 are told to the network as they are, with the noise of the nearest entry of the
table at shift 8. Inside a segment nothing leaves the memory and positions are absolute.

Longer videos (``longvideo_autoregressive_inference.py``, overlap of 3 frames): every segment starts from
an empty memory, from the first of the 3 frames encoded anew from its pixels, and from the latents of the
other two.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from generators.engine.recipe import Recipe, Segments
from generators.engine.start import on_engine
from generators.engine.steps import nearest
from generators.engine.window import WindowPolicy
from generators.methods.common import COMMON
from generators.methods.either import either

if TYPE_CHECKING:
    from generators.contract import Generator

NAME = "causvid"
SEGMENT = 21
OVERLAP = 3

RECIPES: Mapping[str, Recipe] = {
    "engine-native": Recipe(
        WindowPolicy(
            block=3,
            window=SEGMENT,
            cap=SEGMENT,
            positions="absolute",
            denoising=nearest((1000, 757, 522), shift=8),
        ),
        segments=Segments(frames=SEGMENT, overlap=OVERLAP),
        note="The memory starts anew with every segment of 21 latent frames (72 new video frames, 4.5 s); "
        "only the last 3 latent frames are handed on, the first of them encoded anew from its pixels.",
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

"""Causal-Forcing: four blocks in flight for long videos; Self-Forcing's rollout for clips of 5 s.

Source: the released programs (thu-ml/Causal-Forcing). ``engine-native`` is
``long_video/configs/rolling_forcing_dmd.yaml``: Rolling-Forcing's program with steps 1000, 750, 500, 250
at shift 5, so four blocks of 3 frames in flight, and with weights of its own; the authors warn against a
5 s model as a baseline for long video.

The 5 s models keep all of their 21 frames in view at absolute positions: ``chunkwise`` in blocks of 3
frames, ``framewise`` frame by frame, and ``framewise-2step`` and ``framewise-1step`` (Causal-Forcing++)
with steps 1000, 500 and 1000 alone, but four steps for the first frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.engine.recipe import Recipe
from generators.engine.rolling import RollingPolicy
from generators.engine.start import on_engine
from generators.engine.steps import Steps, warped
from generators.engine.window import WindowPolicy
from generators.methods.common import COMMON
from generators.methods.either import either

if TYPE_CHECKING:
    from generators.contract import Generator

NAME = "causal-forcing"
CAP = 21
"""Latent frames that the 5 s models make."""
FOUR_STEPS = warped((1000, 750, 500, 250), shift=5)
TWO_STEPS = warped((1000, 500), shift=5)
ONE_STEP = warped((1000,), shift=5)

SHORT = "A model for 5 s clips: it makes at most 21 latent frames."


@dataclass(frozen=True, slots=True, kw_only=True)
class CarefulStart(WindowPolicy):
    """Other steps for the first block.

    Attributes:
        first: steps of block 0.
    """

    first: Steps

    def steps(self, block: int) -> Steps:
        """``first`` for block 0, ``denoising`` for the others."""
        return self.denoising if block else self.first


def _fewer_steps(steps: Steps) -> Recipe:
    policy = CarefulStart(
        block=1, window=CAP, cap=CAP, positions="absolute", denoising=steps, first=FOUR_STEPS
    )
    return Recipe(policy, note=f"{SHORT} The first frame takes four steps.")


def _whole_clip(block: int) -> Recipe:
    policy = WindowPolicy(block=block, window=CAP, cap=CAP, positions="absolute", denoising=FOUR_STEPS)
    return Recipe(policy, note=SHORT)


RECIPES: Mapping[str, Recipe] = {
    "engine-native": Recipe(
        RollingPolicy(block=3, reach=21, store=24, denoising=FOUR_STEPS),
        note="The authors' rollout for long videos: Rolling-Forcing's with four blocks in flight.",
    ),
    "chunkwise": _whole_clip(3),
    "framewise": _whole_clip(1),
    "framewise-2step": _fewer_steps(TWO_STEPS),
    "framewise-1step": _fewer_steps(ONE_STEP),
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

"""Reward-Forcing: three sinks that slowly average everything that leaves, and no fixed first frame.

Source: the released program and ``configs/reward_forcing.yaml`` (JaydenLyh/Reward-Forcing). Blocks of 3
frames; four steps at shift 5; a window of 9 frames: 3 sinks, 3 past frames, the block. Positions are by
place in the window. The three frames that leave with a block are blended into the sinks at 0.001. As
released the blend is in bfloat16, where most entries are too coarse to change by so little; ``ema=fp32``
is the rule as written.

The program averages only if exactly as many frames leave as there are sinks; otherwise it *overwrites*
the sinks with the first of them, so that no early frame is left. ``block6`` shows that: the same rule
with blocks of six frames in a window of 18. There ``sink_update=ema`` averages the first three of the
frames that leave (ours).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from generators.engine.policy import Copy, Op, Role
from generators.engine.recipe import EmaPrecision, Recipe
from generators.engine.steps import warped
from generators.engine.window import WindowPolicy
from generators.methods.common import COMMON
from generators.methods.either import either_with_choices

if TYPE_CHECKING:
    from generators.contract import Generator

NAME = "reward-forcing"
SINKS: tuple[Role, ...] = ("memory", "memory", "memory")
STEPS = warped((1000, 750, 500, 250), shift=5)
KEEP = 0.999
"""Share of a sink that stays when a frame is blended in."""
CHOICES = {"sink_update": ("upstream", "ema"), "ema": ("bf16", "fp32")}

COARSE = "As released the sinks are blended in bfloat16, where most updates are rounded away."
EXACT = "The sinks are blended in float32, which is our change; the released program rounds to bfloat16."
OVERWRITES = (
    "The released rule with blocks of six frames, which the authors do not use: six frames leave with a "
    "block, so the program overwrites the three sinks instead of averaging them."
)
AVERAGES = (
    "Blocks of six frames, which the authors do not use; the first three frames that leave are averaged "
    "into the sinks, where the released program would overwrite them."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AveragingSinks(WindowPolicy):
    """All sinks are averages.

    Attributes:
        overwrite: whether the sinks are replaced where not exactly as many frames leave as there are sinks.
    """

    overwrite: bool

    def retire(self, memory: tuple[int, ...], victims: tuple[int, ...]) -> list[Op]:
        """Average the first frames that leave into the sinks, or put them in their place."""
        if self.overwrite and len(victims) != len(memory):
            return [Copy(*pair) for pair in zip(memory, victims, strict=False)]
        return WindowPolicy.retire(self, memory, victims)


def recipes(chosen: Mapping[str, str]) -> dict[str, Recipe]:
    """All configurations, ``engine-native`` first."""
    ema = cast("EmaPrecision", chosen["ema"])
    overwrite = chosen["sink_update"] == "upstream"
    rounding = EXACT if ema == "fp32" else COARSE
    six = Recipe(policy(6, 18, overwrite=overwrite), note=OVERWRITES)
    if not overwrite:
        six = Recipe(policy(6, 18, overwrite=overwrite), ema=ema, note=f"{AVERAGES} {rounding}")
    return {
        "engine-native": Recipe(policy(3, 9, overwrite=True), ema=ema, note=rounding),
        "block6": six,
        "common": COMMON,
    }


def policy(block: int, window: int, *, overwrite: bool) -> AveragingSinks:
    """The method's rule with blocks of ``block`` frames in a window of ``window``."""
    return AveragingSinks(
        block=block,
        window=window,
        sinks=SINKS,
        keep=KEEP,
        overwrite=overwrite,
        positions="relative",
        denoising=STEPS,
    )


def create(configuration: str, options: Mapping[str, str]) -> Generator:
    """Factory for the registry.

    Options on the engine, besides its own: ``sink_update`` (``upstream`` or ``ema``, where blocks have six
    frames) and ``ema``, the precision of the averages (``bf16`` as released, or ``fp32``).

    Raises:
        GeneratorError: unknown configuration or option, or what it needs is not there.
    """
    return either_with_choices(NAME, configuration, options, CHOICES, recipes)

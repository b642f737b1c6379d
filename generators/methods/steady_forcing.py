"""Steady-Forcing: a pinned first frame, two slowly averaged frames, nine past ones, and regular flushes.

Source: the released program and ``configs/steady_forcing_infer.yaml`` (minar09/steady-forcing). Blocks of
6 frames; four steps at shift 5; a window of 18 frames that holds 3 sinks, 9 past frames and the block.
Frame 0 is the *anchor* (V-Sink) and stands at temporal index 0. Slots 1 and 2 are averages (EMA-Sink): of
the 6 frames that leave with every block, the first two are blended in at 0.01 and the other four are
lost. Every 21 blocks, 31.5 s, *purification* keeps the anchor and the newest 5 frames; two of these
become the averages anew.

As released, queries stand at the window's last block however full the window is. So after a purification
the block's queries stand at 12 to 17 and its own keys at 6 to 11. ``flush_positions=contiguous`` closes
that gap.

The ablation (our switches; the program has none). Block, window and steps are as above, and sinks count
inside the 18 frames, so fewer sinks leave room for more past frames:

* ``no-sink``: the newest 12 frames and the block.
* ``v-sink``: frame 0 pinned, 11 past frames.
* ``ema-sink``: the first 3 frames are all averages, each blended with one of the first 3 frames that
  leave; no anchor; 9 past frames.
* ``dual-sink``: anchor and two averages as above, without purification.
* ``engine-native``: dual sink with purification.

Each of the five also with ``-absolute``: keys and queries at their own frame number in place of the place
in the window (an average stands where the frame stood that its slot held first). Such a rollout ends with
the position table, after 1024 frames, and has no gap to close.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from generators.engine.policy import Role
from generators.engine.purify import PurifyingWindow
from generators.engine.recipe import EmaPrecision, Recipe
from generators.engine.steps import warped
from generators.engine.window import Positions, WindowPolicy
from generators.methods.common import COMMON
from generators.methods.either import either_with_choices

if TYPE_CHECKING:
    from generators.contract import Generator

NAME = "steady-forcing"
BLOCK = 6
WINDOW = 18
STEPS = warped((1000, 750, 500, 250), shift=5)
KEEP = 0.99
"""Share of an average that stays when a frame is blended in."""
FLUSH_EVERY = 21
"""Blocks between two purifications."""
FLUSH_NEWEST = 5
"""Frames besides the first slot that a purification leaves."""
DUAL_SINK: tuple[Role, ...] = ("anchor", "memory", "memory")
SINKS: Mapping[str, tuple[Role, ...]] = {
    "no-sink": (),
    "v-sink": ("anchor",),
    "ema-sink": ("memory", "memory", "memory"),
    "dual-sink": DUAL_SINK,
}
CHOICES = {"flush_positions": ("upstream", "contiguous"), "ema": ("bf16", "fp32")}

ABLATION = "Part of an ablation of Steady-Forcing's memory; the switch is ours, not in the released program."
ABSOLUTE = "Absolute positions are ours; the method's are relative to the window."
GAP = "As released: right after a purification the queries stand 6 positions ahead of the block's own keys."
NO_GAP = "Positions after a purification are contiguous, which is our change."
EXACT = "Averages are blended in float32, which is our change; the released program rounds to bfloat16."


def recipes(chosen: Mapping[str, str]) -> dict[str, Recipe]:
    """All configurations, ``engine-native`` first."""
    contiguous = chosen["flush_positions"] == "contiguous"
    ema = cast("EmaPrecision", chosen["ema"])
    made = {
        "engine-native": _recipe(
            _purifying("relative" if contiguous else "pinned"), ema, NO_GAP if contiguous else GAP
        )
    }
    made["common"] = COMMON
    for name, sinks in SINKS.items():
        made[name] = _recipe(_plain(sinks, "relative"), ema, ABLATION)
    made["engine-native-absolute"] = _recipe(_purifying("absolute"), ema, f"{ABLATION} {ABSOLUTE}")
    for name, sinks in SINKS.items():
        made[f"{name}-absolute"] = _recipe(_plain(sinks, "absolute"), ema, f"{ABLATION} {ABSOLUTE}")
    return made


def create(configuration: str, options: Mapping[str, str]) -> Generator:
    """Factory for the registry.

    Options on the engine, besides its own: ``flush_positions`` (``upstream`` or ``contiguous``) and ``ema``,
    the precision of the averages (``bf16`` as released, or ``fp32``).

    Raises:
        GeneratorError: unknown configuration or option, or what it needs is not there.
    """
    return either_with_choices(NAME, configuration, options, CHOICES, recipes)


def _purifying(positions: Positions) -> PurifyingWindow:
    return PurifyingWindow(
        block=BLOCK,
        window=WINDOW,
        sinks=DUAL_SINK,
        keep=KEEP,
        every=FLUSH_EVERY,
        newest=FLUSH_NEWEST,
        positions=positions,
        denoising=STEPS,
    )


def _plain(sinks: tuple[Role, ...], positions: Positions) -> WindowPolicy:
    return WindowPolicy(
        block=BLOCK, window=WINDOW, sinks=sinks, keep=KEEP, positions=positions, denoising=STEPS
    )


def _recipe(policy: WindowPolicy, ema: EmaPrecision, note: str) -> Recipe:
    recipe = Recipe(policy, note=note)
    if ema == "fp32" and "memory" in policy.sinks:
        return replace(recipe, ema=ema, note=f"{note} {EXACT}")
    return recipe

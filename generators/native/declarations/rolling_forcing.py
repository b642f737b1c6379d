"""Rolling-Forcing's own program (TencentARC/RollingForcing)."""

from __future__ import annotations

from generators.native.declaration import CORE_MODULES, Declaration, Environment, Program, Trap
from generators.native.declarations.family import (
    DROPPED_PROMPTS,
    INFERENCE,
    ONE_SEED_FOR_ALL,
    PAST_POSITIONS,
    POSITIONS,
    PROMPT_IN_NAME,
    code,
)
from generators.native.length import Latents

_CONFIG = "configs/rolling_forcing_dmd.yaml"

DECLARATIONS = (
    Declaration(
        method="rolling-forcing",
        configuration="native",
        repository="TencentARC/RollingForcing",
        branch="main",
        revision="a1477d09e85dc759a6a6728f55f77f59342ce388",
        programs=(Program((*INFERENCE, "--use_ema", "--save_with_index"), Latents(block=3, cap=POSITIONS)),),
        config=_CONFIG,
        checkpoint=("checkpoints/rolling_forcing_dmd.pt",),
        licence="Rolling-Forcing licence: academic use only",
        environment=Environment((*CORE_MODULES, "PIL", "imageio"), torch="2.5.1"),
        code=code(_CONFIG),
        code_sha256="6d448a07f52836272cd152f4290e688a8c8a9bd58c4afdff01e15177fe6b2906",
        needed=("configs/default_config.yaml",),
        too_long=PAST_POSITIONS,
        ema="--use_ema takes generator_ema from the checkpoint, as in the README's command",
        output="{index}-{sample}_ema.mp4, torchvision write_video",
        documented="README.md, CLI inference; inference.py:21-33",
        traps=(
            Trap("--i2v fails: a variable is used before it is set.", "Never asked for."),
            PROMPT_IN_NAME,
            ONE_SEED_FOR_ALL,
            DROPPED_PROMPTS,
        ),
    ),
)

"""Self-Forcing's own program (guandeh17/Self-Forcing)."""

from __future__ import annotations

from generators.native.declaration import CORE_MODULES, Declaration, Environment, Program, Trap
from generators.native.declarations.family import (
    DROPPED_PROMPTS,
    INFERENCE,
    ONE_SEED_FOR_ALL,
    PROMPT_IN_NAME,
    code,
)
from generators.native.length import Latents

_CONFIG = "configs/self_forcing_dmd.yaml"

DECLARATIONS = (
    Declaration(
        method="self-forcing",
        configuration="native",
        repository="guandeh17/Self-Forcing",
        branch="main",
        revision="33593df3e81fa3ec10239271dd2c100facac6de1",
        programs=(Program((*INFERENCE, "--use_ema", "--save_with_index"), Latents(block=3, cap=21)),),
        config=_CONFIG,
        checkpoint=("checkpoints/self_forcing_dmd.pt",),
        licence="Apache-2.0",
        environment=Environment((*CORE_MODULES, "PIL"), gpu_gb=24),
        code=code(_CONFIG, "demo_utils/memory.py"),
        code_sha256="696cb824cd5ebf83017554e28ef5bc8a7d33f4b56d711789357b58afc753d07e",
        needed=("configs/default_config.yaml", "demo_utils/memory.py"),
        too_long=(
            "the released program keeps 21 latent frames and evicts none, a 22nd fails (issues 39 and 63 "
            "of its repository); self-forcing:long runs longer clips on this project's engine"
        ),
        ema="--use_ema takes generator_ema from the checkpoint, as in the README's command",
        output="{index}-{sample}_ema.mp4, torchvision write_video",
        documented="README.md, CLI Inference; inference.py:22-36",
        traps=(
            Trap("The README names no length; 21 latent frames are the most.", "Longer jobs are refused."),
            PROMPT_IN_NAME,
            ONE_SEED_FOR_ALL,
            DROPPED_PROMPTS,
        ),
    ),
)

"""Infinite-Forcing's own program (SOTAMak1r/Infinite-Forcing)."""

from __future__ import annotations

from generators.native.declaration import CORE_MODULES, Declaration, Environment, Program, Trap
from generators.native.declarations.family import (
    DROPPED_PROMPTS,
    FIRST_50,
    INFERENCE,
    ONE_SEED_FOR_ALL,
    SUBFOLDER,
    code,
)
from generators.native.length import Latents

_CONFIG = "configs/self_forcing_dmd_vsink1.yaml"

DECLARATIONS = (
    Declaration(
        method="infinite-forcing",
        configuration="native",
        repository="SOTAMak1r/Infinite-Forcing",
        branch="main",
        revision="b8feaf5f0c3ad96c208d9a17fee80d00a28d99cd",
        programs=(Program((*INFERENCE, "--use_ema"), Latents(block=3)),),
        config=_CONFIG,
        checkpoint=("checkpoints/ema_model.pt",),
        licence="Apache-2.0",
        environment=Environment((*CORE_MODULES, "PIL")),
        code=code(_CONFIG, "demo_utils/memory.py"),
        code_sha256="3b07e481b1396813df728772611ebc6116593a41cf0b0037de30511338c7a6c9",
        base="",
        needed=("configs/default_config.yaml", "demo_utils/memory.py"),
        named_by_prompt=50,
        ema="--use_ema takes generator_ema, else generator, as in the README's command",
        output="{part of the checkpoint's folder name}/{prompt[:50]}.mp4, torchvision write_video",
        documented="README.md, CLI Inference; inference.py:22-36, 198-201",
        traps=(
            Trap(
                "Five paths in utils/wan_wrapper.py (25, 30, 69, 128, 130) lead to a disk of the authors.",
                "They are found in the checkout and reported with file, line and what to write there; the "
                "checkout is never edited. Lines that differ in nothing but this path count as unchanged.",
            ),
            SUBFOLDER,
            FIRST_50,
            ONE_SEED_FOR_ALL,
            DROPPED_PROMPTS,
        ),
    ),
)

"""Reward-Forcing's own program (JaydenLyh/Reward-Forcing)."""

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

_CONFIG = "configs/reward_forcing.yaml"

DECLARATIONS = (
    Declaration(
        method="reward-forcing",
        configuration="native",
        repository="JaydenLyh/Reward-Forcing",
        branch="main",
        revision="4317f5a0d29d1cee6a0f2e80ed5f5724bee97c66",
        programs=(Program((*INFERENCE, "--use_ema"), Latents(block=3)),),
        config=_CONFIG,
        checkpoint=("checkpoints/Reward-Forcing-T2V-1.3B/rewardforcing.pt",),
        licence="Apache-2.0",
        environment=Environment((*CORE_MODULES, "PIL"), gpu_gb=24),
        code=code(_CONFIG, "demo_utils/memory.py"),
        code_sha256="5aa8223cd292fff78865a6a59be0fc16c47223500cee8927028a83a0d684aef8",
        base="checkpoints/Wan2.1-T2V-1.3B",
        needed=("configs/default_config.yaml", "demo_utils/memory.py"),
        named_by_prompt=50,
        ema="--use_ema is passed as in the README's command; no effect, the file is a bare state dict",
        output="Reward-Forcing-T2V-1.3B/{prompt[:50]}.mp4, torchvision write_video",
        documented="README.md, Quick Start; inference.py:22-36, 72-76, 192-195",
        traps=(
            Trap(
                "--use_ema has no effect (inference.py loads the whole file as the state dict).",
                "Passed as documented; rows are not called EMA rows for it.",
            ),
            SUBFOLDER,
            FIRST_50,
            Trap(
                "Before commit 4317f5a the sink took its victims from the wrong end of the cache.",
                "Other code gets another row name and a warning.",
            ),
            ONE_SEED_FOR_ALL,
            DROPPED_PROMPTS,
        ),
    ),
)

"""LongLive 1.0's own program (NVlabs/LongLive, branch v1.0)."""

from __future__ import annotations

from generators.native.declaration import CORE_MODULES, Declaration, Environment, Program, Trap, Yaml
from generators.native.declarations.family import DROPPED_PROMPTS, ONE_SEED_FOR_ALL, POSITIONS, PROMPT_IN_NAME
from generators.native.length import Latents, Length

_YAML = Yaml(
    (
        ("data_path", "{prompts}"),
        ("output_folder", "{output}"),
        ("num_output_frames", "{length}"),
        ("seed", "{seed}"),
        ("num_samples", "1"),
        ("use_ema", "false"),
        ("save_with_index", "true"),
        ("generator_ckpt", "{checkpoint}"),
        ("lora_ckpt", "{lora}"),
    )
)
_TRAPS = (
    Trap(
        "Branch main is LongLive 2.0, another model on another backbone.",
        "A checkout of main is refused; v1.0 is asked for.",
    ),
    Trap(
        "Nothing but a YAML file sets prompts, length and seed.",
        "A copy of the checkout's own YAML is written into the workspace; the lines changed stand in the "
        "declaration, all others stay byte for byte.",
    ),
    Trap(
        "inference.sh starts torchrun with a fixed port, so two jobs collide.",
        "Plain python: inference.py has a branch for it (rank 0, the same seed).",
    ),
    PROMPT_IN_NAME,
    ONE_SEED_FOR_ALL,
    DROPPED_PROMPTS,
)


def _declaration(configuration: str, config: str, length: Length, digest: str, *traps: Trap) -> Declaration:
    return Declaration(
        method="longlive",
        configuration=configuration,
        repository="NVlabs/LongLive",
        branch="v1.0",
        revision="e52d9ef6865d843282a6b5e9d46d03b35f88929d",
        programs=(Program(("inference.py", "--config_path", "{config}"), length),),
        config=config,
        checkpoint=("longlive_models/models/longlive_base.pt",),
        lora="longlive_models/models/lora.pt",
        licence="Apache-2.0",
        environment=Environment((*CORE_MODULES, "PIL", "peft", "datasets"), flash_3_on="hopper", gpu_gb=40),
        code=("inference.py", config, "pipeline", "utils", "wan"),
        code_sha256=digest,
        wrong_branch=(
            ("configs/inference.yaml", "this is branch main, LongLive 2.0; check out branch v1.0"),
        ),
        yaml=_YAML,
        too_long=(
            "positions count from the start of the clip and the table of rotations ends at 1024; "
            "longlive:native-infinity is the authors' answer for longer clips"
        ),
        seeding="key seed of the YAML",
        ema="use_ema: false, as shipped; base weights and LoRA",
        output="rank0-{index}-{sample}_lora.mp4, torchvision write_video",
        documented="README.md at ad8c999, Inference; inference.sh; inference.py of branch v1.0",
        traps=(*_TRAPS, *traps),
    )


DECLARATIONS = (
    _declaration(
        "native",
        "configs/longlive_inference.yaml",
        Latents(block=3, cap=POSITIONS),
        "40181be26245e4c3e39b6ed193e30bb7b1b3efc5f09fcc9c1713ebec756e5598",
    ),
    _declaration(
        "native-infinity",
        "configs/longlive_inference_infinity.yaml",
        Latents(block=3, decoded_together=120),
        "7f3df1fe5614a830ba2b31b041a70e338c0bfadf7c2709bedea630d0426c3530",
        Trap(
            "The decoder starts anew every 120 latent frames: a seam and three frames less each time.",
            "The length that is asked for makes up for the frames; the seams stay, they are the program's.",
        ),
    ),
)

"""Causal-Forcing's own programs (thu-ml/Causal-Forcing): one for long clips, one for 5 seconds."""

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

_REPOSITORY, _REVISION = "thu-ml/Causal-Forcing", "1fc7bbc19a503c1bce80ecef08158b20e702f386"
_LONG = "configs/rolling_forcing_dmd.yaml"


def _short(
    configuration: str, config: str, checkpoint: str, block: int, *, ema: bool, digest: str
) -> Declaration:
    """A 5-second model; they share one program."""
    return Declaration(
        method="causal-forcing",
        configuration=configuration,
        repository=_REPOSITORY,
        branch="main",
        revision=_REVISION,
        programs=(Program((*INFERENCE, *(("--use_ema",) if ema else ())), Latents(block=block, cap=21)),),
        config=config,
        checkpoint=(checkpoint,),
        licence="Apache-2.0",
        environment=Environment((*CORE_MODULES, "PIL"), gpu_gb=24),
        code=code(config, "demo_utils/memory.py"),
        code_sha256=digest,
        needed=("configs/default_config.yaml", "demo_utils/memory.py"),
        named_by_prompt=100,
        too_long=(
            "its 5-second models end at 21 latent frames, and the authors call it extremely unfair to run "
            "them longer; causal-forcing:native is their program for long clips, with its own checkpoint"
        ),
        ema="--use_ema as in the README's command" if ema else "no --use_ema, as in the README's command",
        output="{prompt[:100]}.mp4, torchvision write_video",
        documented="README.md, CLI Inference; inference.py:24-38, 170-173, 215-216",
        traps=(
            Trap(
                "A file of the same name is skipped and taken for done.",
                "Every job has an empty output folder of its own.",
            ),
            Trap(
                "The file name is the first 100 characters of the prompt.",
                "Slashes in the prompt are replaced; a prompt whose start has too many bytes for a file name "
                "is refused.",
            ),
            Trap(
                "A checkpoint whose names do not fit is loaded once more with strict=False, so a wrong file "
                "may load without a word.",
                "Not caught here; the digest of the file is recorded, and the doctor's check of published "
                "files tells a wrong one.",
            ),
            ONE_SEED_FOR_ALL,
            DROPPED_PROMPTS,
        ),
    )


DECLARATIONS = (
    Declaration(
        method="causal-forcing",
        configuration="native",
        repository=_REPOSITORY,
        branch="main",
        revision=_REVISION,
        folder="long_video",
        programs=(Program((*INFERENCE, "--use_ema", "--save_with_index"), Latents(block=3, cap=POSITIONS)),),
        config=_LONG,
        checkpoint=("checkpoints/chunkwise/longvideo.pt",),
        licence="Apache-2.0; long_video/ under the Rolling-Forcing licence: academic use only",
        environment=Environment((*CORE_MODULES, "PIL", "imageio")),
        code=code(_LONG),
        code_sha256="b30d3d6de66926d88a856adf7598d358d7fc6b5d940ac7ada37011ce59a1a664",
        needed=("configs/default_config.yaml",),
        too_long=PAST_POSITIONS,
        ema="--use_ema takes generator_ema from the checkpoint, as in the README's command",
        output="{index}-{sample}_ema.mp4, torchvision write_video",
        documented="long_video/README.md, CLI inference; long_video/inference.py:21-33",
        traps=(
            Trap(
                "The base files are looked for in long_video/wan_models, not where the other programs look.",
                "The place is checked; a link to the other copy will do.",
            ),
            PROMPT_IN_NAME,
            ONE_SEED_FOR_ALL,
            DROPPED_PROMPTS,
        ),
    ),
    _short(
        "native-chunkwise",
        "configs/causal_forcing_dmd_chunkwise.yaml",
        "checkpoints/chunkwise/causal_forcing.pt",
        3,
        ema=False,
        digest="bf09e4a60a26d98268ee75751a6230ef7ea27401053dd297165c6e2219b14670",
    ),
    _short(
        "native-framewise",
        "configs/causal_forcing_dmd_framewise.yaml",
        "checkpoints/framewise/causal_forcing.pt",
        1,
        ema=True,
        digest="a94f1bc7b42e9f04371f7b9c47ad14e64f549a63cf04187580b99e4a857fd007",
    ),
    _short(
        "native-framewise-2step",
        "configs/causal_forcing_dmd_framewise_2step.yaml",
        "checkpoints/causal-forcing++/framewise-2step.pt",
        1,
        ema=True,
        digest="55c87995e215c2b59332b813eed44eafeaa3adfd6fda304fbc3f8ab73b3e08fc",
    ),
    _short(
        "native-framewise-1step",
        "configs/causal_forcing_dmd_framewise_1step.yaml",
        "checkpoints/causal-forcing++/framewise-1step.pt",
        1,
        ema=True,
        digest="b2e3ce21e2894c360fc2d447a137294e4460fe66bff7b0295e872c0b089c1ff7",
    ),
)

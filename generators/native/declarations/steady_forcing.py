"""Steady-Forcing's own program (minar09/steady-forcing), whose files lie over those of Infinity-RoPE."""

from __future__ import annotations

from generators.native.declaration import CORE_MODULES, Declaration, Environment, Program, Trap
from generators.native.declarations.family import DROPPED_PROMPTS, INFERENCE, ONE_SEED_FOR_ALL, code
from generators.native.length import Latents

_CONFIG = "configs/steady_forcing_infer.yaml"

_OWN = (
    "pipeline/__init__.py",
    "pipeline/causal_inference.py",
    "pipeline/self_forcing_training.py",
    "wan/modules/causal_model.py",
    "wan/modules/model.py",
)
OVERLAY = (
    "configs/default_config.yaml",
    "demo_utils/memory.py",
    "pipeline/bidirectional_diffusion_inference.py",
    "pipeline/bidirectional_inference.py",
    "pipeline/causal_diffusion_inference.py",
    "utils/dataset.py",
    "utils/interactive.py",
    "utils/lmdb.py",
    "utils/misc.py",
    "utils/scheduler.py",
    "wan/__init__.py",
    "wan/configs/__init__.py",
    "wan/configs/shared_config.py",
    "wan/configs/wan_i2v_14B.py",
    "wan/configs/wan_t2v_14B.py",
    "wan/configs/wan_t2v_1_3B.py",
    "wan/distributed/__init__.py",
    "wan/distributed/fsdp.py",
    "wan/image2video.py",
    "wan/modules/__init__.py",
    "wan/modules/attention.py",
    "wan/modules/clip.py",
    "wan/modules/t5.py",
    "wan/modules/tokenizers.py",
    "wan/modules/vae.py",
    "wan/modules/xlm_roberta.py",
    "wan/text2video.py",
    "wan/utils/__init__.py",
    "wan/utils/fm_solvers.py",
    "wan/utils/fm_solvers_unipc.py",
)
"""Imported by Steady-Forcing's inference and not in its repository as far as it is known; they are in
yesiltepe-hidir/infinity-rope (63d7b84)."""

DECLARATIONS = (
    Declaration(
        method="steady-forcing",
        configuration="native",
        repository="minar09/steady-forcing",
        branch="main",
        revision="e5045dd9afbd2b6c4977060d0ecdce06bf86c4d0",
        programs=(Program((*INFERENCE, "--use_ema", "--save_with_index"), Latents(block=6)),),
        config=_CONFIG,
        checkpoint=(
            "ckpt/Steady-Forcing-T2V-1.3B/steady_forcing_t2v.pt",
            "ckpt/steady_forcing_t2v.pt",
            "ckpt/steady-forcing-t2v.pt",
        ),
        licence="none stated",
        environment=Environment((*CORE_MODULES, "PIL"), flash_3_on="any", gpu_gb=24),
        code=code(_CONFIG, "demo_utils/memory.py"),
        code_sha256="",  # two repositories laid over each other: there is no revision to hold it against
        base="../ckpt/wan_models/Wan2.1-T2V-1.3B",
        needed=(*_OWN, *OVERLAY),
        marks=(
            ("pipeline/causal_inference.py", "FLUSH_PERIOD"),
            ("wan/modules/causal_model.py", "compression_alpha"),
            ("utils/wan_wrapper.py", "../ckpt/wan_models"),
        ),
        forbidden_in_checkpoint=(
            (
                "reward",
                "inference.py takes such a path for Reward-Forcing's bare state dict and loads it wrongly",
            ),
        ),
        parses=("text[10s]", "[10s#]", "|", ";"),
        ema="--use_ema takes generator_ema from the checkpoint, as in inference.sh",
        output="{index}-{seed}_ema.mp4, torchvision write_video",
        documented="inference.sh with the config of the repository; inference.py, argument parser",
        traps=(
            Trap(
                "inference.sh names configs/self_forcing_dmd.yaml, which Infinity-RoPE has: blocks of 3, a "
                "window of 6, one sink frame, no EMA sink, and no error.",
                "configs/steady_forcing_infer.yaml is always passed, and a checkout without it is refused.",
            ),
            Trap(
                "The repository imports files that it does not hold; they are Infinity-RoPE's.",
                "Files that are missing are listed, and words that only Steady-Forcing's code has are looked "
                "for, so that Infinity-RoPE's files laid over it by mistake are found.",
            ),
            Trap(
                "A checkpoint path with the word reward, in any case and any folder, is loaded differently.",
                "Such a path is refused.",
            ),
            Trap(
                "The checkpoint is loaded with strict=False, so a wrong file loads without a word.",
                "Not caught here; the digest of the file is recorded, and the doctor's check of published "
                "files tells a wrong one.",
            ),
            Trap(
                "Prompts may hold lengths and scenes: text[10s] | text[10s#]; subtitles.",
                "Length goes through --num_output_frames, which needs no change to the prompt; the marks are "
                "taken out, for text after ; would be drawn into the picture and a length would win over the "
                "flag.",
            ),
            Trap(
                "--num_samples above 1 splits the text among the samples.",
                "One sample, the default.",
            ),
            Trap(
                "Blocks of six: 5 seconds become 93 frames.",
                "What is too much is cut off without encoding anew.",
            ),
            ONE_SEED_FOR_ALL,
            DROPPED_PROMPTS,
        ),
    ),
)

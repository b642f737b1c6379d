"""CausVid's own programs (tianweiy/CausVid): one for 5 seconds, one that chains segments."""

from __future__ import annotations

from generators.native.declaration import CORE_MODULES, Declaration, Environment, Program, Trap
from generators.native.length import Fixed, Rollouts

_CONFIG = "configs/wan_causal_dmd.yaml"
_FLAGS = (
    "--config_path",
    "{config}",
    "--checkpoint_folder",
    "{checkpoint_folder}",
    "--output_folder",
    "{output}",
    "--prompt_file_path",
    "{prompts}",
)
_SHORT = "minimal_inference/autoregressive_inference.py"
_LONG = "minimal_inference/longvideo_autoregressive_inference.py"
_ROLLOUT = ("--num_rollout", "{length}", "--num_overlap_frames", "3")

DECLARATIONS = (
    Declaration(
        method="causvid",
        configuration="native",
        repository="tianweiy/CausVid",
        branch="master",
        revision="ca2115039172dfa3a02deee1534408a09680f29f",
        programs=(
            Program(("{seeded}", "{seed}", _SHORT, *_FLAGS), Fixed(81)),
            Program(("{seeded}", "{seed}", _LONG, *_FLAGS, *_ROLLOUT), Rollouts(72)),
        ),
        config=_CONFIG,
        checkpoint=("autoregressive_checkpoint/model.pt",),
        checkpoint_name="model.pt",
        licence="CC BY-NC-SA 4.0",
        environment=Environment(
            (*CORE_MODULES, "imageio", "imageio_ffmpeg"), write_video=False, flash_3_on="any"
        ),
        code=(_SHORT, _LONG, _CONFIG, "causvid"),
        code_sha256="83e4aa6113d5f944e2efbd695920a5931065c0945d7fb3488e48c66fdc72758a",
        wrapper="causvid/models/wan/wan_wrapper.py",
        seeding="our script seeds python, numpy and torch, then runs the program unchanged",
        ema="none",
        output="output_000.mp4 or long_video_output_000.mp4, diffusers export_to_video",
        documented="README.md, Inference Example; both files in minimal_inference",
        traps=(
            Trap(
                "No flag takes a seed; unseeded, every run of a prompt is another video.",
                "A small script of ours seeds and then runs the program with runpy.",
            ),
            Trap(
                "The prompt file is opened in the locale's encoding.",
                "PYTHONUTF8=1 is set, as for all programs.",
            ),
            Trap(
                "The short program draws one noise tensor and uses it for every prompt.",
                "One prompt a process, so the noise follows the job's seed.",
            ),
            Trap(
                "The long program drops the last 9 frames of every segment, so one segment gives 72 frames, "
                "not 81.",
                "Up to 81 frames the short program is run, beyond ceil(frames / 72) segments; what is too "
                "much is cut off without encoding anew.",
            ),
            Trap(
                "A config for another, 4-step checkpoint lies beside the right one.",
                "The config of the README is always passed.",
            ),
        ),
    ),
)

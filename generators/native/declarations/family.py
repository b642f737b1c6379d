"""What the descendants of Self-Forcing's ``inference.py`` share; their flags are read in each repository."""

from __future__ import annotations

from generators.native.declaration import Trap

INFERENCE = (
    "inference.py",
    "--config_path",
    "{config}",
    "--output_folder",
    "{output}",
    "--checkpoint_path",
    "{checkpoint}",
    "--data_path",
    "{prompts}",
    "--num_output_frames",
    "{length}",
    "--seed",
    "{seed}",
)
"""The flags that all of them take. Seed 0 and 21 latent frames are the defaults of most."""

POSITIONS = 1023
"""Latent frames, whole blocks of three, that fit the 1024 positions of the table of rotations; programs that
count frames from the start of the clip fail beyond (Wan's ``rope_params(1024, ...)``)."""


PAST_POSITIONS = "positions count from the start of the clip and the table of rotations ends at 1024"
"""Why such a program refuses a longer clip."""


def code(config: str, *more: str) -> tuple[str, ...]:
    """Files whose code makes the frames, in this family's layout."""
    return ("inference.py", "configs/default_config.yaml", config, "pipeline", "utils", "wan", *more)


ONE_SEED_FOR_ALL = Trap(
    "The seed is set once a process, so a video depends on every prompt before it.",
    "One prompt a process.",
)
DROPPED_PROMPTS = Trap(
    "Under torchrun the sampler drops the prompts that do not fill all ranks (drop_last=True).",
    "One prompt, plain python: no rank, no sampler that drops.",
)
SUBFOLDER = Trap(
    "The video lies in a subfolder named after the checkpoint's folder.",
    "The output folder is searched with all that is in it.",
)
FIRST_50 = Trap(
    "The file name is the first 50 characters of the prompt and --save_with_index is ignored.",
    "Slashes in the prompt are replaced; every job has an output folder of its own.",
)
PROMPT_IN_NAME = Trap(
    "The file name is the start of the prompt: a slash breaks it, equal starts overwrite each other.",
    "--save_with_index names the file by number; every job has an output folder of its own.",
)

"""What is known of an author's program: a declaration, filled in from its repository, one file a method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from generators.native.length import Length

SIZE = (832, 480)
"""Width and height of every program's video, pixels."""
BACKBONE = "wan2.1-1.3b"
ADAPTER_VERSION = 1
"""Raised whenever a runner of the same declaration may give other frames."""

PLACEHOLDERS = (
    "config",
    "checkpoint",
    "checkpoint_folder",
    "prompts",
    "output",
    "length",
    "seed",
    "seeded",
    "lora",
)
"""What may stand in a command: the config file as the program sees it; the checkpoint and its folder; the
file with the one prompt; the empty folder for the video; the number that :class:`Length` asks for; the seed;
our small script that seeds and then runs a program which takes no seed."""

CORE_MODULES = (
    "torch",
    "torchvision",
    "numpy",
    "diffusers",
    "transformers",
    "omegaconf",
    "einops",
    "ftfy",
    "easydict",
    "lmdb",
    "regex",
    "tqdm",
)
"""What every one of the programs imports before it does anything, by itself or through the code beside it."""


@dataclass(frozen=True, slots=True)
class Program:
    """One command and the lengths it is for."""

    command: tuple[str, ...]
    """What follows the Python interpreter; items may hold ``{placeholders}``."""
    length: Length


@dataclass(frozen=True, slots=True)
class Environment:
    """What the program needs of the Python environment and of the GPU."""

    modules: tuple[str, ...] = CORE_MODULES
    """Must be importable, beside flash-attn."""
    write_video: bool = True
    """Whether it writes with ``torchvision.io.write_video``, which newer torchvision no longer has and which
    fails without PyAV, or with one that is newer than it."""
    flash_3_on: Literal["h100", "hopper", "any"] = "h100"
    """GPUs on which it takes flash-attn 3 where that can be imported: those with H100 or Hopper in their
    name, those of that generation or newer, or all. On others flash-attn 2 must be there."""
    python: str = "3.10"
    """Version that the authors name."""
    torch: str = "2.5"
    """Oldest PyTorch that has all that the program imports (flex_attention) or that the authors pin."""
    gpu_gb: float | None = None
    """GPU memory that the authors state; None where they state none."""
    set_variables: tuple[tuple[str, str], ...] = (("PYTHONUTF8", "1"), ("PYTHONUNBUFFERED", "1"))
    """Variables that we set for it: prompts are UTF-8 whatever the locale, and all that it said before it was
    stopped is in the log."""


@dataclass(frozen=True, slots=True)
class Trap:
    """Something that goes wrong without a word, and what is done about it."""

    what: str
    done: str


@dataclass(frozen=True, slots=True)
class Yaml:
    """A program that takes all its settings from a YAML file; ours is a copy with a few lines changed."""

    changed: tuple[tuple[str, str], ...]
    """Top-level key and the value that we give, a placeholder or a literal, as YAML."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """One method's own program in one configuration."""

    method: str
    configuration: str
    repository: str
    """``owner/name`` on GitHub."""
    branch: str
    revision: str
    """Commit whose files were read for this declaration, 40 hex digits."""
    programs: tuple[Program, ...]
    """The first one that can make the length is run."""
    config: str
    """Config file, relative to the working folder."""
    checkpoint: tuple[str, ...]
    """Where the checkpoint is looked for, relative to the checkout; the first is where the authors put it."""
    licence: str
    environment: Environment
    code: tuple[str, ...]
    """Files and folders, relative to the working folder, whose code makes the frames."""
    code_sha256: str
    """Digest of that code at the revision (see :mod:`generators.native.checkout`); empty where the release is
    incomplete, so that no digest stands for it."""
    folder: str = "."
    """Working folder, relative to the checkout."""
    wrapper: str = "utils/wan_wrapper.py"
    """The file, relative to the working folder, in which the place of the Wan base files is hard coded."""
    base: str = "wan_models/Wan2.1-T2V-1.3B"
    """Where the program looks for the base files, relative to the working folder, as published; empty where
    the published path is of no use."""
    lora: str = ""
    """Where the LoRA lies, relative to the checkout; empty where there is none."""
    needed: tuple[str, ...] = ()
    """Further files, relative to the working folder, without which nothing runs."""
    marks: tuple[tuple[str, str], ...] = ()
    """A file and a word in it that tell the right code from similar code of another release."""
    wrong_branch: tuple[tuple[str, str], ...] = ()
    """A file that only a wrong branch has, and what to do then."""
    yaml: Yaml | None = None
    forbidden_in_checkpoint: tuple[tuple[str, str], ...] = ()
    """A word that the checkpoint's path may not hold (any case), and why."""
    checkpoint_name: str = ""
    """File name that the program insists on; empty where any will do."""
    named_by_prompt: int | None = None
    """The video's name holds so many characters of the prompt; None where it does not."""
    parses: tuple[str, ...] = ()
    """Marks of a prompt language that the program reads."""
    too_long: str = ""
    """What to do for clips beyond the cap."""
    seeding: str = "--seed"
    """How the seed gets in."""
    ema: str = ""
    """How EMA weights are chosen."""
    output: str = ""
    """How the video is named and written; it is found by looking, never by name."""
    documented: str = ""
    """Where the authors document the command."""
    traps: tuple[Trap, ...] = ()

    @property
    def row(self) -> str:
        """Method and configuration, as people write it."""
        return f"{self.method}:{self.configuration}"

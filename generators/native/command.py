"""The command of one job, and the files that it reads, written into the job's workspace."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from generators.contract import GeneratorError, Job
from generators.native.checkout import working_folder
from generators.native.checks import find_checkpoint, find_lora
from generators.native.declaration import Declaration, Program
from generators.native.environment import launch
from generators.native.outside import seeded
from generators.native.settings import PLACEHOLDER, MethodSettings

PROMPT_FILE, YAML_FILE, SEEDED_FILE, OUTPUT_FOLDER = "prompt.txt", "config.yaml", "seeded.py", "output"
SEEDS = range(2**32)
"""What ``numpy.random.seed`` takes, which all the programs call."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is run for one job."""

    command: tuple[str, ...]
    cwd: Path
    output: Path
    """Empty folder for the video."""
    asked: int
    """The number that stands for the length, in the program's own unit."""
    frames: int
    """Frames of the video that should come."""


def choose(declaration: Declaration, job: Job) -> Program:
    """The first program that can make the job's length.

    Raises:
        GeneratorError: none can.
    """
    for program in declaration.programs:
        if program.length.most is None or job.frame_count <= program.length.most:
            return program
    most = max(program.length.most or 0 for program in declaration.programs)
    raise GeneratorError(
        f"{declaration.row}: {job.seconds:g} s are {job.frame_count} frames, and the program ends at {most}: "
        f"{declaration.too_long}"
    )


def prepare(
    declaration: Declaration, settings: MethodSettings, job: Job, line: str, workspace: Path
) -> Order:
    """Write what the program reads, make its output folder and put the command together.

    Args:
        declaration: what is run.
        settings: where it lies.
        job: seed and length.
        line: the prompt as the program can take it.
        workspace: empty folder of the job.

    Raises:
        GeneratorError: length or seed that the program cannot take, or a YAML file without the lines that
            must be changed.
    """
    program = choose(declaration, job)
    if job.seed not in SEEDS:
        raise GeneratorError(f"{declaration.row}: seed {job.seed} is not in 0 to {SEEDS.stop - 1}")
    cwd = working_folder(settings.checkout, declaration)
    prompts, output = workspace / PROMPT_FILE, workspace / OUTPUT_FOLDER
    prompts.write_text(
        line, encoding="utf-8", newline=""
    )  # no line end: some programs would read a blank line
    output.mkdir()
    checkpoint, asked = find_checkpoint(declaration, settings), program.length.ask(job.frame_count)
    values = {
        "config": declaration.config,
        "checkpoint": str(checkpoint),
        "checkpoint_folder": str(checkpoint.parent),
        "lora": str(find_lora(declaration, settings)),
        "prompts": str(prompts),
        "output": str(output),
        "length": str(asked),
        "seed": str(job.seed),
        "seeded": str(workspace / SEEDED_FILE),
    }
    if "{seeded}" in program.command:
        Path(values["seeded"]).write_text(Path(seeded.__file__).read_text(encoding="utf-8"), encoding="utf-8")
    if declaration.yaml:
        values["config"] = str(_write_yaml(declaration, cwd, values, workspace / YAML_FILE))
    own = [_fill(item, values) for item in program.command]
    command = (*launch(settings, cwd, workspace), *own)
    return Order(command, cwd, output, asked, program.length.frames(asked))


def _fill(text: str, values: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda match: values[match[1]], text)


def _write_yaml(declaration: Declaration, cwd: Path, values: Mapping[str, str], target: Path) -> Path:
    """Copy the checkout's YAML with the declared lines changed and no other byte."""
    text = (cwd / declaration.config).read_text(encoding="utf-8")
    gone = []
    for key, value in declaration.yaml.changed if declaration.yaml else ():
        line = f"{key}: {_yaml_value(value, values)}"
        text, count = re.subn(rf"^{key}:.*$", line.replace("\\", r"\\"), text, flags=re.MULTILINE)
        if count != 1:
            gone.append(key)
    if gone:
        raise GeneratorError(
            f"{declaration.row}: {declaration.config} should have one line each for {', '.join(gone)}; "
            f"take the file of {declaration.repository} at {declaration.revision[:12]}"
        )
    target.write_text(text, encoding="utf-8", newline="")
    return target


def _yaml_value(value: str, values: Mapping[str, str]) -> str:
    """A placeholder's value, texts in quotes (JSON is YAML); a literal as it stands."""
    if not PLACEHOLDER.fullmatch(value):
        return value
    text = _fill(value, values)
    return text if text.isdecimal() else json.dumps(text, ensure_ascii=False)

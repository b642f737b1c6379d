"""Adapter for a program in an environment of its own: it reads a prompt file and writes a video file.

The command is a list, never a shell line. Placeholders stand in its items: ``{prompt_file}``, ``{seed}``,
``{seconds}``, ``{frames}``, ``{fps}``, ``{width}``, ``{height}``, ``{output}``. The same values are in the
environment as ``STEADYBENCH_PROMPT_FILE``, ``STEADYBENCH_SEED`` and so on. The prompt itself travels only
in the file, as UTF-8.
"""

from __future__ import annotations

import difflib
import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from generators.contract import ClipFile, GeneratorError, GeneratorInfo, Job
from generators.limits import check_job
from generators.options import check_names, number
from generators.probe import mismatches, probe
from generators.process import PastTimeLimit, last_words, run

ADAPTER_VERSION = 1
PLACEHOLDERS = ("prompt_file", "seed", "seconds", "frames", "fps", "width", "height", "output")
PROMPT_FILE, OUTPUT_FILE = "prompt.txt", "clip.mp4"
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


def check_command(command: Sequence[str]) -> None:
    """Refuse an empty command, non-text items and unknown placeholders.

    Raises:
        GeneratorError: names every fault.
    """
    if isinstance(command, str) or not command or not all(isinstance(item, str) and item for item in command):
        raise GeneratorError(f"program: the command must be a list of non-empty texts, got {command!r}")
    faults = []
    for name in dict.fromkeys(n for item in command for n in _PLACEHOLDER.findall(item)):
        if name not in PLACEHOLDERS:
            near = difflib.get_close_matches(name, PLACEHOLDERS, n=1)
            faults.append(f"{{{name}}}" + (f" (did you mean {{{near[0]}}}?)" if near else ""))
    if faults:
        raise GeneratorError(
            f"program: unknown placeholder {', '.join(faults)}; valid: {', '.join(PLACEHOLDERS)}"
        )


class Program:
    """Runs a command once per job and takes the file that it writes.

    Args:
        info: identity under which the clips are recorded.
        command: program and arguments.
        time_limit_s: seconds after which the program and its children are killed.
        environment: variables added to the caller's environment.

    Raises:
        GeneratorError: the command is malformed.
    """

    def __init__(
        self,
        info: GeneratorInfo,
        command: Sequence[str],
        time_limit_s: float,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        check_command(command)
        self._info, self._command, self._time_limit_s = info, tuple(command), time_limit_s
        self._environment = dict(environment or {})

    @property
    def info(self) -> GeneratorInfo:
        """Identity of the generator."""
        return self._info

    def generate(self, job: Job, workspace: Path) -> ClipFile:
        """Run the program in the workspace.

        Its output is kept in ``stdout.log`` and ``stderr.log`` there.

        Raises:
            GeneratorError: the job is absurd, or the program could not start, failed, ran too long, or left
                no file that fits the job.
        """
        check_job(job, self._info)
        workspace = workspace.resolve()
        prompt_file, output = workspace / PROMPT_FILE, workspace / OUTPUT_FILE
        prompt_file.write_text(job.prompt.text, encoding="utf-8", newline="")
        status = self._run(self._values(job, prompt_file, output), workspace)
        if status != 0:
            raise GeneratorError(
                f"{self._info.method}: the program ended with status {status}{last_words(workspace)}"
            )
        self._verify(output, job, workspace)
        return ClipFile(output)

    @staticmethod
    def _values(job: Job, prompt_file: Path, output: Path) -> dict[str, str]:
        values = (prompt_file, job.seed, job.seconds, job.frame_count, job.fps, job.width, job.height, output)
        return {name: str(value) for name, value in zip(PLACEHOLDERS, values, strict=True)}

    def _run(self, values: Mapping[str, str], workspace: Path) -> int:
        command = [_PLACEHOLDER.sub(lambda match: values[match[1]], item) for item in self._command]
        variables = {f"STEADYBENCH_{name.upper()}": value for name, value in values.items()}
        environment = {**os.environ, **self._environment, **variables}
        try:
            return run(command, workspace, environment, workspace, self._time_limit_s)
        except OSError as error:
            raise GeneratorError(
                f"{self._info.method}: cannot start {command[0]!r}: {error.strerror}"
            ) from error
        except PastTimeLimit:
            raise GeneratorError(
                f"{self._info.method}: the program ran longer than its limit of {self._time_limit_s:g} s "
                f"and was stopped; raise time_limit_s or ask for fewer seconds{last_words(workspace)}"
            ) from None

    def _verify(self, output: Path, job: Job, workspace: Path) -> None:
        if output.is_symlink():
            raise GeneratorError(
                f"{self._info.method}: {OUTPUT_FILE} is a link; expected a file in the workspace"
            )
        try:
            faults = mismatches(probe(output), job)
        except GeneratorError as error:
            raise GeneratorError(f"{self._info.method}: {error}{last_words(workspace)}") from error
        if faults:
            raise GeneratorError(f"{self._info.method}: the clip does not fit the job: {'; '.join(faults)}")


def create(configuration: str, options: Mapping[str, str]) -> Program:
    """Factory for the registry.

    Options: ``command`` (a JSON list of texts, required), ``method`` (row name in tables, default
    ``program``), ``backbone``, ``weights_digest``, ``revision``, ``licence``, ``time_limit_s`` (default
    3600).

    Raises:
        GeneratorError: unknown option or a malformed command.
    """
    known = ("command", "method", "backbone", "weights_digest", "revision", "licence", "time_limit_s")
    check_names("program", options, known)
    try:
        command = json.loads(options.get("command", "null"))
    except json.JSONDecodeError as error:
        raise GeneratorError(
            f'program: option command must be a JSON list such as ["python", "make.py"]: {error}'
        ) from error
    if not isinstance(command, list):
        raise GeneratorError(
            f'program: option command must be a JSON list such as ["python", "make.py"], got {command!r}'
        )
    info = GeneratorInfo(
        options.get("method", "program"),
        configuration,
        options.get("backbone", "unknown"),
        ADAPTER_VERSION,
        options.get("weights_digest", ""),
        options.get("licence", ""),
        revision=options.get("revision", ""),
    )
    return Program(info, command, number("program", options, "time_limit_s", 3600.0, least=0.1))

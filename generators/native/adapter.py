"""The authors' own program as a generator: one prompt, one process, one folder; the checkout is only read."""

from __future__ import annotations

import hashlib
import multiprocessing
import warnings
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from generators.contract import ClipFile, GeneratorError, GeneratorInfo, Job
from generators.limits import check_job
from generators.native.catalogue import find
from generators.native.checkout import identify, revision, working_folder
from generators.native.checks import file_findings, find_checkpoint, find_lora
from generators.native.command import Order, prepare
from generators.native.declaration import ADAPTER_VERSION, BACKBONE, SIZE, Declaration
from generators.native.environment import ask_environment, environment_findings
from generators.native.finding import Finding
from generators.native.length import FPS
from generators.native.output import take
from generators.native.settings import MethodSettings, read_settings
from generators.native.text import as_used
from generators.native.variables import variables
from generators.options import check_names
from generators.process import STDERR_FILE, STDOUT_FILE, PastTimeLimit, last_words, run, tail
from generators.wan.digests import digest_of

_OUT_OF_MEMORY = (
    "out of memory",
    "outofmemoryerror",
    "cublas_status_alloc_failed",
    "cudnn_status_alloc_failed",
)
_KILLED = (-9, 137)
"""Status of a program that the kernel ended, most often for using up the machine's memory."""


class NativeWarning(UserWarning):
    """The program is not quite the one that its declaration describes; says how, and how rows are called."""


class NativeProgram:
    """Runs the program of one declaration.

    Args:
        declaration: what is known of it.
        settings: where it lies on this machine.

    Raises:
        GeneratorError: checkout, code or weights are not as they must be; all faults in one message.
    """

    def __init__(self, declaration: Declaration, settings: MethodSettings) -> None:
        findings = [*file_findings(declaration, settings)]
        _refuse(declaration, findings)
        self._declaration, self._settings = declaration, settings
        self._cwd = working_folder(settings.checkout, declaration)
        self._info = _info(declaration, settings, self._cwd)
        if multiprocessing.parent_process() is None:  # else the process that planned the job has said so
            for finding in findings:
                if finding.status == "warning":
                    warnings.warn(f"{declaration.row}: {finding}", NativeWarning, stacklevel=3)

    @property
    def info(self) -> GeneratorInfo:
        """Identity of the generator; the configuration tells the code where it is not the one declared."""
        return self._info

    def generate(self, job: Job, workspace: Path) -> ClipFile:
        """Run the program once.

        ``stdout.log`` and ``stderr.log`` stay in the workspace, with the files that the program read.

        Raises:
            GeneratorError: a job that the program cannot make, an environment that cannot run it, or a run
                that failed, took too long or left no clip that fits.
        """
        check_job(job, self._info)
        workspace = workspace.resolve()
        line = as_used(job.prompt.text, self._declaration)
        order = prepare(self._declaration, self._settings, job, line, workspace)
        _refuse(self._declaration, self._environment)
        self._run(order, workspace)
        try:
            clip, notes = take(order.output, job, order.frames, workspace)
        except GeneratorError as error:
            raise GeneratorError(f"{self._declaration.row}: {error}{last_words(workspace)}") from error
        return ClipFile(clip, prompt_as_used=line, notes=(*self._code_notes, *notes))

    @cached_property
    def _environment(self) -> list[Finding]:
        """Asked once, before the first job: importing PyTorch takes a while."""
        answer = ask_environment(self._declaration, self._settings, self._cwd)
        return list(environment_findings(self._declaration, answer))

    @cached_property
    def _code_notes(self) -> tuple[str, ...]:
        if identify(self._cwd, self._declaration).as_read:
            return ()
        told = revision(self._settings.checkout)
        read = f"{self._declaration.repository} {self._declaration.revision[:12]}"
        return (f"Made by a checkout at {told}; this project's description was written from {read}.",)

    def _run(self, order: Order, workspace: Path) -> None:
        row, limit = self._declaration.row, self._settings.time_limit_s
        environment = variables(self._declaration, self._settings)
        try:
            status = run(order.command, order.cwd, environment, workspace, limit)
        except OSError as error:
            raise GeneratorError(f"{row}: cannot start {order.command[0]!r}: {error.strerror}") from error
        except PastTimeLimit:
            raise GeneratorError(
                f"{row}: the program ran longer than its limit of {limit:g} s and was stopped; raise "
                f"time_limit_s in the settings or ask for fewer seconds{last_words(workspace)}"
            ) from None
        if status != 0:
            raise GeneratorError(f"{row}: {self._failure(status, workspace)}{last_words(workspace)}")

    def _failure(self, status: int, workspace: Path) -> str:
        words = f"{tail(workspace / STDERR_FILE)} {tail(workspace / STDOUT_FILE)}".casefold()
        if any(mark in words for mark in _OUT_OF_MEMORY):
            stated = self._declaration.environment.gpu_gb
            asks = f"the authors ask for {stated:g} GB" if stated else "the authors state no size"
            return (
                f"the GPU's memory did not suffice (status {status}); {asks}, and the whole clip is decoded "
                "at once at its end; end other programs on the GPU, ask for fewer seconds or use a larger one"
            )
        if status in _KILLED:
            return f"the program was killed (status {status}), most likely for want of main memory"
        return f"the program ended with status {status}"


def _info(declaration: Declaration, settings: MethodSettings, cwd: Path) -> GeneratorInfo:
    files = [find_checkpoint(declaration, settings)]
    if declaration.lora:
        files.append(find_lora(declaration, settings))
    who, digests = identify(cwd, declaration), [digest_of(file) for file in files]
    return GeneratorInfo(
        method=declaration.method,
        configuration=who.configuration,
        backbone=BACKBONE,
        adapter_version=ADAPTER_VERSION,
        weights_digest=_together(digests),
        licence=declaration.licence,
        size=SIZE,
        fps=FPS,
        revision=who.revision,
    )


def _together(digests: Sequence[str]) -> str:
    """One digest for several files in their order; a single file keeps its own."""
    return digests[0] if len(digests) == 1 else hashlib.sha256("\n".join(digests).encode()).hexdigest()


def _refuse(declaration: Declaration, findings: list[Finding]) -> None:
    if faults := [str(finding) for finding in findings if finding.status == "fault"]:
        raise GeneratorError(f"{declaration.row} cannot be run: {'; '.join(faults)}")


def create(method: str, configuration: str, options: Mapping[str, str]) -> NativeProgram:
    """Make an author's program ready.

    Option: ``native`` (file with the settings; default see :mod:`generators.native.settings`).

    Raises:
        GeneratorError: no such row, unknown option, faulty settings, or something that must be there is not.
    """
    declaration = find(method, configuration)
    check_names(declaration.row, options, ("native",))
    settings = read_settings(Path(options["native"]) if "native" in options else None)
    return NativeProgram(declaration, settings.of(method))

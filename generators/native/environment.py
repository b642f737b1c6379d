"""Ask the user's environment what it holds, by starting its Python the way the program will be started."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from generators.native.declaration import Declaration
from generators.native.finding import Finding
from generators.native.outside import ask
from generators.native.settings import PLACEHOLDER, MethodSettings
from generators.native.variables import gpu, variables
from generators.process import STDOUT_FILE, PastTimeLimit, last_words, run, tail

ASK_LIMIT_S = 300.0
"""Importing PyTorch from a cold network disk takes minutes."""
FLASH = ("flash_attn", "flash_attn_interface")
"""flash-attn 2 and 3. Cross-attention has no other way, and 3 is taken on some GPUs only."""
_HOPPER = 9
"""Generation of the H100 (CUDA's compute capability)."""
_GIB = 2**30
_ANSWER_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What an environment says of itself, or why it does not."""

    fault: str = ""
    python: str = ""
    torch: str = ""
    torch_cuda: str = ""
    gpu: str = ""
    gpu_bytes: int = 0
    gpu_fault: str = ""
    gpu_generation: int = 0
    """First number of CUDA's compute capability."""
    video_fault: str = ""
    """Why a video of two frames could not be written with torchvision."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """Modules that cannot be imported, and why."""


def launch(settings: MethodSettings, cwd: Path, workspace: Path) -> list[str]:
    """The start of a command: the user's launch with its placeholders filled in."""
    values = {
        "checkout": str(settings.checkout),
        "workspace": str(workspace),
        "cwd": str(cwd),
        "gpu": gpu(settings),
    }
    return [PLACEHOLDER.sub(lambda match: values[match[1]], item) for item in settings.launch]


def ask_environment(
    declaration: Declaration, settings: MethodSettings, cwd: Path, limit_s: float = ASK_LIMIT_S
) -> Answer:
    """Import in the environment what the program will import, and look at its GPU."""
    with tempfile.TemporaryDirectory(prefix="steadybench-ask-") as name:
        logs = Path(name)
        script = logs / "ask.py"  # a file, for not every launcher passes on an argument of several lines
        script.write_text(Path(ask.__file__).read_text(encoding="utf-8"), encoding="utf-8")
        command = [
            *launch(settings, cwd, logs),
            str(script),
            *dict.fromkeys((*declaration.environment.modules, *FLASH)),
        ]
        try:
            status = run(command, cwd, variables(declaration, settings), logs, limit_s)
        except OSError as error:
            return Answer(f"{command[0]!r} cannot be started: {error.strerror}")
        except PastTimeLimit:
            return Answer(f"its Python did not answer within {limit_s:g} s{last_words(logs)}")
        if status != 0:
            return Answer(f"its Python ended with status {status}{last_words(logs)}")
        return _read(tail(logs / STDOUT_FILE, _ANSWER_BYTES), logs)


def _read(text: str, logs: Path) -> Answer:
    lines = [line for line in text.splitlines() if line.startswith(ask.MARK)]
    if not lines:
        return Answer(f"its Python gave no answer; is launch a command that starts Python?{last_words(logs)}")
    return Answer(**json.loads(lines[-1].removeprefix(ask.MARK)))


# ---- what of it is wrong


def environment_findings(declaration: Declaration, answer: Answer) -> Iterator[Finding]:
    """Hold the answer against what the program needs."""
    if answer.fault:
        fix = "start Python by hand with the launch of the settings and see what it says"
        yield Finding("fault", "environment", answer.fault, fix)
        return
    yield from _python(declaration, answer)
    yield from _modules(declaration, answer)
    if not answer.torch:
        return
    yield from _flash(declaration, answer)
    yield from _torch(declaration, answer)
    yield from _gpu(declaration, answer)
    if declaration.environment.write_video and answer.video_fault:
        told = f"torchvision.io.write_video, with which the program writes, fails ({answer.video_fault})"
        fix = "install the torchvision and the av (PyAV) that the repository's requirements.txt names"
        yield Finding("fault", "torchvision", told, fix)


def _python(declaration: Declaration, answer: Answer) -> Iterator[Finding]:
    wanted = declaration.environment.python
    same = answer.python.startswith(f"{wanted}.")
    told = answer.python + ("" if same else f"; the authors name {wanted}")
    yield Finding("ok" if same else "warning", "Python", told)


def _modules(declaration: Declaration, answer: Answer) -> Iterator[Finding]:
    wanted = declaration.environment.modules
    if missing := {name: why for name, why in answer.missing.items() if name in wanted}:
        told = "; ".join(f"{name} cannot be imported ({why})" for name, why in missing.items())
        yield Finding("fault", "modules", told, "install the repository's requirements.txt there")
    else:
        yield Finding("ok", "modules", ", ".join(wanted))


def _flash(declaration: Declaration, answer: Answer) -> Iterator[Finding]:
    two, three = (name not in answer.missing for name in FLASH)
    if three and _takes_three(declaration, answer):
        told = (
            "version 3 (flash_attn_interface) is there and is what the program takes on this GPU; releases "
            "of it differ in what they return, and the program works with one kind only"
        )
        fix = "if it fails there, remove flash_attn_interface and install flash-attn 2"
        yield Finding("warning", "flash-attn", told, fix)
    elif two:
        yield Finding("ok", "flash-attn", FLASH[0])
    else:
        why = answer.missing.get(FLASH[0], "")
        told = f"cannot be imported ({why}), and the program's cross-attention works with nothing else"
        if three:
            told += "; version 3 is there, but the program does not take it on this GPU"
        fix = "pip install flash-attn --no-build-isolation in that environment"
        yield Finding("fault", "flash-attn", told, fix)


def _takes_three(declaration: Declaration, answer: Answer) -> bool:
    """Whether the program takes flash-attn 3, by its own test in ``wan/modules/attention.py``."""
    if declaration.environment.flash_3_on == "any":
        return True
    if declaration.environment.flash_3_on == "hopper":
        return answer.gpu_generation >= _HOPPER
    return any(name in answer.gpu.lower() for name in ("h100", "hopper"))


def _torch(declaration: Declaration, answer: Answer) -> Iterator[Finding]:
    wanted = declaration.environment.torch
    told = f"{answer.torch}, built for CUDA {answer.torch_cuda or 'none'}"
    if _numbers(answer.torch) < _numbers(wanted):
        yield Finding("warning", "torch", f"{told}; expected {wanted} or newer", f"install torch {wanted}")
    else:
        yield Finding("ok", "torch", told)


def _numbers(version: str) -> tuple[int, ...]:
    """Whole numbers at the start of a version: 2.5.1+cu124 gives 2, 5, 1."""
    parts = version.split("+")[0].split(".")
    return tuple(int(part) for part in parts[:3] if part.isdecimal())


def _gpu(declaration: Declaration, answer: Answer) -> Iterator[Finding]:
    stated = declaration.environment.gpu_gb
    if not answer.gpu:
        why = answer.gpu_fault or "torch sees no CUDA device"
        yield Finding(
            "fault", "GPU", why, "check nvidia-smi, the gpu of the settings and torch's CUDA version"
        )
        return
    told = f"{answer.gpu}, {answer.gpu_bytes / _GIB:.1f} GiB"
    if stated is None:
        yield Finding("ok", "GPU", f"{told}; the authors state no memory")
    elif answer.gpu_bytes < 0.95 * stated * 1e9:  # a "24 GB" card shows 23.5 GiB, a "40 GB" one 39.4
        fix = "it may fail for memory; shorter clips need less at the end, when the whole clip is decoded"
        yield Finding("warning", "GPU", f"{told}; the authors ask for {stated:g} GB", fix)
    else:
        yield Finding("ok", "GPU", f"{told}; the authors ask for {stated:g} GB")

"""PyTorch, the driver and the GPUs: whether they go together, and whether the methods fit."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from generators.contract import GeneratorError
from generators.engine.catalogue import METHODS
from generators.engine.estimate import told_size
from steadybench.doctor.finding import Asked, Finding, Status
from steadybench.outlook import gpus
from steadybench.outlook.driver import Driver, ask_driver
from steadybench.outlook.engine import EngineRow, engine_row
from steadybench.outlook.words import many

WAIT_S = 180.0
"""PyTorch's first import from a cold disk takes a minute on some machines."""
OLDEST_DRIVER = {11: (450, 80), 12: (525, 60), 13: (580, 65)}
"""Oldest Linux driver that runs programs of a CUDA version: NVIDIA, CUDA Compatibility, minor versions."""
_BUILDS = "choose a build at https://pytorch.org/get-started/locally"


@dataclass(frozen=True, slots=True)
class Gpu:
    """A GPU as PyTorch sees it."""

    name: str
    total: int
    """Bytes."""
    free: int | None
    """Bytes; None where it does not tell."""
    error: str
    """Why it cannot be computed on; empty where it can."""


@dataclass(frozen=True, slots=True)
class Torch:
    """What PyTorch says of itself."""

    version: str
    cuda: str | None
    """CUDA version that it is built for; None for a build without."""
    gpus: tuple[Gpu, ...]
    error: str
    """Why it cannot use CUDA, or why it cannot be loaded at all; empty if nothing is wrong."""


def check(asked: Asked) -> Iterator[Finding]:
    """The pair of PyTorch and driver, every GPU, and what fits on the first one."""
    torch, driver = ask_torch(), ask_driver()
    yield from _pair(torch, driver, wanted=_wants_gpu(asked))
    cards = torch.gpus if torch else ()
    for number, card in enumerate(cards):
        yield _card(number, card, wanted=_wants_gpu(asked))
    yield from _fits(asked, cards)


@cache
def ask_torch() -> Torch | None:
    """What PyTorch says, asked in a process of its own; None where it is not installed."""
    if importlib.util.find_spec("torch") is None:
        return None
    command = [sys.executable, "-m", "steadybench.doctor.probe_torch"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=WAIT_S, check=False)  # noqa: S603
        told = json.loads(done.stdout.splitlines()[-1])
        found = tuple(Gpu(**card) for card in told["cards"])
        return Torch(told["torch"], told["cuda"], found, told["error"])
    except subprocess.TimeoutExpired:
        return Torch("", None, (), f"it gave no answer within {WAIT_S:g} s")
    except (IndexError, ValueError, KeyError, TypeError):
        last = (done.stderr.strip().splitlines() or [f"its process ended with status {done.returncode}"])[-1]
        return Torch("", None, (), last)


def _pair(torch: Torch | None, driver: Driver | None, *, wanted: bool) -> Iterator[Finding]:
    subject = "PyTorch and driver"
    bad: Status = "fault" if wanted else "warning"
    here = f"driver {driver.version} with {', '.join(driver.cards)}" if driver else "no NVIDIA driver"
    if torch is None:
        none: Status = "fault" if wanted else "skipped"
        yield Finding(none, subject, f"no PyTorch; {here}", "pip install 'steadybench[engine]'")
    elif not torch.version:
        yield Finding("fault", subject, f"PyTorch cannot be loaded: {torch.error}", _BUILDS)
    elif torch.cuda is None and driver:
        yield Finding(bad, subject, f"PyTorch {torch.version} is built without CUDA; {here}", _BUILDS)
    elif torch.gpus:
        yield Finding("ok", subject, f"PyTorch {torch.version} for CUDA {torch.cuda}; {here}")
    elif driver and torch.cuda:
        yield Finding(bad, subject, *_no_cuda(torch, driver))
    elif wanted:
        yield Finding("fault", subject, f"PyTorch {torch.version} sees no GPU; {here}", "use device=cpu")
    else:
        yield Finding("ok", subject, f"PyTorch {torch.version}, {here}: computing on the CPU")


def _no_cuda(torch: Torch, driver: Driver) -> tuple[str, str]:
    """Why CUDA is not available although both halves are here."""
    told = f"PyTorch {torch.version} for CUDA {torch.cuda} sees no GPU; driver {driver.version}"
    oldest = OLDEST_DRIVER.get(_numbers(torch.cuda or "0")[0])
    if oldest and _numbers(driver.version)[:2] < oldest:
        least = ".".join(map(str, oldest))
        return f"{told} is too old, it takes {least} or newer", f"update the driver, or {_BUILDS}"
    reason = f": {torch.error}" if torch.error else ""
    return told + reason, "unset CUDA_VISIBLE_DEVICES, or restart the machine if the driver was just updated"


def _card(number: int, card: Gpu, *, wanted: bool) -> Finding:
    subject = f"GPU {number}"
    free = "" if card.free is None else f", {told_size(card.free)} of it free"
    told = f"{card.name}, {told_size(card.total)}{free}"
    if card.error:
        return Finding("fault" if wanted else "warning", subject, f"{told}: {card.error}", _BUILDS)
    return Finding("ok", subject, told)


def _fits(asked: Asked, cards: tuple[Gpu, ...]) -> Iterator[Finding]:
    """Every row that was asked for; without any, all methods on the published backbone together."""
    if not asked.methods:
        yield _survey(cards)
        return
    for spec, options in asked.methods:
        row = _on_gpu(spec, options)
        if row:
            yield _row(spec, row, _named(cards, options), wanted=_uses_gpu(options))


def _survey(cards: tuple[Gpu, ...]) -> Finding:
    rows = {method: _on_gpu(method, {"backbone": "wan2.1-1.3b"}) for method in METHODS}
    need = {method: row.memory.total for method, row in rows.items() if row}
    subject, most = "GPU memory", max(need.values())
    span = f"the methods need {told_size(min(need.values()))} to {told_size(most)} on wan2.1-1.3b at 832x480"
    if not cards:
        return Finding("skipped", subject, f"no GPU; {span}", _buy(most))
    too_big = [method for method, count in need.items() if count > cards[0].total]
    if not too_big:
        return Finding("ok", subject, f"all {many(len(need), 'method')} fit: {span}")
    return Finding("warning", subject, f"{', '.join(too_big)} do not fit: {span}", _buy(most))


def _row(spec: str, row: EngineRow, card: Gpu | None, *, wanted: bool) -> Finding:
    subject, need = f"memory of {spec}", row.memory
    if card is None:
        return Finding("skipped", subject, f"no GPU to hold it against; {need}", _buy(need.total))
    if need.total > card.total:
        status: Status = "fault" if wanted else "warning"
        return Finding(status, subject, f"{card.name} has {told_size(card.total)}; {need}", _buy(need.total))
    if card.free is not None and need.total > card.free:
        told = f"{told_size(card.free)} of {card.name} are free; {need}"
        return Finding("warning", subject, told, "end other programs on the GPU")
    return Finding("ok", subject, f"fits on {card.name}: {need}")


def _buy(need: int) -> str:
    card = gpus.smallest(need)
    if card is None:
        return "no card in the table is large enough"
    return f"the smallest size of card that holds it is {card.gib} GiB, such as {card.name}"


def _on_gpu(spec: str, options: Mapping[str, str]) -> EngineRow | None:
    try:
        return engine_row(spec, options, "cuda")
    except GeneratorError:
        return None


def _named(cards: tuple[Gpu, ...], options: Mapping[str, str]) -> Gpu | None:
    number = int((re.findall(r"cuda:(\d+)", options.get("device", "")) or ["0"])[0])
    return cards[number] if number < len(cards) else None


def _wants_gpu(asked: Asked) -> bool:
    return any(_uses_gpu(options) for _, options in asked.methods)


def _uses_gpu(options: Mapping[str, str]) -> bool:
    return options.get("device", "").startswith("cuda")


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", text))) or (0,)

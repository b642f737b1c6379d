"""The machine that a rollout runs on: its device, its threads, its memory."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import torch

from generators.contract import GeneratorError
from generators.engine.estimate import Estimate, told_size

if TYPE_CHECKING:
    from generators.engine.blueprint import DeviceKind

T = TypeVar("T")

_DEVICE = re.compile(r"cpu|cuda(?::(\d{1,3}))?")


def parse_device(text: str) -> torch.device:
    """``cpu``, ``cuda`` or ``cuda:N``.

    Raises:
        GeneratorError: another text, or a device that this machine lacks.
    """
    match = _DEVICE.fullmatch(text)
    if match is None:
        raise GeneratorError(f"device must be cpu, cuda or cuda:N, got {text!r}")
    if text == "cpu":
        return torch.device(text)
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    number = int(match[1] or 0)
    if number >= count:
        raise GeneratorError(f"device {text!r} is not there: PyTorch sees {count} CUDA devices; use cpu")
    return torch.device("cuda", number)


def kind_of(device: torch.device) -> DeviceKind:
    """Kind of a device that :func:`parse_device` gave."""
    return "cuda" if device.type == "cuda" else "cpu"


def check_card(method: str, device: torch.device, need: Estimate) -> None:
    """Refuse a GPU that is too small, before anything is loaded; a CPU's memory is not judged.

    Raises:
        GeneratorError: the estimate exceeds the memory of the card.
    """
    if device.type != "cuda":
        return
    card = torch.cuda.get_device_properties(device)
    if need.total > card.total_memory:
        has = f"{card.name} has {told_size(card.total_memory)}"
        raise GeneratorError(f"{method}: {has}; {need}; use a larger GPU, or device=cpu")


def stepwise(steps: Generator[T], device: torch.device, need: str) -> Iterator[T]:
    """Run a generator step by step, each :func:`settled`; it is closed when this one is.

    Raises:
        GeneratorError: memory ran out.
    """
    try:
        while True:
            with settled(device, need):
                try:
                    step = next(steps)
                except StopIteration:
                    return
            yield step
    finally:
        steps.close()


@contextmanager
def settled(device: torch.device, need: str) -> Iterator[None]:
    """Let the body's results depend on nothing outside it.

    On a CPU it runs on one thread, because sums change with the number of threads; afterwards the process
    has the number back that it had. Nothing is recorded for gradients.

    Args:
        device: where the work runs.
        need: what it needs, for the message when memory runs out.

    Raises:
        GeneratorError: memory ran out.
    """
    threads = torch.get_num_threads()
    if device.type == "cpu":
        torch.set_num_threads(1)
    try:
        with torch.inference_mode():
            yield
    except (MemoryError, RuntimeError) as error:
        if not _is_memory(error):
            raise
        raise GeneratorError(f"memory ran out; {need}") from error
    finally:
        torch.set_num_threads(threads)


def _is_memory(error: MemoryError | RuntimeError) -> bool:
    """Whether memory ran out: PyTorch has a type for it on a GPU only, on a CPU just a text."""
    known = isinstance(error, MemoryError | torch.cuda.OutOfMemoryError)
    return known or "DefaultCPUAllocator" in str(error)

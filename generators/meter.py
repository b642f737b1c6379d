"""How much memory a process holds, and limits on time and memory while something doubtful runs."""

from __future__ import annotations

import contextlib
import gc
import resource
import signal
import sys
import threading
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MEBI = 2**20
_STATM = Path("/proc/self/statm")


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes held at one moment."""

    traced: int
    """By Python objects and NumPy arrays made since tracing began; 0 without tracing. Exact."""
    resident: int
    """By the whole process. Allocators keep some of what is freed, so only large changes tell anything."""
    gpu: int
    """By tensors on CUDA devices."""


def memory_now() -> Memory:
    """Measure without collecting garbage first."""
    traced = tracemalloc.get_traced_memory()[0] if tracemalloc.is_tracing() else 0
    return Memory(traced, int(_STATM.read_text().split()[1]) * resource.getpagesize(), _on_gpu())


def memory_after_collecting() -> Memory:
    """Measure what is held for good."""
    gc.collect()
    return memory_now()


def _on_gpu() -> int:
    cuda = getattr(sys.modules.get("torch"), "cuda", None)  # never the one to import torch
    if cuda is None or not cuda.is_initialized():
        return 0
    return sum(int(cuda.memory_allocated(index)) for index in range(cuda.device_count()))


@contextlib.contextmanager
def tracing() -> Iterator[None]:
    """Trace allocations of Python and NumPy; keep an outer tracing as it is."""
    outer = tracemalloc.is_tracing()
    if not outer:
        tracemalloc.start()
    try:
        yield
    finally:
        if not outer:
            tracemalloc.stop()


class TooLong(BaseException):
    """Time is up; no ordinary ``except Exception`` holds it."""


@contextlib.contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raise :class:`TooLong` in the block once the time is up; without effect outside the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def up(_signal: int, _frame: object) -> None:
        raise TooLong

    began, handler = time.monotonic(), signal.signal(signal.SIGALRM, up)
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if left:
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - began), 0.01), interval)


@contextlib.contextmanager
def at_most(more: int) -> Iterator[None]:
    """Let the process map no more than so many further bytes: what asks for them gets ``MemoryError``."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    mapped = int(_STATM.read_text().split()[0]) * resource.getpagesize()
    wanted = mapped + more
    if soft == resource.RLIM_INFINITY or wanted < soft:
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))

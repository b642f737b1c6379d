"""Workers that share a GPU: each loads the weights for itself, and together they must fit."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

from generators.engine.estimate import told_size
from steadybench.errors import InputError
from steadybench.outlook.engine import engine_row
from steadybench.plan import Method, PlannedClip


def check_crowd(left: Sequence[PlannedClip], jobs: int) -> None:
    """Refuse more workers than a GPU has memory for, before any of them starts.

    Args:
        left: clips to make.
        jobs: workers; at worst they make the clips that need most at the same time.

    Raises:
        InputError: the estimates of the largest clips, one a worker, exceed the memory of a GPU.
    """
    methods: dict[str, Method] = {item.method.name: item.method for item in left}
    needs = {name: _need(method) for name, method in methods.items()}
    for gpu in sorted({gpu for gpu, _ in needs.values() if gpu is not None}):
        here = [needs[item.method.name] for item in left]
        largest = sorted((need for where, need in here if where == gpu), reverse=True)[:jobs]
        has = _memory(gpu)
        if len(largest) > 1 and has is not None and sum(largest) > has:
            raise InputError(
                f"{len(largest)} workers need about {told_size(sum(largest))} together on cuda:{gpu}, which "
                f"has {told_size(has)}, for each loads the weights for itself; take fewer --jobs, or one run "
                "a GPU with --option device=cuda:N"
            )


def _need(method: Method) -> tuple[int | None, int]:
    """Number of the GPU that a method asks for, None without one, and the bytes that a clip takes there."""
    match = re.fullmatch(r"cuda(?::(\d+))?", method.options.get("device", ""))
    row = engine_row(method.spec, method.options) if match else None
    return (int(match[1] or 0), row.memory.total) if match and row else (None, 0)


def _memory(gpu: int) -> int | None:
    """Bytes of a GPU as the PyTorch of this process tells; None where it has none, or was not needed."""
    torch = sys.modules.get("torch")
    if torch is None or gpu >= torch.cuda.device_count():
        return None
    return int(torch.cuda.get_device_properties(gpu).total_memory)

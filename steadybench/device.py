"""What made a clip: the GPU that this process computes on, or the processor."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Mapping
from pathlib import Path

_CPUINFO = Path("/proc/cpuinfo")


def device_name(options: Mapping[str, str]) -> str:
    """Name of the GPU that PyTorch uses in this process, else of the processor; imports nothing.

    Args:
        options: of the generator; ``device=cuda:1`` tells which of several GPUs it uses.
    """
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_initialized():
        return processor()
    number = re.fullmatch(r"cuda:(\d+)", options.get("device", ""))
    return str(torch.cuda.get_device_name(int(number[1]) if number else None))


def processor() -> str:
    """Name of the processor as the system tells it; its architecture where it does not."""
    try:
        told = _CPUINFO.read_text(encoding="utf-8", errors="replace")
    except OSError:
        told = ""
    found = re.search(r"^model name\s*:\s*(.+)$", told, re.MULTILINE)
    return found[1].strip() if found else platform.processor() or platform.machine()

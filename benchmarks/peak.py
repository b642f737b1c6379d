"""Largest resident size of this process."""

from __future__ import annotations

import re
from pathlib import Path


def peak_mb() -> float:
    """MB since the process began to run its program.

    Read from the kernel's status file: what ``getrusage`` gives starts at the parent's size.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s*(\d+) kB", status)[1]) / 1024  # type: ignore[index]

"""How long ``steadybench --help`` takes, against a bare interpreter."""

from __future__ import annotations

import subprocess
import sys
import time

ROUNDS = 5


def help_time() -> dict[str, float]:
    """Best wall seconds of ``--help`` and of an interpreter that does nothing."""
    return {
        "help_wall_s": _best([sys.executable, "-m", "steadybench.cli", "--help"]),
        "bare_interpreter_wall_s": _best([sys.executable, "-c", "pass"]),
    }


def _best(command: list[str]) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    return min(times)

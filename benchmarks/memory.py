"""Peak memory of measuring one long clip, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_PROGRAM = """
import sys
from pathlib import Path
import cv2
cv2.setNumThreads(1)
from benchmarks.peak import peak_mb
from metrics.score import Settings, measure
measure(Path(sys.argv[1]), Settings())
print(peak_mb())
"""


def peak(clip: Path) -> dict[str, float]:
    """Largest resident size of the measuring process, MB."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(clip)], capture_output=True, text=True, check=True
    )
    return {"peak_memory_of_240_s_clip_mb": float(done.stdout)}

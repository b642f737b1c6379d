"""What the task panel on DIS adds to the axes: one decode for both, against the axes alone, in one run."""

from __future__ import annotations

import time
from pathlib import Path

import cv2

from metrics.score import MEASUREMENTS, Settings, measure

ROUNDS = 3


def beside_axes(clip: Path) -> dict[str, float]:
    """CPU seconds of the axes alone and with the panel, alternating; the best of each counts."""
    cv2.setNumThreads(1)
    both = Settings(measurements=(*MEASUREMENTS, "task_panel"), panel_flow="dis")
    alone_s, both_s = [], []
    for _ in range(ROUNDS):
        alone_s.append(_cpu(clip, Settings()))
        both_s.append(_cpu(clip, both))
    return {
        "axes_alone_cpu_s": min(alone_s),
        "axes_and_task_panel_cpu_s": min(both_s),
        "task_panel_ratio_to_axes": min(both_s) / min(alone_s),
    }


def _cpu(clip: Path, settings: Settings) -> float:
    start = time.process_time()
    measure(clip, settings)
    return time.process_time() - start

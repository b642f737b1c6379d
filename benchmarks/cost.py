"""Measuring one clip on one core, against what cannot be avoided: decoding it and computing its flow."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import cv2

from metrics.clip import ClipReader
from metrics.flow_backends import make_flow
from metrics.picture import local_normalise
from metrics.sampling import FINE_SIDE, Luma, samples
from metrics.score import Settings, measure
from metrics.session import registration_flow
from metrics.track import WINDOW_S

ROUNDS = 3


def cost(clip: Path, seconds: float) -> dict[str, float]:
    """CPU seconds of measuring and of the bare work, alternating; the best of each counts."""
    cv2.setNumThreads(1)
    whole, bare, decode = [], [], []
    for _ in range(ROUNDS):
        whole.append(_cpu(lambda: measure(clip, Settings())))
        bare.append(_cpu(lambda: decode_and_flow(clip)))
        decode.append(_cpu(lambda: decode_only(clip)))
    return {
        "clip_seconds": seconds,
        "measure_cpu_s": min(whole),
        "bare_decode_and_flow_cpu_s": min(bare),
        "decode_only_cpu_s": min(decode),
        "times_real_time_on_one_core": seconds / min(whole),
        "ratio_to_decode_and_flow": min(whole) / min(bare),
    }


def decode_only(clip: Path) -> None:
    """Decode every frame and convert none."""
    with ClipReader(clip, max_short_side=FINE_SIDE) as reader:
        for _ in reader:
            pass


def decode_and_flow(clip: Path) -> None:
    """Decode, and compute exactly the flow fields that the measurements need; nothing else."""
    speed = make_flow("dis", preset="fast")
    registration = registration_flow()
    last: Luma | None = None
    reference: Luma | None = None
    window = -1
    with ClipReader(clip, max_short_side=FINE_SIDE) as reader:
        for sample in samples(reader):
            if last is not None:
                speed.flow(last, sample.work)
            last = sample.work
            if reference is None:
                reference = local_normalise(sample.work)
            if int(sample.t_s / WINDOW_S + 1e-6) != window:
                window = int(sample.t_s / WINDOW_S + 1e-6)
                registration.flow(reference, sample.work)
                registration.flow(sample.work, reference)


def _cpu(work: Callable[[], object]) -> float:
    """CPU seconds of this process; other programs on the machine disturb them less than wall time."""
    start = time.process_time()
    work()
    return time.process_time() - start

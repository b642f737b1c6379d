"""A clip's first seconds: read ahead, since masks and reference are frozen before anything is scored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from metrics.sampling import Sample
from metrics.track import SETTLED_S

HEAD_S = 3.0
"""How much is read ahead."""
MIN_DURATION_S = 3.5
MIN_SIDE = 64
MIN_HEAD_SAMPLES = 8
_MIN_FRESH = 3


def head_of(stream: Iterator[Sample]) -> list[Sample]:
    """Samples of the first seconds, and the first one after them."""
    head: list[Sample] = []
    for sample in stream:
        head.append(sample)
        if sample.t_s >= HEAD_S:
            break
    return head


def too_little(head: Sequence[Sample]) -> str:
    """Say why the first seconds cannot serve as reference; empty where they can."""
    fresh = [s.t_s for s in head if not s.held]
    if len(fresh) < MIN_HEAD_SAMPLES or head[-1].t_s < HEAD_S:
        length = head[-1].t_s if head else 0.0
        return (
            f"{len(fresh)} frames in the first {length:.2f} s; the first {HEAD_S:g} s serve as reference, "
            f"so a clip needs at least {MIN_HEAD_SAMPLES} frames there and {MIN_DURATION_S} s in all"
        )
    start, middle = SETTLED_S
    if min(sum(start <= t < middle for t in fresh), sum(middle <= t < HEAD_S for t in fresh)) < _MIN_FRESH:
        return (
            f"hardly a new frame between {start:g} and {HEAD_S:g} s, which serve as reference; at least "
            f"{_MIN_FRESH} are needed before and after {middle:g} s"
        )
    height, width = head[0].work.shape
    if min(height, width) < MIN_SIDE:
        return f"the picture is {width}x{height}; sides of at least {MIN_SIDE} px are needed"
    return ""

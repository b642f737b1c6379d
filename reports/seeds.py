"""The noise floor: how far a method's number moves when nothing but the seed changes."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean
from typing import TypeVar

import numpy as np

from reports.bootstrap import restricted_mean
from reports.survival import NEAR, NEAR_S, Time, censored, curve

Value = TypeVar("Value")
Clips = Sequence[tuple[str, int | None, Value]]
"""Prompt, seed and value of each clip of one method."""


def noise_floor(clips: Clips[Value], number: Callable[[Sequence[Value]], float | None]) -> float | None:
    """Return the typical difference of a number between two seeds, all else alike.

    For every two seeds the number is taken once from the clips of each, on the prompts that both have; the
    result is the mean of the absolute differences. None where no prompt has two seeds, or no two seeds give
    the number.
    """
    by_seed: dict[int, dict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
    for prompt, seed, value in clips:
        if seed is not None and prompt:
            by_seed[seed][prompt].append(value)
    apart = []
    for one, other in itertools.combinations(sorted(by_seed), 2):
        shared = sorted(by_seed[one].keys() & by_seed[other].keys())
        numbers = [number(_of(by_seed[seed], shared)) if shared else None for seed in (one, other)]
        if numbers[0] is not None and numbers[1] is not None:
            apart.append(abs(numbers[0] - numbers[1]))
    return fmean(apart) if apart else None


def _of(by_prompt: Mapping[str, Sequence[Value]], prompts: Sequence[str]) -> list[Value]:
    return [value for prompt in prompts for value in by_prompt[prompt]]


def mean_time(times: Sequence[Time], horizon: float) -> float | None:
    """Restricted mean of some times, seconds; None where no clip was seen up to the horizon."""
    found = curve([censored(time, horizon) for time in times])
    if found.shares[-1] > 0 and horizon - found.times[-1] > max(NEAR_S, NEAR * horizon):
        return None
    return float(restricted_mean(np.array(found.times), np.array([found.shares]), horizon)[0])

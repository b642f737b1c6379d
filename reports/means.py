"""Means of any numbers over clips, with limits over prompts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from reports.bootstrap import TAIL, resampled_means, stretch
from reports.survival import no_interval

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over clips with its limits at 95 %; these are None where ``why`` says the reason."""

    value: float
    low: float | None
    high: float | None
    clips: int
    prompts: int
    why: str = ""

    @property
    def excludes_zero(self) -> bool:
        """Whether zero lies outside the limits; False without limits."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def mean(values: Sequence[float], prompts: Sequence[str], rounding: float = 0.0) -> Mean:
    """Average one number a clip; prompts are resampled with all their clips.

    Args:
        values: one a clip, at least one.
        prompts: the prompt of each.
        rounding: standard deviation of what reading the values off added to each, see :func:`limits`.

    """
    value, named = float(np.mean(values)), len(set(prompts) - {""})
    if why := no_interval(prompts):
        return Mean(value, None, None, len(values), named, why)
    low, high = limits(value, resampled_means(values, prompts), named, rounding)
    return Mean(value, low, high, len(values), named)


def by_prompt(values: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Average one number a clip, given with its prompt, over each named prompt."""
    found: dict[str, list[float]] = defaultdict(list)
    for prompt, value in values:
        if prompt:
            found[prompt].append(value)
    return {prompt: fmean(own) for prompt, own in found.items()}


def limits(value: float, drawn: Floats, prompts: int, rounding: float = 0.0) -> tuple[float, float]:
    """Percentile limits from resampled means (R,), stretched for few prompts.

    The distance of each percentile from the mean grows by :func:`reports.bootstrap.stretch`. It is at least
    what rounding alone would give: values read off in whole seconds often agree by chance, and then resamples
    do not differ at all.
    """
    student = t.ppf(1 - TAIL, prompts - 1)
    ends = np.quantile(drawn, [TAIL, 1 - TAIL], method="inverted_cdf")
    wider, least = stretch(prompts), student * rounding / np.sqrt(prompts)
    return (float(value - max(wider * (value - ends[0]), least)),
            float(value + max(wider * (ends[1] - value), least)))

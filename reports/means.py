"""Means of any numbers over clips, with limits over prompts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, t

from reports.bootstrap import MIN_PROMPTS, TAIL, draws
from reports.text import count

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
    names, whose = np.unique(np.array(prompts, dtype=str), return_inverse=True)
    sums, clips = np.zeros((2, len(names)))
    np.add.at(sums, whose, np.asarray(values, np.float64))
    np.add.at(clips, whose, 1.0)
    value, why = float(np.mean(values)), too_few(prompts)
    if why:
        return Mean(value, None, None, len(values), len(set(prompts) - {""}), why)
    weights = draws(len(names))
    low, high = limits(value, (weights @ sums) / (weights @ clips), len(names), rounding)
    return Mean(value, low, high, len(values), len(names))


def too_few(prompts: Sequence[str]) -> str:
    """Say why these clips have no interval, empty if they can have one."""
    named = set(prompts) - {""}
    if "" in prompts:
        return "no interval: clips without a named prompt"
    if len(named) < MIN_PROMPTS:
        return f"no interval: {count(len(named), 'prompt')}; {MIN_PROMPTS} are needed"
    return ""


def limits(value: float, drawn: Floats, prompts: int, rounding: float = 0.0) -> tuple[float, float]:
    """Percentile limits from resampled means (R,), stretched for few prompts.

    The distance of each percentile from the mean grows by ``t(n-1) / z * sqrt(n / (n-1))``, as in
    :func:`reports.bootstrap.mean_limits`. It is at least what rounding alone would give: values read off in
    whole seconds often agree by chance, and then resamples do not differ at all.
    """
    student = t.ppf(1 - TAIL, prompts - 1)
    wider = student / norm.ppf(1 - TAIL) * np.sqrt(prompts / (prompts - 1))
    ends = np.quantile(drawn, [TAIL, 1 - TAIL], method="inverted_cdf")
    least = student * rounding / np.sqrt(prompts)
    return (float(value - max(wider * (value - ends[0]), least)),
            float(value + max(wider * (ends[1] - value), least)))

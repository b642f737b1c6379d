"""Means of numbers between 0 and 1, such as levels, with limits over prompts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reports.bootstrap import resampled_means, share_limits
from reports.survival import no_interval


@dataclass(frozen=True, slots=True)
class Share:
    """A mean over clips, 0 to 1, with its limits at 95 %; these are None where ``why`` says the reason."""

    value: float
    low: float | None
    high: float | None
    why: str = ""


def share(values: Sequence[float], prompts: Sequence[str]) -> Share:
    """Average one number a clip, each cut to 0 to 1; clips of one prompt are resampled together.

    The limits are those of a restricted mean time, which hold for few prompts and at 0 and 1 too (see
    :func:`reports.bootstrap.share_limits`).

    Raises:
        ValueError: no values are given.
    """
    if not values:
        raise ValueError("a mean needs one value or more")
    cut = np.clip(np.asarray(values, np.float64), 0.0, 1.0)
    mean = float(cut.mean())
    if why := no_interval(prompts):
        return Share(mean, None, None, why)
    low, high = share_limits(resampled_means(cut.tolist(), prompts), len(set(prompts)), mean)
    return Share(mean, low, high)

"""Means of numbers between 0 and 1, such as levels, with limits over prompts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.survival import Time, survival


@dataclass(frozen=True, slots=True)
class Share:
    """A mean over clips, 0 to 1, with its limits at 95 %; these are None where ``why`` says the reason."""

    value: float
    low: float | None
    high: float | None
    why: str = ""


def share(values: Sequence[float], prompts: Sequence[str]) -> Share:
    """Average one number a clip, each cut to 0 to 1; clips of one prompt are resampled together.

    Such a mean is a restricted mean time of which nothing is censored, with a horizon of 1, and has the same
    limits, which hold for few prompts and at 0 and 1 too (see :func:`reports.bootstrap.mean_limits`).

    Raises:
        ValueError: no values are given.
    """
    times = [Time(min(1.0, max(0.0, value)), value < 1.0) for value in values]
    found = survival(times, prompts, 1.0)
    if found is None or found.mean is None:
        raise ValueError("a mean needs one value or more")
    return Share(found.mean, found.mean_low, found.mean_high, found.why)

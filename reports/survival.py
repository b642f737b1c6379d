"""Times to a failure that may not have come yet: Kaplan-Meier curve, median and restricted mean."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from statsmodels.duration.survfunc import SurvfuncRight

from reports.bootstrap import MIN_PROMPTS, falls_to, mean_limits, median_limits, resampled, restricted_mean

NEAR_S, NEAR = 1.0, 0.02
"""A horizon counts as reached where no more than this many seconds, or this share of it, is missing."""


@dataclass(frozen=True, slots=True)
class Time:
    """A right-censored time in seconds: when it happened, or until when it had not."""

    seconds: float
    happened: bool


@dataclass(frozen=True, slots=True)
class Curve:
    """Kaplan-Meier estimate of the share not yet failed: ``shares`` holds from each of ``times`` on."""

    times: tuple[float, ...]
    """Seconds, ascending: every time at which a clip failed, and the last time seen."""
    shares: tuple[float, ...]
    """0 to 1, never rising; before the first time the share is 1."""


@dataclass(frozen=True, slots=True)
class Survival:
    """What a set of times amounts to. Limits are at 95 % and None where ``why`` says the reason."""

    seconds: float
    """Kaplan-Meier median; infinity where more than half had not failed when the last clip ended."""
    clips: int
    prompts: int
    """Distinct prompts named."""
    held: int
    """Clips in which it did not happen before the horizon."""
    until: float
    """The longest time seen, at most the horizon, seconds."""
    horizon: float
    """Seconds to which the mean is restricted."""
    curve: Curve
    low: float | None = None
    """Limits of the median; a limit beyond what was seen is infinity."""
    high: float | None = None
    mean: float | None = None
    """Mean time up to the horizon, seconds; None where no clip was seen up to there."""
    mean_low: float | None = None
    mean_high: float | None = None
    why: str = ""
    """Why there is no interval or no mean, empty where there are both."""

    @property
    def reached(self) -> bool:
        """Whether half of the clips failed within the time seen."""
        return math.isfinite(self.seconds)

    @property
    def events(self) -> int:
        """Clips in which it happened before the horizon."""
        return self.clips - self.held

    @property
    def surviving(self) -> float:
        """Estimated share that has not failed at ``until``, 0 to 1."""
        return self.curve.shares[-1]


def curve(times: Sequence[Time]) -> Curve:
    """Kaplan-Meier estimate (Kaplan and Meier 1958) of one or more times."""
    fit = SurvfuncRight([time.seconds for time in times], [int(time.happened) for time in times])
    at, shares = [float(t) for t in fit.surv_times], [float(s) for s in fit.surv_prob]
    last = max(time.seconds for time in times)
    if not at or at[-1] < last:
        at, shares = [*at, last], [*shares, shares[-1] if shares else 1.0]
    return Curve(tuple(at), tuple(shares))


def censored(time: Time, horizon: float) -> Time:
    """Cut a time at the horizon; what comes after it has not happened within it."""
    return time if time.seconds <= horizon else Time(horizon, happened=False)


def survival(times: Sequence[Time], prompts: Sequence[str], horizon: float | None = None) -> Survival | None:
    """Estimate median and restricted mean with their intervals; None where there are no times.

    Args:
        times: one a clip.
        prompts: the prompt of each; clips of one prompt are resampled together, because their times depend
            on each other.
        horizon: seconds up to which the clips were asked for; the longest time if None.

    Returns:
        The median is the first time at which the estimated share is at most one half, the mean the area
        under the estimate up to the horizon (Irwin 1949). The estimate stays level after the last time.
        A prompt of which every clip left earlier, without the failure, is no evidence of what came later:
        limits count the prompts that tell up to the end, and with too few of these there is no mean.

    """
    if not times:
        return None
    horizon = max(time.seconds for time in times) if horizon is None else horizon
    cut = [censored(time, horizon) for time in times]
    found = curve(cut)
    at, shares = np.array(found.times), np.array([found.shares])
    until = max(time.seconds for time in cut)
    named = set(prompts) - {""}
    slack = max(NEAR_S, NEAR * horizon)
    telling = len({prompt for time, prompt in zip(cut, prompts, strict=True)
                   if time.happened or time.seconds >= until - slack})
    why = no_interval(prompts)
    near = horizon - until <= slack or found.shares[-1] == 0
    unseen = "" if near else f"no mean: no clip was seen up to {horizon:g} s"
    if near and not why and telling < MIN_PROMPTS:
        near, verb = False, "tells" if telling == 1 else "tell"
        unseen = f"no mean: {telling} of {len(named)} prompts {verb} what came up to {horizon:g} s"
    median = float(falls_to(at, shares, 0.5)[0])
    mean = float(restricted_mean(at, shares, horizon)[0]) if near else None
    low = high = mean_low = mean_high = None
    if not why:
        grid, drawn = resampled(*arrays(cut), prompts)
        low, high = median_limits(grid, drawn, telling)
        if mean is not None:
            mean_low, mean_high = mean_limits(grid, drawn, telling, mean, horizon)
    why = "; ".join(filter(None, (why, unseen)))
    held = sum(not time.happened for time in cut)
    return Survival(median, len(cut), len(named), held, until, horizon, found, low, high, mean, mean_low,
                    mean_high, why)


def arrays(times: Sequence[Time]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Split times into seconds (N,) and whether the failure came (N,)."""
    return np.array([time.seconds for time in times]), np.array([time.happened for time in times])


def no_interval(prompts: Sequence[str]) -> str:
    """Why prompts, one a clip, allow no interval; empty if they do."""
    if "" in prompts:
        return "no interval: clips without a named prompt cannot be resampled by prompt"
    n = len(set(prompts))
    if n < MIN_PROMPTS:
        told = "1 prompt" if n == 1 else f"{n} prompts"
        return f"no interval: {told}, and fewer than {MIN_PROMPTS} show the prompts, not the method"
    return ""
